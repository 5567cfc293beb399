"""The catalogue of aid at this site: what the district has handed down, over the list that ships with the program."""

from datetime import date

from sqlmodel import Session

from carehub import resources
from carehub.domain.aid import AidAmount, AidCategory, AidProgramme
from carehub.domain.aid_catalogue import EVER, Amount, Catalogue, Programme
from carehub.domain.errors import InvalidInput, NotAllowed
from carehub.domain.texts import mark
from carehub.services import records
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.store import Touched

DISTRICT_ONLY = mark("Only the district sets programmes and amounts. They come with its return bundle.")
TAKEN_UP = mark("The catalogue was taken up already. Add amounts to it one by one.")
NO_PROGRAMME = mark("There is no aid programme “{name}”. The page Aid lists those there are.")


def catalogue(desk: Desk) -> Catalogue:
    """All programmes and their amounts over time, as this site knows them."""
    with desk.store.reading() as session:
        return read(session)


def read(session: Session) -> Catalogue:
    """The same within a session."""
    amounts: dict[str, list[Amount]] = {}
    for a in queries.where(session, AidAmount):
        told = Amount(
            a.amount_fen or 0, a.per or "term", a.tier or "", bool(a.at_most), a.from_on or EVER, a.basis or ""
        )
        amounts.setdefault(a.programme or "", []).append(told)
    shipped, told_here = resources.aid_catalogue(), dict[str, Programme]()
    for row in queries.where(session, AidProgramme):
        code = row.code or ""
        told_here[code] = Programme(
            code, row.name or code, row.category or "", bool(row.by_district), (), tuple(amounts.get(code, ())),
            row.from_on or EVER, row.until_on or date.max,
        )  # fmt: skip
    for code in amounts.keys() - told_here.keys():
        if known := shipped.get(code):
            told_here[code] = Programme(
                code, known.name, known.category, known.by_district, known.words, tuple(amounts[code])
            )
    merged = shipped.laid_over(told_here.values())
    own = [row.code or "" for row in queries.where(session, AidCategory)]
    return Catalogue(tuple(dict.fromkeys([*merged.categories, *own])), merged.programmes)


def programme(desk: Desk, name: str) -> Programme:
    """A programme by its code or one of its names. Raises `InvalidInput`."""
    found = catalogue(desk)
    chosen = found.get(name.strip()) or found.named_in(name)
    if chosen is None:
        raise InvalidInput(NO_PROGRAMME, name=name)
    return chosen


def take_up(desk: Desk) -> Touched:
    """Makes the list that ships with the program the district's own: rows that travel down and can be added to. Raises
    `NotAllowed` anywhere else, `InvalidInput` where that was done before; then nothing was saved."""
    if desk.site.level != "district":
        raise NotAllowed(DISTRICT_ONLY)
    shipped = resources.aid_catalogue()
    with desk.unit() as unit:
        if queries.where(unit.session, AidProgramme):
            raise InvalidInput(TAKEN_UP)
        for code in desk.codes["aid_category"]:
            records.insert(unit, desk, AidCategory, {"code": code.code, "name": code.zh})
        for one in shipped.programmes:
            told = {"code": one.code, "name": one.name, "category": one.category or None}
            records.insert(unit, desk, AidProgramme, {**told, "by_district": one.by_district})
            for a in one.amounts:
                since = None if a.since == EVER else a.since
                money = {"programme": one.code, "tier": a.tier or None, "amount_fen": a.fen, "per": a.per}
                records.insert(unit, desk, AidAmount, {**money, "at_most": a.at_most, "from_on": since})
    return unit.touched


def add_amount(desk: Desk, values: dict[str, object]) -> tuple[AidAmount, Touched]:
    """Adds an amount that holds from a day on; what held before stays. Only at the district. Raises `NotAllowed` or
    `InvalidInput`; then nothing was saved."""
    if desk.site.level != "district":
        raise NotAllowed(DISTRICT_ONLY)
    return records.add(desk, AidAmount, values)
