"""Volunteers for all children at once: proposals with reasons to be ticked, made in one step."""

from carehub.domain.errors import CareHubError
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop, Page
from carehub.gui.pairing.pieces import ProposalTicks, Terms
from carehub.gui.widgets.basics import button, column, label, reword, row
from carehub.gui.widgets.notice import EmptyState
from carehub.gui.widgets.progress import ProgressPanel
from carehub.gui.widgets.ticks import TickRow
from carehub.services import pairing, proposals
from carehub.services.proposals import Proposal


class ProposeAllPage(Page):
    """`pairing-all/<site>`: one proposal for each child of the site that has nobody. What is ticked is made."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        tr, theme = self.texts, self.theme
        self._site, self._left = "", 0
        self._found: dict[str, Proposal] = {}
        self._told = label("", "muted")
        self.ticks = ProposalTicks(theme, tr, tr("Proposals"))
        self.ticks.ticked.connect(lambda *_: self._count())
        self.progress = ProgressPanel(theme, tr)
        self.terms = Terms(desktop)
        self.empty = EmptyState(theme, "fa6s.circle-check", tr("There is nothing to propose"),
                                tr("Every child has somebody, or no volunteer has room for one more."))  # fmt: skip
        self.empty.hide()
        self.do = button("", self.make, theme=theme, icon="fa6s.link", kind="primary")
        self.do.setShortcut("Ctrl+S")
        self.do.setToolTip("Ctrl+S")
        cancel = button(tr("Cancel"), self.frame.go_back, theme=theme)
        edge, gap = self.edge, theme.px(th.GAP_S)
        foot = row(1, cancel, self.do, gap=gap)
        body = column(self._told, self.progress, self.ticks, self.empty, self.terms, foot, gap=gap,
                      margins=(edge, theme.px(th.GAP_M), edge, theme.px(th.GAP_M)))  # fmt: skip
        body.setStretch(2, 1)
        body.setStretch(3, 1)
        self.setLayout(body)

    @property
    def title(self) -> str:
        return self.texts("Proposals")

    def open(self, argument: str) -> None:
        self._site, self.stale = argument, False
        self._show([])
        self.empty.hide()
        self._told.setText("")
        job = self.desktop.jobs.start(proposals.for_all(self.desk, argument))
        job.finished.connect(self._show)
        job.failed.connect(self.frame.complain)
        self.progress.follow(job)

    def _show(self, found: list[Proposal]) -> None:
        """All of them, ticked."""
        self._found = {p.child_id: p for p in found}
        lines = [TickRow(p.child_id, f"{p.child} → {p.volunteer}\n{p.reasons}", on=True) for p in found]
        self.ticks.set_rows(lines)
        waiting = len(pairing.overview(self.desk, self._site).children) if self._site else 0
        self._left = waiting - len(found)
        for widget, there in ((self.ticks, bool(found)), (self.terms, bool(found)), (self.empty, not found)):
            widget.setVisible(there)
        self._count()
        if found:
            self.ticks.setFocus()

    def _count(self) -> None:
        tr, count = self.texts, len(self.ticks.on)
        words = tr("Make {count} pairings", count=count)
        reword(self.do, words)
        self.do.setEnabled(bool(count))
        told = tr("Space takes a tick away or sets it. Nothing is saved before you press the button.")
        if self._left > 0:
            told += " " + tr("For {count} children there is nobody who has room.", count=self._left)
        self._told.setText(told if self._found else "")

    def make(self) -> None:
        """Makes what is ticked, in one step that can be taken back."""
        pairs = [(child, self._found[child].volunteer_id) for child in self.ticks.on]
        try:
            made, touched = pairing.confirm(self.desk, pairs, self.terms.kind, self.terms.begins())
        except CareHubError as error:
            self.frame.complain(error)
            return
        self.frame.go_back()
        self.frame.saved(touched, self.texts("{count} pairings made.", count=len(made)))
