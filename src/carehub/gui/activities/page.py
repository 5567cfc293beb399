"""The place “Activities”: five lists, one in sight at a time."""

from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.activities.lists import ActivitiesList, MeetingsList, PatrolsList, PledgesList, ResolutionsList
from carehub.gui.desktop import Desktop, Page
from carehub.gui.lists.page import ListPage
from carehub.gui.merging.sections import Sections
from carehub.gui.tables import RecordTable
from carehub.gui.widgets.basics import column

LISTS: dict[str, tuple[str, type[ListPage]]] = {
    "list": (mark("Activities"), ActivitiesList),
    "pledges": (mark("Pledges"), PledgesList),
    "patrols": (mark("Patrols"), PatrolsList),
    "meetings": (mark("Joint meetings"), MeetingsList),
    "resolutions": (mark("Resolutions"), ResolutionsList),
}


class ActivitiesPage(Page):
    """`activities/pledges` opens a section; without a name it stays where it was."""

    tables = frozenset({"activity", "attendance", "pledge", "patrol", "joint_meeting", "resolution", "child",
                        "volunteer"})  # fmt: skip

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self.sections = Sections(self.theme, self.texts)
        self.lists: dict[str, ListPage] = {}
        for key, (word, made) in LISTS.items():
            self.lists[key] = made(desktop)
            self.sections.add(key, self.texts(word), self.lists[key])
        edge = self.theme.px(th.GAP_M)
        self.setLayout(column(self.sections, margins=(self.edge, edge, self.edge, edge)))
        self.sections.chosen.connect(self._chosen)

    @property
    def title(self) -> str:
        return self.texts("Activities")

    @property
    def table(self) -> RecordTable:
        """The table in sight."""
        return self.lists[self.sections.current].table

    def open(self, argument: str) -> None:
        if argument in LISTS:
            self.sections.show_section(argument)

    def reload(self) -> None:
        self.lists[self.sections.current].reload()

    def search_for(self, text: str) -> bool:
        return self.lists[self.sections.current].search_for(text)

    def _chosen(self, key: str) -> None:
        if not self.stale:  # else the shell is about to have everything read
            self.lists[key].reload()
