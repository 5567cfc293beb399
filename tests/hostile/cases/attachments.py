"""Pictures: too many, too few, too large, not what they are said to be, or of rows that are nobody's to write."""

import hashlib
from typing import Any

from carehub.domain.attachments import Attachment
from carehub.domain.errors import InvalidInput
from carehub.domain.ids import new_id
from carehub.services import attachments
from carehub.services.attachments import Owner
from carehub.sync import bundle, scope
from carehub.sync.change import Change
from carehub.sync.outgoing import compose_down

from ..craft import Forgery, change, entry
from ..stage import Stage
from ..trial import Trial, aside, case, inert, merged, refused

ALTERED, LARGE, NOT_ONE = refused(bundle.ALTERED), refused(bundle.TOO_LARGE), refused(bundle.NOT_A_BUNDLE)
ADDED = merged("attachment", "blob", "change")
ROWS_ONLY = merged("attachment", "change")

ONE, TWO = b"\xff\xd8 one \n\x00 picture", b"\xff\xd8 another \n picture"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


H1, H2 = sorted((sha(ONE), sha(TWO)))
BYTES = {sha(ONE): ONE, sha(TWO): TWO}
BOTH = tuple((name, BYTES[name]) for name in (H1, H2))


def row(stage: Stage, n: int, name: Any, **cells: Any) -> Change:
    """The room's `n`-th new attachment of its child."""
    told = {
        "owner": "child", "owner_id": stage.child, "title": "照片", "media": "image/jpeg", "sha256": name,
        "size": 20, "site_id": stage.room.site,
    }  # fmt: skip
    return change(stage.room, n, "attachment", f"01a20f2b-0000-7000-8000-{n:012x}", told | cells)


def two(stage: Stage) -> Forgery:
    """Two attachments, honestly."""
    return Forgery(stage, "room", "township").says(row(stage, 1, H1), row(stage, 2, H2)).carries(*BOTH)


def one(stage: Stage, name: str, data: bytes | None, **cells: Any) -> Forgery:
    return Forgery(stage, "room", "township").says(row(stage, 1, name, **cells)).carries((name, data))


@case("attachments: two honest ones", ADDED)
def _honest(stage: Stage) -> bytes:
    return two(stage).bytes()


@case("attachments: one is missing", ALTERED)
def _missing(stage: Stage) -> bytes:
    return two(stage).carries(BOTH[0]).bytes()


@case("attachments: all are missing", ALTERED)
def _none(stage: Stage) -> bytes:
    return two(stage).carries().bytes()


@case("attachments: one comes twice", ALTERED)
def _twice(stage: Stage) -> bytes:
    return two(stage).carries(BOTH[0], BOTH[0], BOTH[1]).bytes()


@case("attachments: in disorder", ALTERED)
def _disorder(stage: Stage) -> bytes:
    return two(stage).carries(*BOTH[::-1]).bytes()


@case("attachments: one that no change names", ALTERED)
def _extra(stage: Stage) -> bytes:
    more = sorted([*BOTH, (sha(b"nobody's"), b"nobody's")])
    return two(stage).carries(*more).bytes()


@case("attachments: without any changes", ALTERED)
def _alone(stage: Stage) -> bytes:
    return Forgery(stage, "room", "township").says().carries(*BOTH).bytes()


@case("attachments: other bytes under a picture's hash", ALTERED)
def _other_bytes(stage: Stage) -> bytes:
    return two(stage).carries(BOTH[0], (H2, b"something else")).bytes()


@case("attachments: the bytes of two exchanged", ALTERED)
def _exchanged(stage: Stage) -> bytes:
    return two(stage).carries((H1, BYTES[H2]), (H2, BYTES[H1])).bytes()


@case("attachments: the last one is cut off", ALTERED)
def _cut(stage: Stage) -> bytes:
    forged = two(stage)
    forged.tail = b"".join(entry(*told) for told in BOTH)[:-3]
    return forged.bytes()


@case("attachments: bytes behind the last one", ALTERED)
def _behind(stage: Stage) -> bytes:
    forged = two(stage)
    forged.tail = b"".join(entry(*told) for told in BOTH) + b"x"
    return forged.bytes()


@case("attachments: before the changes", ALTERED)
def _before(stage: Stage) -> bytes:
    forged = two(stage)
    forged.lines, forged.tail = [b"".join(entry(*told) for told in BOTH), *forged.lines], b""
    return forged.describing(changes=2).bytes()


def _entry(called: str, size: Any, expect: Any = ALTERED, **other: Any) -> None:
    def build(stage: Stage) -> bytes:
        forged = one(stage, H1, BYTES[H1])
        forged.tail = entry(H1, BYTES[H1], size=size, **other)
        return forged.bytes()

    case(f"attachments: {called}", expect)(build)


