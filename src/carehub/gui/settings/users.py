"""Who may sign in: for the head to look after; everybody changes the own password here."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QLayout, QLineEdit, QMessageBox

from carehub.domain.errors import CareHubError
from carehub.domain.rights import Right
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, button, clear, column, label, line_edit, row
from carehub.gui.widgets.combo import ComboBox
from carehub.gui.widgets.pdf import choose_printer, print_pages
from carehub.services import opening, printing, users
from carehub.services.users import Person
from carehub.store.keyring import new_recovery_code


class UsersCard(Card):
    """The people of this site with their roles; adding one, taking one off, a new password, a new recovery code."""

    def __init__(self, desktop: Desktop) -> None:
        theme, tr = desktop.theme, desktop.tr
        super().__init__(theme, label(tr("Who may sign in"), "heading"), gap=th.GAP_M)
        self._desktop, self._tr, self._theme, self._desk = desktop, tr, theme, desktop.desk
        self._people, self._work = column(gap=theme.px(th.GAP_S)), column(gap=theme.px(th.GAP_S))
        self._head = self._desk.may(Right.USERS)
        own = button(tr("Change my password"), self.ask_own, theme=theme, icon="fa6s.key")
        tools = row(own, gap=theme.px(th.GAP_S))
        if self._head:
            tools.insertWidget(0, button(tr("Add a person"), self.ask_new, theme=theme, icon="fa6s.user-plus"))
            tools.addWidget(button(tr("New recovery code"), self.ask_code, theme=theme, icon="fa6s.life-ring"))
        tools.addStretch(1)
        self.body.addLayout(self._people)
        self.body.addLayout(tools)
        self.body.addLayout(self._work)
        self.lines: dict[str, QLineEdit] = {}
        self.reload()

    def reload(self) -> None:
        """Lists the people again."""
        clear(self._people)
        for person in users.people(self._desk):
            if person.active or self._head:
                self._people.addLayout(self._person(person))

    def _person(self, person: Person) -> QLayout:
        tr, theme, codes = self._tr, self._theme, self._desk.codes
        words = person.name if person.active else tr("{name} (no longer)", name=person.name)
        if person.active and not person.signs_in:
            words = tr("{name} (no password on this laptop)", name=person.name)
        name = label(words)
        name.setMinimumWidth(theme.px(140))
        if not (self._head and person.active):
            line = row(name, label(codes["role"].name_of(person.role, tr), "muted", wrap=False), gap=theme.px(th.GAP_S))
            line.setStretch(0, 1)
            return line
        role = ComboBox(theme, tr("Role of {name}", name=person.name))
        for code in users.roles(self._desk):
            role.addItem(codes["role"].name_of(code, tr), code)
        role.setCurrentIndex(role.findData(person.role))
        role.activated.connect(lambda: self.set_role(person, role.currentData()))
        fresh = button(tr("New password"), partial(self.ask_password, person), theme=theme)
        fresh.setAccessibleName(tr("New password for {name}", name=person.name))
        off = button(tr("Take off"), partial(self._ask_remove, person), theme=theme)
        off.setAccessibleName(tr("Take {name} off", name=person.name))
        line = row(name, role, fresh, off, gap=theme.px(th.GAP_S))
        line.setStretch(0, 1)
        return line

    # --- what is done at once ---

    def set_role(self, person: Person, role: str) -> None:
        """Gives a person another role."""
        self._do(partial(users.set_role, self._desk, person.id, role), self._tr("{name}: the new role counts from the "
                 "next signing in on.", name=person.name))  # fmt: skip

    def _ask_remove(self, person: Person) -> None:
        told = self._tr("“{name}” can no longer sign in on this laptop. What was written stays.", name=person.name)
        if QMessageBox.question(self, self._tr("Take off"), told) is QMessageBox.StandardButton.Yes:
            self.remove(person)

    def remove(self, person: Person) -> None:
        """Takes a person off."""
        self._do(partial(users.remove, self._desk, person.id), self._tr("“{name}” is taken off.", name=person.name))

    # --- what needs something typed ---

    def ask_new(self) -> None:
        """Asks for a new person's name, role and first password."""
        tr = self._tr
        self.role = ComboBox(self._theme, tr("Role"))
        for code in users.roles(self._desk):
            self.role.addItem(self._desk.codes["role"].name_of(code, tr), code)
        self._ask({"name": tr("Name of the person"), "new": tr("First password, to be changed by that person"),
                   "own": tr("Your own password")}, tr("Add"), self.add)  # fmt: skip
        self._work.insertWidget(2, label(tr("Role")))
        self._work.insertWidget(3, self.role)

    def add(self) -> None:
        """Adds the person that was typed in."""
        name, role = self.lines["name"].text(), self.role.currentData()
        new, own = self.lines["new"].text(), self.lines["own"].text()
        self._later(partial(users.add, self._desk, name, role, new, own), self._tr("“{name}” can sign in.", name=name))

    def ask_own(self) -> None:
        """Asks for the old and the new password."""
        tr = self._tr
        self._ask({"own": tr("Password until now"), "new": tr(opening.AT_LEAST, least=opening.LEAST),
                   "again": tr("New password once more")}, tr("Change it"), self.change_own)  # fmt: skip

    def change_own(self) -> None:
        """Changes the own password."""
        if self.lines["new"].text() != self.lines["again"].text():
            self._desktop.frame.complain(CareHubError("The two passwords are not the same."))
            return
        call = partial(users.change_password, self._desk, self.lines["own"].text(), self.lines["new"].text())
        self._later(call, self._tr("Your password is changed."))

    def ask_password(self, person: Person) -> None:
        """Asks for a colleague's new password."""
        tr = self._tr
        self._person_asked = person
        self._ask({"new": tr("New password for {name}", name=person.name), "own": tr("Your own password")},
                  tr("Set it"), self.set_password)  # fmt: skip

    def set_password(self) -> None:
        """Gives the colleague the password that was typed."""
        person = self._person_asked
        call = partial(users.set_password, self._desk, person.id, self.lines["new"].text(), self.lines["own"].text())
        self._later(call, self._tr("{name} has a new password.", name=person.name))

    def ask_code(self) -> None:
        """Shows a new recovery code, to be written down and typed once."""
        tr = self._tr
        self.code = new_recovery_code()
        self._ask({"typed": tr("The recovery code, typed once"), "own": tr("Your own password")},
                  tr("The new code counts"), self.renew_code)  # fmt: skip
        told = tr("Write it down, lock it away, and destroy the old paper:")
        self._work.insertWidget(0, label(told))
        self._work.insertWidget(1, label(self.code, "big"))
        self._work.insertWidget(2, button(tr("Print it"), self._print_code, theme=self._theme, icon="fa6s.print"))

    def _print_code(self) -> None:
        printer = choose_printer(self)
        if printer is not None:
            print_pages(printing.recovery_card_pdf(self._desk.site.name, self.code), printer)

    def renew_code(self) -> None:
        """Puts the new code in force."""
        call = partial(users.renew_code, self._desk, self.code, self.lines["typed"].text(), self.lines["own"].text())
        self._later(call, self._tr("The new recovery code counts from now on."))

    def _ask(self, words: dict[str, str], word: str, go: Callable[[], object]) -> None:
        clear(self._work)
        self.lines = {}
        for name, told in words.items():
            line = line_edit(told, secret=name in ("new", "own", "again"))
            line.returnPressed.connect(line.focusNextChild)
            self.lines[name] = line
            self._work.addWidget(label(told))
            self._work.addWidget(line)
        done = button(word, go, theme=self._theme, icon="fa6s.check", kind="primary")
        leave = button(self._tr("Cancel"), lambda: clear(self._work), theme=self._theme)
        self._work.addLayout(row(1, leave, done, gap=self._theme.px(th.GAP_S)))
        next(iter(self.lines.values())).setFocus()

    def _later(self, call: Callable[[], object], told: str) -> None:
        """Hashing a password takes a moment: on the worker. Something else that is asked for meanwhile stays."""
        asked = self.lines
        self._desktop.jobs.call(call, lambda _: self._done(told, asked), self._desktop.frame.complain)

    def _do(self, call: Callable[[], object], told: str) -> None:
        try:
            call()
        except CareHubError as error:
            self._desktop.frame.complain(error)
            self.reload()
            return
        self._done(told, self.lines)

    def _done(self, told: str, asked: dict[str, QLineEdit]) -> None:
        if self.lines is asked:
            clear(self._work)
            self.lines = {}
        self.reload()
        self._desktop.frame.say(told)
