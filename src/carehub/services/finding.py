"""One box for everything: what people type, looked for among children, families, volunteers, visits and schools.

Only a few of each kind are shown; the first ones are those whose name begins with what was typed. Talks and incidents
are never looked through: nothing of them stands in the search index.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from carehub.domain.care import Visit
from carehub.domain.facts import Kind, facts_of
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.domain.record import Record
from carehub.domain.sheet_number import grouped
from carehub.domain.texts import mark
from carehub.services import labels
from carehub.services.desk import Desk
from carehub.store import linked, queries, search, seeking

FEW = 6
"""Hits shown of one kind; the list of that kind shows the others."""
SCHOOLS = mark("Schools")
NOTHING = mark("Nothing is found. Try one character of the name, or the last four digits of the phone.")


@dataclass(frozen=True, slots=True)
class Hit:
    """One line that was found: what it is called, what tells it apart (sensitive values masked), and the address of its
    page."""

    id: str
    title: str
    detail: str
    address: str


@dataclass(frozen=True, slots=True)
class Group:
    """The first hits of one kind. `total` counts all of them, and is `seeking.MOST` where there are more than that.
    `place` is the list that shows them all when it searches for `words`; empty where there is none."""

    kind: str
    label: str
    hits: tuple[Hit, ...]
    total: int
    place: str = ""
    words: str = ""

    @property
    def more(self) -> bool:
        """Whether there are others than those shown."""
        return self.total > len(self.hits)


def count_of(group: Group) -> str:
    """How many there are of a kind, as far as they are counted."""
    return f"{seeking.MOST}+" if group.total >= seeking.MOST else str(group.total)


def find(desk: Desk, typed: str) -> list[Group]:
    """What is found for what a person typed: 汉字, pinyin, initials, the end of a number, a phone of any member of the
    family, a sheet's number, a school. Kinds of which nothing is found are left out."""
    words = seeking.plain(typed)
    if not words:
        return []
    for _ in desk.store.catch_up_search():
        pass
    with desk.store.reading() as session:
        found = seeking.found(session, words)
        groups = [
            *_of_children(desk, session, words, found),
            _of_volunteers(desk, session, words, found),
            _of_visits(desk, session, words),
            _of_schools(desk, session, words),
        ]
    return [group for group in groups if group.hits]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that may be meant: its id, the id it was asked for by, its name, and whether it fits by itself."""

    id: str
    owner: str
    name: str
    fits: bool


def _rows(session: Session, record: type[Record], ids: Sequence[str], words: str, owner: str = "id") -> list[_Row]:
    """The live rows behind some ids, or those that point to them by a column `owner`; only what is searched is read."""
    if not ids:
        return []
    searched, facts = search.columns_of(record), facts_of(record)
    names = [facts[column].kind is Kind.NAME for column in searched]
    found = []
    for row, of, name, *values in seeking.columns(session, record, ["id", owner, "name", *searched], owner, ids):
        told = zip(values, names, strict=True)
        tokens = [token for value, is_name in told if value for token in search.tokens_of(str(value), name=is_name)]
        found.append(_Row(row, of, name or "", search.fits(tokens, words)))
    return found


def _nearest(rows: Sequence[_Row], words: str) -> list[_Row]:
    """The few to be shown: who is called exactly so comes first, then whose name begins so, then the others."""
    return sorted(rows, key=lambda row: (row.name != words, not row.name.startswith(words), row.name, row.id))[:FEW]


def _of_children(desk: Desk, session: Session, words: str, found: seeking.Found) -> list[Group]:
    """The children who are meant, and the family members, each of whom leads to the child. A child that is found
    only by a word of its own and one of its family counts as a child."""
    roots = linked.roots(session, "child")
    ids = dict.fromkeys(roots.get(i, i) for i in found.ids("child"))
    children = {row.id: row for row in _rows(session, Child, list(ids), words)}
    shown = {i: i for i in children} | {other: root for other, root in roots.items() if root in children}
    kin = [row for row in _rows(session, FamilyMember, list(shown), words, "child_id") if row.fits]
    by_kin = {shown[row.owner] for row in kin}
    own = [row for row in children.values() if row.fits or row.id not in by_kin]
    exact = found.total("child") < seeking.MOST
    members = queries.rows(session, FamilyMember, [row.id for row in _nearest(kin, words)])
    family = [_kin_hit(desk, m, children[shown[m.child_id]]) for m in members]
    return [
        Group("child", Child.about.plural, _child_hits(desk, session, _nearest(own, words)),
              len(own) if exact else seeking.MOST, "children", words),
        Group("family_member", FamilyMember.about.plural, tuple(family), len(kin) if exact else seeking.MOST,
              "children", words),
    ]  # fmt: skip


def _child_hits(desk: Desk, session: Session, chosen: Sequence[_Row]) -> tuple[Hit, ...]:
    """Children with what tells them apart; at an office also where they are at home."""
    told = _details(desk, Child, ("sex", "birth_date", "school", "grade"))
    rows = queries.rows(session, Child, [row.id for row in chosen])
    homes = queries.names(session, "site", [c.site_id for c in rows]) if desk.is_office else {}
    return tuple(Hit(c.id, c.name or "", _joined(told(c), homes.get(c.site_id)), f"child/{c.id}") for c in rows)


def _kin_hit(desk: Desk, member: FamilyMember, child: _Row) -> Hit:
    relation = labels.show_fact(desk, facts_of(FamilyMember)["relation"], member.relation)
    phone = labels.show_fact(desk, facts_of(FamilyMember)["phone"], member.phone, reveal=False)
    name = member.name or desk.texts("(name unknown)")
    return Hit(child.id, name, _joined(relation, desk.texts("family of {child}", child=child.name), phone),
               f"child/{child.id}")  # fmt: skip


def _joined(*parts: str | None) -> str:
    return "　".join(p for p in parts if p)


def _of_volunteers(desk: Desk, session: Session, words: str, found: seeking.Found) -> Group:
    roots = linked.roots(session, "volunteer")
    people = _rows(session, Volunteer, list(dict.fromkeys(roots.get(i, i) for i in found.ids("volunteer"))), words)
    told = _details(desk, Volunteer, ("kind", "phone"))
    rows = queries.rows(session, Volunteer, [row.id for row in _nearest(people, words)])
    hits = tuple(Hit(v.id, v.name or "", told(v), f"volunteer-form/{v.id}") for v in rows)
    total = len(people) if found.total("volunteer") < seeking.MOST else seeking.MOST
    return Group("volunteer", Volunteer.about.plural, hits, total, "volunteers", words)


def _of_visits(desk: Desk, session: Session, words: str) -> Group:
    """Visits by the number on their sheets, or its beginning: a few, for who types a number means one."""
    rows = queries.rows(session, Visit, seeking.sheets(session, words, FEW))
    names = queries.names(session, "child", [v.child_id for v in rows])
    hits = []
    for visit in rows:
        day = visit.done_on or visit.planned_for
        state = desk.texts("visited") if visit.done_on else desk.texts("planned")
        detail = _joined(names.get(visit.child_id), day.isoformat() if day else "", state)
        address = f"visit/{visit.id}" if visit.done_on else f"visit-entry/{visit.sheet_no}"
        hits.append(Hit(visit.id, grouped(visit.sheet_no or ""), detail, address))
    return Group("visit", Visit.about.plural, tuple(hits), len(hits))


def _of_schools(desk: Desk, session: Session, words: str) -> Group:
    """Schools whose name holds what was typed, also by initials or pinyin from its beginning on."""
    query = search.query_of(words)
    named = [s for s in seeking.schools(session) if query and search.fits([*search.tokens_of(s, name=True)], words)]
    named.sort(key=lambda school: (not school.startswith(words), school))
    counts = seeking.pupils(session, named[:FEW])
    hits = [
        Hit(school, school, desk.texts("{count} children", count=counts[school]), "children")
        for school in named[:FEW]
        if counts.get(school)
    ]
    return Group("school", SCHOOLS, tuple(hits), len(hits))


def _details(desk: Desk, record: type[Record], names: Sequence[str]) -> Callable[[Record], str]:
    """What tells rows of one name apart."""
    facts = facts_of(record)

    def told(row: Record) -> str:
        parts = [labels.show_fact(desk, facts[name], getattr(row, name), reveal=False) for name in names]
        return _joined(*parts)

    return told
