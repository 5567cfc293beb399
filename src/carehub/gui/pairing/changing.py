"""Replacing whoever looks after a child, or ending it, with a reason and a day."""

from datetime import date
from functools import partial

from PySide6.QtWidgets import QWidget

from carehub.domain.errors import CareHubError
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop, Page
from carehub.gui.editors.days import DayEditor
from carehub.gui.pairing.pieces import Choices, day_of, proposal_words
from carehub.gui.widgets.basics import Card, button, clear, column, label, line_edit, reword, row, scrolling
from carehub.gui.widgets.flow import flow
from carehub.gui.widgets.notice import Banner
from carehub.services import pairing, proposals

REASONS = (mark("The volunteer moved away"), mark("The volunteer is ill"), mark("The family wishes it"),
           mark("The child moved away"), mark("The parents are back"), mark("The agreement was not kept"))  # fmt: skip
"""What is usually said, for one click; anything else may be typed."""
NOBODY = ""
LINES = 4
"""Lines of the list that are seen at once, each of two rows."""


class ChangePage(Page):
    """`pairing-change/<pairing>`: why, from which day on, and who takes over, if anybody."""

    tables = frozenset({"pairing", "volunteer"})

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        tr, theme = self.texts, self.theme
        self._id, self._child, self._child_id = "", "", ""
        self._names: dict[str, str] = {}
        self._who, self._said = label("", "strong"), column()
        self.reason = line_edit(tr("Why ended"))
        self.reason.textChanged.connect(lambda _: self._ready())
        usual = [button(tr(word), partial(self.reason.setText, tr(word)), theme=theme, kind="chip") for word in REASONS]
        self.day = DayEditor(theme, tr)
        self.day.set_name(tr("On which day"))
        self.do = button(tr("End the pairing"), self.save, theme=theme, icon="fa6s.check", kind="primary")
        self.do.setShortcut("Ctrl+S")
        self.do.setToolTip("Ctrl+S")
        self.people = Choices(theme, tr("Who takes over"))
        self.people.chosen.connect(self._person)
        self.people.taken.connect(lambda _: self.do.setFocus())
        self.people.setMinimumHeight(LINES * theme.row)
        why = Card(theme, self._who, label(tr("Why does it end?"), "heading"), flow(theme, *usual), self.reason,
                   label(tr("On which day")), self.day)  # fmt: skip
        who = Card(theme, label(tr("Who takes over?"), "heading"), self.people)
        who.body.addLayout(self._said)
        edge, gap = self.edge, theme.px(th.GAP_M)
        holder = column(why, who, gap=gap, margins=(edge, theme.px(th.GAP_L), edge, gap))
        holder.setStretch(1, 1)
        content = QWidget()
        content.setLayout(holder)
        cancel = button(tr("Cancel"), self.frame.go_back, theme=theme)
        foot = row(1, cancel, self.do, gap=theme.px(th.GAP_S), margins=(edge, theme.px(th.GAP_S), edge, gap))
        body = column(scrolling(content), foot)
        body.setStretch(0, 1)
        self.setLayout(body)

    @property
    def title(self) -> str:
        return self.texts("Replace or end")

    def open(self, argument: str) -> None:
        told = pairing.told(self.desk, argument)
        self._id, self._child, self._child_id, self.stale = told.pairing.id, told.child, told.pairing.child_id, True
        since = self.texts("since {day}", day=told.pairing.started_on or "")
        self._who.setText(f"{told.child} ← {told.volunteer}　{since}")
        self.reason.clear()
        self.day.set_value(date.today())
        self.people.setCurrentRow(0)
        self.reason.setFocus()

    def reload(self) -> None:
        tr = self.texts
        found = proposals.for_child(self.desk, self._child_id)
        self._names = {p.volunteer_id: p.volunteer for p in found}
        nobody = (NOBODY, f"{tr('Nobody for now')}\n{tr('the child stands among those without a pairing again')}")
        self.people.set_rows([nobody, *((p.volunteer_id, proposal_words(p)) for p in found)])

    def _person(self, volunteer_id: str) -> None:
        tr = self.texts
        clear(self._said)
        name = self._names.get(volunteer_id, "")
        words = tr("{volunteer} takes over", volunteer=name) if name else tr("End the pairing")
        reword(self.do, words)
        if name:
            for told in proposals.warnings(self.desk, self._child_id, volunteer_id, "surrogate_parent"):
                self._said.addWidget(Banner(self.theme, "caution", told))
        self._ready()

    def _ready(self) -> None:
        self.do.setEnabled(bool(self.reason.text().strip()))

    def save(self) -> None:
        """Ends it, or lets the chosen one take over, in one step that can be taken back."""
        tr, chosen = self.texts, self.people.current
        try:
            day = day_of(self.desktop, "ended_on", self.day)
            if chosen:
                _, touched = pairing.take_over(self.desk, self._id, chosen, self.reason.text(), day)
                told = tr("{volunteer} looks after {child} now.", volunteer=self._names[chosen], child=self._child)
            else:
                _, touched = pairing.end(self.desk, self._id, self.reason.text(), day)
                told = tr("Nobody looks after {child} now.", child=self._child)
        except CareHubError as error:
            self.frame.complain(error)
            return
        self.frame.go_back()
        self.frame.saved(touched, told)
