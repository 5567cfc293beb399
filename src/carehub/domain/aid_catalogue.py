"""The catalogue of aid: categories, programmes and their amounts over time, from the district's rows and from the list
that ships with the program, where the district has not said otherwise yet."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from carehub.domain.normalise import bare

EVER = date.min
"""Since before anything on file."""


@dataclass(frozen=True, slots=True)
class Amount:
    """What a programme pays `per` (a code of `aid_per`) from a day on; `tier` says for whom, if not for all."""

    fen: int
    per: str
    tier: str = ""
    at_most: bool = False
    since: date = EVER
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Programme:
    """One programme. `category` is "" across all stages; `words` are other names it goes by on rolls."""

    code: str
    name: str
    category: str = ""
    by_district: bool = False
    words: tuple[str, ...] = ()
    amounts: tuple[Amount, ...] = ()
    since: date = EVER
    until: date = date.max

    def amounts_on(self, day: date) -> list[Amount]:
        """The amounts that hold on a day: for each tier the newest that has begun."""
        newest: dict[str, Amount] = {}
        for amount in sorted(self.amounts, key=lambda a: a.since):
            if amount.since <= day:
                newest[amount.tier] = amount
        return list(newest.values())

    def runs_on(self, day: date) -> bool:
        """Whether the programme is paid on a day."""
        return self.since <= day <= self.until


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All programmes, in their order, and the codes of the categories."""

    categories: tuple[str, ...]
    programmes: tuple[Programme, ...]

    def get(self, code: str) -> Programme | None:
        """The programme with a code, None if there is none."""
        return next((p for p in self.programmes if p.code == code), None)

    def named_in(self, text: str) -> Programme | None:
        """The programme a title, sheet name or cell speaks of: the one with the longest name found in it. A name that
        was cut off (Excel cuts sheet names at 31 bytes) counts if it is long and only one programme begins so."""
        said = bare(text)
        if not said:
            return None
        found = [(len(bare(w)), p) for p in self.programmes for w in (p.name, *p.words) if bare(w) in said]
        if found:
            return max(found, key=lambda pair: pair[0])[1]
        cut = [p for p in self.programmes if len(said) >= _CUT and bare(p.name).startswith(said)]
        return cut[0] if len(cut) == 1 else next((p for p in self.programmes if p.code == text.strip()), None)

    def laid_over(self, others: Iterable[Programme]) -> "Catalogue":
        """This catalogue with the programmes of another, which go before those of the same code; its amounts add to
        the ones known here, and go before those of the same day and tier."""
        known = {p.code: p for p in self.programmes}
        for other in others:
            older = known.get(other.code)
            if older is None:
                known[other.code] = other
                continue
            amounts = {(a.tier, a.since): a for a in (*older.amounts, *other.amounts)}
            words = tuple(dict.fromkeys((*other.words, older.name, *older.words)))
            known[other.code] = replace(other, words=words, amounts=tuple(amounts.values()))
        return replace(self, programmes=tuple(known.values()))


_CUT = 8