_entry("a size of nothing", 0)
_entry("a negative size", -1)
_entry("a size in words", "20")
_entry("a size with a fraction", 20.5)
_entry("a size that is true", True)
_entry("a size larger than its bytes", len(BYTES[H1]) + 1, LARGE)
_entry("a size smaller than its bytes", len(BYTES[H1]) - 1)
_entry("a size beyond all limits", 1 << 62)
_entry("a word that nobody knows beside the size", len(BYTES[H1]), path="../../x")
_entry("a hash in capital letters", len(BYTES[H1]), sha256=H1.upper())
_entry("a path for a hash", len(BYTES[H1]), sha256="../../../../etc/passwd")


@case("attachments: a line with white space", ALTERED)
def _wide(stage: Stage) -> bytes:
    forged = one(stage, H1, BYTES[H1])
    forged.tail = entry(H1, BYTES[H1]).replace(b'"size":', b'"size": ')
    return forged.bytes()


@case("attachments: a line without an end", LARGE)
def _endless(stage: Stage) -> bytes:
    forged = one(stage, H1, BYTES[H1])
    forged.tail = b"x" * (3 << 20)
    return forged.bytes()


@case("attachments: one of more than 2 MB", ALTERED)
def _large(stage: Stage) -> bytes:
    data = bytes(bundle.LIMIT_BLOB + 1)
    return one(stage, sha(data), data).bytes()


@case("attachments: the header tells of more", ALTERED)
def _more(stage: Stage) -> bytes:
    return two(stage).describing(blobs=3).bytes()


@case("attachments: the header tells of fewer", ALTERED)
def _fewer(stage: Stage) -> bytes:
    return two(stage).describing(blobs=1).bytes()


@case("attachments: the header tells of fewer bytes", LARGE)
def _fewer_bytes(stage: Stage) -> bytes:
    return two(stage).describing(blob_size=10).bytes()


@case("attachments: the header tells of more bytes", ALTERED)
def _more_bytes(stage: Stage) -> bytes:
    return two(stage).describing(blob_size=100).bytes()


@case("attachments: the header tells of more bytes than a bundle may have", LARGE)
def _too_many_bytes(stage: Stage) -> bytes:
    return two(stage).describing(blob_size=bundle.LIMIT_BLOBS + 1).bytes()


@case("attachments: the header tells of more than there is room for", NOT_ONE)
def _no_room(stage: Stage) -> bytes:
    return two(stage).describing(blobs=1 << 40).bytes()


@case("attachments: the header tells of a negative number", NOT_ONE)
def _negative(stage: Stage) -> bytes:
    return two(stage).describing(blobs=-1).bytes()


@case("attachments: a bomb of black pictures", LARGE)
def _bomb(stage: Stage) -> bytes:
    """Fifty times two megabytes that take a few kilobytes on the stick."""
    black = [bytes([n]) + bytes(bundle.LIMIT_BLOB - 1) for n in range(50)]
    told = sorted((sha(data), data) for data in black)
    rows = [row(stage, n + 1, name) for n, (name, _) in enumerate(told)]
    return Forgery(stage, "room", "township").says(*rows).carries(*told).bytes()


@case("attachments: two thousand of one byte each", ADDED)
def _crumbs(stage: Stage) -> bytes:
    told = sorted((sha(b"%d" % n), b"%d" % n) for n in range(2000))
    rows = [row(stage, n + 1, name) for n, (name, _) in enumerate(told)]
    return Forgery(stage, "room", "township").says(*rows).carries(*told).bytes()


# Rows


def _none_held(trial: Trial) -> None:
    assert trial.query("SELECT * FROM blob") == []


def _asked_for(*names: str) -> Any:
    def then(trial: Trial) -> None:
        _none_held(trial)
        from carehub.sync import blobs

        with trial.desk.store.reading() as session:
            assert blobs.missing(trial.desk.store.raw(session)) == sorted(names)

    return then


@case("attachments: left for later", merged("attachment", "change", then=_asked_for(H1, H2)))
def _later(stage: Stage) -> bytes:
    return two(stage).carries((H1, None), (H2, None)).bytes()


@case("attachments: a row that names no hash", merged("attachment", "change", then=_asked_for()))
def _no_hash(stage: Stage) -> bytes:
    names = ("../../x", H1.upper(), H1[:-1], "", None)
    return Forgery(stage, "room", "township").says(*(row(stage, n + 1, x) for n, x in enumerate(names))).bytes()


@case("attachments: a row whose hash is a number", aside(scope.WRONG_TYPE))
def _number(stage: Stage) -> bytes:
    return Forgery(stage, "room", "township").says(row(stage, 1, 5)).bytes()


