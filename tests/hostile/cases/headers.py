"""Headers that say what is not so, all rightly signed by an approved room unless the name says otherwise."""

import json
from collections.abc import Callable
from typing import Any

from carehub.domain.ids import new_id
from carehub.sync import bundle, incoming, keys
from carehub.sync.bundle import Recipient
from carehub.sync.change import canonical
from carehub.sync.merge import CLONE

from ..craft import Forgery, container, resigned
from ..stage import Stage
from ..trial import Expect, Trial, case, merged, refused, waiting

HONEST_ROWS = ("child", "change")
"""What the room's honest next bundle brings: one edit of a child."""


def room(stage: Stage) -> Forgery:
    return Forgery(stage, "room", "township")


def _header(name: str, expect: Expect, **told: Any) -> None:
    case(f"header: {name}", expect)(lambda stage: room(stage).with_header(**told).bytes())


def _payload(name: str, expect: Expect, tell: Callable[[Forgery], dict[str, Any]]) -> None:
    def build(stage: Stage) -> bytes:
        forged = room(stage)
        return forged.describing(**tell(forged)).bytes()

    case(f"header: {name}", expect)(build)


SHAPE = refused(bundle.NOT_A_BUNDLE)
_header("a format of the future", refused(bundle.NEWER), format=2)
_header("format 0", SHAPE, format=0)
_header("a negative format", SHAPE, format=-1)
_header("format as text", SHAPE, format="1")
_header("format as a fraction", SHAPE, format=1.5)
_header("a schema of the future", merged(*HONEST_ROWS), schema="9999")
_header("a program of the future", merged(*HONEST_ROWS), program="99.0.0+rc1")
_header("a schema with a null", SHAPE, schema="1\0")
_header("a program of 100 characters", SHAPE, program="9" * 100)
_header("a kind nobody knows", SHAPE, kind="sideways")
_header("a room that speaks as an office", refused(incoming.STRANGER), kind="down")
_header("number 0", SHAPE, number=0)
_header("a negative number", SHAPE, number=-3)
_header("number 2^53", SHAPE, number=1 << 53)
_header("number 2^64", SHAPE, number=1 << 64)
_header("a number as a fraction", SHAPE, number=2.5)
_header("a number as text", SHAPE, number="2")
_header("no number", SHAPE, number=None)
_header("made before 1970", SHAPE, made_at=-1)
_header("made in the year 200,000", merged(*HONEST_ROWS), made_at=(1 << 53) - 1)
_header("an empty bundle id", SHAPE, bundle="")
_header("a bundle id that is a path", SHAPE, bundle="../../etc/passwd")
_header("a bundle id with a quote", SHAPE, bundle="x'; DROP TABLE change; --")
_header("a bundle id that turns the text around", SHAPE, bundle="abc\u202edef")
_header("a replica that is a path", SHAPE, replica="../x")
_header("an empty replica", SHAPE, replica="")
_header("a replica with a line feed at its end", SHAPE, replica="0123456789abcdef\n")
_header("a previous bundle that never was", merged(*HONEST_ROWS), previous="ab" * 32)
_header("a previous hash in capitals", SHAPE, previous="AB" * 32)
_header("a previous hash with a line feed", SHAPE, previous="ab" * 32 + "\n")
_header("a member nobody knows", SHAPE, colour="red")
_header("a span that goes backwards", SHAPE, span=(5, 2))
_header("a negative span", SHAPE, span=(-1, 2))
_header("a span of three", SHAPE, span=(0, 1, 2))
_header("a span as an object", SHAPE, span={"from": 0})
_header("a span with a gap before it", waiting(incoming.GAP), span=(10_000, 10_001))
_header("taken as a list", SHAPE, taken=[])
_header("taken with a negative position", SHAPE, taken={"0123456789abcdef": (-1, "")})


@case("header: nine recipients", SHAPE)
def _nine(stage: Stage) -> bytes:
    forged = room(stage)
    forged.sealed_for = [stage.township.keys.seal_key]
    return forged.with_header(recipients=[Recipient(stage.township.keys.seal_key, "a")] * 9).bytes()


