"""All questions, one person at a time: at the left whom they are about, at the right the values side by side, and one
button to settle all of one side."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from carehub.domain.errors import CareHubError
from carehub.domain.records import RECORDS
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.merging.question import QuestionCard
from carehub.gui.widgets.basics import Card, button, clear, column, label, row, scrolling
from carehub.gui.widgets.flow import flow
from carehub.gui.widgets.notice import EmptyState
from carehub.services import questions
from carehub.services.quarantine import RESTRICTED
from carehub.services.questions import Group, Question, Side
from carehub.store.store import Touched

AT_A_TIME = 12
"""Questions about one person that are shown at once; the rest follow as these are settled."""


class QuestionsPanel(QWidget):
    """The questions that wait, and apart from them those put aside. `changed` comes when one was put aside or taken up
    again; decisions are told to all pages by the shell."""

    changed = Signal()

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._d = desktop
        self._groups: list[Group] = []
        self._parked = False
        self._show_open = self._chip(parked=False)
        self._show_parked = self._chip(parked=True)
        self._people = self._list()
        self._cards = column(gap=desktop.theme.px(th.GAP_M))
        self._empty = column()
        self._content = self._arrange()
        empty = QWidget()
        empty.setLayout(self._empty)
        gap = desktop.theme.px(th.GAP_S)
        body = column(row(self._show_open, self._show_parked, 1, gap=gap), self._content, empty, gap=gap)
        body.setStretch(1, 1)
        body.setStretch(2, 1)
        self.setLayout(body)
        self._empty_holder = empty

    def _chip(self, *, parked: bool) -> QWidget:
        made = button("", lambda: self._choose(parked=parked), theme=self._d.theme, kind="chip")
        made.setCheckable(True)
        return made

    def _list(self) -> QListWidget:
        theme = self._d.theme
        made = QListWidget()
        made.setAccessibleName(self._d.tr("Whom the questions are about"))
        made.setFixedWidth(round(230 * (1 + (theme.scale - 1) * 0.6)))
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.currentRowChanged.connect(self._show_group)
        return made

    def _arrange(self) -> QWidget:
        inner = QWidget()
        inner.setLayout(self._cards)
        self._area = scrolling(inner)
        line = row(self._people, self._area, gap=self._d.theme.px(th.GAP_M))
        line.setStretch(1, 1)
        holder = QWidget()
        holder.setLayout(line)
        return holder

    # --- what is shown ----------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Reads the questions; stays with the person in sight, or goes on to the next."""
        tr, found = self._d.tr, questions.all_questions(self._d.desk)
        parked = [q for q in found if q.parked]
        counts = (len(found) - len(parked), len(parked))
        for chip, word, count, on in (
            (self._show_open, tr("To be settled"), counts[0], not self._parked),
            (self._show_parked, tr("Put aside"), counts[1], self._parked),
        ):
            chip.setText(f"{word} {count}")  # type: ignore[attr-defined]
            chip.setAccessibleName(f"{word} {count}")
            chip.setChecked(on)  # type: ignore[attr-defined]
        self._fill(questions.groups(parked if self._parked else [q for q in found if not q.parked]))

    def _choose(self, *, parked: bool) -> None:
        self._parked = parked
        self.reload()

    def _fill(self, groups: list[Group]) -> None:
        at = max(0, self._people.currentRow())
        before = self._groups[at].id if at < len(self._groups) else ""
        self._groups = groups
        self._people.blockSignals(True)
        self._people.clear()
        for group in groups:
            name = _name_of(self._d, group)
            item = QListWidgetItem(f"{name}　{len(group.questions)}")
            told = self._d.tr("{who}, {count} questions", who=name, count=len(group.questions))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, told)
            item.setToolTip(told)
            self._people.addItem(item)
        chosen = next((n for n, g in enumerate(groups) if g.id == before), min(at, len(groups) - 1))
        self._people.setCurrentRow(chosen)
        self._people.blockSignals(False)
        self._content.setVisible(bool(groups))
        self._show_empty(nothing=not groups)
        self._show_group(chosen)

    def _show_empty(self, *, nothing: bool) -> None:
        clear(self._empty)
        self._empty_holder.setVisible(nothing)
        if nothing:
            tr = self._d.tr
            title = tr("Nothing is put aside.") if self._parked else tr("No open questions.")
            text = tr(
                "When two sites wrote different things without knowing of each other, both stand here side by side."
            )
            self._empty.addWidget(EmptyState(self._d.theme, "fa6s.code-branch", title, text))

    def _show_group(self, at: int) -> None:
        clear(self._cards)
        if not 0 <= at < len(self._groups):
            return
        group = self._groups[at]
        self._cards.addWidget(self._head(group))
        for question in group.questions[:AT_A_TIME]:
            self._cards.addWidget(QuestionCard(self._d, question, self))
        if len(group.questions) > AT_A_TIME:
            more = self._d.tr("{count} more questions follow.", count=len(group.questions) - AT_A_TIME)
            self._cards.addWidget(label(more, "muted"))
        self._cards.addStretch(1)
        self._area.verticalScrollBar().setValue(0)

    def _head(self, group: Group) -> QWidget:
        """Whom it is about, the way to the file, and one button for each side."""
        d, tr, theme = self._d, self._d.tr, self._d.theme
        name = label(_name_of(d, group), "title")
        kind = label(tr(RECORDS[group.kind].about.label), "muted")
        line = row(name, kind, 1, gap=theme.px(th.GAP_M))
        head = Card(theme, line)
        pages = {"child": "child", "volunteer": "volunteer-form"}
        if group.kind in pages:
            address = f"{pages[group.kind]}/{group.id}"
            show = button(tr("Open the file"), lambda: d.frame.open_address(address), theme=theme, kind="plain",
                          icon="fa6s.folder-open")  # fmt: skip
            line.addWidget(show)
        sides = [s for s in group.sides if s.count > 1]
        if not self._parked and sides:
            head.body.addWidget(label(tr("Settle all at once with the values of:"), "muted"))
            head.body.addWidget(flow(theme, *(self._side_button(group, side) for side in sides)))
        return head

    def _side_button(self, group: Group, side: Side) -> QWidget:
        tr = self._d.tr
        word = tr("{side} ({count})", side=side.name, count=side.count)
        made = button(word, lambda: self._settle_side(group, side), theme=self._d.theme, icon="fa6s.check-double")
        made.setAccessibleName(tr("Settle all {count} with what {side} wrote", count=side.count, side=side.name))
        return made

    # --- decisions --------------------------------------------------------------------------------------------

    def _settle_side(self, group: Group, side: Side) -> None:
        try:
            touched, _ = questions.resolve_side(self._d.desk, group.id, side.key)
        except CareHubError as error:
            self._d.frame.complain(error)
            return
        self.decided(touched)

    def decided(self, touched: Touched) -> None:
        """A question was settled: pages are told, and the shell offers to take it back."""
        self._d.frame.saved(touched)
        self._go_on()

    def parked(self, question: Question) -> None:
        """Puts a question aside, or takes it up again."""
        tr, desk = self._d.tr, self._d.desk
        change = (questions.unpark, questions.park) if question.parked else (questions.park, questions.unpark)
        word = tr("Taken up again.") if question.parked else tr("Put aside; it stands under “Put aside”.")
        try:
            change[0](desk, [question.id])
        except CareHubError as error:
            self._d.frame.complain(error)
            return
        self._d.frame.say(word, lambda: self._back(question, parked=question.parked))
        self.changed.emit()
        self._go_on()

    def _back(self, question: Question, *, parked: bool) -> None:
        try:
            (questions.park if parked else questions.unpark)(self._d.desk, [question.id])
        except CareHubError as error:
            self._d.frame.complain(error)
        self.changed.emit()

    def _go_on(self) -> None:
        """The keyboard stays where the work is."""
        if self._groups:
            self._people.setFocus()


def _name_of(desktop: Desktop, group: Group) -> str:
    """Whom a group of questions is about, as far as this person may know."""
    hidden = all(q.hidden for q in group.questions)
    return desktop.tr(RESTRICTED) if hidden else group.name or desktop.tr("(name unknown)")