@case("attachments: two rows with the same bytes", ADDED)
def _shared(stage: Stage) -> bytes:
    return Forgery(stage, "room", "township").says(row(stage, 1, H1), row(stage, 2, H1)).carries(BOTH[0]).bytes()


@case("attachments: named by a child, not by an attachment", ALTERED)
def _by_a_child(stage: Stage) -> bytes:
    told = change(stage.room, 1, "child", stage.child, {"sha256": H1}, {stage.room.replica: stage.room.last_seq})
    return Forgery(stage, "room", "township").says(told).carries(BOTH[0]).bytes()


@case("attachments: of a row at home with another room", aside(scope.OUT_OF_SCOPE, 1, "blob"))
def _elsewhere(stage: Stage) -> bytes:
    """It waits for a person, and its bytes with it."""
    return one(stage, *BOTH[0], site_id=stage.victim.site).bytes()


@case("attachments: added and erased in one bundle", merged("change", "erased", then=_none_held))
def _erased(stage: Stage) -> bytes:
    added = row(stage, 1, H1)
    gone = change(stage.room, 2, "attachment", added.row, {"erased_on": "2026-03-01", "site_id": stage.room.site},
                  {stage.room.replica: added.seq})  # fmt: skip
    return Forgery(stage, "room", "township").says(added, gone).carries(BOTH[0]).bytes()


@case("attachments: of a row of which nobody ever heard", ADDED)
def _of_nobody(stage: Stage) -> bytes:
    return one(stage, *BOTH[0], owner="talk", owner_id=new_id()).bytes()


def _goes_round(trial: Trial) -> None:
    """Whoever follows what belongs to what comes to an end."""
    from carehub.store import belongings, queries

    with trial.desk.store.reading() as session:
        (row_id,) = (r for (r,) in trial.query("SELECT id FROM attachment ORDER BY id LIMIT 1"))
        assert len(belongings.belonging(session, "attachment", row_id)) == 2
        assert queries.owner_names(session, "attachment", [row_id]) == {}


@case("attachments: two that belong to each other", merged("attachment", "blob", "change", then=_goes_round))
def _circle(stage: Stage) -> bytes:
    first, second = row(stage, 1, H1), row(stage, 2, H2)
    first, second = (
        row(stage, n, name, owner="attachment", owner_id=other.row)
        for n, name, other in ((1, H1, second), (2, H2, first))
    )
    return Forgery(stage, "room", "township").says(first, second).carries(*BOTH).bytes()


def _is_not_shown(trial: Trial) -> None:
    (found,) = attachments.of(trial.desk, Owner("child", trial.stage.child))
    assert isinstance(found, Attachment)
    try:
        attachments.shown(trial.desk, found, 100, 100)
    except InvalidInput:
        return
    raise AssertionError("something was shown")


@case("attachments: bytes that are no picture", merged("attachment", "blob", "change", then=_is_not_shown))
def _no_picture(stage: Stage) -> bytes:
    return one(stage, *BOTH[0]).bytes()


BOMB = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (60000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00" + bytes(40)


@case("attachments: a picture of 60 000 by 60 000", merged("attachment", "blob", "change", then=_is_not_shown))
def _huge_picture(stage: Stage) -> bytes:
    return one(stage, sha(BOMB), BOMB).bytes()


@case("attachments: a PDF that is none", merged("attachment", "blob", "change", then=_is_not_shown))
def _no_pdf(stage: Stage) -> bytes:
    return one(stage, sha(b"%PDF-1.7 x"), b"%PDF-1.7 x", media="application/pdf").bytes()


# What is asked for


@case("attachments: five thousand and one wishes", ALTERED)
def _wishes(stage: Stage) -> bytes:
    names = sorted(sha(b"%d" % n) for n in range(bundle.LIMIT_WANTED + 1))
    return Forgery(stage, "room", "township").says().with_opening(wanted=names).bytes()


@case("attachments: a wish that is no hash", ALTERED)
def _wish(stage: Stage) -> bytes:
    return Forgery(stage, "room", "township").says().with_opening(wanted=["%"]).bytes()


def _nothing_is_sent(trial: Trial) -> None:
    with trial.desk.store.unit(trial.desk.user.id) as unit:
        made = compose_down(unit.raw, "0001", trial.stage.room.site)
        assert (made.header.payload.blobs, made.header.payload.blob_size) == (0, 0)


@case("attachments: wishes for what is not there", inert(_nothing_is_sent))
def _idle_wish(stage: Stage) -> bytes:
    return Forgery(stage, "room", "township").says().with_opening(wanted=[H1, H2]).bytes()
