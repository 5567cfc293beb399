"""The simulated world: a district, its townships, rooms and schools, their computers and the sticks between them.

Everything real but the chance: real databases, real bundles sealed and signed, the real merge. What people do and
what befalls them is an *event*: a name and three numbers, read modulo whatever there is to choose from, so that any
event can be left out of a story and the rest still means something.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

from carehub.domain.errors import InvalidInput, Refused, Waiting
from carehub.sync import (
    blobs,
    bundle,
    capture,
    erasure,
    incoming,
    keys,
    merge,
    outgoing,
    peers,
    quarantine,
    replicas,
    scope,
    undo,
)
from carehub.sync.keys import Request, certify

from ..databases import migrated
from .machine import LATE, Clock, Machine, OldProgram, boot, downgrade, upgrade

START = 1_790_000_000.0
SCHEMA = "0001"
WORDS = tuple(f"w{n}" for n in range(256))
TREE = {"D": None, "T1": "D", "T2": "D", "A": "T1", "B": "T1", "C": "T2", "S": "T2"}
LEVEL = {"D": "district", "T1": "township", "T2": "township", "A": "room", "B": "room", "C": "room", "S": "school"}
YEAR = 365 * 86400.0


PICTURED, NARROW, ROOM_FOR = (0, 2, 4, 5), (4, 5), 12
"""Worlds, by seed modulo 8, in which rows have pictures; those in which a bundle has room for one of them; so
many bytes then fit into one."""


class Event(NamedTuple):
    """What happens: a name and three numbers to choose by."""

    what: str
    a: int
    b: int
    c: int


class Stick(NamedTuple):
    """A bundle in somebody's pocket: from which site, for which site."""

    sender: str
    receiver: str
    data: bytes


def quick_words(request: Request, words: Any) -> list[str]:
    """Stands in for the five words, whose hashing takes a tenth of a second by design."""
    return [words[b] for b in sha256(bundle.canonical(request)).digest()[:5]]


def subtree(site: str) -> set[str]:
    return {s for s in TREE if s == site or TREE[s] == site or (TREE[s] and TREE[str(TREE[s])] == site)}


_KEYS = {site: keys.new_keys() for site in TREE}


