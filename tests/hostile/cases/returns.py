"""Return bundles that reach a room: forged by others, or by an office that means it ill.

An office is trusted with its rooms' rows. What it must not be able to do is to make a room lose what it wrote.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from carehub.sync import bundle, incoming, keys, scope
from carehub.sync.bundle import Refusal

from ..craft import Forgery, change
from ..stage import Stage
from ..trial import Expect, Trial, aside, case, inert, merged, refused

NEW = "01a20f2b-0000-7000-8000-00000000000{}"


def office(stage: Stage) -> Forgery:
    return Forgery(stage, "township", "room")


def _receipt(name: str, expect: Expect, tell: Callable[[Stage], dict[str, Any]]) -> None:
    def build(stage: Stage) -> bytes:
        forged = office(stage)
        assert forged.letter.opening.receipt
        told = msgspec.structs.replace(forged.letter.opening.receipt, **tell(stage))
        return forged.with_opening(receipt=told).bytes()

    case(f"return: {name}", expect, to="room")(build)


def _rows_stand(trial: Trial) -> None:
    """All its own rows and all it wrote are still there, whatever replica they are now told to be of."""
    for table in ("child", "family_member", "site", "user"):
        assert trial.before[table] == trial.after[table]
    kept = [(c[3], c[4], c[5]) for c in trial.after["change"]]
    assert all((c[3], c[4], c[5]) in kept for c in trial.before["change"])


def _own_work_stands(trial: Trial) -> None:
    """What the office itself had written may wait for a person now; the room's rows and what it wrote are as before."""
    mine = trial.stage.room.replica
    for table in ("child", "family_member", "site", "user"):
        assert trial.before[table] == trial.after[table]
    assert [c for c in trial.before["change"] if c[1] == mine] == [c for c in trial.after["change"] if c[1] == mine]


PARTED = merged("writer", "former", "change", "question", then=_rows_stand)

_receipt("a fork from the first change on", PARTED, lambda s: {"forks": {s.room.replica: [(1, s.child, "00" * 8)]}})
_receipt(
    "a fork of the office's replica",
    aside(scope.RETURNED, 4, "change", "moved", then=_own_work_stands),
    lambda s: {"forks": {s.township.replica: [(1, "x", "00" * 8)]}},
)
_receipt("a fork of another room", inert(_rows_stand), lambda s: {"forks": {s.victim.replica: [(1, "x", "00" * 8)]}})
_receipt(
    "a fork of a replica that never was", inert(_rows_stand), lambda s: {"forks": {"f" * 16: [(1, "x", "00" * 8)]}}
)
_receipt("a fork of nothing", inert(_rows_stand), lambda s: {"forks": {s.room.replica: []}})
_receipt(
    "a fork where nothing was written yet",
    inert(_rows_stand),
    lambda s: {"forks": {s.room.replica: [(9999, "x", "00")]}},
)
_receipt(
    "a fork with a negative number", refused(bundle.ALTERED), lambda s: {"forks": {s.room.replica: [(-1, "x", "")]}}
)
_receipt("counts of 2^53", refused(bundle.ALTERED), lambda s: {"questions": 1 << 53})
_receipt("two thousand refusals", inert(), lambda s: {"refusals": [Refusal("x", "r", "row", 1, "child")] * 2000})
_receipt(
    "a refusal whose reason is a text with braces", inert(), lambda s: {"refusals": [Refusal("{0}", "r", "", 1, "")]}
)


def _unreceipted(trial: Trial) -> None:
    """It goes on sending what the office only says it has (Mapeo Mobile #872)."""
    from carehub.services import handover

    assert handover.unreceipted(trial.desk) >= 1


@case("return: taken to the end of all numbers", inert(_unreceipted), to="room")
def _all_taken(stage: Stage) -> bytes:
    forged = office(stage)
    return forged.with_header(taken={stage.room.replica: ((1 << 53) - 1, "ab" * 32)}).bytes()


@case("return: taken with a right hash and a wrong position", inert(_unreceipted), to="room")
def _wrong_position(stage: Stage) -> bytes:
    forged = office(stage)
    _, mark = forged.letter.header.taken[stage.room.replica]
    return forged.with_header(taken={stage.room.replica: (10_000, mark)}).bytes()


@case("return: signed by another room", refused(incoming.STRANGER), to="room")
def _by_victim(stage: Stage) -> bytes:
    """Whoever has the card knows what a return bundle looks like; only the office's key makes one."""
    forged = office(stage)
    forged.keys = stage.victim.keys
    request = msgspec.structs.replace(
        stage.township.certificate.request, sign_key=forged.keys.sign_key, seal_key=forged.keys.seal_key
    )
    return forged.with_header(signer=keys.certify(request, request.site, forged.keys, 1)).bytes()


@case("return: as another office", refused(incoming.STRANGER), to="room")
def _other_office(stage: Stage) -> bytes:
    forged = office(stage)
    forged.by, forged.keys = stage.victim, stage.victim.keys
    return forged.with_header(signer=stage.victim.certificate).with_opening(signer=stage.victim.site).bytes()


@case("return: rows of the office's own", aside(scope.REFERENCE_ONLY), to="room")
def _office_rows(stage: Stage) -> bytes:
    told = change(stage.township, 1, "child", NEW.format(1), {"name": "x", "site_id": stage.township.site})
    return office(stage).says(told).bytes()


@case("return: another room's rows", aside(scope.OUT_OF_SCOPE), to="room")
def _other_rows(stage: Stage) -> bytes:
    told = change(stage.township, 1, "child", NEW.format(1), {"name": "x", "site_id": stage.victim.site})
    return office(stage).says(told).bytes()


@case("return: an erased identity of a row nobody knows", aside(scope.ROW_UNKNOWN), to="room")
def _ghost(stage: Stage) -> bytes:
    from carehub.sync.change import Change

    told = Change(0, None, {}, stage.township.replica, NEW.format(2), {}, stage.township.last_seq + 1, "child")
    return office(stage).says(told).bytes()


@case("return: a row in another table", aside(scope.WRONG_TYPE), to="room")
def _two_tables(stage: Stage) -> bytes:
    return office(stage).says(change(stage.township, 1, "volunteer", stage.child, {"name": "x"})).bytes()


@case("return: a revocation of the room itself", inert(), to="room")
def _revoked(stage: Stage) -> bytes:
    """It would lock itself out of its own return bundles; that it is revoked shows when it hands over."""
    mine, above = stage.room, stage.township
    told = keys.revoke(mine.site, mine.keys.sign_key, above.site, above.keys, 1)
    return office(stage).with_opening(revocations=[told]).bytes()


@case("return: a certificate for another name than asked for", inert(), to="room")
def _other_name(stage: Stage) -> bytes:
    request = msgspec.structs.replace(stage.room.certificate.request, name="别的村")
    told = keys.certify(request, stage.township.site, stage.township.keys, 1)
    return office(stage).with_opening(certificates=[told]).bytes()


@case("return: a forged certificate for the room", refused(keys.FORGED), to="room")
def _forged_certificate(stage: Stage) -> bytes:
    told = msgspec.structs.replace(stage.room.certificate, signature="00" * 64)
    return office(stage).with_opening(certificates=[told]).bytes()
