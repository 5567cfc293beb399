"""Files that may be of one person: suggested with a reason, linked by a person, unlinked again. Nothing is linked on
its own, and an undecided pair keeps nobody from going on (SORMAS #2549)."""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace

from carehub.domain.care import Pairing, Visit
from carehub.domain.errors import InvalidInput, NotFound
from carehub.domain.facts import Fact, facts_of
from carehub.domain.people import Child, FamilyMember
from carehub.domain.progress import Progress
from carehub.domain.record import Record
from carehub.domain.records import RECORDS
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.services import children, labels, records
from carehub.services.children import GUARDIAN, ChildFile
from carehub.services.desk import Desk
from carehub.store import duplicates as stored
from carehub.store import linked, queries
from carehub.store.duplicates import DISTINCT, LATER, Pair
from carehub.store.linked import LINKABLE
from carehub.store.store import Touched, Unit

COMPARING = mark("Looking for files of the same person")
LIKELY = 0.8
"""From this score on a pair is said to be very likely one person, below it possibly."""
REASONS = {
    stored.IDENTITY: mark("the same identity number"),
    stored.KIN: mark("the same name (as it sounds), birth date, and parent or guardian"),
    stored.PHONE: mark("the same phone number"),
    stored.BIRTH: mark("the same name (as it sounds) and birth date"),
}
VERY_LIKELY, POSSIBLY = mark("very likely the same person"), mark("possibly the same person")
NO_SUCH_FILE = mark("“{id}” is neither a child nor a volunteer here.")
TWO_KINDS = mark("A child and a volunteer cannot be the same file.")
SAME_ALREADY = mark("These two are shown as one person already.")
ITSELF = mark("This is one and the same file.")
NOT_LINKED = mark("This file is not linked to another.")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two files that may be of one person, the older first. `reason` is a key of `REASONS`."""

    kind: str
    one: str
    other: str
    reason: str
    score: float

    @property
    def sure(self) -> str:
        """The score in words, as a message id."""
        return VERY_LIKELY if self.score >= LIKELY else POSSIBLY


@dataclass(frozen=True, slots=True)
class Found:
    """Suggestions still to be decided, and those put off, the surest first."""

    open: tuple[Suggestion, ...] = ()
    later: tuple[Suggestion, ...] = ()

    @property
    def all(self) -> tuple[Suggestion, ...]:
        return (*self.open, *self.later)


def find(desk: Desk, kinds: Sequence[str] = LINKABLE) -> Generator[Progress, None, Found]:
    """Looks through all files. Closing the generator leaves nothing behind."""
    with desk.store.reading() as session:
        sizes = {kind: stored.total(session, kind) for kind in kinds}
        done, whole = 0, sum(sizes.values())
        yield Progress(0, whole, COMPARING)
        pairs: dict[str, list[Pair]] = {}
        for kind in kinds:
            blocks = stored.Blocks(kind)
            for part in stored.persons(session, kind):
                blocks.add(part)
                done += len(part)
                yield Progress(done, whole, COMPARING)
            pairs[kind] = blocks.pairs()
        sorted_out = [(kind, *stored.undecided(session, kind, found)) for kind, found in pairs.items()]
    return Found(
        tuple(_suggestion(kind, p) for kind, shown, _ in sorted_out for p in shown),
        tuple(_suggestion(kind, p) for kind, _, later in sorted_out for p in later),
    )


def _suggestion(kind: str, pair: Pair) -> Suggestion:
    return Suggestion(kind, pair.one, pair.other, pair.reason, pair.score)


@dataclass(frozen=True, slots=True)
class File:
    """One of two files that are compared: its row, its site's name, and how many visits or pairings point to it."""

    row: Record
    site: str
    events: int


