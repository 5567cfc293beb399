"""Planning a week of visits: in which order the houses are walked, and who goes where. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from carehub.domain.numerals import from_chinese

_GROUP = re.compile(r"[〇○零一二三四五六七八九十廿卅]+(?=[组队社号栋户单])")
_OF_HOUSES = re.compile(r"(\d+|[〇○零一二三四五六七八九十廿卅]+)(?:村民小|居民小|小)?([组社队])")
_PARTS = re.compile(r"\d+|\D+")
_NOISE = re.compile(r"[\s,，.。、;；:：()（）\-—第]+")
Key = tuple[bool, tuple[tuple[int, int, str], ...], str]


def walking_key(address: str | None, name: str | None) -> Key:
    """Sorts houses as they are walked: by address, groups of houses and house numbers as numbers (2组 before 10组, and
    十组 is 10组), then by name; without an address at the end."""
    plain = _GROUP.sub(lambda run: from_chinese(run[0]), _NOISE.sub("", address or ""))
    parts = tuple((0, int(p), "") if p.isascii() and p.isdigit() else (1, 0, p) for p in _PARTS.findall(plain))
    return not plain, parts, name or ""


def group_of(*places: str | None) -> str:
    """The group of houses that an address names, else a note on the way: 第十村民小组 is 10组. Empty if none does."""
    for place in places:
        if found := _OF_HOUSES.search(_NOISE.sub("", place or "")):
            number = found[1] if found[1].isdigit() else from_chinese(found[1])
            return f"{int(number)}{found[2]}"
    return ""


def group_key(group: str) -> tuple[bool, int, str]:
    """Sorts groups of houses by their numbers, those that nobody knows at the end."""
    return not group, int(group[:-1] or 0), group[-1:]


def place_of(address: str | None, note: str | None) -> str:
    """Where a house stands, for walking: its address, with the group of the note on the way if it names none."""
    return f"{address or ''}{'' if group_of(address) else group_of(note)}"


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
