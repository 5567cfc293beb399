"""Every bit of a real bundle flipped, every cut made, every byte doubled or lost: none is taken in.

    .venv/bin/python -m pytest tests/hostile/test_mutants.py -n 0 -s     prints how many mutants there were

The file's own mutants must all be refused. A room that signs what it alters itself (`sealed anew`) is another matter:
what it alters may be right. Then the whole way is gone in a transaction that is rolled back, and the store must be
sound within it. What a user would lose: a record, by a stick that was bent, or by somebody who bent it.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import zstandard
from sqlalchemy import text

from carehub.domain.errors import Refused, Waiting
from carehub.services.desk import Desk
from carehub.store import audit
from carehub.sync import bundle, incoming
from carehub.sync.change import canonical

from ..conftest import drive
from .craft import Forgery, container, resigned
from .stage import Stage
from .trial import BYTES, SECONDS, Peak, snapshot


@dataclass
class Tally:
    """How many mutants there were, which were taken in, and how long the slowest took."""

    desk: Desk
    mutants: int = 0
    accepted: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def put(self, name: str, data: bytes) -> None:
        """Tries one file the real way."""
        began = time.perf_counter()
        self.mutants += 1
        with suppress(Refused, Waiting):
            sealed = bundle.unpack(data)
            take(self.desk, sealed)
            self.accepted.append(name)
        self.slowest = max(self.slowest, time.perf_counter() - began)


class _Back(Exception):
    pass


def take(desk: Desk, sealed: bundle.Sealed) -> None:
    """Takes a bundle in, checks the store as it then is, and rolls everything back. Raises what taking it in raises."""
    with suppress(_Back), desk.unit() as unit:
        arrival = incoming.receive(unit.raw, sealed, desk.word_list)
        if arrival:
            drive(incoming.take(unit.raw, arrival, desk.user.id, allow_voids=False))
            unit.session.execute(text("SELECT 1"))
            found = list(audit.fold_is_state(unit.session))
            assert not found, found[0]
        raise _Back


def bits(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Every bit of every byte flipped."""
    for at in range(len(data)):
        for bit in range(8):
            yield f"bit {bit} of byte {at}", data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]


def bytes_flipped(data: bytes) -> Iterator[tuple[str, bytes]]:
    """One bit of every byte flipped."""
    for at in range(len(data)):
        yield f"byte {at}", data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :]


def cuts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Every truncation, every byte lost, every byte doubled."""
    for at in range(len(data)):
        yield f"cut at {at}", data[:at]
        yield f"without byte {at}", data[:at] + data[at + 1 :]
        yield f"byte {at} twice", data[: at + 1] + data[at:]


def test_no_mutant_of_a_file_is_taken_in(stage: Stage) -> None:
    desk = stage.desk("township")
    data, before, tally = Forgery(stage, "room", "township").bytes(), snapshot(desk), Tally(desk)
    take(desk, bundle.unpack(data))  # the bundle itself is sound
    peak = Peak()
    for name, mutant in (*bits(data), *cuts(data)):
        tally.put(name, mutant)
    grown = peak.grown()
    assert not tally.accepted, tally.accepted[:5]
    assert tally.mutants >= 20_000
    assert (tally.slowest < SECONDS, grown < BYTES) == (True, True)
    assert snapshot(desk) == before
    print(f"\n{tally.mutants} mutants of a file of {len(data)} bytes, {len(tally.accepted)} taken in; "
          f"slowest {tally.slowest * 1000:.1f} ms, {grown >> 20} MiB more")  # fmt: skip


def test_no_mutant_with_a_sound_container_is_taken_in(stage: Stage) -> None:
    """Every checksum right; only signature, hash and age tell."""
    tally = Tally(stage.desk("township"))
    parts = Forgery(stage, "room", "township").parts()
    for n, part in enumerate(parts):
        for name, mutant in (*bytes_flipped(part), *cuts(part)):
            tally.put(f"{bundle.MEMBERS[n]}: {name}", container(*parts[:n], mutant, *parts[n + 1 :]))
    assert not tally.accepted, tally.accepted[:5]
    print(f"\n{tally.mutants} mutants with a sound container, {len(tally.accepted)} taken in")


def _flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :]


def test_no_mutant_of_what_is_sealed_is_taken_in_though_the_room_signs_it(stage: Stage) -> None:
    """The room itself alters the encrypted payload and signs again."""
    tally = Tally(stage.desk("township"))
    length = len(Forgery(stage, "room", "township").parts()[2])
    for at in range(length):
        forged = Forgery(stage, "room", "township")
        forged.payload = lambda data, at=at: _flip(data, at % len(data))  # type: ignore[misc]
        tally.put(f"sealed byte {at}", forged.bytes())
    assert not tally.accepted, tally.accepted[:5]
    print(f"\n{tally.mutants} mutants of what is sealed, signed anew, {len(tally.accepted)} taken in")


def test_no_mutant_of_what_is_compressed_is_taken_in_unless_it_says_the_same(stage: Stage) -> None:
    """The room alters the compressed bytes, encrypts and signs again. zstd has bits that mean nothing: with one of
    those flipped the lines are what they were."""
    tally, other = Tally(stage.desk("township")), 0
    original = zstandard.ZstdCompressor(level=3, write_checksum=True).compress
    length = len(original(b"".join(Forgery(stage, "room", "township").lines)))
    for at in range(length):
        forged = Forgery(stage, "room", "township")
        plain: list[bytes] = []
        forged.compress = lambda data, plain=plain: plain.append(data) or original(data)  # type: ignore
        forged.packed = lambda data, at=at: _flip(data, at)  # type: ignore[misc]
        before = len(tally.accepted)
        tally.put(f"compressed byte {at}", forged.bytes())
        if len(tally.accepted) > before:
            reader = zstandard.ZstdDecompressor().stream_reader(_flip(original(plain[0]), at))
            other += reader.read(len(plain[0]) + 1) != plain[0]
    assert other == 0
    print(f"\n{tally.mutants} mutants of what is compressed, {other} taken in with other lines")


def test_whatever_of_an_altered_line_is_taken_in_leaves_a_sound_store(stage: Stage) -> None:
    """A letter of a name may be another letter. Nothing else than a sentence or a sound store may come of it."""
    tally = Tally(stage.desk("township"))
    told = canonical(Forgery(stage, "room", "township").letter.changes[0]) + b"\n"
    for name, mutant in (*bits(told), *cuts(told)):
        tally.put(f"line: {name}", Forgery(stage, "room", "township").says(mutant).bytes())
    assert tally.slowest < SECONDS
    print(f"\n{tally.mutants} mutants of a line, {len(tally.accepted)} of them sound changes that were taken in")


def test_whatever_of_an_altered_header_is_taken_in_leaves_a_sound_store(stage: Stage) -> None:
    tally = Tally(stage.desk("township"))
    forged = Forgery(stage, "room", "township")
    front, _, payload = forged.parts()
    for name, mutant in bytes_flipped(front):
        tally.put(f"header: {name}", resigned(forged.keys, mutant, payload))
    assert tally.slowest < SECONDS
    print(f"\n{tally.mutants} mutants of a header, signed anew, {len(tally.accepted)} of them taken in")
