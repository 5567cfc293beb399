"""One child: what one must know at the door, what must be noticed or is missing, and everything else behind tabs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QLayout, QPushButton, QScrollArea, QWidget

from carehub.domain.errors import CareHubError
from carehub.domain.facts import typed_facts
from carehub.domain.people import Child, FamilyMember
from carehub.domain.protection import Incident, Talk
from carehub.domain.record import Record
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.agreements.card import AgreementsCard
from carehub.gui.assessments.card import AssessmentsCard
from carehub.gui.attachments.card import AttachmentsCard
from carehub.gui.children.bed import BedCard
from carehub.gui.children.header import DoorCard, header, missing
from carehub.gui.children.summary import facts_grid
from carehub.gui.children.timeline import TimelineCard
from carehub.gui.consents.card import ConsentCard
from carehub.gui.custom.card import answers_card
from carehub.gui.desktop import Desktop, Page
from carehub.gui.history.card import HistoryCard
from carehub.gui.incidents.card import IncidentsCard
from carehub.gui.merging.duplicate import LinkedCard
from carehub.gui.pairing.card import PairingsCard
from carehub.gui.retention.erase import EraseCard
from carehub.gui.talks.card import TalksCard
from carehub.gui.widgets.basics import Card, button, clear, column, label
from carehub.gui.widgets.flow import flow
from carehub.gui.widgets.notice import Banner
from carehub.services import beds, children, doorway, duplicates, preferences, timeline
from carehub.services.children import ChildFile
from carehub.services.erasing import Erased

FACTS = tuple(name for name, fact in typed_facts(Child).items() if name not in ("name", "status"))
IN_TITLE = ("name", "relation", "is_guardian", "is_carer")
MEMBER_FACTS = tuple(name for name in typed_facts(FamilyMember) if name not in IN_TITLE)
ON_TABS = {"consent": "consents", "pairing": "pairing"}
"""Records without a page of their own → the tab that shows them."""
REMEMBERED = "child_tab"
"""What the tab that was last open is kept under."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its name in addresses, its word, what it shows, and the record without whose right it is not there."""

    name: str
    word: str
    make: Callable[["ChildPage", ChildFile], list[QWidget]]
    record: type[Record] | None = None