@dataclass(frozen=True, slots=True)
class Line:
    """One fact of two files side by side, as people read it. `fact` says whether it is to be masked."""

    fact: Fact
    one: str
    other: str

    @property
    def differs(self) -> bool:
        """Whether both are known and not the same."""
        return bool(self.one and self.other and self.one != self.other)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A suggestion with both files side by side; facts that neither tells are left out."""

    suggestion: Suggestion
    files: tuple[File, File]
    lines: tuple[Line, ...]

    @property
    def name(self) -> str:
        """The name, or both where they are written differently."""
        return "／".join(dict.fromkeys(str(getattr(f.row, "name", "")) for f in self.files))

    @property
    def sites(self) -> tuple[str, str]:
        return self.files[0].site, self.files[1].site


COMPARED = {
    "child": ("name", "sex", "birth_date", "identity_no", "school", "grade", "home_address", "status"),
    "volunteer": ("name", "sex", "birth", "phone", "kind", "former_post", "skills"),
}
"""What is compared of two files; of a child also its guardian."""
EVENTS: dict[str, tuple[type[Record], str]] = {"child": (Visit, "child_id"), "volunteer": (Pairing, "volunteer_id")}


def compare(desk: Desk, suggestions: Sequence[Suggestion]) -> list[Comparison]:
    """Suggestions with what a person needs to decide them."""
    found: list[Comparison] = []
    with desk.store.reading() as session:
        for kind in LINKABLE:
            mine = [s for s in suggestions if s.kind == kind]
            ids = list(dict.fromkeys(i for s in mine for i in (s.one, s.other)))
            rows = {r.id: r for r in queries.rows(session, RECORDS[kind], ids)}
            sites = queries.names(session, "site", sorted({r.site_id for r in rows.values()}))
            record, column = EVENTS[kind]
            events = queries.owned(session, record, column, ids)
            files = {i: File(row, sites.get(row.site_id, ""), len(events[i])) for i, row in rows.items()}
            told = {i: _facts(desk, kind, row) for i, row in rows.items()}
            if kind == "child":
                for file in children.files(session, [r for r in rows.values() if isinstance(r, Child)]):
                    told[file.child.id] |= _guardian(desk, file)
            found += [
                Comparison(s, (files[s.one], files[s.other]), _lines(told[s.one], told[s.other]))
                for s in mine
                if s.one in files and s.other in files
            ]
    order = {(s.one, s.other): n for n, s in enumerate(suggestions)}
    return sorted(found, key=lambda c: order[c.suggestion.one, c.suggestion.other])


Told = dict[str, tuple[Fact, str]]
_GUARDIAN = {
    "guardian": mark("Guardian"),
    "guardian_relation": mark("Relation"),
    "guardian_phone": mark("Guardian's phone"),
}


def _facts(desk: Desk, kind: str, row: Record) -> Told:
    facts = facts_of(RECORDS[kind])
    return {name: (facts[name], labels.show_fact(desk, facts[name], getattr(row, name))) for name in COMPARED[kind]}


def _guardian(desk: Desk, file: ChildFile) -> Told:
    """The guardian's facts under names and labels of their own."""
    facts = facts_of(FamilyMember)
    told: Told = {}
    for name, field in GUARDIAN.items():
        fact = replace(facts[field], name=name, label=_GUARDIAN[name])
        told[name] = (fact, labels.show_fact(desk, facts[field], getattr(file.guardian, field, None)))
    return told


def _lines(one: Told, other: Told) -> tuple[Line, ...]:
    return tuple(Line(fact, text, other[name][1]) for name, (fact, text) in one.items() if text or other[name][1])


def again(desk: Desk, found: Found) -> Found:
    """What is left of earlier suggestions after decisions, without looking through all files once more."""
    shown: list[Suggestion] = []
    later: list[Suggestion] = []
    with desk.store.reading() as session:
        for kind in LINKABLE:
            pairs = [Pair(s.one, s.other, s.reason, s.score) for s in found.all if s.kind == kind]
            left, put_off = stored.undecided(session, kind, pairs)
            shown += [_suggestion(kind, p) for p in left]
            later += [_suggestion(kind, p) for p in put_off]
    return Found(tuple(shown), tuple(later))


def among(desk: Desk, rows: Iterable[tuple[str, str]]) -> int:
    """How many suggestions concern some rows, given as (table, id), as a merge touched them. Looks at no others."""
    with desk.store.reading() as session:
        return stored.count_near(session, rows)