@case("header: no recipients", refused(bundle.FOR_ANOTHER))
def _no_recipients(stage: Stage) -> bytes:
    forged = room(stage)
    forged.sealed_for = [stage.township.keys.seal_key]
    return forged.with_header(recipients=[]).bytes()


def _empties_position(trial: Trial) -> None:
    """Its claims about this store's log are not believed: it is simply sent all of it again."""
    replica = trial.stage.room.replica
    ((told,),) = trial.query("SELECT told FROM link WHERE replica = ?", replica)
    assert told == 0


@case("header: taken claims what was never sent", merged(*HONEST_ROWS, then=_empties_position))
def _never_sent(stage: Stage) -> bytes:
    return room(stage).with_header(taken={stage.township.replica: (1 << 52, "ab" * 32)}).bytes()


@case("header: taken claims with another site's bundle", merged(*HONEST_ROWS, then=_empties_position))
def _others_bundle(stage: Stage) -> bytes:
    """Whoever finds the victim's stick knows the hash of its header, but not what was sent to the room."""
    found = stage.victim.letters["township"].header
    return room(stage).with_header(taken={stage.township.replica: found.taken[stage.township.replica]}).bytes()


@case("header: taken of sixty replicas that do not exist", merged(*HONEST_ROWS))
def _many_taken(stage: Stage) -> bytes:
    return room(stage).with_header(taken={f"{n:016x}": (n, "") for n in range(60)}).bytes()


@case("header: ended names the office's replica", merged(*HONEST_ROWS))
def _ended(stage: Stage) -> bytes:
    return room(stage).with_header(ended=[stage.township.replica, stage.victim.replica]).bytes()


@case("header: a span to the end of all numbers", merged(*HONEST_ROWS))
def _endless_span(stage: Stage) -> bytes:
    before = stage.room.letters["township"].header.span[0]
    return room(stage).with_header(span=(before, (1 << 53) - 1)).bytes()


@case("header: the replica of another site", refused(incoming.STRANGER))
def _others_replica(stage: Stage) -> bytes:
    return room(stage).with_header(replica=stage.victim.replica).bytes()


@case("header: the office's own replica", refused(incoming.STRANGER))
def _office_replica(stage: Stage) -> bytes:
    return room(stage).with_header(replica=stage.township.replica, span=(0, 99)).bytes()


@case("header: the number of a bundle taken in before", refused(CLONE, "fork"))
def _same_number(stage: Stage) -> bytes:
    return room(stage).with_header(number=1).bytes()


@case("header: a name that is not the approved one", refused(incoming.STRANGER))
def _other_name(stage: Stage) -> bytes:
    """Else the list of what was taken in shows the office's own name before the room's bundle."""
    return room(stage).with_header(signer=_signer(stage, name="石桥镇")).bytes()


@case("header: another sealing key than approved", refused(incoming.STRANGER))
def _other_seal_key(stage: Stage) -> bytes:
    return room(stage).with_header(signer=_signer(stage, seal_key=stage.victim.keys.seal_key)).bytes()


@case("header: another level than approved", refused(incoming.STRANGER))
def _other_level(stage: Stage) -> bytes:
    return room(stage).with_header(signer=_signer(stage, level="township")).bytes()


@case("header: another parent than approved", refused(incoming.STRANGER))
def _other_parent(stage: Stage) -> bytes:
    return room(stage).with_header(signer=_signer(stage, parent=stage.district.site)).bytes()


def _signer(stage: Stage, **told: Any) -> keys.Certificate:
    """The room's certificate with another request, vouched for by itself."""
    import msgspec

    mine = stage.room
    return keys.certify(msgspec.structs.replace(mine.certificate.request, **told), mine.site, mine.keys, 1)


