"""Typing in visits from paper, one sheet after the other, without the mouse: number, what is ticked, what is written,
saved, and the next number."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from carehub.domain.care import Visit
from carehub.domain.errors import CareHubError
from carehub.domain.people import Volunteer
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.consents.tick import Tick
from carehub.gui.desktop import Desktop
from carehub.gui.editors.lines import LATIN
from carehub.gui.forms import Form
from carehub.gui.generic import FormPage
from carehub.gui.visits.entry_form import EntryForm
from carehub.gui.widgets.basics import Card, button, clear, column, label, line_edit, row
from carehub.gui.widgets.notice import Banner
from carehub.services import children, drafts, entry, records
from carehub.services.entry import Sheet, State
from carehub.store.store import Touched

NUMBER = "#"
"""The name under which the number stands in a draft that survives a change of text size."""
KEYS = mark(
    "Enter goes on. Checks: 1 in order, 2 concern, 3 danger; Enter where nothing is ticked means in order. "
    "Days: 24 or 11.24. Ctrl+Enter saves."
)


class EntryPage(FormPage):
    """`visit-entry` waits for a number, `visit-entry/<number>` begins with one."""

    record = Visit
    tables = frozenset({"visit", "volunteer"})

    def __init__(self, desktop: Desktop) -> None:
        self._sheet: Sheet | None = None
        self._begun: dict[str, object] = {}
        self.others: dict[str, Tick] = {}
        super().__init__(desktop)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.save)
        escape = QShortcut(QKeySequence("Escape"), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._give_up)
        self._wait()

    def make_form(self) -> Form:
        self.fields = EntryForm(self.texts, self.asked.codes, self.theme, {}, self.asked.facts)
        return self.fields

    def connect_form(self) -> None:
        super().connect_form()
        self.form.edited.connect(self._follow)

    def head(self) -> QWidget:
        tr, theme = self.texts, self.theme
        name = tr("Number of the sheet")
        self.number = line_edit(name)
        self.number.setInputMethodHints(LATIN)
        self.number.setPlaceholderText(tr("Scan it, or type the last four digits, then Enter"))
        self.number.returnPressed.connect(self.look_up)
        self.number.installEventFilter(self)
        self._left = label("", "muted")
        self._told = column(gap=theme.px(th.GAP_S))
        number = row(label(name, "strong", wrap=False), self.number, gap=theme.px(th.GAP_M))
        number.setStretch(1, 1)
        self._others = column(gap=theme.px(th.GAP_XS))
        holder = QWidget()
        holder.setMaximumWidth(theme.px(880))
        card = Card(theme, number, self._left, self._told, self._others)
        holder.setLayout(column(card))
        return holder

    @property
    def title(self) -> str:
        return self.texts("Type in visits")

    @property
    def draft_key(self) -> str:
        return f"visit/{self._sheet.visit.id if self._sheet else ''}"

    def reload(self) -> None:
        self._offer_volunteers()
        if self._sheet is None:
            self._count()

    def _offer_volunteers(self) -> None:
        people = records.fetch(self.desk, Volunteer, records.ids(self.desk, Volunteer))
        self.form.offer("volunteer_id", [(v.id, v.name) for v in people])

    def renew_form(self) -> None:
        super().renew_form()
        self._offer_volunteers()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Taking back what was just saved works where the cursor waits for the next number: an empty line has nothing
        of its own to redo."""
        override = event.type() == QEvent.Type.ShortcutOverride and watched is self.number
        if override and isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Redo):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    # --- the number ---

    def open(self, argument: str) -> None:
        self._wait()
        if argument:
            self.number.setText(argument)
            self.look_up()

    def _wait(self) -> None:
        """Ready for the next number."""
        self._pause.stop()
        self._sheet, self._begun, self.others = None, {}, {}
        self.form.set_values({})
        self.form.setVisible(False)
        self.save_button.setEnabled(False)
        clear(self._told)
        clear(self._others)
        self._count()
        self.number.clear()
        self.number.setFocus(Qt.FocusReason.OtherFocusReason)

    def _count(self) -> None:
        count = entry.open_sheets(self.desk)
        self._left.setText(self.texts("{count} sheets are still to be typed in.", count=count))

    def _give_up(self) -> None:
        """Back to the number; asks if something was typed."""
        if self.can_leave():
            self._wait()

    def look_up(self) -> None:
        """Opens the sheet whose number was typed or scanned; asks first if another one is half typed in."""
        typed = self.number.text()
        if self._sheet and not self.can_leave():
            return
        self._wait()
        self.number.setText(typed)
        try:
            found = entry.find(self.desk, typed)
        except CareHubError as error:
            self._say("caution", self.texts.error(error))
            return
        if found.state is State.OPEN:
            self._begin(found)
        else:
            self._say("caution", found.sentence(self.desk), found)

    def _say(self, kind: str, words: str, sheet: Sheet | None = None) -> None:
        """A sentence below the number, which stays selected to be typed over."""
        actions = []
        if sheet and sheet.state is State.ENTERED:
            go = partial(self.frame.open_address, f"visit/{sheet.visit.id}")
            actions.append(button(self.texts("Open"), go, theme=self.theme))
        self._told.addWidget(Banner(self.theme, kind, words, *actions))
        self._tab_order(actions)
        self.number.selectAll()
        self.number.setFocus(Qt.FocusReason.OtherFocusReason)

    def _begin(self, sheet: Sheet) -> None:
        self.ask_more(sheet.child.site_id)
        self._sheet = sheet
        self.number.setText(sheet.visit.sheet_no or "")
        self._show_child(sheet)
        self._begun = entry.beginning(self.desk, sheet)
        self.form.set_values(self._begun)
        self.fields.proposed = ""
        self._propose()
        for field in self.form.fields.values():
            field.remember()
        self.form.setVisible(True)
        self.save_button.setEnabled(True)
        if left := drafts.kept(self.desk, self.draft_key):
            self.form.restore(left)
            self.frame.say(self.texts("What you typed last time and did not save is here again."))
        self.form.focus_first()
        QTimer.singleShot(0, self, self._bring_into_sight)

    def _bring_into_sight(self) -> None:
        """The form was hidden until now: where its fields lie is known only after it is laid out."""
        if self._sheet and not self.number.hasFocus():
            self.form.focus_first()

    def _show_child(self, sheet: Sheet) -> None:
        tr, child = self.texts, sheet.child
        file = children.read(self.desk, [child.id])[0]
        place = " ".join(x for x in (child.school, child.grade) if x)
        guardian = tr("Guardian: {name}", name=file.guardian.name) if file.guardian and file.guardian.name else ""
        planned = tr("planned for {day}", day=sheet.visit.planned_for) if sheet.visit.planned_for else ""
        self._left.setText(tr(KEYS))
        self._told.addWidget(label(child.name, "title"))
        self._told.addWidget(label("　".join(x for x in (place, guardian, planned) if x), "muted"))
        if child.status != "active":
            status = self.desk.codes["child_status"].name_of(child.status, tr)
            words = tr("The child's file is marked “{status}”.", status=status)
            self._told.addWidget(Banner(self.theme, "caution", words))
        self._offer_others(child.id)

    def _offer_others(self, child_id: str) -> None:
        found = entry.household(self.desk, child_id)
        if found:
            self._others.addWidget(label(self.texts("The same sheet holds for (children of the same household):")))
        for child in found:
            words = "　".join(x for x in (child.name, child.grade) if x)
            self.others[child.id] = Tick(self.theme, words)
            self._others.addWidget(self.others[child.id])
        self._tab_order(list(self.others.values()))

    def _tab_order(self, made: Sequence[QWidget]) -> None:
        """What was just made is reached with Tab where the eye finds it: behind the number."""
        before: QWidget = self.number
        for widget in made:
            QWidget.setTabOrder(before, widget)
            before = widget

    # --- the form ---

    def _follow(self) -> None:
        """What is ticked decides when the next visit is proposed, and whether a note is needed."""
        self._propose()
        self.fields.ask_for_note()

    def _propose(self) -> None:
        if self._sheet and (day := self.fields.done()):
            self.fields.propose(entry.next_visit(self.desk, self._sheet, day, self.fields.checks()))

    def save(self) -> None:
        """Saves the sheet, says what was saved, and waits for the next number."""
        if not self._sheet or not self.form.check():
            return
        also = [child for child, box in self.others.items() if box.isChecked()]
        try:
            visit, touched = entry.save(self.desk, self._sheet, self.form.values(), also)
        except CareHubError as error:
            self.frame.complain(error)
            return
        self._saved(visit, touched, also)

    def _saved(self, visit: Visit, touched: Touched, also: list[str]) -> None:
        assert self._sheet is not None
        told = entry.told(self.desk, self._sheet, visit, also)
        self._forget_draft()
        self._wait()
        self.frame.saved(touched, told)

    def can_leave(self) -> bool:
        return self._sheet is None or super().can_leave()

    def draft(self) -> dict[str, str]:
        typed = super().draft() if self._sheet else {}
        return {**typed, NUMBER: self._sheet.visit.sheet_no or ""} if self._sheet else {}

    def _keep_draft(self) -> None:
        if self._sheet:
            drafts.keep(self.desk, self.draft_key, super().draft())

    def restore(self, draft: dict[str, str]) -> None:
        typed = dict(draft)
        self.number.setText(typed.pop(NUMBER, ""))
        self.look_up()
        self.form.restore(typed)
