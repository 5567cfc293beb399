"""Who vouches for whom: certificates and revocations that nobody entitled to them made."""

from typing import Any

import msgspec

from carehub.sync import bundle, incoming, keys
from carehub.sync.keys import Certificate, Request

from ..craft import Forgery, change
from ..stage import Actor, Stage
from ..trial import Expect, Trial, case, inert, merged, refused, waiting


def _thief() -> keys.Keys:
    return keys.new_keys()


def room(stage: Stage) -> Forgery:
    return Forgery(stage, "room", "township").says()


def certificate(by: Actor, about: Actor, made: keys.Keys | None = None, **told: Any) -> Certificate:
    """`by` vouches for `about`, with other facts and keys."""
    request: Request = about.certificate.request
    if made:
        request = msgspec.structs.replace(request, sign_key=made.sign_key, seal_key=made.seal_key)
    return keys.certify(msgspec.structs.replace(request, **told), by.site, by.keys, 1)


def _tree_stands(trial: Trial) -> None:
    """The tree of sites is what it was: nobody stands below the room."""
    stage = trial.stage
    for actor in (stage.victim, stage.township, stage.district):
        for state, parent in trial.query("SELECT state, parent_id FROM peer WHERE site_id = ?", actor.site):
            assert parent == actor.certificate.request.parent
            assert state != "below" or actor is stage.victim
    ((issuer,),) = trial.query("SELECT certificate ->> 'issuer' FROM identity")
    assert issuer != stage.room.site


INERT = inert(then=_tree_stands)


@case("certificate: a room vouches for another room", INERT)
def _victim(stage: Stage) -> bytes:
    """Were it believed, the victim's rows would lie in the room's hands."""
    told = certificate(stage.room, stage.victim, _thief(), parent=stage.room.site)
    return room(stage).with_opening(certificates=[told]).bytes()


@case("certificate: a room vouches for another room with its own key", INERT)
def _victim_same_key(stage: Stage) -> bytes:
    told = certificate(stage.room, stage.victim, parent=stage.room.site)
    return room(stage).with_opening(certificates=[told]).bytes()


@case("certificate: a room vouches for the office", INERT)
def _office(stage: Stage) -> bytes:
    told = certificate(stage.room, stage.township, _thief(), parent=stage.room.site)
    return room(stage).with_opening(certificates=[told]).bytes()


@case("certificate: a room vouches for the office above", INERT)
def _district(stage: Stage) -> bytes:
    told = certificate(stage.room, stage.district, _thief(), parent=stage.room.site)
    return room(stage).with_opening(certificates=[told]).bytes()


@case("certificate: a room vouches for itself below itself", INERT)
def _itself(stage: Stage) -> bytes:
    return room(stage).with_opening(certificates=[certificate(stage.room, stage.room, parent=stage.room.site)]).bytes()


@case("certificate: a room vouches for a site nobody knows", INERT)
def _unknown(stage: Stage) -> bytes:
    told = certificate(stage.room, stage.newcomer, parent=stage.room.site)
    return room(stage).with_opening(certificates=[told]).bytes()


@case("certificate: a room gives the office its certificate", INERT)
def _for_office(stage: Stage) -> bytes:
    """Were it believed, no new room could be set up with the office's card."""
    return room(stage).with_opening(certificates=[certificate(stage.room, stage.township)]).bytes()


@case("certificate: two hundred for sites that do not exist", INERT)
def _many(stage: Stage) -> bytes:
    told = [certificate(stage.room, stage.newcomer, parent=stage.room.site, site=f"x{n}") for n in range(200)]
    return room(stage).with_opening(certificates=told).bytes()


@case("certificate: one issued by the victim", INERT)
def _issued_elsewhere(stage: Stage) -> bytes:
    told = certificate(stage.victim, stage.newcomer, parent=stage.victim.site)
    return room(stage).with_opening(certificates=[told]).bytes()


@case("certificate: forged in the office's name", INERT)
def _forged(stage: Stage) -> bytes:
    told = keys.certify(stage.newcomer.certificate.request, stage.township.site, stage.room.keys, 1)
    return room(stage).with_opening(certificates=[told]).bytes()


@case("certificate: a township vouches for a site of the wrong level", inert(), to="district")
def _wrong_level(stage: Stage) -> bytes:
    told = certificate(stage.township, stage.newcomer, level="district")
    return Forgery(stage, "township", "district").says().with_opening(certificates=[told]).bytes()


@case("certificate: a township vouches for the district", inert(), to="district")
def _own_office(stage: Stage) -> bytes:
    told = certificate(stage.township, stage.district, parent=stage.township.site, level="room")
    return Forgery(stage, "township", "district").says().with_opening(certificates=[told]).bytes()


