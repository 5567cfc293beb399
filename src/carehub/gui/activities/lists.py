"""The lists of the place: activities, pledges, patrols, joint meetings."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from PySide6.QtWidgets import QWidget

from carehub.domain.activities import PARTIES, Activity, Patrol, Pledge
from carehub.domain.meetings import JointMeeting, Resolution
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.activities.how_far import how_far
from carehub.gui.desktop import Desktop
from carehub.gui.lists.page import ListPage
from carehub.gui.rows import Column
from carehub.gui.widgets.basics import button
from carehub.services import meetings, pledges
from carehub.store.queries import Wanted

SOME = ("fa6s.pen", th.MUTED)
"""Icon and colour of a pledge that still lacks signatures."""


class _Listed(ListPage):
    """A list within a section: the place around it has the margins already."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(0, 0, 0, 0)


class ActivitiesList(_Listed):
    """Activities, the latest first."""

    record = Activity
    form_address = "activity-form/new"
    open_as = "activity"
    add_word = mark("Add an activity")
    empty_hint = mark("Write down what you did together with the children, and tick off who came.")
    usual = ("held_on", "title", "kind", "place", "leader")
    few = ("held_on", "title", "place")
    first = Wanted(order="held_on", descending=True)


class PledgesList(_Listed):
    """Pledges, those that run out last first."""

    record = Pledge
    form_address = "pledge-make"
    open_as = "pledge"
    add_word = mark("Make pledges")
    empty_hint = mark("Make the four-party pledges of a class or a school in one step, then print and sign them.")
    usual = ("child_id", "theme", "year")
    few = ("child_id", "theme")
    first = Wanted(order="expires_on", descending=True)

    def more_columns(self) -> list[Column]:
        tr, whole = self.texts, len(PARTIES)
        signed = Column(
            "signatures",
            tr("Signatures"),
            lambda p: tr("{count} of {whole}", count=pledges.signed(p), whole=whole),
            sortable=False,
            icon=lambda p: self.theme.icon(*(("fa6s.check", th.GOOD) if pledges.signed(p) == whole else SOME)),
        )
        return [signed, Column("expires_on", tr("Valid until"), _until(tr("expired")))]

    def more_buttons(self) -> list[QWidget]:
        tick = button(self.texts("Tick off signatures"), lambda: self.frame.open_address("pledge-sign"),
                      theme=self.theme, icon="fa6s.signature")  # fmt: skip
        return [tick]


def _until(expired: str) -> Callable[[Pledge], str]:
    def show(pledge: Pledge) -> str:
        day = pledge.expires_on
        return "" if day is None else f"{day}　{expired}" if day < date.today() else f"{day}"

    return show


class PatrolsList(_Listed):
    """Rounds to internet cafés, the latest first."""

    record = Patrol
    form_address = "patrol/new"
    open_as = "patrol"
    add_word = mark("Add a patrol")
    empty_hint = mark("Write down every round to an internet café: who went, what was found, who was told.")
    few = ("patrolled_on", "cafe", "volunteer_id", "found")
    first = Wanted(order="patrolled_on", descending=True)

    def more_buttons(self) -> list[QWidget]:
        words = {"patrol-sheet": mark("Print a log to fill in"), "patrol-log": mark("Print the patrol log")}
        return [
            button(self.texts(word), partial(self.frame.open_address, f"papers/{paper}"), theme=self.theme,
                   icon="fa6s.print")
            for paper, word in words.items()
        ]  # fmt: skip


class MeetingsList(_Listed):
    """Joint meetings, the latest first, with what of their resolutions is still open."""

    record = JointMeeting
    form_address = "meeting-form/new"
    open_as = "meeting"
    add_word = mark("Add a joint meeting")
    empty_hint = mark("Write down every joint meeting and what it resolved; what is overdue is said here.")
    usual = ("held_on", "agenda", "place", "chair")
    few = ("held_on", "agenda", "place")
    first = Wanted(order="held_on", descending=True)

    def more_columns(self) -> list[Column]:
        self._open: dict[str, tuple[int, int]] = {}
        return [Column("open_resolutions", self.texts("Open resolutions"), self._told, sortable=False)]

    def fetch(self, ids: Sequence[str]) -> list[object]:
        self._open |= meetings.left_of(self.desk, ids)
        return super().fetch(ids)

    def _told(self, meeting: JointMeeting) -> str:
        left, late = self._open.get(meeting.id, (0, 0))
        if late:
            return self.texts("{count}, {late} overdue", count=left, late=late)
        return str(left or "")


class ResolutionsList(_Listed):
    """What meetings resolved, here, below, and of offices above what is to be done here: open ones first."""

    record = Resolution
    form_address = "meeting-form/new"
    open_as = "resolution"
    add_word = mark("Add a joint meeting")
    empty_hint = mark("What joint meetings resolve stands here, also what the office above asks you to do.")
    usual = ("wording", "responsible_id", "set_by_id")
    few = ("wording", "responsible_id")
    first = Wanted(order="done_on")

    def more_columns(self) -> list[Column]:
        state = Column("done_on", self.texts("How far"), lambda r: how_far(self.texts, r)[0],
                       icon=lambda r: self.theme.icon("fa6s.check", th.GOOD) if r.done_on else None,
                       colour=lambda r: th.ALARM if meetings.is_overdue(r) else th.INK)  # fmt: skip
        return [state]
