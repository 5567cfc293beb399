"""Planning a week of visits: in which order the houses are walked, and who goes where. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from carehub.domain.numerals import from_chinese

_GROUP = re.compile(r"[〇○零一二三四五六七八九十廿卅]+(?=[组队社号栋户单])")
_PARTS = re.compile(r"\d+|\D+")
_NOISE = re.compile(r"[\s,，.。、;；:：()（）\-—第]+")
Key = tuple[bool, tuple[tuple[int, int, str], ...], str]


def walking_key(address: str | None, name: str | None) -> Key:
    """Sorts houses as they are walked: by address, groups of houses and house numbers as numbers (2组 before 10组, and
    十组 is 10组), then by name; without an address at the end."""
    plain = _GROUP.sub(lambda run: from_chinese(run[0]), _NOISE.sub("", address or ""))
    parts = tuple((0, int(p), "") if p.isascii() and p.isdigit() else (1, 0, p) for p in _PARTS.findall(plain))
    return not plain, parts, name or ""


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of a day's week."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def spread(route: Sequence[str], own: Mapping[str, str], loads: Mapping[str, int]) -> dict[str, str]:
    """child → volunteer for the children of a route. Who is paired keeps the volunteer the child knows; the others are
    shared out so that the loads come as close together as they can, each volunteer getting houses that lie beside each
    other. `loads`: what each volunteer already has; without volunteers nobody is named."""
    found = {child: own[child] for child in route if own.get(child) in loads}
    left = [child for child in route if child not in found]
    if not loads:
        return found
    have = {who: load + list(found.values()).count(who) for who, load in loads.items()}
    shares = dict.fromkeys(sorted(have), 0)
    for _ in left:
        shares[min(shares, key=lambda who: (have[who] + shares[who], who))] += 1
    whose = [who for who in _as_walked(shares, route, found) for _ in range(shares[who])]
    return found | dict(zip(left, whose, strict=True))


def _as_walked(shares: Mapping[str, int], route: Sequence[str], found: Mapping[str, str]) -> list[str]:
    """Volunteers in the order in which they first come along the route with the children they know."""
    first = {who: n for n, child in reversed(list(enumerate(route))) if (who := found.get(child))}
    return sorted(shares, key=lambda who: (first.get(who, len(route)), who))