class ChildPage(Page):
    """`child/<id>` shows a child at the tab that was last open, `child/<id>/<tab>` at that tab."""

    tables = frozenset({"child", "family_member", "volunteer", *timeline.pointing(), "attachment", "custom_answer"})

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self._id = ""
        self._file: ChildFile | None = None
        self.tabs = [tab for tab in TABS if tab.record is None or self.desk.sees(tab.record)]
        self.tab = preferences.remembered(self.desk, REMEMBERED)
        self._buttons: dict[str, QPushButton] = {}
        self._body = self.lay_out()
        self._line = QWidget()
        self._below = column(gap=self.theme.px(th.GAP_M))
        for n, tab in enumerate(self.tabs, start=1):
            key = QShortcut(QKeySequence(f"Ctrl+{n}"), self)  # while the page is in sight, wherever the focus is
            key.activated.connect(partial(self.show_tab, tab.name))

    @property
    def title(self) -> str:
        return self._file.child.name if self._file else self.texts("Child")

    def open(self, argument: str) -> None:
        given, _, tab = argument.partition("/")
        self._id, self.stale = duplicates.root_of(self.desk, "child", given), False
        if tab in (t.name for t in self.tabs):
            self.tab = tab
        self.reload()
        if tab:
            QTimer.singleShot(0, self._line, self._bring_up)

    def reload(self) -> None:
        found = children.read(self.desk, [self._id])
        clear(self._body)
        self._file = found[0] if found else None
        if self._file is None:
            self._body.addWidget(Banner(self.theme, "caution", self.texts("This child is not on file here.")))
            self._body.addStretch(1)
            return
        self._body.addLayout(header(self.desktop, self._file))
        if self._file.others:
            self._body.addWidget(self._others())
        warnings = doorway.warnings(self.desk, self._id)
        for kind, alarm in (("alarm", True), ("caution", False)):
            told = [w for w in warnings if w.alarm is alarm]
            if told:
                self._body.addWidget(Banner(self.theme, kind, "\n".join(w.text for w in told)))
        self._body.addWidget(DoorCard(self.desktop, self._file))
        if lacking := missing(self.desktop, self._id):
            self._body.addWidget(lacking)
        self._line = self._bar()
        self._body.addWidget(self._line)
        self._below = column(gap=self.theme.px(th.GAP_M))
        self._body.addLayout(self._below)
        self._body.addStretch(1)
        self._show()

    # --- tabs -------------------------------------------------------------------------------------------------

    def _bar(self) -> QWidget:
        """The tabs as a line of buttons; Ctrl and the number of one opens it."""
        group = QButtonGroup(self)
        self._buttons = {}
        for n, tab in enumerate(self.tabs, start=1):
            made = button(self.texts(tab.word), partial(self.show_tab, tab.name), theme=self.theme, kind="segment")
            made.setCheckable(True)
            made.setToolTip(f"Ctrl+{n}")
            group.addButton(made)
            self._buttons[tab.name] = made
        return flow(self.theme, *self._buttons.values())

    def show_tab(self, name: str) -> None:
        """Shows a tab, and remembers it for the next child."""
        if self._file is None:
            return
        if name != self.tab:
            self.tab = name
            preferences.remember(self.desk, REMEMBERED, name)
        self._show()
        QTimer.singleShot(0, self._line, self._bring_up)

    def _bring_up(self) -> None:
        """Scrolls the tabs to the top: what was asked for is beneath them."""
        area = self._line.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None:
            area.verticalScrollBar().setValue(self._line.y() - self.theme.px(th.GAP_M))

    def _show(self) -> None:
        assert self._file is not None
        tab = next((t for t in self.tabs if t.name == self.tab), self.tabs[0])
        self._buttons[tab.name].setChecked(True)
        clear(self._below)
        for widget in tab.make(self, self._file):
            self._below.addWidget(widget)

    def _on_tab(self, kind: str) -> bool:
        """Opens the tab that shows rows of a kind which have no page of their own."""
        tab = ON_TABS.get(kind)
        if tab:
            self.show_tab(tab)
        return bool(tab)

    def facts_tab(self, file: ChildFile) -> list[QWidget]:
        """Basic facts, the family, and where the child sleeps at school."""
        pairs = 2 if self.theme.scale < 1.5 else 1
        grid = facts_grid(self.desktop, file.child, FACTS, pairs=pairs)
        places = [BedCard(self.desktop, place) for place in beds.of_child(self.desk, self._id)]
        basic = Card(self.theme, label(self.texts("Basic facts"), "heading"), grid)
        return [basic, *answers_card(self.desktop, "child", self._id), self._family(file), *places]

    def pairing_tab(self, _: ChildFile) -> list[QWidget]:
        """Who looks after the child, and who did."""
        return [PairingsCard(self.desktop, child_id=self._id)]

    def timeline_tab(self, _: ChildFile) -> list[QWidget]:
        """What happened."""
        return [TimelineCard(self.desktop, self._id, self._on_tab)]

    def care_tab(self, _: ChildFile) -> list[QWidget]:
        """How great the risk is, and who looks after the child."""
        return [AssessmentsCard(self.desktop, self._id), AgreementsCard(self.desktop, self._id)]

    def changes_tab(self, file: ChildFile) -> list[QWidget]:
        """Who changed what, and erasing for those who may."""
        found: list[QWidget] = [HistoryCard(self.desktop, Child, self._id)]
        if self.desk.may(Right.ERASE):
            found.append(EraseCard(self.desktop, self._id, file.child.name, self._erased))
        return found

    def card_tab(self, card: Callable[[Desktop, str], QWidget]) -> list[QWidget]:
        """One card of the child."""
        return [card(self.desktop, self._id)]

    def _erased(self, _: Erased) -> None:
        self.frame.open_address("children")

    # --- several files, family ----------------------------------------------------------------------------------

    def _others(self) -> QWidget:
        """The other files of the same child, and the way to take them apart again."""
        holder = QWidget()
        mine = [link for link in duplicates.links(self.desk) if link.root == self._id]
        cards = [LinkedCard(self.desktop, link, partial(self._apart, link.id), here=True) for link in mine]
        holder.setLayout(column(*cards, gap=self.theme.px(th.GAP_S)))
        return holder

    def _apart(self, other: str) -> None:
        try:
            touched = duplicates.unlink(self.desk, other)
        except CareHubError as error:
            self.frame.complain(error)
            return
        self.frame.saved(touched)

    def _family(self, file: ChildFile) -> QWidget:
        card = Card(self.theme, label(self.texts("Family"), "heading"))
        if not file.family:
            card.body.addWidget(label(self.texts("Nobody is on file yet."), "muted"))
        for member in sorted(file.family, key=lambda m: m is not file.guardian):
            card.body.addLayout(self._member(member, shown=member is file.guardian))
        return card

    def _member(self, member: FamilyMember, *, shown: bool) -> QLayout:
        """One of the family; the guardian is `shown` as such, and another who is put down as one is to be checked."""
        relation = self.desk.codes["relation"].name_of(member.relation, self.texts)
        told = f"{member.name or self.texts('(name unknown)')}　{relation}"
        if shown:
            told += f"　· {self.texts('Guardian')}"
        elif member.is_guardian:
            told += f"　· {self.texts('also put down as guardian; please check')}"
        if member.is_carer:
            told += f"　· {self.texts('Entrusted carer')}"
        name = label(told, "strong" if shown else "")
        grid = facts_grid(self.desktop, member, MEMBER_FACTS, pairs=2 if self.theme.scale < 1.5 else 1)
        return column(name, grid, gap=self.theme.px(th.GAP_XS))


TABS = (
    Tab("facts", mark("File"), ChildPage.facts_tab),
    Tab("timeline", mark("What happened"), ChildPage.timeline_tab),
    Tab("photos", mark("Photos"), lambda page, _: page.card_tab(AttachmentsCard)),
    Tab("care", mark("Care"), ChildPage.care_tab),
    Tab("pairing", mark("Pairings"), ChildPage.pairing_tab),
    Tab("consents", mark("Consents"), lambda page, _: page.card_tab(ConsentCard)),
    Tab("talks", mark("Talks"), lambda page, _: page.card_tab(TalksCard), Talk),
    Tab("incidents", mark("Mandatory reports"), lambda page, _: page.card_tab(IncidentsCard), Incident),
    Tab("changes", mark("Changes"), ChildPage.changes_tab),
)
