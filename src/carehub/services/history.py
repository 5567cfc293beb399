"""Who changed what when on a row, told from its changes."""

from dataclasses import dataclass

from carehub.domain.facts import Fact, Kind, facts_of
from carehub.domain.record import Record
from carehub.services import labels
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.store import Touched
from carehub.sync import journal


@dataclass(frozen=True, slots=True)
class Altered:
    """One field of one change: its label, what stood there before (as far as this store knows) and since."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of a row: when (ms), by whom and at which site (names, empty if unknown). `back` is what undoing it
    takes: there for one's own change on which nothing was written since."""

    at: int
    author: str
    site: str
    fields: tuple[Altered, ...]
    first: bool
    back: Touched | None


def of_row(desk: Desk, record: type[Record], row_id: str) -> list[Entry]:
    """The changes of a row, newest first; sensitive values masked. Raises `NotAllowed` for restricted records; a row of
    another record than the one named has no changes here, else any name would open a restricted one."""
    desk.require(record.about.right)
    table, facts = str(record.__tablename__), facts_of(record)
    with desk.store.reading() as session:
        told_of = journal.of_row_with_positions(desk.store.raw(session), row_id)
        found = [(position, change) for position, change in told_of if change.table == table]
        people = queries.authors(session, sorted({c.author for _, c in found if c.author}))
        refs: dict[str, set[str]] = {}
        for name, fact in facts.items():
            if fact.kind is Kind.REFERENCE:
                refs.setdefault(fact.ref, set()).update(str(v) for _, c in found if (v := c.cells.get(name)))
        named = (queries.names(session, ref, sorted(rows)).items() for ref, rows in refs.items())
        names = {row: name for rows in named for row, name in rows}
    entries: list[Entry] = []
    stood: dict[str, object] = {}
    for n, (position, change) in enumerate(found):
        told = []
        for name, value in change.cells.items():
            if name in facts and (not facts[name].system or name in ("voided_on", "void_reason")):
                before, after = (_shown(desk, facts[name], v, names) for v in (stood.get(name), value))
                told.append(Altered(desk.texts(facts[name].label), before, after))
            stood[name] = value
        mine = n == len(found) - 1 and change.author == desk.user.id
        name, site = people.get(change.author or "", ("", ""))
        back = Touched(((table, row_id),), range(position, position + 1)) if mine else None
        entries.append(Entry(change.at, name, site, tuple(told), n == 0, back))
    return entries[::-1]


def _shown(desk: Desk, fact: Fact, value: object, names: dict[str, str]) -> str:
    if fact.kind is Kind.REFERENCE:
        return names.get(str(value), "") if value else ""
    return labels.show_fact(desk, fact, value, reveal=False)