@dataclass
class World:
    """All computers, all sticks, and what was typed where."""

    seed: int
    time: list[float] = field(default_factory=lambda: [START])
    machines: list[Machine] = field(default_factory=list)
    sticks: list[Stick] = field(default_factory=list)
    typed: list[tuple[str, str, str, str]] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)
    rolled_back: set[str] = field(default_factory=set)
    told: list[str] = field(default_factory=list)
    count: int = 0
    accepted_torn: int = 0
    certificates: dict[str, Any] = field(default_factory=dict)

    def begin(self) -> None:
        """Sets up every site with one computer, some of them with an old program."""
        for site, parent in TREE.items():
            self._certify(site, parent, _KEYS[site])
        for n, site in enumerate(TREE):
            made = self._found(site, _KEYS[site], Clock(self.time))
            if (self.seed >> n) % 3 == 0:
                downgrade(made)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """While entered, identities come from the seed, and the five words cost nothing."""
        real = replicas._new_id, outgoing.new_id, incoming.words_of
        room = blobs.LIMIT_BLOBS
        blobs.LIMIT_BLOBS = ROOM_FOR if self.narrow else room
        replicas._new_id = lambda: self.fresh_id("r")
        outgoing.new_id = lambda: self.fresh_id("b")
        incoming.words_of = quick_words
        try:
            self.begin()
            yield
        finally:
            replicas._new_id, outgoing.new_id, incoming.words_of = real
            blobs.LIMIT_BLOBS = room

    @property
    def narrow(self) -> bool:
        """Whether bundles leave most pictures for later."""
        return self.seed % 8 in NARROW

    def fresh_id(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{sha256(f'{self.seed}/{self.count}'.encode()).hexdigest()[:6]}{self.count}"

    # --- beginnings ---

    def _certify(self, site: str, parent: str | None, pair: keys.Keys, issuer: str = "") -> None:
        """The office vouches for a site; a new laptop vouches for itself until it is approved."""
        request = Request("500199", LEVEL[site], site, parent, pair.seal_key, pair.sign_key, site)
        by = issuer or parent or site
        self.certificates[site] = certify(request, by, pair if by == site else _KEYS[by], 1)

    def _found(self, site: str, pair: keys.Keys, clock: Clock) -> Machine:
        db = boot(migrated(), clock)
        machine = Machine(f"{site}{sum(m.site == site for m in self.machines) + 1}", site, db, clock)
        replicas.start(db)
        peers.save_identity(db, peers.Identity(pair, self.certificates[site]))
        above = TREE[site]
        while above:
            peers.save_peer(db, self.certificates[above], peers.State.ABOVE)
            above = TREE[above]
        for below in (s for s in TREE if TREE[s] == site):
            peers.save_peer(db, self.certificates[below], peers.State.BELOW)
        self.machines.append(machine)
        return machine

    @property
    def live(self) -> list[Machine]:
        return [m for m in self.machines if not m.dead]

    def of_site(self, site: str) -> list[Machine]:
        return [m for m in self.live if m.site == site]

    # --- what people do ---

    def happen(self, event: Event) -> None:
        """Lets one thing happen, some hours after the one before."""
        self.time[0] += 3600 * (1 + event.a % 50)
        machine = self.live[event.a % len(self.live)]
        getattr(self, "do_" + event.what)(machine, event)

    def say(self, text: str) -> None:
        self.told.append(text)

    def unit(self, machine: Machine, work: Callable[[Any], Any]) -> Any:
        """One transaction with the program that machine has; rolled back as a whole if it fails."""
        with OldProgram(machine):
            machine.db.execute("BEGIN")
            try:
                result = work(machine.db)
            except BaseException:
                machine.db.execute("ROLLBACK")
                raise
            machine.db.execute("COMMIT")
            return result

    def do_add(self, m: Machine, e: Event) -> None:
        row, value = self.fresh_id("x"), f"v{len(self.typed)}"
        table = ("child", "volunteer")[e.b % 2]
        self.say(f"{m.name} adds {table} {row} named {value}")
        self.unit(
            m, lambda db: db.execute(f"INSERT INTO {table} (id, site_id, name) VALUES (?,?,?)", (row, m.site, value))
        )
        self.typed.append((m.name, row, "name", value))
        if e.c % 4:
            self._attach(m, table, row, e.c)

    def _attach(self, m: Machine, table: str, row: str, n: int) -> None:
        """Adds a picture to a row, in some worlds; some pictures are of several rows."""
        if self.seed % 8 not in PICTURED:
            return
        told, number = f"picture {n % 100}", len(self.typed)
        self.say(f"{m.name} adds {told} to {row}")
        sql = f"""INSERT INTO attachment (id, site_id, owner, owner_id, title, sha256)
            SELECT ?, site_id, ?, id, ?, ? FROM {table} WHERE id = ?"""
        self.unit(m, lambda db: db.execute(sql, (f"a{number}", table, told, blobs.add(db, told.encode()), row)))

    def _some_row(self, m: Machine, n: int) -> tuple[str, str] | None:
        rows = m.rows(subtree(m.site))
        return rows[n % len(rows)] if rows else None

    def do_edit(self, m: Machine, e: Event) -> None:
        found = self._some_row(m, e.b)
        if found is None:
            return
        table, row = found
        columns = ["name", "school", *([] if m.old else [LATE])] if table == "child" else ["name", "remark"]
        column, value = columns[e.c % len(columns)], f"v{len(self.typed)}"
        self.say(f"{m.name} writes {column} of {row}: {value}")
        self.unit(m, lambda db: db.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (value, row)))
        self._settle_touched(m, table, row)
        self.typed.append((m.name, row, column, value))
        if e.a % 3 == 0:
            self._attach(m, table, row, e.a)

    def _settle_touched(self, m: Machine, table: str, row: str) -> None:
        """Whoever writes a row in question has seen it: as the store's unit of work does."""

        def fold(db: Any) -> None:
            if db.execute("SELECT 1 FROM question WHERE row_id = ?", (row,)).fetchone():
                with capture.uncaptured(db):
                    merge.refold(db, table, row)

        self.unit(m, fold)

    def do_void(self, m: Machine, e: Event) -> None:
        found = self._some_row(m, e.b)
        if found:
            table, row = found
            value = "2026-11-01" if e.c % 3 else None
            self.say(f"{m.name} voids {row}: {value}")
            self.unit(m, lambda db: db.execute(f"UPDATE {table} SET voided_on = ? WHERE id = ?", (value, row)))
            self._settle_touched(m, table, row)

    def do_decide(self, m: Machine, e: Event) -> None:
        asked = m.db.execute("SELECT tbl, row_id, field, heads FROM question ORDER BY id").fetchall()
        mine = [q for q in asked if (q[0], q[1]) in m.rows(subtree(m.site))]
        if mine:
            table, row, name, heads = mine[e.b % len(mine)]
            values = [h["value"] for h in json.loads(heads)]
            value = values[e.c % len(values)]
            self.say(f"{m.name} decides {name} of {row}: {value}")
            self.unit(m, lambda db: merge.settle(db, table, row, name, value))

    def do_transfer(self, m: Machine, e: Event) -> None:
        """An office moves a row from one site below it to another."""
        known = peers.subtree(m.db, m.site)
        homes = sorted(s for s in known if LEVEL[s] in ("room", "school"))
        found = self._some_row(m, e.b)
        if len(homes) > 1 and found:
            table, row = found
            to = homes[e.c % len(homes)]
            self.say(f"{m.name} moves {row} to {to}")
            self.unit(m, lambda db: db.execute(f"UPDATE {table} SET site_id = ? WHERE id = ?", (to, row)))
            self.unit(m, lambda db: db.execute("UPDATE attachment SET site_id = ? WHERE owner_id = ?", (to, row)))
            self._settle_touched(m, table, row)
            for (picture,) in m.db.execute("SELECT id FROM attachment WHERE owner_id = ?", (row,)).fetchall():
                self._settle_touched(m, "attachment", picture)

    def do_erase(self, m: Machine, e: Event) -> None:
        found = self._some_row(m, e.b)
        if found and e.c % 3 == 0:
            table, row = found
            self.say(f"{m.name} erases {row}")
            self.unit(m, lambda db: [erasure.erase(db, table, row, "2026-11-02"), erasure.sweep(db, "2026-11-02")])
            self.erased.add(row)

    # --- sticks ---

    def do_hand_up(self, m: Machine, e: Event) -> None:
        if TREE[m.site]:
            made = self.unit(m, self._export(lambda db: outgoing.compose_up(db, SCHEMA)))
            self._pocket(m, made, str(TREE[m.site]))

    def do_hand_down(self, m: Machine, e: Event) -> None:
        below = [s for s in TREE if TREE[s] == m.site]
        if below:
            self.hand_down(m, below[e.b % len(below)])

    def hand_down(self, m: Machine, site: str) -> Stick:
        made = self.unit(m, self._export(lambda db: outgoing.compose_down(db, SCHEMA, site)))
        return self._pocket(m, made, site)

    def _export(self, compose: Callable[[Any], outgoing.Outgoing]) -> Callable[[Any], outgoing.Outgoing]:
        def work(db: Any) -> outgoing.Outgoing:
            made = compose(db)
            outgoing.remember(db, made, "file", None)
            return made

        return work

    def _pocket(self, m: Machine, made: outgoing.Outgoing, site: str) -> Stick:
        self.sticks.append(Stick(m.site, site, made.data))
        self.say(f"{m.name} makes stick {len(self.sticks) - 1} for {site}: {made.header.span}, {made.changes} changes")
        return self.sticks[-1]

    def do_take(self, m: Machine, e: Event) -> None:
        """Somebody plugs in a stick: mostly a recent one for him, sometimes a stale one, sometimes one for others."""
        mine = [n for n, s in enumerate(self.sticks) if s.receiver == m.site or e.c % 9 == 0]
        if mine:
            recent = mine[-4:] if e.c % 3 else mine
            self.plug(m, recent[e.b % len(recent)])

    def do_torn(self, m: Machine, e: Event) -> None:
        if self.sticks:
            data = self.sticks[e.b % len(self.sticks)].data
            try:
                bundle.unpack(data[: e.c % len(data)])
                self.accepted_torn += 1
            except Refused:
                return

    def plug(self, m: Machine, number: int) -> str:
        """Takes a stick in; returns what became of it."""
        stick = self.sticks[number]
        outcome = self.take(m, stick.data)
        self.say(f"{m.name} takes stick {number} from {stick.sender}: {outcome}")
        return outcome

    def take(self, m: Machine, data: bytes) -> str:
        sealed = bundle.unpack(data)
        approve = " ".join(quick_words(sealed.header.signer.request, WORDS)) if self._wanted(sealed) else None

        def work(db: Any) -> str:
            arrival = incoming.receive(db, sealed, WORDS, approve)
            if arrival is None:
                return "already"
            steps = incoming.take(db, arrival, None)
            try:
                while True:
                    next(steps)
            except StopIteration as end:
                did = end.value
                return f"{did.status}, {did.outcome.fresh} fresh, {did.quarantined} aside" + ", parted" * did.parted

        try:
            return str(self.unit(m, work))
        except merge.Forked as error:
            found = error
            self.unit(m, lambda db: replicas.note_fork(db, sealed.header.signer.site, found.replica, found.seq))
            return f"refused as a copy ({found.replica}, {found.seq})"
        except (Refused, Waiting) as error:
            return f"{type(error).__name__}: {error.message[:60]}"

    def _wanted(self, sealed: bundle.Sealed) -> bool:
        """Whether the clerk recognises the words: those of the newest laptop of that site, nobody else's."""
        request = sealed.header.signer.request
        return bool(self.certificates[request.site].request == request)

    def do_undo(self, m: Machine, e: Event) -> None:
        try:
            self.unit(m, undo.undo_last)
            self.say(f"{m.name} undoes its last merge")
        except InvalidInput:
            return

    def do_release(self, m: Machine, e: Event) -> None:
        self.release_all(m)

    def release_all(self, m: Machine) -> int:
        """The clerk confirms what his office wrote before it was restored."""
        waiting = m.db.execute("SELECT replica, seq, reason FROM quarantine ORDER BY replica, seq").fetchall()
        own = [(r, s) for r, s, reason in waiting if reason == scope.RETURNED]
        for replica, seq in own:
            self.say(f"{m.name} confirms ({replica}, {seq})")
            self.unit(m, lambda db, r=replica, s=seq: quarantine.release(db, r, s))
        return len(own)

    # --- what befalls computers ---

    def do_backup(self, m: Machine, e: Event) -> None:
        m.backups.append((m.copy_of_disk(), m.old))
        self.say(f"{m.name} is backed up ({len(m.backups) - 1})")

    def do_restore(self, m: Machine, e: Event) -> None:
        if m.backups:
            n = e.b % len(m.backups)
            disk, m.old = m.backups[n]
            kept = Machine("", m.site, disk, m.clock).copy_of_disk()
            m.db = boot(kept, m.clock)
            self.unit(m, lambda db: replicas.restart(db, ended=bool(e.c % 2)))
            self.rolled_back.add(m.name)
            self.say(f"{m.name} is restored from backup {n}")

    def do_clone(self, m: Machine, e: Event) -> None:
        """The whole disk is copied to another computer, and nobody notices."""
        if len(self.of_site(m.site)) < 3 and m.site != "D":
            clock = Clock(self.time, m.clock.wrong_by)
            name = f"{m.site}{sum(x.site == m.site for x in self.machines) + 1}"
            self.machines.append(Machine(name, m.site, boot(m.copy_of_disk(), clock), clock, m.old))
            self.say(f"the disk of {m.name} is copied to {name}")

    def do_second(self, m: Machine, e: Event) -> None:
        """A second laptop: a copy that was recognised as one."""
        if len(self.of_site(m.site)) < 3 and LEVEL[m.site] in ("room", "school"):
            self.do_clone(m, e)
            made = self.machines[-1]
            self.unit(made, lambda db: replicas.restart(db))
            self.say(f"{made.name} goes on as a laptop of its own")

    def do_clock(self, m: Machine, e: Event) -> None:
        m.clock.wrong_by = ((e.b % 41) - 20) * YEAR
        self.say(f"the clock of {m.name} is wrong by {(e.b % 41) - 20} years")

    def do_stolen(self, m: Machine, e: Event) -> None:
        """A room's laptop is stolen: its keys are revoked when the new one is approved, and the township's copy fills
        the new one."""
        if LEVEL[m.site] in ("room", "school") and e.c % 2 == 0:
            for each in self.of_site(m.site):
                each.dead = True
            pair = keys.new_keys()
            self._certify(m.site, TREE[m.site], pair, issuer=m.site)
            made = self._found(m.site, pair, Clock(self.time))
            self.say(f"all laptops of {m.site} are stolen; {made.name} is new")

    def do_broken(self, m: Machine, e: Event) -> None:
        if len(self.of_site(m.site)) > 1:
            m.dead = True
            self.say(f"{m.name} is broken for good")

    def do_upgrade(self, m: Machine, e: Event) -> None:
        if m.old:
            self.say(f"{m.name} gets the new program")
            upgrade(m)


OFTEN = {
    "add": 5, "edit": 16, "void": 2, "decide": 4, "transfer": 3, "erase": 1, "hand_up": 14, "hand_down": 10, "take": 26,
    "torn": 1, "undo": 1, "release": 1, "backup": 3, "restore": 2, "clone": 1, "second": 1, "clock": 2, "stolen": 1,
    "broken": 1, "upgrade": 1,
}  # fmt: skip
"""How often each event happens, relative to the others."""