def link(desk: Desk, one: str, to: str) -> Touched:
    """Says that file `one` is of the same person as file `to`, which stands for both from now on. Ids may be given by
    their ends. The link travels like any other change, and can be taken back.
    Raises `NotFound`, `NotAllowed` for a file at home elsewhere, or `InvalidInput`; then nothing was saved."""
    with desk.unit(Right.SETTLE) as unit:
        record, one = _resolve(unit, one)
        other_record, to = _resolve(unit, to)
        if record is not other_record:
            raise InvalidInput(TWO_KINDS)
        if one == to:
            raise InvalidInput(ITSELF)
        roots = linked.roots(unit.session, str(record.__tablename__))
        one, to = roots.get(one, one), roots.get(to, to)
        if one == to:
            raise InvalidInput(SAME_ALREADY)
        _set(unit, desk, record, one, to)
        stored.say(unit.session, (one, to), None, desk.user.id)
    return unit.touched


def unlink(desk: Desk, one: str) -> Touched:
    """Takes a link back: the file stands for itself again. Raises `InvalidInput` if it is not linked."""
    with desk.unit(Right.SETTLE) as unit:
        record, one = _resolve(unit, one)
        if getattr(queries.get(unit.session, record, one), "same_as", None) is None:
            raise InvalidInput(NOT_LINKED)
        _set(unit, desk, record, one, None)
    return unit.touched


def _set(unit: Unit, desk: Desk, record: type[Record], one: str, target: str | None) -> None:
    row = queries.get(unit.session, record, one)
    records.require_home(unit, desk, row)
    row.same_as = target
    unit.session.add(row)


def _resolve(unit: Unit, typed: str) -> tuple[type[Record], str]:
    for name in LINKABLE:
        try:
            return RECORDS[name], queries.resolve_id(unit.session, RECORDS[name], typed)
        except NotFound:
            continue
    raise NotFound(NO_SUCH_FILE, id=typed)


def distinct(desk: Desk, one: str, other: str) -> None:
    """Remembers that two files are not of one person: they are not suggested again here."""
    _say(desk, one, other, DISTINCT)


def later(desk: Desk, one: str, other: str) -> None:
    """Puts a suggestion off: it is listed apart."""
    _say(desk, one, other, LATER)


def forget(desk: Desk, one: str, other: str) -> None:
    """Forgets what was said of two files: they are suggested again."""
    _say(desk, one, other, None)


def _say(desk: Desk, one: str, other: str, verdict: str | None) -> None:
    with desk.unit(Right.SETTLE) as unit:
        record, one = _resolve(unit, one)
        other_record, other = _resolve(unit, other)
        if one == other:
            raise InvalidInput(ITSELF)
        if record is not other_record:
            raise InvalidInput(TWO_KINDS)
        stored.say(unit.session, (one, other), verdict, desk.user.id)


@dataclass(frozen=True, slots=True)
class Linked:
    """A file that is shown with another of the same person."""

    kind: str
    id: str
    name: str
    site: str
    root: str
    root_name: str
    root_site: str


def links(desk: Desk) -> list[Linked]:
    """Every file that is shown with another, by name."""
    found: list[Linked] = []
    with desk.store.reading() as session:
        for kind in LINKABLE:
            roots = linked.roots(session, kind)
            rows = {r.id: r for r in queries.rows(session, RECORDS[kind], [*roots, *roots.values()])}
            sites = queries.names(session, "site", sorted({r.site_id for r in rows.values() if r.site_id}))
            found += [
                Linked(
                    kind,
                    one,
                    _name(rows[one]),
                    sites.get(rows[one].site_id, ""),
                    root,
                    _name(rows[root]),
                    sites.get(rows[root].site_id, ""),
                )
                for one, root in roots.items()
                if rows[one].voided_on is None
            ]
    return sorted(found, key=lambda link: (link.kind, link.name, link.id))


def _name(row: Record) -> str:
    return str(getattr(row, "name", "") or "")


def root_of(desk: Desk, kind: str, row_id: str) -> str:
    """The file that stands for a file: itself, unless it is shown with another."""
    with desk.store.reading() as session:
        return linked.roots(session, kind).get(row_id, row_id)