@case("certificate: a township's for its room, forged", refused(keys.FORGED), to="district")
def _forged_below(stage: Stage) -> bytes:
    true = certificate(stage.township, stage.newcomer)
    told = msgspec.structs.replace(true, signature="00" * 64)
    return Forgery(stage, "township", "district").says().with_opening(certificates=[told]).bytes()


@case("certificate: a township's for its room with a signature that is none", refused(keys.FORGED), to="district")
def _no_signature(stage: Stage) -> bytes:
    told = msgspec.structs.replace(certificate(stage.township, stage.newcomer), signature="not hexadecimal")
    return Forgery(stage, "township", "district").says().with_opening(certificates=[told]).bytes()


@case("certificate: a township's for its room is taken over", merged("peer"), to="district")
def _right(stage: Stage) -> bytes:
    """The honest way, so that the cases above are refused for what they are."""
    told = certificate(stage.township, stage.newcomer)
    return Forgery(stage, "township", "district").says().with_opening(certificates=[told]).bytes()


def _signer(name: str, expect: Expect, **told: Any) -> None:
    def build(stage: Stage) -> bytes:
        return room(stage).with_header(signer=msgspec.structs.replace(stage.room.certificate, **told)).bytes()

    case(f"certificate: the sender's own {name}", expect)(build)


# What is known of a site is its key; what it brings along about itself is not asked.
_signer("without a signature", inert(), signature="")
_signer("with a signature of zeros", inert(), signature="00" * 64)
_signer("issued by somebody unknown", inert(), issuer="nobody")
_signer("issued in the future", inert(), issued_at=9_999_999_999_999)


@case("certificate: the sender vouches for itself", inert())
def _self_made(stage: Stage) -> bytes:
    """As before it was approved: its key is what is known of it, and that is the same."""
    mine = stage.room
    own = keys.certify(mine.certificate.request, mine.site, mine.keys, 1)
    return room(stage).with_header(signer=own).bytes()


# Somebody without an approved key.


def stranger(stage: Stage, actor: Actor, made: keys.Keys, **told: Any) -> Forgery:
    """A bundle of the newcomer's making under a request of the attacker's choice, vouched for by itself."""
    forged = Forgery(stage, "newcomer", "township")
    request = msgspec.structs.replace(actor.certificate.request, sign_key=made.sign_key, seal_key=made.seal_key)
    request = msgspec.structs.replace(request, **told)
    forged.keys = made
    forged.with_header(signer=keys.certify(request, request.site, made, 1))
    return forged.with_opening(signer=request.site)


@case("newcomer: waits for its words", waiting(incoming.APPROVE))
def _newcomer(stage: Stage) -> bytes:
    return Forgery(stage, "newcomer", "township").bytes()


@case(
    "newcomer: the words of another site",
    refused(incoming.WRONG_WORDS),
    approve=lambda stage: stage.victim.words,
)
def _wrong_words(stage: Stage) -> bytes:
    return Forgery(stage, "newcomer", "township").bytes()


@case("newcomer: the victim's name with a thief's key", waiting(incoming.REPLACED))
def _as_victim(stage: Stage) -> bytes:
    """As a new laptop would come: only the five words tell."""
    return stranger(stage, stage.victim, _thief()).bytes()


@case(
    "newcomer: the victim's name with a thief's key and the victim's words",
    refused(incoming.WRONG_WORDS),
    approve=lambda stage: stage.victim.words,
)
def _as_victim_words(stage: Stage) -> bytes:
    return stranger(stage, stage.victim, _thief()).bytes()


@case("newcomer: the office's own name with a thief's key", refused(incoming.STRANGER))
def _as_office(stage: Stage) -> bytes:
    return stranger(stage, stage.township, _thief()).bytes()


@case("newcomer: the district's name with a thief's key", refused(incoming.STRANGER))
def _as_district(stage: Stage) -> bytes:
    return stranger(stage, stage.district, _thief()).with_header(kind="down").bytes()


@case("newcomer: a district that nobody knows", refused(incoming.STRANGER))
def _new_district(stage: Stage) -> bytes:
    return stranger(stage, stage.newcomer, _thief(), level="district", parent=None).with_header(kind="down").bytes()


@case("newcomer: a township below a township", refused(incoming.STRANGER))
def _new_township(stage: Stage) -> bytes:
    return stranger(stage, stage.newcomer, _thief(), level="township").bytes()


@case("newcomer: a level nobody knows", refused(incoming.STRANGER))
def _new_level(stage: Stage) -> bytes:
    return stranger(stage, stage.newcomer, _thief(), level="emperor").bytes()


@case("newcomer: a site of another office", refused(incoming.STRANGER))
def _other_office(stage: Stage) -> bytes:
    return stranger(stage, stage.newcomer, _thief(), parent=stage.district.site).bytes()


