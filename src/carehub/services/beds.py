"""Beds: one child at a time in each."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from carehub.domain.errors import InvalidInput
from carehub.domain.school import BoardingPlace
from carehub.domain.texts import mark
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.store import Unit

TAKEN = mark("Bed {bed} in room {room} is {other}'s already in this term. A bed holds one child at a time.")
_BED = ("school", "term", "building", "room", "bed")

Row = dict[str, Any]


def bed_of(place: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """What tells a bed and its term from others; None where the bed is not known."""
    return tuple(place.get(n) for n in _BED) if place.get("room") and place.get("bed") else None


class Beds:
    """Who has which bed."""

    def __init__(self) -> None:
        self._holders: dict[tuple[Any, ...], Row] = {}
        self._by_child: dict[tuple[str, str], Row] = {}

    def add(self, place: Row) -> None:
        """Takes a boarding place in, again where it has changed."""
        if place.get("ended_on") is not None or place.get("voided_on") is not None:
            return
        self._by_child[place["child_id"], place["term"]] = place
        bed = bed_of(place)
        if bed is not None:
            self._holders[bed] = place

    def holder(self, place: Mapping[str, Any]) -> str | None:
        """The child that has the bed of a place in its term."""
        bed = bed_of(place)
        held = self._holders.get(bed) if bed else None
        return held["child_id"] if held and bed_of(held) == bed else None

    def of_child(self, child: str, term: str) -> Row | None:
        """The place a child has in a term."""
        return self._by_child.get((child, term))


def of_child(desk: Desk, child_id: str, day: date | None = None) -> list[BoardingPlace]:
    """The beds a child, by any of its files, has on a day (today): one, unless two schools say different things."""
    today = day or date.today()
    with desk.store.reading() as session:
        found = queries.owned(session, BoardingPlace, "child_id", [child_id])[child_id]
    return [place for place in found if place.held_on(today)]


def require_free(unit: Unit, place: BoardingPlace) -> None:
    """Raises `InvalidInput` where another child has the bed in that term."""
    bed = bed_of({n: getattr(place, n) for n in _BED})
    if bed is None or place.ended_on or place.voided_on:
        return
    for row in queries.values(unit.session, BoardingPlace):
        another = row["id"] != place.id and row["child_id"] != place.child_id
        if another and row["ended_on"] is None and bed_of(row) == bed:
            other = queries.names(unit.session, "child", [row["child_id"]]).get(row["child_id"], "")
            raise InvalidInput(TAKEN, bed=place.bed, room=place.room, other=other)
