"""Sites that write, seal and take in with the product, for making test vectors. Each is a real database in memory."""

import functools
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import create_engine
from sqlcipher3 import dbapi2 as sqlcipher

from carehub import resources
from carehub.store import schema
from carehub.sync import bundle, erasure, incoming, journal, keys, merge, outgoing, peers, replicas
from carehub.sync import payload as payloads
from carehub.sync.change import Cell, canonical

START = 1_772_323_200_000
"""2026-03-01 00:00 UTC: the clock of all honest writers, one second on with every change."""


@functools.cache
def _template() -> Any:
    connection = sqlcipher.connect(":memory:", isolation_level=None)
    with create_engine("sqlite://", module=sqlcipher, creator=lambda: connection).connect() as alchemy:
        schema.upgrade(alchemy)
        alchemy.commit()
    return connection


def new_database() -> Any:
    """A migrated, empty database in memory."""
    connection = sqlcipher.connect(":memory:", isolation_level=None)
    _template().backup(connection)
    return connection


def an_id(kind: str, n: int) -> str:
    """A readable id of the usual form: the kind's number, then `n`."""
    kinds = (
        "site",
        "user",
        "child",
        "family_member",
        "volunteer",
        "visit",
        "pairing",
        "award",
        "activity",
        "attachment",
    )
    return f"019ca000-{kinds.index(kind):04x}-7000-8000-{n:012x}"


class Site:
    """One site's store: its database, its keys and its certificate. `n` numbers its id and its first replica."""

    def __init__(self, n: int, level: str, name: str, parent: "Site | None" = None) -> None:
        self.db, self.id, self.n = new_database(), an_id("site", n), n
        self.user, self.clock, self.files = an_id("user", n), START + n * 3_600_000, 0
        made, above = keys.new_keys(), parent.id if parent else None
        area = {"district": "500199", "township": "500199100"}.get(level, "500199100200")
        request = keys.Request(area, level, name, above, made.seal_key, made.sign_key, self.id)
        self.identity = peers.Identity(made, keys.certify(request, self.id, made, START))
        replicas.start(self.db)
        self.db.execute("UPDATE writer SET replica = ?, author = ?", (f"{n:x}" * 16, self.user))
        peers.save_identity(self.db, self.identity)
        if parent:
            self._accept(parent)
        self.write("site", self.id, name=name, level=level, parent_id=above, area_code=area)
        self.write("user", self.user, name=f"工作人员{n}", role="clerk", active=1)

    def _accept(self, parent: "Site") -> None:
        above = [parent.identity.certificate, *peers.peers(parent.db, peers.State.ABOVE)]
        for certificate in above:
            peers.save_peer(self.db, certificate, peers.State.ABOVE)
        merge.apply(self.db, journal.of_row(parent.db, parent.id), None, merge.Outcome())

    def write(self, table: str, row: str, *, at: int | None = None, **cells: Cell) -> None:
        """Adds or changes a row by SQL, as any other program could; the triggers record it. `at`: what the clock says
        instead of the right time."""
        if self.db.execute(f'SELECT 1 FROM "{table}" WHERE id = ?', (row,)).fetchone():
            marks = ", ".join(f"{name} = ?" for name in cells)
            self.db.execute(f'UPDATE "{table}" SET {marks} WHERE id = ?', (*cells.values(), row))
        else:
            cells = {"site_id": self.id, **cells}
            marks = ", ".join("?" * (len(cells) + 1))
            self.db.execute(f'INSERT INTO "{table}" (id, {", ".join(cells)}) VALUES ({marks})', (row, *cells.values()))
        self.tick(at)

    def tick(self, at: int | None = None) -> None:
        """Gives the newest change its time."""
        self.clock += 1000
        newest = "pos = (SELECT max(pos) FROM change)"
        self.db.execute(f"UPDATE change SET at = ? WHERE {newest}", (self.clock if at is None else at,))

    def decide(self, table: str, row: str, **cells: Cell) -> None:
        """Settles questions of a row."""
        for name, value in cells.items():
            merge.settle(self.db, table, row, name, value)
            self.tick()

    def write_unknown(self, table: str, row: str, cells: dict[str, Cell]) -> None:
        """Writes what only a newer program knows: straight into the log."""
        journal.decide(self.db, table, row, cells)
        self.tick()

    def erase(self, table: str, row: str) -> None:
        """Erases a row, and what belongs to it."""
        erasure.erase(self.db, table, row, "2026-03-02")
        self.tick()
        for _ in erasure.sweep(self.db, "2026-03-02"):
            self.tick()

    def up(self) -> bytes:
        """A bundle for the office above."""
        return self._remember(outgoing.compose_up(self.db, schema.REVISION))

    def down(self, site: "Site") -> bytes:
        """A return bundle."""
        return self._remember(outgoing.compose_down(self.db, schema.REVISION, site.id))

    def _remember(self, made: outgoing.Outgoing) -> bytes:
        self.files += 1
        outgoing.remember(self.db, made, f"{self.files}.carebundle", self.user)
        return made.data

    def take(self, data: bytes) -> incoming.Taken | None:
        """Takes a bundle in, approving its sender where that is needed."""
        sealed = bundle.unpack(data)
        words = " ".join(keys.words_of(sealed.header.signer.request, resources.word_list()))
        arrival = incoming.receive(self.db, sealed, resources.word_list(), words)
        return run(self, arrival) if arrival else None

    def copy(self) -> "Site":
        """Another computer with a copy of this one's disk."""
        other: Site = object.__new__(Site)
        other.__dict__ = {**self.__dict__, "db": sqlcipher.connect(":memory:", isolation_level=None)}
        self.db.backup(other.db)
        return other


def run(site: Site, arrival: incoming.Arrival) -> incoming.Taken:
    """Takes an arrival in, in one transaction."""
    site.db.execute("BEGIN")
    work = incoming.take(site.db, arrival, site.user)
    try:
        while True:
            next(work)
    except StopIteration as end:
        site.db.execute("COMMIT")
        taken: incoming.Taken = end.value
        return taken
    except BaseException:
        site.db.execute("ROLLBACK")
        raise


def split(data: bytes) -> dict[str, bytes]:
    """The members of a bundle by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def join(members: Iterable[bytes]) -> bytes:
    """A sound container around any three members."""
    return bundle._zip(tuple(members))


def resealed(
    site: Site, data: bytes, lines: list[bytes] | None = None, opening: dict[str, Any] | None = None,
    payload: dict[str, Any] | None = None, blobs: Sequence[payloads.Blob] | None = None, **header: Any,
) -> bytes:  # fmt: skip
    """A bundle sealed and signed anew by a site that may open it, with other lines, another opening, other figures
    about the payload, other attachments, or other header fields: dishonest, but in sound form."""
    sealed = bundle.unpack(data)
    content = payloads.open_payload(sealed, site.identity.keys)
    attached: dict[str, bytes | None] = {}
    honest = list(content.changes(attached.__setitem__))
    lines = [canonical(c) for c in honest] if lines is None else lines
    blobs_ = sorted(attached.items()) if blobs is None else blobs
    first = msgspec.structs.replace(content.opening, **(opening or {}))
    packed, described = payloads.seal(first, [line + b"\n" for line in lines], blobs_)
    described = msgspec.structs.replace(described, **(payload or {}))
    front = canonical({**msgspec.to_builtins(sealed.header), "payload": described, **header})
    return join((front, keys.sign(site.identity.keys, front), bytes(packed)))
