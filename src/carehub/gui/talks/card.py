"""The talks with a child, for those who may know of them: when, about what, by whom."""

from PySide6.QtWidgets import QLayout

from carehub.domain.facts import facts_of
from carehub.domain.protection import Talk
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, button, column, label, row
from carehub.services import labels, talks


class TalksCard(Card):
    """Lists the talks, the latest first; a new one is one click away."""

    def __init__(self, desktop: Desktop, child_id: str) -> None:
        tr, theme = desktop.tr, desktop.theme
        super().__init__(theme)
        go = desktop.frame.open_address
        record = button(tr("Record a talk"), lambda: go(f"talk/{child_id}"), theme=theme, icon="fa6s.comments")
        self.body.addLayout(row(label(tr("Talks"), "heading"), 1, record))
        self.body.addWidget(label(tr("Only the counsellor and the head of this site see them."), "small"))
        found = talks.of_child(desktop.desk, child_id)
        if not found:
            self.body.addWidget(label(tr("No talk yet."), "muted"))
        for talk in found:
            self.body.addLayout(self._line(desktop, talk))

    def _line(self, desktop: Desktop, talk: Talk) -> QLayout:
        tr, theme, facts = desktop.tr, desktop.theme, facts_of(Talk)
        parts = [labels.show_fact(desktop.desk, facts[n], getattr(talk, n)) for n in ("held_on", "topic", "counsellor")]
        lines = [label("　".join(p for p in parts if p), "strong")]
        if talk.next_on:
            lines.append(label(tr("Next talk: {day}", day=talk.next_on), "muted"))
        show = button(tr("Open"), lambda: desktop.frame.open_address(f"talk/{talk.id}"), theme=theme)
        show.setAccessibleName(tr("Open the talk of {day}", day=talk.held_on or ""))
        go = desktop.frame.open_address
        out = button(tr("Print"), lambda: go(f"papers/talk-record/{talk.id}"), theme=theme, icon="fa6s.print")
        out.setAccessibleName(tr("Print the talk of {day}", day=talk.held_on or ""))
        line = row(column(*lines, gap=theme.px(th.GAP_XS)), out, show, gap=theme.px(th.GAP_M))
        line.setStretch(0, 1)
        return line
