"""Lines of a payload: what is a change, what is not, and what is kept though nobody here knows it.

Texts that turn the writing direction around (U+202E and the like) are taken in as they are: they come along with what
people copy from elsewhere, a whole bundle must not stay outside for one of them, and names that decide something (of
sites, beside the five words) cannot hold any.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from carehub.sync import bundle, merge, scope
from carehub.sync.change import Change, canonical

from ..craft import NOON, Forgery, change, raw_line
from ..stage import Stage
from ..trial import Expect, Trial, aside, case, merged, refused

ALTERED = refused(bundle.ALTERED)
ROW = "01a20f2b-0000-7000-8000-000000000001"


def room(stage: Stage) -> Forgery:
    return Forgery(stage, "room", "township")


def told(stage: Stage, **other: Any) -> Change:
    """A new child of the room's."""
    cells = {"name": "吴小雨", "site_id": stage.room.site} | other.pop("cells", {})
    return change(stage.room, other.pop("n", 1), other.pop("table", "child"), other.pop("row", ROW), cells, **other)


def _raw(name: str, expect: Expect, spoil: Callable[[bytes], bytes]) -> None:
    case(f"line: {name}", expect)(lambda stage: room(stage).says(spoil(canonical(told(stage)) + b"\n")).bytes())


def _member(name: str, value: Any, expect: Expect = ALTERED) -> None:
    """One member of a change replaced by anything that is JSON."""
    key, title = name.split(": ", 1)

    def build(stage: Stage) -> bytes:
        return room(stage).says(raw_line(told(stage), **{key: value})).bytes()

    case(f"line: {key}: {title}", expect)(build)


def _cells(name: str, cells: Mapping[str, Any], expect: Expect = ALTERED) -> None:
    def build(stage: Stage) -> bytes:
        whole = {"name": "吴小雨", "site_id": stage.room.site} | dict(cells)
        return room(stage).says(raw_line(told(stage), cells=whole)).bytes()

    case(f"cell: {name}", expect)(build)