@case("newcomer: a certificate that is not signed by itself", refused(keys.FORGED))
def _unsigned(stage: Stage) -> bytes:
    own = msgspec.structs.replace(stage.newcomer.certificate, signature="00" * 64)
    return Forgery(stage, "newcomer", "township").with_header(signer=own).bytes()


for _title, _told in {
    "a name with a line feed": {"name": "青山村\n已核对"},
    "a name that turns the text around": {"name": "青山\u202e村"},
    "a name of 10,000 characters": {"name": "村" * 10_000},
    "an empty name": {"name": ""},
    "a sealing key that is none": {"seal_key": "age1xyz"},
    "a site id with quotes": {"site": "x' OR '1'='1"},
    "an area that is none": {"area": "<b>"},
}.items():

    @case(f"newcomer: {_title}", refused(bundle.NOT_A_BUNDLE))
    def _odd(stage: Stage, told: dict[str, Any] = _told) -> bytes:
        return stranger(stage, stage.newcomer, _thief(), **told).bytes()


@case("newcomer: a signing key in capitals", refused(bundle.NOT_A_BUNDLE))
def _capitals(stage: Stage) -> bytes:
    """The same key in another spelling would not be found among the revoked ones."""
    made = _thief()
    return stranger(stage, stage.newcomer, made, sign_key=made.sign_key.upper()).bytes()


# Revocations.


def _revoking(stage: Stage, *told: keys.Revocation) -> bytes:
    return room(stage).with_opening(revocations=list(told)).bytes()


@case("revocation: a room revokes another room", inert())
def _revokes_room(stage: Stage) -> bytes:
    mine, other = stage.room, stage.victim
    return _revoking(stage, keys.revoke(other.site, other.keys.sign_key, mine.site, mine.keys, 1))


@case("revocation: a room revokes the office", inert())
def _revokes_office(stage: Stage) -> bytes:
    mine, other = stage.room, stage.township
    return _revoking(stage, keys.revoke(other.site, other.keys.sign_key, mine.site, mine.keys, 1))


@case("revocation: a room revokes the district", inert())
def _revokes_district(stage: Stage) -> bytes:
    mine, other = stage.room, stage.district
    return _revoking(stage, keys.revoke(other.site, other.keys.sign_key, mine.site, mine.keys, 1))


@case("revocation: forged in the office's name", inert())
def _forged_revocation(stage: Stage) -> bytes:
    mine, other = stage.room, stage.victim
    return _revoking(stage, keys.revoke(other.site, other.keys.sign_key, stage.township.site, mine.keys, 1))


@case("revocation: the office's own word about another key", inert())
def _altered_revocation(stage: Stage) -> bytes:
    office, other = stage.township, stage.victim
    true = keys.revoke(other.site, "ab" * 32, office.site, office.keys, 1)
    return _revoking(stage, msgspec.structs.replace(true, sign_key=other.keys.sign_key))


@case("revocation: the victim's key under a made-up site", inert())
def _made_up_site(stage: Stage) -> bytes:
    """A township's word about a site nobody knows must not reach a key that somebody carries."""
    office, other = stage.township, stage.victim
    return _revoking(stage, keys.revoke("nobody", other.keys.sign_key, office.site, office.keys, 1))


@case("revocation: a township revokes the district's key", inert(), to="district")
def _upwards(stage: Stage) -> bytes:
    mine, other = stage.township, stage.district
    told = keys.revoke(other.site, other.keys.sign_key, mine.site, mine.keys, 1)
    return Forgery(stage, "township", "district").says().with_opening(revocations=[told]).bytes()


def _revoked(stage: Stage) -> keys.Revocation:
    office, other = stage.township, stage.victim
    return keys.revoke(other.site, other.keys.sign_key, office.site, office.keys, 1)


@case("revocation: a revoked room hands over all the same", refused(incoming.REVOKED))
def _after_revocation(stage: Stage) -> list[bytes]:
    """The office's own word came back by way of the other room; from then on the stolen laptop is out."""
    first = room(stage).with_opening(revocations=[_revoked(stage)]).bytes()
    stolen = Forgery(stage, "victim", "township")
    edit = change(stage.victim, 1, "child", stage.other_child, {"school": "骗来的"})
    return [first, stolen.says(edit).bytes()]


@case("revocation: a revoked room with its key in capitals", refused(bundle.NOT_A_BUNDLE))
def _revoked_capitals(stage: Stage) -> list[bytes]:
    first = room(stage).with_opening(revocations=[_revoked(stage)]).bytes()
    own = stage.victim
    request = msgspec.structs.replace(own.certificate.request, sign_key=own.keys.sign_key.upper())
    signer = keys.certify(request, own.site, own.keys, 1)
    return [first, Forgery(stage, "victim", "township").says().with_header(signer=signer).bytes()]
