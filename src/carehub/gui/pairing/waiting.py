"""Children whom nobody looks after: one of them, who would fit and why, and one key to pair the two."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from carehub.domain.errors import CareHubError
from carehub.domain.people import Child
from carehub.domain.rights import Right
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.pairing.pieces import Choices, Terms, child_words, proposal_words
from carehub.gui.widgets.basics import button, clear, column, label, row
from carehub.gui.widgets.notice import Banner, EmptyState
from carehub.services import pairing, proposals
from carehub.services.proposals import Proposal


class WaitingPane(QWidget):
    """Left: the children without a pairing. Right: volunteers for the chosen one, the best first. Enter on a child goes
    to its volunteers, Enter on a volunteer pairs the two. `for_all` is called for proposals for all of them."""

    def __init__(self, desktop: Desktop, for_all: Callable[[], object]) -> None:
        super().__init__()
        self._d, tr, theme = desktop, desktop.tr, desktop.theme
        self._found: dict[str, Proposal] = {}
        self._of = ""
        self.may_write = desktop.desk.may(Right.WRITE)
        self.children_list = Choices(theme, tr("Children without a pairing"), tall=False)
        self.people = Choices(theme, tr("Volunteers who would fit, the best first"))
        self.children_list.chosen.connect(self._child)
        self.children_list.taken.connect(lambda _: self.people.setFocus())
        self.people.chosen.connect(self._person)
        self.people.taken.connect(lambda _: self.pair())
        self._head, self._none = label("", "strong"), label("", "muted")
        self._said = column()
        self._add = button(tr("Add a volunteer"), lambda: desktop.frame.open_address("volunteer-form/new"), theme=theme,
                           icon="fa6s.plus")  # fmt: skip
        self.terms = Terms(desktop)
        self.do = button(tr("Pair these two"), self.pair, theme=theme, icon="fa6s.link", kind="primary")
        self.all = button(tr("Propose for all"), for_all, theme=theme, icon="fa6s.wand-magic-sparkles")
        gap = theme.px(th.GAP_S)
        left = column(self.children_list, self.all, gap=gap)
        right = column(self._head, self._none, row(self._add, 1), self.people, self._said, gap=gap)
        right.setStretch(3, 1)
        self._both = QWidget()
        line = row(left, right, gap=theme.px(th.GAP_L))
        line.setStretch(0, 2)
        line.setStretch(1, 3)
        foot = row(self.terms, self.do, gap=gap)
        foot.setStretch(0, 1)
        whole = column(line, foot, gap=gap)
        whole.setStretch(0, 1)
        self._both.setLayout(whole)
        told = tr("Children without a pairing stand here, with volunteers who would fit.")
        self._empty = EmptyState(theme, "fa6s.circle-check", tr("Every child has somebody"), told)
        self._empty.hide()
        body = column(self._both, self._empty)
        body.setStretch(0, 1)
        body.setStretch(1, 1)
        self.setLayout(body)
        for widget in (self.terms, self.do, self.all):
            widget.setVisible(self.may_write)

    def show_children(self, found: list[Child]) -> None:
        """Shows these children; the one that was chosen stays chosen."""
        self._both.setVisible(bool(found))
        self._empty.setVisible(not found)
        self.children_list.set_rows([(c.id, child_words(self._d.tr, self._d.theme, c)) for c in found])

    def choose(self, child_id: str) -> None:
        """Chooses a child for the user."""
        self.children_list.choose(child_id)
        self.people.setFocus()

    def _child(self, child_id: str) -> None:
        """Volunteers for the child one is at."""
        found = proposals.for_child(self._d.desk, child_id) if child_id else []
        self._found = {p.volunteer_id: p for p in found}
        name = found[0].child if found else ""
        tr = self._d.tr
        self._head.setText(tr("Who would fit {child}", child=name) if name else tr("Who would fit"))
        self._none.setText("" if found or not child_id else tr("There is no volunteer here yet. Please add one first."))
        self._none.setVisible(bool(self._none.text()))
        self._add.setVisible(bool(self._none.text()) and self.may_write)
        self.people.set_rows([(p.volunteer_id, proposal_words(p)) for p in found], anew=child_id != self._of)
        self._of = child_id

    def _person(self, volunteer_id: str) -> None:
        """What speaks against the volunteer one is at."""
        clear(self._said)
        child = self.children_list.current
        if volunteer_id and child:
            for words in proposals.warnings(self._d.desk, child, volunteer_id):
                self._said.addWidget(Banner(self._d.theme, "caution", words))
        self.do.setEnabled(bool(volunteer_id and child))

    def pair(self) -> None:
        """Pairs the child and the volunteer one is at; the next child is then in its place."""
        child, volunteer = self.children_list.current, self.people.current
        if not (child and volunteer and self.may_write):
            return
        told = self._found[volunteer]
        try:
            terms = self.terms
            _, touched = pairing.confirm(self._d.desk, [(child, volunteer)], terms.kind, terms.begins())
        except CareHubError as error:
            self._d.frame.complain(error)
            return
        words = self._d.tr("{volunteer} looks after {child} now.", volunteer=told.volunteer, child=told.child)
        self._d.frame.saved(touched, words)
        self.children_list.setFocus()