def _again(line: bytes) -> bytes:
    found = json.loads(line)
    return json.dumps(dict(reversed(found.items())), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


_raw("white space", ALTERED, lambda x: x.replace(b'"seq":', b'"seq": '))
_raw("members in another order", ALTERED, _again)
_raw("the same member twice", ALTERED, lambda x: x.replace(b'"at":', b'"at":1,"at":'))
_raw("a byte order mark", ALTERED, lambda x: b"\xef\xbb\xbf" + x)
_raw("an escape that is not needed", ALTERED, lambda x: x.replace(b'"child"', b'"\\u0063hild"'))
_raw("an escaped slash", ALTERED, lambda x: x.replace("吴".encode(), b"\\/"))
_raw("a line end in the middle", ALTERED, lambda x: x.replace(b'"seq":', b'\n"seq":'))
_raw("a Windows line end", ALTERED, lambda x: x[:-1] + b"\r\n")
_raw("an empty line after it", ALTERED, lambda x: x + b"\n")
_raw("an empty line before it", ALTERED, lambda x: b"\n" + x)
_raw("no line end", ALTERED, lambda x: x[:-1])
_raw("two on one line", ALTERED, lambda x: x[:-1] + x)
_raw("longer than a megabyte", refused(bundle.TOO_LARGE), lambda x: x[:-1] + b" " * (1 << 20) + b"\n")
_raw("invalid UTF-8", ALTERED, lambda x: x.replace("吴".encode(), b"\xff\xfe\xfd"))
_raw("an overlong null", ALTERED, lambda x: x.replace("吴".encode(), b"\xc0\x80"))
_raw("a lone surrogate", ALTERED, lambda x: x.replace("吴".encode(), b"\\ud800"))
_raw("a lone surrogate in UTF-8", ALTERED, lambda x: x.replace("吴".encode(), b"\xed\xa0\x80"))
_raw("a pair of surrogates in UTF-8", ALTERED, lambda x: x.replace("吴".encode(), b"\xed\xa0\x81\xed\xb0\x80"))
_raw("not a change", ALTERED, lambda x: b"[1,2,3]\n")
_raw("nested 100,000 deep", ALTERED, lambda x: b'{"cells":' + b"[" * 100_000 + b"\n")
_raw("NaN", ALTERED, lambda x: x.replace(str(NOON + 1).encode(), b"NaN"))
_raw("an exponent", ALTERED, lambda x: x.replace(str(NOON + 1).encode(), b"1e12"))

_member("at: negative", -1)
_member("at: 2^53", 1 << 53)
_member("at: 2^64", 1 << 64)
_member("at: a fraction", 1.5)
_member("at: a text", "1")
_member("at: missing", None)
_member("seq: zero", 0)
_member("seq: negative", -5)
_member("seq: 2^53", 1 << 53)
_member("seq: a fraction", 2.0)
_member("seq: true", True)
_member("author: quotes", "x' OR 1=1 --")
_member("author: a number", 7)
_member("author: 65 characters", "a" * 65)
_member("author: empty", "")
_member("replica: empty", "")
_member("replica: a path", "../../x")
_member("replica: null", None)
_member("row: quotes", "x'; DROP TABLE child; --")
_member("row: double quotes", 'x","table":"user')
_member("row: a line end", "x\n")
_member("row: 65 characters", "x" * 65)
_member("row: Chinese", "儿童")
_member("row: a number", 1)
_member("table: quotes", "child'; DROP TABLE change; --")
_member("table: double quotes", 'child"')
_member("table: a space", "child; child")
_member("table: empty", "")
_member("seen: a list", [])
_member("seen: position 0", {"0123456789abcdef": 0})
_member("seen: a negative position", {"0123456789abcdef": -1})
_member("seen: 2^53", {"0123456789abcdef": 1 << 53})
_member("seen: a replica with quotes", {"x'": 1})
_member("cells: a list", [])
_member("cells: null", None)
_member("colour: a member nobody knows", "red")


@case("line: seen: what this replica is yet to write", ALTERED)
def _sees_itself(stage: Stage) -> bytes:
    """It would be written over by nothing that its replica writes later."""
    return room(stage).says(told(stage, seen={stage.room.replica: stage.room.last_seq + 50})).bytes()


_cells("a fraction", {"sex": 1.5})
_cells("a whole fraction", {"sex": 1.0})
_cells("true", {"boards": True})
_cells("a list", {"name": ["x"]})
_cells("an object", {"name": {"$gt": ""}})
_cells("2^53", {"sex": 1 << 53})
_cells("-2^53", {"sex": -(1 << 53)})
_cells("a text with a null", {"name": "吴\0雨"})
_cells("a text of 100,001 characters", {"remark": "长" * 100_001})
_cells("a text that is not NFC", {"name": "Zoe\u0301"})
_cells("a column name with SQL", {"name = '' --": "x"})
_cells("a column name with quotes", {'name"': "x"})
_cells("an empty column name", {"": "x"})
_cells("a Chinese column name", {"姓名": "x"})
_cells("a column name of 65 characters", {"a" * 65: "x"})

ASIDE = aside(scope.WRONG_TYPE)
_cells("a number for a name", {"name": 5}, ASIDE)
_cells("a text for a number", {"sex": "1"}, ASIDE)
_cells("a number for a date", {"birth_date": 20180101}, ASIDE)
_cells("a text that is no date", {"birth_date": "not a day"}, ASIDE)
_cells("an empty date", {"birth_date": ""}, ASIDE)
_cells("the 31st of February", {"birth_date": "2018-02-31"}, ASIDE)
_cells("a date and a time", {"birth_date": "2018-02-01 12:00"}, ASIDE)
_cells("a date without dashes", {"birth_date": "20180201"}, ASIDE)
_cells("no home", {"site_id": None}, ASIDE)
_cells("a number for a home", {"site_id": 7}, ASIDE)


def _kept(column: str) -> Callable[[Trial], None]:
    def look(trial: Trial) -> None:
        ((cells,),) = trial.query("SELECT cells FROM change WHERE row_id = ?", ROW)
        assert column in json.loads(cells)
        assert trial.query("SELECT name FROM child WHERE id = ?", ROW) == [("吴小雨",)]

    return look


TAKEN = ("child", "change")
_cells("a column of the future", {"eye_colour": "brown"}, merged(*TAKEN, then=_kept("eye_colour")))
_cells("a column called id", {"id": "other"}, merged(*TAKEN, then=_kept("id")))
_cells("a column called rowid", {"rowid": 1}, merged(*TAKEN, then=_kept("rowid")))
_cells("a column that is a word of SQL", {"SELECT": "x"}, merged(*TAKEN, then=_kept("SELECT")))
_cells("two hundred columns of the future", {f"c{n}": n for n in range(200)}, merged(*TAKEN, then=_kept("c199")))


def _reads(name: str) -> Callable[[Trial], None]:
    """The list of children and searching still work."""

    def look(trial: Trial) -> None:
        from carehub.domain.people import Child
        from carehub.services import records

        assert records.get(trial.desk, Child, ROW).name == name

    return look


_cells("text that turns around", {"name": "\u202e雨小吴"}, merged(*TAKEN, then=_reads("\u202e雨小吴")))
_cells("markup", {"name": "<b>吴</b>"}, merged(*TAKEN, then=_reads("<b>吴</b>")))
_cells("a formula", {"name": "=cmd|'/c calc'!A1"}, merged(*TAKEN, then=_reads("=cmd|'/c calc'!A1")))
_cells(
    "SQL in a name", {"name": "吴'); DROP TABLE child; --"}, merged(*TAKEN, then=_reads("吴'); DROP TABLE child; --"))
)
_cells("braces in a name", {"name": "{0.__class__} %s"}, merged(*TAKEN, then=_reads("{0.__class__} %s")))
_cells("a rare character", {"name": "徐𫖯\U00031350"}, merged(*TAKEN, then=_reads("徐𫖯\U00031350")))
_cells("a private character", {"name": "徐\ue000"}, merged(*TAKEN, then=_reads("徐\ue000")))
_cells(
    "a hundred thousand characters for a name", {"name": "张" * 100_000}, merged(*TAKEN, then=_reads("张" * 100_000))
)
_cells("a word of a hundred thousand letters", {"school": "a" * 100_000}, merged(*TAKEN))
_cells("a hundred thousand words", {"school": "a " * 50_000}, merged(*TAKEN))


@case("table: one of the future is kept", merged("change"))
def _future_table(stage: Stage) -> bytes:
    return room(stage).says(told(stage, table="grant_round", row="g1")).bytes()


INTERNAL = (
    "change", "identity", "peer", "writer", "link", "intake", "sent", "quarantine", "erased", "sqlite_master",
    "alembic_version", "setting", "search_doc", "revocation", "pragma",
)  # fmt: skip


def _untouched(trial: Trial) -> None:
    assert trial.query("SELECT count(*) FROM change WHERE row_id = ?", ROW) == [(1,)]


for _name in INTERNAL:

    @case(f"table: {_name}", merged("change", then=_untouched))
    def _internal(stage: Stage, name: str = _name) -> bytes:
        """A table of the program's own is as unknown to sync as any other."""
        return room(stage).says(told(stage, table=name, cells={"site_id": stage.room.site, "capture": 0})).bytes()


@case("table: a row that is in two", aside(scope.WRONG_TYPE))
def _two_tables(stage: Stage) -> bytes:
    """A known child, now said to be a volunteer: of such a row no table would agree with its changes."""
    return room(stage).says(change(stage.room, 1, "volunteer", stage.child, {"name": "王"})).bytes()


@case("table: a new row that is in two", aside(scope.WRONG_TYPE, 1, *TAKEN))
def _two_new_tables(stage: Stage) -> bytes:
    return room(stage).says(told(stage), told(stage, n=2, table="volunteer")).bytes()


@case("line: the same change twice", merged(*TAKEN))
def _twice(stage: Stage) -> bytes:
    return room(stage).says(told(stage), told(stage)).bytes()


@case("line: the same identity with other content", refused(merge.CLONE, "fork"))
def _two_contents(stage: Stage) -> bytes:
    return room(stage).says(told(stage), told(stage, cells={"name": "吴大雨"})).bytes()


@case("line: a known identity with other content", refused(merge.CLONE, "fork"))
def _forked(stage: Stage) -> bytes:
    return room(stage).says(told(stage, n=-1)).bytes()


@case("line: numbers with a gap, backwards", merged(*TAKEN))
def _backwards(stage: Stage) -> bytes:
    """Positions count, numbers only name: their order says nothing."""
    return room(stage).says(told(stage, n=900), change(stage.room, 5, "child", ROW, {"school": "x"})).bytes()


def _crowd(name: str, tables: tuple[str, ...], write: Callable[[Stage, int], Change]) -> None:
    """Many changes of one row: whoever compares each with each sits there for minutes."""

    def build(stage: Stage) -> bytes:
        return room(stage).says(told(stage), *(write(stage, n) for n in range(2, 15_000))).bytes()

    case(f"crowd: {name}", merged(*TAKEN, *tables))(build)


def _by(stage: Stage, n: int, cells: Mapping[str, Any], sees: int) -> Change:
    """Two replicas that only exist in this bundle write in turn; each has seen all of the other's up to `sees`."""
    mine, other = ("a" * 16, "b" * 16)[:: 1 if n % 2 else -1]
    seen = {other: sees, stage.room.replica: stage.room.last_seq + 1} if sees else {}
    return change(stage.room, n, "child", ROW, cells, seen, replica=mine)


_crowd("nobody has seen another", ("question",), lambda s, n: _by(s, n, {"school": f"{n % 3}"}, 0))
_crowd("everybody has seen everybody", ("question",), lambda s, n: _by(s, n, {"school": f"{n % 3}"}, 1 << 50))
_crowd("all void it", ("question",), lambda s, n: _by(s, n, {"voided_on": "2026-03-01"}, 0))
_crowd(
    "half void it and have seen the other half",
    (),
    lambda s, n: _by(s, n, {"voided_on": "2026-03-01"} if n % 2 else {"school": "x"}, (1 << 50) * (n % 2)),
)


@case("crowd: ten thousand changes of somebody else's row", aside(scope.OUT_OF_SCOPE, 10_000))
def _strange_crowd(stage: Stage) -> bytes:
    other = stage.other_child
    return room(stage).says(*(change(stage.room, n, "child", other, {"school": "x"}) for n in range(1, 10_001))).bytes()
