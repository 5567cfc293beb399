"""The page “Pairing”: children whom nobody looks after, pairings that run or ended, volunteers without a child."""

from carehub.domain.people import Child
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop, Page
from carehub.gui.merging.sections import Sections
from carehub.gui.pairing.lists import EndedList, IdleList, RunningList
from carehub.gui.pairing.waiting import WaitingPane
from carehub.gui.widgets.basics import button, column, row
from carehub.gui.widgets.combo import ComboBox
from carehub.services import pairing, records
from carehub.services.pairing import Overview

SECTIONS = {
    "waiting": mark("Children without a pairing"),
    "running": mark("Running pairings"),
    "idle": mark("Volunteers without a child"),
    "ended": mark("Ended pairings"),
}


class PairingPage(Page):
    """`pairings` stays at the section it was at, `pairings/<section>` opens one, `pairings/waiting/<child>` a child
    in it. An office looks at one of its sites at a time: proposals stay within one."""

    tables = frozenset({"pairing", "child", "volunteer", "consent", "site", "visit"})

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        theme = self.theme
        self.site = ComboBox(theme, self.texts("Which site"))
        self.site.activated.connect(lambda *_: self._show())
        self.sections = Sections(theme, self.texts)
        self.waiting = WaitingPane(desktop, self._for_all)
        self.running, self.idle, self.ended = RunningList(desktop), IdleList(desktop), EndedList(desktop)
        contents = (self.waiting, self.running, self.idle, self.ended)
        for (key, word), content in zip(SECTIONS.items(), contents, strict=True):
            self.sections.add(key, self.texts(word), content)
        edge, top = self.edge, theme.px(th.GAP_M)
        listed = button(self.texts("All as a list"), lambda: self.frame.open_address("pairing-list"), theme=theme,
                        icon="fa6s.list")  # fmt: skip
        line = row(self.site, 1, listed)
        body = column(line, self.sections, gap=theme.px(th.GAP_S), margins=(edge, top, edge, top))
        body.setStretch(1, 1)
        self.setLayout(body)
        self._wanted = ""

    @property
    def title(self) -> str:
        return self.texts("Pairings")

    def open(self, argument: str) -> None:
        section, _, self._wanted = argument.partition("/")
        if section in SECTIONS:
            self.sections.show_section(section)
        if self._wanted:
            self.stale = True
        elif self.sections.current == "waiting":
            self.waiting.children_list.setFocus()

    def reload(self) -> None:
        self._offer_sites()
        self._show()

    def _offer_sites(self) -> None:
        """The sites to choose from; hidden where there is but this one."""
        found, before = pairing.sites(self.desk), self.site.currentData()
        self.site.clear()
        for site, name in found:
            self.site.addItem(name, site)
        ids = [site for site, _ in found]
        wanted = records.get(self.desk, Child, self._wanted).site_id if self._wanted else before or self.desk.site.id
        self.site.setCurrentIndex(ids.index(wanted) if wanted in ids else 0)
        self.site.setVisible(ids not in ([], [self.desk.site.id]))

    def _show(self) -> None:
        found: Overview = pairing.overview(self.desk, self.site.currentData() or self.desk.site.id)
        self.waiting.show_children(found.children)
        self.running.show_rows({t.pairing.id: t for t in found.running})
        self.idle.show_rows({v.id: v for v in found.volunteers})
        self.ended.show_rows({t.pairing.id: t for t in found.ended})
        for key, rows in (("waiting", found.children), ("running", found.running), ("idle", found.volunteers),
                          ("ended", found.ended)):  # fmt: skip
            self.sections.set_number(key, len(rows))
        if self._wanted:
            self.waiting.choose(self._wanted)
            self._wanted = ""

    def _for_all(self) -> None:
        self.frame.open_address(f"pairing-all/{self.site.currentData() or self.desk.site.id}")
