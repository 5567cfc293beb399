"""An approved room that writes what it may not write: each change rightly signed, none of it its own."""

from collections.abc import Callable
from typing import Any

from carehub.sync import bundle, incoming, scope
from carehub.sync.change import Cell, Change

from ..craft import Forgery, change
from ..stage import Stage
from ..trial import Expect, Trial, aside, case, merged, refused, waiting

NEW = "01a20f2b-0000-7000-8000-{:012x}"


def room(stage: Stage) -> Forgery:
    return Forgery(stage, "room", "township")


def _writes(name: str, expect: Expect, write: Callable[[Stage], Change | list[Change]]) -> None:
    def build(stage: Stage) -> bytes:
        told = write(stage)
        return room(stage).says(*(told if isinstance(told, list) else [told])).bytes()

    case(f"rights: {name}", expect)(build)


def _one(stage: Stage, table: str, row: str, cells: dict[str, Cell], **other: Any) -> Change:
    return change(stage.room, 1, table, row, cells, **other)


FOREIGN = aside(scope.OUT_OF_SCOPE)
ERASE = {"erased_on": "2026-03-01"}
VOID = {"voided_on": "2026-03-01", "void_reason": "x"}

_writes("another room's child", FOREIGN, lambda s: _one(s, "child", s.other_child, {"name": "改名"}))
_writes("another room's child voided", FOREIGN, lambda s: _one(s, "child", s.other_child, VOID))
_writes(
    "another room's child erased",
    FOREIGN,
    lambda s: _one(s, "child", s.other_child, ERASE | {"site_id": s.victim.site}),
)
_writes(
    "another room's child erased as its own",
    FOREIGN,
    lambda s: _one(s, "child", s.other_child, ERASE | {"site_id": s.room.site}),
)
_writes("another room's child taken", FOREIGN, lambda s: _one(s, "child", s.other_child, {"site_id": s.room.site}))
_writes(
    "another room's child taken, having seen all",
    FOREIGN,
    lambda s: _one(
        s,
        "child",
        s.other_child,
        {"site_id": s.room.site},
        seen={s.victim.replica: s.victim.last_seq, s.township.replica: s.township.last_seq},
    ),
)
_writes("the office's volunteer", FOREIGN, lambda s: _one(s, "volunteer", s.volunteer, {"name": "改名"}))
_writes("the office's own site row", FOREIGN, lambda s: _one(s, "site", s.township.site, {"name": "改名"}))
_writes("the district's site row", FOREIGN, lambda s: _one(s, "site", s.district.site, {"name": "改名"}))
_writes("the office's clerk", FOREIGN, lambda s: _one(s, "user", s.township.user, {"active": 0}))
_writes("another room's head", FOREIGN, lambda s: _one(s, "user", s.victim.user, {"role": "head"}))
_writes(
    "a new child for another room",
    FOREIGN,
    lambda s: _one(s, "child", NEW.format(1), {"name": "x", "site_id": s.victim.site}),
)
_writes(
    "a new user for the office",
    FOREIGN,
    lambda s: _one(s, "user", NEW.format(1), {"name": "x", "role": "clerk", "site_id": s.township.site}),
)
_writes(
    "a new row at home nowhere",
    FOREIGN,
    lambda s: _one(s, "child", NEW.format(1), {"name": "x", "site_id": "nowhere"}),
)
_writes("its own child given away", FOREIGN, lambda s: _one(s, "child", s.child, {"site_id": s.victim.site}))
_writes("its own child given to the office", FOREIGN, lambda s: _one(s, "child", s.child, {"site_id": s.township.site}))
_writes("its own child made homeless", aside(scope.WRONG_TYPE), lambda s: _one(s, "child", s.child, {"site_id": None}))
_writes("a row nobody knows", aside(scope.ROW_UNKNOWN), lambda s: _one(s, "child", NEW.format(1), {"name": "x"}))
_writes("nothing, of a row nobody knows", aside(scope.ROW_UNKNOWN), lambda s: _one(s, "child", NEW.format(1), {}))
_writes(
    "an erased identity of a row nobody knows",
    aside(scope.ROW_UNKNOWN),
    lambda s: Change(0, None, {}, s.room.replica, NEW.format(1), {}, s.room.last_seq + 1, "child"),
)
_writes(
    "an erased identity of its own child",
    merged("change"),
    lambda s: Change(0, None, {}, s.room.replica, s.child, {}, s.room.last_seq + 1, "child"),
)
_writes(
    "a moved child by one who knew of the move",
    FOREIGN,
    lambda s: _one(
        s, "child", s.moved, {"name": "改名"}, seen=s.unmoved_seen | {s.township.replica: s.township.last_seq}
    ),
)
_writes(
    "its own role",
    merged("change", "user"),
    lambda s: _one(s, "user", s.room.user, {"role": "clerk"}, seen={s.room.replica: s.room.last_seq}),
)
_writes(
    "its own level",
    merged("change", "site", then=lambda t: _peers_stand(t)),
    lambda s: _one(
        s, "site", s.room.site, {"level": "district", "parent_id": None}, seen={s.room.replica: s.room.last_seq}
    ),
)


