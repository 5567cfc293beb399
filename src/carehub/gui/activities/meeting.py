"""One joint meeting: what was said, and beneath it what was resolved, with the days until which it is due."""

from functools import partial

from PySide6.QtWidgets import QLayout, QWidget

from carehub.domain.errors import CareHubError
from carehub.domain.meetings import JointMeeting, Resolution
from carehub.gui import theme as th
from carehub.gui.activities.how_far import how_far
from carehub.gui.children.summary import facts_grid
from carehub.gui.desktop import Desktop, Page
from carehub.gui.widgets.basics import Card, button, clear, column, label, row
from carehub.services import meetings, records

FACTS = ("held_on", "place", "chair", "recorder", "expected", "present")


class MeetingPage(Page):
    """`meeting/<id>`."""

    tables = frozenset({"joint_meeting", "resolution"})

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self._id = ""
        self._body = self.lay_out()

    @property
    def title(self) -> str:
        return self.texts("Joint meeting")

    def open(self, argument: str) -> None:
        self._id, self.stale = argument, False
        self.reload()

    def reload(self) -> None:
        clear(self._body)
        meeting = records.get(self.desk, JointMeeting, self._id)
        tr, theme, go = self.texts, self.theme, self.frame.open_address
        edit = button(tr("Edit"), lambda: go(f"meeting-form/{self._id}"), theme=theme, icon="fa6s.pen")
        paper = button(tr("Print the minutes"), lambda: go(f"papers/minutes/{self._id}"), theme=theme,
                       icon="fa6s.print")  # fmt: skip
        self._body.addLayout(row(1, edit, paper, gap=theme.px(th.GAP_S)))
        pairs = 2 if theme.scale < 1.5 else 1
        card = Card(theme, facts_grid(self.desktop, meeting, FACTS, pairs=pairs))
        for name, text in ((tr("Agenda"), meeting.agenda), (tr("Minutes of the meeting"), meeting.minutes)):
            if text:
                card.body.addWidget(label(name, "muted"))
                card.body.addWidget(label(text))
        self._body.addWidget(card)
        self._body.addWidget(self._resolutions())
        self._body.addStretch(1)

    def _resolutions(self) -> QWidget:
        tr, theme = self.texts, self.theme
        card = Card(theme, label(tr("Resolutions"), "heading"), gap=th.GAP_M)
        found = meetings.resolutions(self.desk, self._id)
        sites = records.references(self.desk, Resolution, found)
        if not found:
            card.body.addWidget(label(tr("Nothing is written down yet that was resolved."), "muted"))
        for resolution in found:
            card.body.addLayout(self._resolution(resolution, sites.get(resolution.responsible_id or "", "")))
        add = button(tr("Add a resolution"), lambda: self.frame.open_address(f"resolution/{self._id}"), theme=theme,
                     icon="fa6s.plus", kind="primary")  # fmt: skip
        card.body.addLayout(row(1, add))
        return card

    def _resolution(self, resolution: Resolution, site: str) -> QLayout:
        tr, theme = self.texts, self.theme
        lines: list[QWidget] = [label(resolution.wording, "strong")]
        told, kind = how_far(tr, resolution)
        lines.append(label("　".join(t for t in (site, told) if t), kind))
        if resolution.result:
            lines.append(label(resolution.result))
        buttons = []
        if resolution.done_on is None:
            done = button(tr("Done today"), partial(self._done, resolution.id), theme=theme, icon="fa6s.check")
            done.setAccessibleName(f"{tr('Done today')}　{resolution.wording}")
            buttons.append(done)
        edit = button(tr("Edit"), partial(self.frame.open_address, f"resolution/{resolution.id}"), theme=theme)
        edit.setAccessibleName(f"{tr('Edit')}　{resolution.wording}")
        words = column(*lines, gap=theme.px(th.GAP_XS))
        if theme.scale > 1.5:
            return column(words, row(1, *buttons, edit, gap=theme.px(th.GAP_S)), gap=theme.px(th.GAP_XS))
        line = row(words, *buttons, edit, gap=theme.px(th.GAP_S))
        line.setStretch(0, 1)
        return line

    def _done(self, resolution_id: str) -> None:
        try:
            touched = meetings.done(self.desk, resolution_id)
        except CareHubError as error:
            self.frame.complain(error)
            return
        self.frame.saved(touched)
