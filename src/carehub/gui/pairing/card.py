"""The pairings of a child or of a volunteer: who with whom, since when, who took over from whom and why."""

from functools import partial

from PySide6.QtWidgets import QLayout, QPushButton

from carehub.domain.rights import Right
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.pairing.lists import concern
from carehub.gui.widgets.basics import Card, button, column, label, row
from carehub.gui.widgets.flow import flow
from carehub.gui.widgets.notice import Banner
from carehub.services import pairing
from carehub.services.pairing import Told


class PairingsCard(Card):
    """Running ones first, each with its paper and what can be done with it; then the history, the newest first."""

    def __init__(self, desktop: Desktop, *, child_id: str = "", volunteer_id: str = "") -> None:
        tr, theme = desktop.tr, desktop.theme
        heading = tr("Pairings") if child_id else tr("Children of this volunteer")
        super().__init__(theme, gap=th.GAP_M)
        self._d, self._of_child = desktop, bool(child_id)
        found = (
            pairing.of_child(desktop.desk, child_id) if child_id else pairing.of_volunteer(desktop.desk, volunteer_id)
        )
        head = row(label(heading, "heading"), 1)
        if child_id and desktop.desk.may(Right.WRITE):
            go = partial(desktop.frame.open_address, f"pairings/waiting/{child_id}")
            if not any(t.runs for t in found):
                head.addWidget(button(tr("Find somebody"), go, theme=theme, icon="fa6s.link", kind="primary"))
        self.body.addLayout(head)
        running, ended = [t for t in found if t.runs], [t for t in found if not t.runs]
        if child_id and len([t for t in running if t.pairing.kind == "one_to_one"]) > 1:
            told = tr("Several volunteers are paired one to one with this child. Please end what does not hold.")
            self.body.addWidget(Banner(theme, "caution", told))
        if not running:
            told = tr("Nobody looks after this child.") if child_id else tr("This volunteer has no child.")
            self.body.addWidget(label(told, "muted"))
        for one in running:
            self.body.addLayout(self._running(one))
        if ended:
            self.body.addWidget(label(tr("Before"), "heading"))
        for one in ended:
            self.body.addLayout(self._ended(one))

    def _name(self, told: Told) -> str:
        return told.volunteer if self._of_child else told.child

    def _running(self, told: Told) -> QLayout:
        tr, theme, p = self._d.tr, self._d.theme, told.pairing
        kind = self._d.desk.codes["pairing_kind"].name_of(p.kind, tr)
        signed = tr("agreement signed on {day}", day=p.signed_on) if p.signed_on else tr("agreement not signed yet")
        about = "　".join((kind, tr("since {day}", day=p.started_on or ""), signed))
        words = column(label(self._name(told), "strong"), label(about, "muted"), gap=theme.px(th.GAP_XS))
        if why := concern(tr, self._d.desk.codes, told):
            words.addWidget(Banner(theme, "caution", tr("Should this pairing end? ({why})", why=why)))
        return column(words, flow(theme, *self._tools(told)), gap=theme.px(th.GAP_XS))

    def _tools(self, told: Told) -> list[QPushButton]:
        tr, desk, p = self._d.tr, self._d.desk, told.pairing
        wanted: list[tuple[Right | None, str, str, str]] = [
            (Right.TAKE_OUT, tr("Print the agreement"), "fa6s.print", f"papers/pairing-agreement/{p.id}"),
            (Right.WRITE, tr("Agreement is signed"), "fa6s.signature", f"agreement/{p.id}"),
            (Right.WRITE, tr("Replace or end"), "fa6s.right-left", f"pairing-change/{p.id}"),
        ]
        if not self._of_child:
            wanted.insert(0, (None, tr("Open the child"), "fa6s.child-reaching", f"child/{p.child_id}"))
        made = []
        for right, words, icon, address in wanted:
            if desk.may(right):
                tool = button(words, partial(self._d.frame.open_address, address), theme=self._d.theme, icon=icon)
                tool.setAccessibleName(f"{words}　{self._name(told)}")
                made.append(tool)
        return made

    def _ended(self, told: Told) -> QLayout:
        """Who, from when until when; beneath it why, and who took over."""
        tr, theme, p = self._d.tr, self._d.theme, told.pairing
        span = tr("{start} to {end}", start=p.started_on or "", end=p.ended_on or "")
        after = tr("{volunteer} took over", volunteer=told.successor) if told.successor else ""
        why = "　".join(x for x in (p.end_reason or "", after) if x)
        lines = [label(f"{self._name(told)}　{span}")]
        if why:
            lines.append(label(why, "muted"))
        return column(*lines, gap=theme.px(th.GAP_XS))
