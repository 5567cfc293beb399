"""The stage of the hostile files: a district, a township, two approved rooms, one that is not, made once and copied.

Keys and replicas of the rooms are in the attacker's hands: a room may be malicious and still sign rightly. Stores are
real SQLCipher stores made through the services; every case begins with the same bytes.
"""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carehub import resources
from carehub.domain.office import Site, User
from carehub.domain.people import Volunteer
from carehub.services import cards, children, handover, merging, opening, records, transfers
from carehub.services.desk import Desk
from carehub.store import keyring, queries, store
from carehub.store.schema import REVISION
from carehub.sync import bundle, journal, keys, outgoing, peers
from carehub.sync import payload as payloads
from carehub.sync.bundle import Header, Opening
from carehub.sync.change import Change

from ..conftest import PASSWORD, drive

LEVELS = {"district": "district", "township": "township", "room": "room", "victim": "room", "newcomer": "room"}
NAMES = {"district": "合川区", "township": "石桥镇", "room": "新民村", "victim": "红岩村", "newcomer": "青山村"}
AREAS = {"district": "500199", "township": "500199100"}
ABOVE = {"township": "district", "room": "township", "victim": "township", "newcomer": "township"}


@dataclass(frozen=True)
class Letter:
    """What a site would hand over next to another one, taken apart: all parts of an honest bundle."""

    header: Header
    opening: Opening
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Actor:
    """One site as its own laptop knows it: all that somebody who owns that laptop can use. `letters`: by receiver."""

    role: str
    folder: Path
    key: bytes
    site: str
    user: str
    keys: keys.Keys
    certificate: keys.Certificate
    replica: str
    last_seq: int
    letters: dict[str, Letter]

    @property
    def words(self) -> str:
        """Its five words."""
        return " ".join(keys.words_of(self.certificate.request, resources.word_list()))


@dataclass
class Stage:
    """All sites with the ids of some rows. `at` is where the copies for the case at hand lie."""

    actors: dict[str, Actor]
    child: str
    """a child of the room"""
    other_child: str
    """a child of the victim"""
    volunteer: str
    """a volunteer of the township"""
    moved: str
    """a child that the township moved from the room to the victim"""
    unmoved_seen: dict[str, int]
    """what the room had seen of that child before it was moved"""
    at: Path
    open_desks: dict[str, Desk] = field(default_factory=dict)

    def __getattr__(self, role: str) -> Actor:
        try:
            return self.__dict__["actors"][role]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(role) from None

    def desk(self, role: str) -> Desk:
        """The open store of a site, as it was when the stage was made."""
        if role not in self.open_desks:
            actor, folder = self.actors[role], self.at / role
            shutil.copytree(actor.folder, folder, ignore=shutil.ignore_patterns("store.lock"))
            opened = store._open(folder, actor.key)
            with opened.reading() as session:
                person, site = queries.get(session, User, actor.user), queries.get(session, Site, actor.site)
            texts, words = resources.texts("zh_CN"), resources.word_list()
            self.open_desks[role] = Desk(opened, person, site, resources.codebook(), texts, words)
        return self.open_desks[role]

    def strike(self, role: str) -> None:
        """Takes one site's copy away; the next `desk` is fresh."""
        if desk := self.open_desks.pop(role, None):
            desk.close()
            shutil.rmtree(self.at / role)


def _make(folder: Path) -> dict[str, opening.NewStore]:
    made: dict[str, opening.NewStore] = {}
    for role, level in LEVELS.items():
        above = ABOVE.get(role)
        card = cards.write(made[above].desk, folder / "cards" / role) if above else None
        made[role] = opening.begin(
            folder / "made" / role, level=level, name=NAMES[role], area=AREAS.get(role, "500199100200"),
            password=PASSWORD, user="李秀英", card=card,
        )  # fmt: skip
    return made


def _export(desk: Desk, folder: Path, site: str = "") -> Path:
    file: Path = drive(handover.export(desk, folder, site)).file
    return file


def _take(desk: Desk, file: Path, approve: str = "") -> None:
    (result,) = drive(merging.merge(desk, [file], approve=approve))
    assert result.status == "merged", result


def _child(desk: Desk, name: str) -> str:
    told = {"name": name, "sex": "男", "guardian": "姚秀志", "guardian_relation": "63", "guardian_phone": "15057339953"}
    return children.add(desk, told)[0].child.id


def build(folder: Path) -> Stage:
    """Makes the stage below `folder`: everybody but the newcomer has been once up and once down."""
    made = _make(folder)
    desks, stick = {role: new.desk for role, new in made.items()}, folder / "stick"
    child, moved = _child(desks["room"], "徐𫖯"), _child(desks["room"], "陈迁")
    other = _child(desks["victim"], "周小满")
    volunteer, _ = records.add(desks["township"], Volunteer, {"name": "王建国"})
    for below, above in (("room", "township"), ("victim", "township"), ("township", "district")):
        _take(desks[above], _export(desks[below], stick), " ".join(made[below].words))
    seen = _seen(desks["room"], moved)
    transfers.transfer(desks["township"], moved, desks["victim"].site.id)
    for below, above in (("township", "district"), ("room", "township"), ("victim", "township")):
        _take(desks[below], _export(desks[above], stick, desks[below].site.id))
    children.edit(desks["room"], child, {"school": "红岩完小"})
    sites = {role: desk.site.id for role, desk in desks.items()}
    actors = {role: _actor(role, desk, sites) for role, desk in desks.items()}
    for desk in desks.values():
        for _ in desk.store.catch_up_search():
            pass
        desk.close()
    return Stage(actors, child, other, volunteer.id, moved, seen, folder / "at")


def _seen(desk: Desk, row: str) -> dict[str, int]:
    with desk.store.reading() as session:
        seen: dict[str, int] = {}
        for change in journal.of_row(desk.store.raw(session), row):
            seen[change.replica] = max(change.seq, seen.get(change.replica, 0))
    return seen


def _actor(role: str, desk: Desk, sites: dict[str, str]) -> Actor:
    """Takes a site's secrets and its next letters, none of which it remembers having sent."""
    with desk.store.unit(desk.user.id) as unit:
        connection = unit.raw
        me, replica = peers.identity(connection), journal.own_replica(connection)
        last = connection.execute("SELECT max(seq) FROM change WHERE replica = ?", (replica,)).fetchone()[0]
        letters = {
            to: _letter(connection, me.keys, sites[to] if to != ABOVE.get(role) else "") for to in _partners(role)
        }
    _, key = keyring.unwrap(keyring.load(desk.store.folder), PASSWORD)
    return Actor(
        role, desk.store.folder, key, desk.site.id, desk.user.id, me.keys, me.certificate, replica, last, letters
    )


def _partners(role: str) -> list[str]:
    """To whom a site hands over: its office, and those below that the office knows."""
    above = [ABOVE[role]] if role in ABOVE else []
    return above + [below for below, office in ABOVE.items() if office == role and below != "newcomer"]


def _letter(connection: Any, own: keys.Keys, site: str) -> Letter:
    """`site`: the receiver below, or nothing for the office above."""
    made = outgoing.compose_down(connection, REVISION, site) if site else outgoing.compose_up(connection, REVISION)
    content = payloads.open_payload(bundle.unpack(made.data), own)
    return Letter(made.header, content.opening, tuple(content.changes()))
