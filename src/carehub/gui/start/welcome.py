"""The first page without a store: open one, or begin a new one."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from carehub.domain.codes import Codebook
from carehub.domain.errors import CareHubError
from carehub.domain.texts import Texts
from carehub.gui import theme as th
from carehub.gui.jobs import Jobs
from carehub.gui.start.restoring import RestoreCard
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import Card, button, clear, column, label, line_edit, look, row, scrolling
from carehub.gui.widgets.combo import ComboBox
from carehub.gui.widgets.notice import Banner
from carehub.gui.widgets.pdf import choose_printer, print_pages
from carehub.services import backups, cards, opening, printing
from carehub.services.opening import NewStore


class WelcomePage(QWidget):
    """Emits `chosen` with a store's folder, or `begun` with a new store's desk."""

    chosen = Signal(object)
    begun = Signal(object)
    practised = Signal()

    def __init__(self, theme: Theme, tr: Texts, codes: Codebook, jobs: Jobs, recent: list[Path], home: Path) -> None:
        super().__init__()
        look(self, "page")
        self._theme, self._tr, self._codes, self._jobs, self._home = theme, tr, codes, jobs, home
        self._recent = recent
        self._body = column(gap=theme.px(th.GAP_M))
        holder = QWidget()
        inner = column(self._body, 1)
        inner.setContentsMargins(*[theme.px(th.GAP_XXL)] * 4)
        holder.setLayout(inner)
        self.setLayout(column(scrolling(holder)))
        self._first(recent)

    def _first(self, recent: list[Path]) -> None:
        tr, theme = self._tr, self._theme
        self._body.addWidget(label(tr("Welcome to CareHub"), "title"))
        if recent:
            card = Card(theme, label(tr("Your stores"), "heading"))
            for folder in recent:
                made = button(folder.name, partial(self.chosen.emit, folder), theme=theme, icon="fa6s.house-flag")
                made.setToolTip(str(folder))
                card.body.addWidget(made)
            self._body.addWidget(card)
        new = button(tr("Begin a new store"), self._form, theme=theme, icon="fa6s.seedling", kind="primary")
        old = button(tr("Open a store on this computer"), self._ask, theme=theme, icon="fa6s.folder-open")
        back = button(tr("Restore a backup"), self._ask_backup, theme=theme, icon="fa6s.clock-rotate-left")
        hint = tr("A room or school needs the card of its township to hand over; it can also begin without.")
        self._body.addWidget(
            Card(theme, label(tr("Begin"), "heading"), label(hint, "muted"), row(new, old, back, 1, gap=8))
        )
        try_it = button(
            tr("Practise in a made-up village"), self.practised.emit, theme=theme, icon="fa6s.graduation-cap"
        )
        told = tr("Try everything without fear: everybody there is made up, and nothing is kept.")
        self._body.addWidget(Card(theme, label(tr("Practise"), "heading"), label(told, "muted"), row(try_it, 1)))

    def _ask(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self._tr("Open a store on this computer"), str(self._home))
        if folder:
            self.chosen.emit(Path(folder))

    def _ask_backup(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self._tr("Look in another folder or on a stick"))
        if folder:
            self.restore_from(Path(folder))

    def restore_from(self, folder: Path) -> None:
        """Shows the backups on a stick or in a folder; the store is put where new ones are."""
        try:
            found = backups.found_in(folder, self._home)
        except CareHubError as error:
            self._begin_again()
            self._body.addWidget(Banner(self._theme, "alarm", self._tr.error(error)))
            return
        clear(self._body)
        name = backups.name_of(found[0])
        self.restoring = RestoreCard(self._theme, self._tr, self._jobs, self._home / name)
        site = found[0].kept.about.store
        self.restoring.show_backups([one for one in found if one.kept.about.store == site])
        self.restoring.restored.connect(lambda _: self.chosen.emit(self._home / name))
        self.restoring.left.connect(self._begin_again)
        self._body.addWidget(self.restoring, 0, Qt.AlignmentFlag.AlignHCenter)

    def _begin_again(self) -> None:
        clear(self._body)
        self._first(self._recent)

    def _form(self) -> None:
        clear(self._body)
        tr, theme = self._tr, self._theme
        self._level = ComboBox(theme, tr("Level"))
        for code in reversed(list(self._codes["level"])):
            self._level.addItem(tr.pick(code.zh, code.en), code.code)
        self._card_path: Path | None = None
        self._card_name = label(tr("no card"), "muted")
        choose = button(tr("Choose the card"), self._choose_card, theme=theme, icon="fa6s.id-card")
        words = {"name": tr("Name of the site"), "area": tr("Area code"), "user": tr("Your name"),
                 "password": tr(opening.AT_LEAST, least=opening.LEAST), "again": tr("Password once more")}  # fmt: skip
        self._lines = {n: line_edit(told, secret=n in ("password", "again")) for n, told in words.items()}
        card = Card(theme, label(tr("A new store"), "heading"), label(tr("Level")), self._level)
        card.body.addWidget(label(tr("The office's card")))
        card.body.addLayout(row(choose, self._card_name, gap=theme.px(th.GAP_S)))
        for name, line in self._lines.items():
            card.body.addWidget(label(words[name]))
            line.returnPressed.connect(line.focusNextChild)
            card.body.addWidget(line)
        self._told = column()
        card.body.addLayout(self._told)
        self._go = button(tr("Make the store"), self._make, theme=theme, icon="fa6s.check", kind="primary")
        card.body.addLayout(row(1, self._go))
        card.setMaximumWidth(theme.px(760) if theme.scale == 1 else 1000)
        self._body.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        self._lines["name"].setFocus()

    def _choose_card(self) -> None:
        words = self._tr("Office card") + " (*.carecard)"
        file, _ = QFileDialog.getOpenFileName(self, self._tr("Choose the card"), "", words)
        if file:
            self.take_card(Path(file))

    def take_card(self, file: Path) -> None:
        """Takes the office's card for the new store. One for a lost laptop says which site this is: nothing is typed
        again."""
        try:
            successor = cards.read(file).replaces
        except CareHubError as error:
            self._failed(error)
            return
        self._card_path = file
        self._card_name.setText(file.name)
        for name, line in self._lines.items():
            if name in ("name", "area"):
                line.setText(getattr(successor, name) if successor else line.text())
                line.setEnabled(successor is None)
        self._level.setEnabled(successor is None)
        if successor:
            self._level.setCurrentIndex(self._level.findData(successor.level))
            clear(self._told)
            told = self._tr(
                "This laptop takes over “{site}”; its records come with the return bundle.", site=successor.name
            )
            self._told.addWidget(Banner(self._theme, "info", told))
            self._lines["user"].setFocus()

    def _make(self) -> None:
        told = {name: line.text() for name, line in self._lines.items()}
        if told["password"] != told["again"]:
            self._failed(CareHubError("The two passwords are not the same."))
            return
        self._go.setEnabled(False)
        level, card = str(self._level.currentData()), self._card_path
        folder = self._home / (told["name"].strip() or "carehub")

        def begin() -> NewStore:
            return opening.begin(folder, level=level, name=told["name"], area=told["area"], password=told["password"],
                                 user=told["user"], card=card, language=self._tr.language)  # fmt: skip

        self._jobs.call(begin, self._made, self._failed)

    def _failed(self, error: Exception) -> None:
        self._go.setEnabled(True)
        clear(self._told)
        text = self._tr.error(error) if isinstance(error, CareHubError) else str(error)
        self._told.addWidget(Banner(self._theme, "alarm", text))

    def _made(self, new: NewStore) -> None:
        """The recovery code is typed once more before work begins: a code nobody wrote down helps nobody."""
        clear(self._body)
        tr, theme = self._tr, self._theme
        typed = line_edit(tr("The recovery code, typed once"))
        go = button(tr("Begin working"), lambda: self.begun.emit(new.desk), theme=theme, kind="primary")
        go.setEnabled(False)
        typed.textEdited.connect(lambda text: go.setEnabled(_same(text, new.recovery_code)))
        card = Card(theme, label(tr("Write this down and lock it away"), "heading"))
        card.body.addWidget(label(tr("If the password is ever forgotten, only this code opens the store:")))
        card.body.addWidget(label(new.recovery_code, "big"))
        paper = button(tr("Print it"), lambda: self._print_code(new), theme=theme, icon="fa6s.print")
        card.body.addLayout(row(paper, 1))
        card.body.addWidget(label(tr("The recovery code, typed once")))
        card.body.addWidget(typed)
        words = tr("Five words of this site, for the office to compare: {words}", words=" ".join(new.words))
        card.body.addWidget(label(words))
        card.body.addLayout(row(1, go))
        self._body.addWidget(card)
        typed.setFocus()

    def _print_code(self, new: NewStore) -> None:
        printer = choose_printer(self)
        if printer is not None:
            print_pages(printing.recovery_card_pdf(new.desk.site.name, new.recovery_code), printer)


def _same(typed: str, code: str) -> bool:
    return "".join(filter(str.isalnum, typed.upper())) == code.replace("-", "")
