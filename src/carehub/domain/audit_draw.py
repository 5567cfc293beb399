"""Drawing payments for audit calls, so that nobody in the office can steer who is called, and anybody can repeat it.

What decides is fixed in two steps. When a draw is *planned*, the batch is closed, and rate, method, the list itself
(its digest) and the public draw that will decide are written down. When that public draw has been held, its number is
typed in. The seed is SHA-256 over all of these, and every payment gets a rank of its own, SHA-256 over seed and
payment. The payments with the lowest ranks are called, the next ones are the reserve. So:

* before the public draw nobody knows the seed, after it nobody can change what goes into it;
* whoever has the list and the number comes to the same result with any tool that knows SHA-256 (docs/audit-draw.md);
* a payment that is erased later takes nobody else's place: the ranks of the others stay as they are.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from carehub.domain.normalise import half_width

LEAST, MOST = 30, 50
"""The rate, in thousandths: 3 to 5 %."""
SIMPLE, BY_SCHOOL = "simple", "by_school"
TRIES = 3
"""So often somebody is called before the next of the reserve list is."""
_VERSION = "carehub-audit-1"
_DIGITS_NEEDED = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """One payment that can be drawn."""

    id: str
    fen: int
    school: str


@dataclass(frozen=True, slots=True)
class Place:
    """One drawn payment: its place from 1, and whether it is on the reserve list."""

    id: str
    school: str
    place: int
    reserve: bool


def digest(candidates: Iterable[Candidate]) -> str:
    """The mark of a list: SHA-256 over its lines `id TAB fen TAB school`, in the order of their ids, each ended by a
    line feed, in UTF-8."""
    lines = sorted(f"{c.id}\t{c.fen}\t{c.school}\n" for c in candidates)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def clean_number(typed: str) -> str | None:
    """The number of a public draw: its groups of digits with single spaces between, as they were published (02 07 11
    16 25 31 09). None for fewer than six digits: too few to be beyond guessing."""
    groups = re.findall("[0-9]+", half_width(typed))
    return " ".join(groups) if len("".join(groups)) >= _DIGITS_NEEDED else None


def seed(batch: str, list_digest: str, permille: int, method: str, lot: str, number: str) -> str:
    """The seed: SHA-256 over these lines, each ended by a line feed, in UTF-8: `carehub-audit-1`, batch, digest of the
    list, rate in thousandths, method, name of the public draw, its number."""
    lines = (_VERSION, batch, list_digest, str(permille), method, lot, number)
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def rank(seed_: str, payment: str) -> str:
    """What a payment is ordered by: SHA-256 over `seed TAB payment`."""
    return hashlib.sha256(f"{seed_}\t{payment}".encode()).hexdigest()


def size(population: int, permille: int) -> int:
    """How many are called: the rate of all, rounded to the nearest (halves up) that lies within 3 and 5 %. Where no
    whole number does, as in small batches, it is the least that is not below 3 %."""
    least, most = -(-population * LEAST // 1000), population * MOST // 1000
    return max(least, min((population * permille + 500) // 1000, most))


def shares(schools: Mapping[str, int], permille: int) -> dict[str, int]:
    """How many are called of each school, so that they add up to `size` of all: the whole part of the rate each, and
    what is left to the largest remainders, the larger school first, then by name."""
    wanted = size(sum(schools.values()), permille)
    total = sum(schools.values())
    found = {name: wanted * count // total for name, count in schools.items()}
    rest = sorted(schools, key=lambda name: (-(wanted * schools[name] % total), -schools[name], name))
    for name in rest[: wanted - sum(found.values())]:
        found[name] += 1
    return found


def draw(candidates: Sequence[Candidate], seed_: str, permille: int, method: str) -> list[Place]:
    """Who is called, then the reserve list, each by rank. There are twice as many reserves as calls, as far as there
    are payments; by school, each school has its own."""
    if not candidates:
        return []
    ranked = sorted(candidates, key=lambda c: rank(seed_, c.id))
    groups: dict[str, list[Candidate]] = {}
    for candidate in ranked:
        groups.setdefault(candidate.school if method == BY_SCHOOL else "", []).append(candidate)
    wanted = shares({name: len(group) for name, group in groups.items()}, permille)
    called = {c.id for name, group in groups.items() for c in group[: wanted[name]]}
    spare = {c.id for name, group in groups.items() for c in group[wanted[name] : 3 * wanted[name]]}
    chosen = [c for c in ranked if c.id in called], [c for c in ranked if c.id in spare]
    order = [(c, reserve) for reserve, group in enumerate(chosen) for c in group]
    return [Place(c.id, c.school, n, bool(reserve)) for n, (c, reserve) in enumerate(order, 1)]


def next_reserve(spare: Sequence[Place], school: str, method: str) -> Place | None:
    """Who is called instead of somebody of a school, from the reserves not called yet: by school the next of the same
    school, else the next of all; None if nobody is left."""
    same = [p for p in spare if p.school == school] if method == BY_SCHOOL else []
    return min(same or spare, key=lambda p: p.place, default=None)
