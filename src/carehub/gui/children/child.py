"""One child: what one must know at the door, the family, and everything that happened."""

from functools import partial

from PySide6.QtWidgets import QLayout, QWidget

from carehub.domain.care import CHECK_FIELDS, Visit
from carehub.domain.errors import CareHubError
from carehub.domain.facts import facts_of
from carehub.domain.people import Child, FamilyMember
from carehub.domain.protection import Incident, Talk
from carehub.domain.rights import Right
from carehub.gui import theme as th
from carehub.gui.attachments.card import AttachmentsCard
from carehub.gui.attachments.picture import Photo
from carehub.gui.children.bed import BedCard
from carehub.gui.children.list import age
from carehub.gui.children.summary import facts_grid, warnings_of
from carehub.gui.consents.card import ConsentCard
from carehub.gui.desktop import Desktop, Page
from carehub.gui.history.card import HistoryCard
from carehub.gui.incidents.card import IncidentsCard
from carehub.gui.merging.duplicate import LinkedCard
from carehub.gui.retention.erase import EraseCard
from carehub.gui.talks.card import TalksCard
from carehub.gui.widgets.basics import Card, button, clear, column, label, row
from carehub.gui.widgets.notice import Banner
from carehub.services import attachments, beds, children, duplicates, visits
from carehub.services.children import ChildFile
from carehub.services.erasing import Erased

FACTS = (
    "sex", "birth_date", "identity_no", "ethnic_group", "school", "grade", "class_name", "boards", "registered",
    "home_address", "map_note", "health", "guardianship", "risk_level", "remark",
)  # fmt: skip
MEMBER_FACTS = ("phone", "works_at", "remark")


class ChildPage(Page):
    """The child page: header, warnings, facts, family, timeline."""

    tables = frozenset(
        {"child", "family_member", "visit", "pairing", "consent", "talk", "incident", "attachment", "boarding_place"}
    )

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self._id = ""
        self._file: ChildFile | None = None
        self._body = self.lay_out()

    @property
    def title(self) -> str:
        return self._file.child.name if self._file else self.texts("Child")

    def open(self, argument: str) -> None:
        self._id, self.stale = duplicates.root_of(self.desk, "child", argument), False
        self.reload()

    def reload(self) -> None:
        found = children.read(self.desk, [self._id])
        clear(self._body)
        self._file = found[0] if found else None
        if self._file is None:
            self._body.addWidget(Banner(self.theme, "caution", self.texts("This child is not on file here.")))
            self._body.addStretch(1)
            return
        self._body.addLayout(self._header(self._file))
        if self._file.others:
            self._body.addWidget(self._others())
        for text in warnings_of(self.desktop, self._file):
            self._body.addWidget(Banner(self.theme, "caution", text))
        self._body.addWidget(self._facts(self._file))
        self._body.addWidget(self._family(self._file))
        for place in beds.of_child(self.desk, self._id):
            self._body.addWidget(BedCard(self.desktop, place))
        self._body.addWidget(AttachmentsCard(self.desktop, self._id))
        self._body.addWidget(ConsentCard(self.desktop, self._id))
        self._body.addWidget(self._timeline())
        if self.desk.sees(Talk):
            self._body.addWidget(TalksCard(self.desktop, self._id))
        if self.desk.sees(Incident):
            self._body.addWidget(IncidentsCard(self.desktop, self._id))
        self._body.addWidget(HistoryCard(self.desktop, Child, self._id))
        if self.desk.may(Right.ERASE):
            self._body.addWidget(EraseCard(self.desktop, self._id, self._file.child.name, self._erased))
        self._body.addStretch(1)

    def _erased(self, _: Erased) -> None:
        self.frame.open_address("children")

    def _header(self, file: ChildFile) -> QLayout:
        child, tr, open_address = file.child, self.texts, self.frame.open_address
        name = label(child.name, "big", wrap=True)
        words = [
            self.desk.codes["sex"].name_of(child.sex, tr),
            tr("{age} years old", age=age(child.birth_date)) if child.birth_date else "",
            " ".join(x for x in (child.school, child.grade, child.class_name) if x),
            tr("Risk: {level}", level=self.desk.codes["risk_level"].name_of(child.risk_level, tr))
            if child.risk_level
            else "",
        ]
        told = label("　".join(w for w in words if w), "muted")
        edit = button(tr("Edit"), lambda: open_address(f"child-form/{self._id}"), theme=self.theme, icon="fa6s.pen")
        sheet = button(
            tr("Print a visit sheet"), lambda: open_address(f"papers/visit-sheet/{self._id}"), theme=self.theme,
            icon="fa6s.print",
        )  # fmt: skip
        visit = button(
            tr("Record a visit"), lambda: open_address(f"visit/{self._id}"), theme=self.theme,
            icon="fa6s.clipboard-check", kind="primary",
        )  # fmt: skip
        buttons = row(edit, sheet, visit, gap=self.theme.px(th.GAP_S))
        names = row(gap=self.theme.px(th.GAP_M))
        if photo := attachments.photo_of(self.desk, self._id):
            names.addWidget(Photo(self.desktop, photo))
        names.addLayout(column(name, told))
        names.setStretch(names.count() - 1, 1)
        if self.theme.scale > 1:
            return column(names, row(1, buttons))
        line = row(names, buttons)
        line.setStretch(0, 1)
        return line

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

    def _facts(self, file: ChildFile) -> QWidget:
        pairs = 2 if self.theme.scale < 1.5 else 1
        grid = facts_grid(self.desktop, file.child, FACTS, pairs=pairs)
        return Card(self.theme, label(self.texts("Basic facts"), "heading"), grid)

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
        name = label(told, "strong" if shown else "")
        grid = facts_grid(self.desktop, member, MEMBER_FACTS, pairs=2 if self.theme.scale < 1.5 else 1)
        return column(name, grid, gap=self.theme.px(th.GAP_XS))

    def _timeline(self) -> QWidget:
        card = Card(self.theme, label(self.texts("What happened"), "heading"))
        found = visits.of_child(self.desk, self._id)
        if not found:
            card.body.addWidget(
                label(self.texts("No visit yet. Print a sheet, take it along, type it in here."), "muted")
            )
        for visit in found:
            card.body.addLayout(self._visit(visit))
        return card

    def _visit(self, visit: Visit) -> QLayout:
        tr, facts = self.texts, facts_of(Visit)
        if visit.done_on is None:
            told = tr("Visit planned for {day}, sheet {number}", day=visit.planned_for, number=visit.sheet_no)
        else:
            way = self.desk.codes["visit_way"].name_of(visit.way, tr)
            told = f"{visit.done_on}　{way}　{visit.visitors or ''}"
        seen = [
            f"{tr(facts[name].label)}：{self.desk.codes['check'].name_of(getattr(visit, name), tr)}"
            for name in CHECK_FIELDS
            if getattr(visit, name) not in (None, "ok")
        ]
        lines = [label(told, "strong")]
        if seen:
            lines.append(label("⚠ " + "　".join(seen), "alarm"))
        if visit.note:
            lines.append(label(visit.note))
        word = tr("Type in") if visit.done_on is None else tr("Open")
        go = button(word, lambda: self.frame.open_address(f"visit/{visit.id}"), theme=self.theme)
        line = row(column(*lines, gap=self.theme.px(th.GAP_XS)), go, gap=self.theme.px(th.GAP_M))
        line.setStretch(0, 1)
        return line