_payload("fewer changes than there are", refused(bundle.ALTERED), lambda f: {"changes": 0})
_payload("more changes than there are", refused(bundle.ALTERED), lambda f: {"changes": 2})
_payload("2^53 changes", SHAPE, lambda f: {"changes": 1 << 53})
_payload("2^52 changes", SHAPE, lambda f: {"changes": 1 << 52})
_payload("negative changes", SHAPE, lambda f: {"changes": -1})
_payload("changes as a fraction", SHAPE, lambda f: {"changes": 1.0})
_payload("a smaller plain size", refused(bundle.TOO_LARGE), lambda f: {"plain_size": 100})
_payload("a larger plain size", refused(bundle.ALTERED), lambda f: {"plain_size": 100_000})
_payload("a plain size of 2 GiB", refused(bundle.TOO_LARGE), lambda f: {"plain_size": 2 << 30})
_payload("a plain size of 2^53 - 1", refused(bundle.TOO_LARGE), lambda f: {"plain_size": (1 << 53) - 1})
_payload("a negative plain size", SHAPE, lambda f: {"plain_size": -1})
_payload("another sealed size", refused(bundle.ALTERED), lambda f: {"size": 1})
_payload("a sealed size as text", SHAPE, lambda f: {"size": "940"})
_payload("another hash", refused(bundle.ALTERED), lambda f: {"sha256": "00" * 32})
_payload("a hash with spaces", SHAPE, lambda f: {"sha256": "0 " * 32})
_payload("a payload member nobody knows", SHAPE, lambda f: {"attachments": 3})


def _front(name: str, change: Callable[[bytes], bytes], expect: Expect = SHAPE) -> None:
    def build(stage: Stage) -> bytes:
        forged = room(stage)
        front, _, payload = forged.parts()
        return resigned(forged.keys, change(front), payload)

    case(f"header JSON: {name}", expect)(build)


def _reordered(front: bytes) -> bytes:
    told = json.loads(front)
    return json.dumps(dict(reversed(told.items())), ensure_ascii=False, separators=(",", ":")).encode()


_front("white space", lambda f: f.replace(b'"format":1', b'"format": 1'))
_front("a line feed at the end", lambda f: f + b"\n")
_front("members in another order", _reordered)
_front("the same member twice", lambda f: f.replace(b'"format":1', b'"format":1,"format":1'))
_front("a byte order mark", lambda f: b"\xef\xbb\xbf" + f)
_front("UTF-16", lambda f: f.decode().encode("utf-16"))
_front("escapes", lambda f: f.replace(b'"kind":"up"', b'"kind":"\\u0075p"'))
_front("an exponent", lambda f: f.replace(b'"format":1', b'"format":1e0'))
_front("a leading zero", lambda f: f.replace(b'"format":1', b'"format":01'))
_front("a comment", lambda f: f.replace(b'"format":1', b'"format":1/*x*/'))
_front("invalid UTF-8", lambda f: f.replace("新民村".encode(), b"\xff\xfe\xfd"))
_front("a lone surrogate", lambda f: f.replace("新民村".encode(), b"\\ud800"))
_front("a surrogate in UTF-8", lambda f: f.replace("新民村".encode(), b"\xed\xa0\x80"))
_front("a list", lambda f: b"[" + f + b"]")
_front("only null", lambda f: b"null")
_front("half of it", lambda f: f[: len(f) // 2])
_front("nested 100,000 deep", lambda f: b'{"format":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
_front("nested deep in a member nobody knows", lambda f: b'{"a":' + b'{"a":' * 20_000 + b"1" + b"}" * 20_000 + f[1:])
_front("not a number", lambda f: f.replace(b'"format":1', b'"format":NaN'))
_front("a number of 5,000 digits", lambda f: f.replace(b'"format":1', b'"format":' + b"9" * 5000), SHAPE)


@case("header: changed after it was signed", refused(bundle.ALTERED))
def _unsigned(stage: Stage) -> bytes:
    front, signature, payload = room(stage).parts()
    return container(front.replace(b'"number":2', b'"number":3'), signature, payload)


@case("header: signed with another room's key", refused(bundle.ALTERED))
def _wrongly_signed(stage: Stage) -> bytes:
    front, _, payload = room(stage).parts()
    return resigned(stage.victim.keys, front, payload)


@case("header: a signature over other bytes", refused(bundle.ALTERED))
def _other_signature(stage: Stage) -> bytes:
    front, _, payload = room(stage).parts()
    return container(front, keys.sign(stage.room.keys, canonical(json.loads(front)) + b"\n"), payload)


@case("header: another bundle's header over this payload", refused(bundle.ALTERED))
def _swapped(stage: Stage) -> bytes:
    front, signature, _ = room(stage).parts()
    return container(front, signature, room(stage).with_header(bundle=new_id()).parts()[2])
