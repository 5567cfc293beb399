"""Who looked behind masks, printed, exported: for the head to read; nobody can change it."""

from collections.abc import Sequence

from carehub.domain.errors import CareHubError
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop, Page
from carehub.gui.rows import Column
from carehub.gui.tables import RecordTable
from carehub.gui.widgets.basics import column, label, row
from carehub.gui.widgets.combo import ComboBox
from carehub.services import access, labels, users
from carehub.services.access import Look, Summary

MOST = 5000
"""Lines shown: the newest ones."""


class AccessesPage(Page):
    """The access log with filters for person and kind."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        tr, theme = self.texts, self.theme
        self._found: list[Look] = []
        self._told: list[Summary] = []
        self._who, self._what = ComboBox(theme, tr("Who")), ComboBox(theme, tr("What was done"))
        self._count = label("", "muted", wrap=False)
        self.table = RecordTable(theme, self.title, self._columns(), self._fetch)
        tools = row(label(tr("Who"), wrap=False), self._who, label(tr("What was done"), wrap=False), self._what, 1,
                    self._count, gap=theme.px(th.GAP_S))  # fmt: skip
        hint = label(
            tr("These lines cannot be changed. How often each person looked goes up with the bundles."), "muted"
        )
        body = column(hint, tools, self.table, gap=theme.px(th.GAP_M))
        body.setStretch(2, 1)
        self.below: RecordTable | None = None
        if self.desk.is_office:
            self.below = RecordTable(theme, tr("What the sites below told"), self._columns_below(), self._fetch_below)
            body.addWidget(label(tr("What the sites below told"), "heading"))
            body.addWidget(self.below)
            body.setStretch(4, 1)
        body.setContentsMargins(self.edge, theme.px(th.GAP_L), self.edge, theme.px(th.GAP_L))
        self.setLayout(body)
        self._fill()
        for box in (self._who, self._what):
            box.currentIndexChanged.connect(self.reload)

    @property
    def title(self) -> str:
        return self.texts("Access log")

    def _fill(self) -> None:
        tr = self.texts
        for box in (self._who, self._what):
            box.addItem(tr("All"), "")
        for person in users.people(self.desk):
            self._who.addItem(person.name, person.id)
        for code in self.desk.codes["access_kind"]:
            self._what.addItem(tr.pick(code.zh, code.en), code.code)

    def _columns(self) -> list[Column]:
        tr = self.texts
        shows = (
            ("at", tr("Time"), lambda x: labels.moment(x.at)),
            ("author", tr("Who"), lambda x: x.author),
            ("what", tr("What was done"), lambda x: x.what),
            ("about", tr("About whom"), lambda x: x.about),
            ("detail", tr("Field"), lambda x: x.detail),
            ("reason", tr("Reason"), lambda x: x.reason),
        )
        return [Column(name, title, show, sortable=False) for name, title, show in shows]

    def _columns_below(self) -> list[Column]:
        tr = self.texts
        shows = (
            ("site", tr("Site"), lambda x: x.site),
            ("author", tr("Who"), lambda x: x.author),
            ("what", tr("What was done"), lambda x: x.what),
            ("first", tr("From"), lambda x: str(x.first or "")),
            ("until", tr("Until"), lambda x: str(x.until or "")),
            ("count", tr("Times"), lambda x: str(x.count)),
        )
        return [Column(name, title, show, sortable=False) for name, title, show in shows]

    def _fetch_below(self, ids: Sequence[str]) -> list[object]:
        return [self._told[int(n)] for n in ids]

    def reload(self) -> None:
        try:
            if self.below is not None:
                self._told = access.summaries(self.desk)
                self.below.set_ids([str(n) for n in range(len(self._told))])
            self._found = access.log(
                self.desk, author=self._who.currentData(), what=self._what.currentData(), limit=MOST
            )
        except CareHubError as error:
            self.frame.complain(error)
            self._found = []
        self.table.set_ids([str(n) for n in range(len(self._found))])
        self._count.setText(self.texts("{count} lines", count=len(self._found)))

    def open(self, _argument: str) -> None:
        self.stale = True

    def _fetch(self, ids: Sequence[str]) -> list[object]:
        return [self._found[int(n)] for n in ids]