def _peers_stand(trial: Trial) -> None:
    """Rights come from certificates: whatever a site row says of a level gives none."""
    assert trial.before["peer"] == trial.after["peer"]


RETURNED = aside(scope.RETURNED)
_writes(
    "its own child in another room's name",
    RETURNED,
    lambda s: _one(
        s, "child", s.child, {"name": "改名"}, replica=s.victim.replica, seq=s.victim.last_seq + 1, author=s.victim.user
    ),
)
_writes(
    "its own child in the district's name",
    RETURNED,
    lambda s: _one(s, "child", s.child, {"name": "改名"}, replica=s.district.replica, seq=10_000),
)


def _goes_on(trial: Trial) -> None:
    """It can still write, with numbers that all others take."""
    from carehub.domain.people import Volunteer
    from carehub.services import records

    _, touched = records.add(trial.desk, Volunteer, {"name": "李四"})
    ((seq,),) = trial.query("SELECT seq FROM change WHERE pos = ?", touched.changes[0])
    assert seq < 1000


@case(
    "rights: the office's own name, at the end of all numbers",
    aside(scope.RETURNED, 1, "writer", "former", "link", then=_goes_on),
)
def _last_number(stage: Stage) -> bytes:
    """Were it taken in, the office's next number would be one that nobody can read. It goes on as a new replica, as if
    it had been put back from a backup unnoticed: a nuisance, but nothing is lost."""
    edit = _one(stage, "child", stage.child, {"name": "x"}, replica=stage.township.replica, seq=(1 << 53) - 1)
    return room(stage).says(edit).bytes()


@case(
    "rights: its own child, having seen the office's future",
    merged("change", "child", "writer", "former", then=lambda t: _has_the_last_word(t)),
)
def _future(stage: Stage) -> bytes:
    seen = {stage.room.replica: stage.room.last_seq, stage.township.replica: 1 << 50}
    late = {"seen": seen, "at": 2_398_000_000_000}
    return room(stage).says(_one(stage, "child", stage.child, {"school": "x"}, **late)).bytes()


def _has_the_last_word(trial: Trial) -> None:
    """The office corrects it, and so it stays: it has gone on as a replica of whose future nobody can have known."""
    from carehub.domain.people import Child
    from carehub.services import checking, records

    from ...conftest import drive

    records.edit(trial.desk, Child, trial.stage.child, {"school": "丙"})
    assert records.get(trial.desk, Child, trial.stage.child).school == "丙"
    assert drive(checking.check(trial.desk)) == []


# Many at once


def _many(stage: Stage, count: int, cells: dict[str, Cell], already: bool = True) -> list[bytes]:
    """First so many new children, then what is done to all of them."""
    rows = [NEW.format(n) for n in range(count)]
    mine = stage.room
    made = [change(mine, n + 1, "child", r, {"name": f"儿童{n}", "site_id": mine.site}) for n, r in enumerate(rows)]
    done = [
        change(mine, count + n + 1, "child", r, cells, {mine.replica: mine.last_seq + n + 1})
        for n, r in enumerate(rows)
    ]
    end = mine.letters["township"].header.span[1]
    first = room(stage).says(*made)
    return [first.bytes(), room(stage).says(*done).with_header(number=3, span=(end, end + count)).bytes()]


MANY = waiting(incoming.MANY_VOIDS, tried="merged")
case("many: six voided at once", MANY)(lambda s: _many(s, 6, dict(VOID)))
case("many: six erased at once", MANY)(lambda s: _many(s, 6, ERASE | {"site_id": s.room.site}))
case("many: a thousand voided at once", MANY)(lambda s: _many(s, 1000, dict(VOID)))
case("many: five voided", merged("change", "child"))(lambda s: _many(s, 5, dict(VOID)))
case("many: six voided with an empty day", aside(scope.WRONG_TYPE, 6))(lambda s: _many(s, 6, {"voided_on": ""}))

# Erasing in ways that no program erases

SHAPE = refused(bundle.ALTERED)
for _title, _cells in {
    "without a day": {"erased_on": None},
    "with an empty day": {"erased_on": ""},
    "with a number": {"erased_on": 1},
    "with a day that is none": {"erased_on": "someday"},
    "with something kept": {"erased_on": "2026-03-01", "name": "徐𫖯"},
}.items():
    _writes(f"erasing {_title}", SHAPE, lambda s, cells=_cells: _one(s, "child", s.child, dict(cells)))  # type: ignore[misc]

_writes(
    "a row erased before it was ever written",
    merged("change", "erased"),
    lambda s: _one(s, "child", NEW.format(1), ERASE | {"site_id": s.room.site}),
)
_writes(
    "an erased row written again",
    merged("change", "erased"),
    lambda s: [
        _one(s, "child", NEW.format(1), ERASE | {"site_id": s.room.site}),
        change(s.room, 2, "child", NEW.format(1), {"name": "回来", "site_id": s.room.site}),
    ],
)
