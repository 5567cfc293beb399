"""What lists show, by what they are filtered and put in order, and what each person keeps of that for the next time.

Saved filters and chosen columns stand in the encrypted store, never in a plain file: the name of a filter, or the text
it looks for, may be somebody's. They do not travel.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from carehub import resources
from carehub.domain import filters
from carehub.domain.errors import InvalidInput
from carehub.domain.facts import Fact, Kind
from carehub.domain.filters import Condition, Filter
from carehub.domain.listing import HOME, listable, sortable
from carehub.domain.record import Record
from carehub.services import records, restricted
from carehub.services.desk import Desk
from carehub.store import listing, queries, settings
from carehub.store.listing import Row
from carehub.store.queries import Wanted


def facts(desk: Desk, record: type[Record]) -> dict[str, Fact]:
    """What a list of a record can show and be asked for, by name. Where a row is at home says something only where
    there are several sites."""
    found = listable(record)
    return found if desk.is_office else {n: f for n, f in found.items() if n != HOME}


def usual(desk: Desk, record: type[Record]) -> list[str]:
    """The columns of a list as long as nobody chose others."""
    return [name for name, fact in facts(desk, record).items() if fact.listed]


def ids(desk: Desk, record: type[Record], wanted: Wanted) -> list[str]:
    """The ids a list shows, in its order. Raises `InvalidInput` for a condition or an order that would tell what is
    behind a mask, `NotAllowed` as every function of `records` does."""
    known = facts(desk, record)
    for condition in wanted.conditions:
        filters.require(condition, known, desk.codes)
    fact = known.get(wanted.order)
    if fact is not None and not sortable(fact):
        raise InvalidInput(filters.NOT_ASKED, label=fact.label)
    if fact is not None and fact.kind is Kind.CHOICE:
        wanted = replace(wanted, ranks=tuple(c.code for c in desk.codes[fact.codes]))
    return records.ids(desk, record, wanted)


def page(
    desk: Desk, record: type[Record], row_ids: Sequence[str], names: Collection[str]
) -> tuple[list[Row | None], dict[str, str]]:
    """Rows by id, in that order, with the facts of these `names`, None for one that is gone or not for this person's
    eyes; and the names of what they refer to, by id."""
    desk.require(record.about.right)
    rows, known = listing.page(desk.store, record, row_ids, names)
    if restricted.belongs_to_any(str(record.__tablename__)):
        with desk.store.reading() as session:
            seen = set(records.seen(session, desk, record, row_ids))
        rows = [row if row is not None and row.id in seen else None for row in rows]
    return rows, known


@dataclass(frozen=True, slots=True)
class Look:
    """How a person last had a list: the columns in their order (none: the usual ones), and what it was sorted by."""

    columns: tuple[str, ...] = ()
    order: str = ""
    descending: bool = False


def look(desk: Desk, record: type[Record]) -> Look:
    """How this person last had the list of a record. The columns may hold some that only a page knows, or none does."""
    with desk.store.reading() as session:
        told = settings.get(session, _key(desk, "list", record))
    known = facts(desk, record)
    if not isinstance(told, dict):
        return Look()
    columns, order = told.get("columns"), str(told.get("order", ""))
    kept = tuple(str(n) for n in columns) if isinstance(columns, list) else ()
    return Look(kept, order if order in known and sortable(known[order]) else "", bool(told.get("descending")))


def keep_look(desk: Desk, record: type[Record], chosen: Look) -> None:
    """Keeps it for the next time."""
    told = {"columns": list(chosen.columns), "order": chosen.order, "descending": chosen.descending}
    with desk.store.keeping() as session:
        settings.put(session, _key(desk, "list", record), told)


def saved(desk: Desk, record: type[Record]) -> list[Filter]:
    """The filters a list offers: those that come with the program, then this person's own, by name. One that this
    program cannot ask is left out as a whole."""
    kind, known = str(record.__tablename__), facts(desk, record)
    told = [
        (desk.texts.pick(f["zh"], f["en"]), f["conditions"], True) for f in resources.filters() if f["kind"] == kind
    ]
    begin = _key(desk, "filter", record) + "/"
    with desk.store.reading() as session:
        own = settings.beginning(session, begin)
    told += [(name.removeprefix(begin), value, False) for name, value in sorted(own.items())]
    found = []
    for name, conditions, built_in in told:
        try:
            found.append(Filter(name, filters.from_plain(conditions, known, desk.codes), built_in))
        except InvalidInput:
            continue
    return found


def save(desk: Desk, record: type[Record], name: str, conditions: Sequence[Condition]) -> Filter:
    """Keeps conditions under a name; one of that name is replaced. Raises `InvalidInput`; then nothing was saved."""
    clean = " ".join(name.split())
    if not clean:
        raise InvalidInput(filters.NO_NAME)
    known = facts(desk, record)
    for condition in conditions:
        filters.require(condition, known, desk.codes)
    with desk.store.keeping() as session:
        settings.put(session, f"{_key(desk, 'filter', record)}/{clean}", filters.plain(conditions))
    return Filter(clean, tuple(conditions))


def drop(desk: Desk, record: type[Record], name: str) -> None:
    """Forgets a filter of this person's own."""
    with desk.store.keeping() as session:
        settings.drop(session, f"{_key(desk, 'filter', record)}/{name}")


def words(desk: Desk, record: type[Record], condition: Condition) -> str:
    """A condition as a person reads it."""
    return filters.words(condition, facts(desk, record)[condition.field], desk.texts, desk.codes)


def count(desk: Desk, record: type[Record], most: int) -> int:
    """How many rows of a record there are, voided ones among them, counted no further than `most`: whether a list is
    read at once or by the worker."""
    with desk.store.reading() as session:
        return queries.count(session, record, most)


def _key(desk: Desk, what: str, record: type[Record]) -> str:
    return f"{what}/{desk.user.id}/{record.__tablename__}"
