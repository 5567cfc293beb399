"""Who fits whom: volunteers proposed for children, each proposal with its reasons. Pure: facts go in, proposals come
out. Points and words are reference data (`resources/matching.toml`); a person decides.
"""

import re
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from carehub.domain.numerals import from_chinese

_VILLAGE = re.compile(r"([^\s,，。0-9]{1,8}?(?:村|社区))")
_ABOVE = re.compile(r".*(?:[省市县镇乡]|(?<!社)区|街道)(?=.)")
_GROUP = re.compile(r"([0-9]{1,3})\s*(?:村民小组|小组|组|社|队)")
_HOME = re.compile(r"(?:住址|地址)[：:]\s*([^\n；;]+)")
_COUNTED = re.compile(r"[一二三四五六七八九十]+(?=村民小组|小组|组|社|队)")


class Place(NamedTuple):
    """Where somebody lives, as far as an address tells: village and group of houses."""

    village: str = ""
    group: int = 0


NOWHERE = Place()


def place_of(*texts: str | None) -> Place:
    """The village and the group of houses that some texts name; of several the first."""
    village, group = "", 0
    for text in texts:
        plain = _COUNTED.sub(lambda run: from_chinese(run[0]), text or "")
        found = _VILLAGE.search(_ABOVE.sub("", plain))
        village = village or (found[1] if found else "")
        numbered = _GROUP.search(plain)
        group = group or (int(numbered[1]) if numbered else 0)
    return Place(village, group)


def home_in(remark: str | None) -> str:
    """The address that a remark gives: a ledger of volunteers has a column for it, which is kept among the remarks."""
    found = _HOME.search(remark or "")
    return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Need:
    """One kind of need with the words and the check it is recognised by, and the skills and kinds that answer it."""

    code: str
    zh: str
    en: str
    check: str
    needs: tuple[str, ...]
    skills: tuple[str, ...]
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rules:
    """Points by reason, how many pairings are enough for a volunteer, the needs, and whether the township wants
    pairings within one sex."""

    points: Mapping[str, int]
    most: int
    needs: tuple[Need, ...]
    same_sex: bool = False


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """What counts about a child. `checks` are those of the last visit that were not in order, `words` what was written
    down about its needs."""

    id: str
    site: str = ""
    sex: int | None = None
    place: Place = NOWHERE
    checks: frozenset[str] = frozenset()
    words: str = ""
    known: frozenset[str] = frozenset()
    """Volunteers who have visited the child."""


@dataclass(frozen=True, slots=True)
class VolunteerFacts:
    """What counts about a volunteer. `load` is the number of running pairings."""

    id: str
    site: str = ""
    sex: int | None = None
    place: Place = NOWHERE
    kind: str = ""
    words: str = ""
    load: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a proposal is better or worse, and by how much: `kind` is a key of the points, `value` what it is about (the
    code of a need, a number of pairings, a village)."""

    kind: str
    points: int
    value: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A volunteer proposed for a child, the strongest reasons first."""

    child: str
    volunteer: str
    reasons: tuple[Reason, ...] = field(default=())

    @property
    def score(self) -> int:
        return sum(reason.points for reason in self.reasons)


def needs_of(child: ChildFacts, rules: Rules) -> list[Need]:
    """What a child needs, from its last visit and what was written down."""
    return [n for n in rules.needs if n.check in child.checks or any(word in child.words for word in n.needs)]


def answers(volunteer: VolunteerFacts, need: Need) -> bool:
    """Whether a volunteer can help with a need, by what is written of skills and former work, or by kind."""
    return volunteer.kind in need.kinds or any(word in volunteer.words for word in need.skills)


def match(child: ChildFacts, volunteer: VolunteerFacts, rules: Rules) -> Match:
    """One volunteer for one child with all reasons for and against."""
    reasons = [*_lasting(child, volunteer, rules), _of_load(volunteer.load, rules)]
    return Match(child.id, volunteer.id, tuple(sorted(reasons, key=lambda r: (-abs(r.points), r.kind, r.value))))


def _lasting(child: ChildFacts, volunteer: VolunteerFacts, rules: Rules) -> list[Reason]:
    """The reasons that stay what they are however many children the volunteer looks after."""
    found: list[Reason] = []

    def add(kind: str, value: str = "") -> None:
        found.append(Reason(kind, rules.points[kind], value))

    same_site = bool(child.site) and child.site == volunteer.site
    if same_site:
        add("site")
    _add_places(add, child.place, volunteer.place, same_site=same_site)
    if volunteer.id in child.known:
        add("known")
    for need in needs_of(child, rules):
        if answers(volunteer, need):
            add("skill", need.code)
    if rules.same_sex and {child.sex, volunteer.sex} <= {1, 2}:
        add("same_sex" if child.sex == volunteer.sex else "other_sex")
    return found


def _of_load(load: int, rules: Rules) -> Reason:
    return Reason("load", rules.points["load"] * load, str(load)) if load else Reason("free", rules.points["free"])


def _add_places(add: Callable[[str, str], None], one: Place, other: Place, *, same_site: bool) -> None:
    """Groups of houses are numbered within a village: without its name they only mean something within one room."""
    same_village = bool(one.village) and one.village == other.village
    if same_village:
        add("village", one.village)
    if not (same_village or (same_site and not (one.village and other.village))) or not (one.group and other.group):
        return
    if one.group == other.group:
        add("group", str(one.group))
    elif abs(one.group - other.group) == 1:
        add("near", str(other.group))


def unwanted(child: ChildFacts, volunteer: VolunteerFacts, rules: Rules) -> bool:
    """Whether the township does not want the two to be paired. Where a sex is not known, nothing is known."""
    return rules.same_sex and {child.sex, volunteer.sex} == {1, 2}


def propose(child: ChildFacts, volunteers: Sequence[VolunteerFacts], rules: Rules) -> list[Match]:
    """All volunteers for one child, the best first; those who have enough children already come last."""
    full = {v.id: v.load >= rules.most for v in volunteers}
    found = [match(child, volunteer, rules) for volunteer in volunteers]
    return sorted(found, key=lambda m: (full[m.volunteer], -m.score, m.volunteer))


def share(children: Sequence[ChildFacts], volunteers: Sequence[VolunteerFacts], rules: Rules) -> list[Match]:
    """`sharing` to its end."""
    work = sharing(children, volunteers, rules)
    while True:
        try:
            next(work)
        except StopIteration as end:
            found: list[Match] = end.value
            return found


def sharing(
    children: Sequence[ChildFacts], volunteers: Sequence[VolunteerFacts], rules: Rules
) -> Generator[int, None, list[Match]]:
    """One volunteer for each child in one go, as far as there are any who do not have enough children and whom the
    township does not want elsewhere. The best match of all is made first, and counts as load from then on; whoever has
    no child yet is therefore thought of before anybody gets a second one of the same worth. The same facts always give
    the same answer.

    What a further child costs only grows. So the best that is known of a child can be too good, never too bad: it is
    looked at again when its turn comes (lazy greedy), not whenever somebody's load changes. Yields how many steps are
    done; there are two for each child at most."""
    people = {volunteer.id: volunteer for volunteer in volunteers}
    loads = {volunteer.id: volunteer.load for volunteer in volunteers}
    ranks: dict[str, list[tuple[int, str]]] = {}
    for child_facts in children:
        ranks[child_facts.id] = _ranks(child_facts, volunteers, rules)
        yield len(ranks)
    of = {child.id: child for child in children}
    waiting = [best for child in of if (best := _best(child, ranks[child], loads, rules))]
    heapify(waiting)
    made: dict[str, Match] = {}
    while waiting:
        worth, child, volunteer = heappop(waiting)
        now = _best(child, ranks[child], loads, rules)
        if now is not None and now != (worth, child, volunteer):
            heappush(waiting, now)
        elif now is not None:
            made[child] = match(of[child], replace(people[volunteer], load=loads[volunteer]), rules)
            loads[volunteer] += 1
            yield len(children) + len(made)
    return [made[child] for child in of if child in made]


def _ranks(child: ChildFacts, volunteers: Sequence[VolunteerFacts], rules: Rules) -> list[tuple[int, str]]:
    """(points, volunteer) without what depends on loads, of those who may be paired with the child."""
    return [
        (sum(reason.points for reason in _lasting(child, volunteer, rules)), volunteer.id)
        for volunteer in volunteers
        if not unwanted(child, volunteer, rules)
    ]


def _best(
    child: str, ranks: Sequence[tuple[int, str]], loads: Mapping[str, int], rules: Rules
) -> tuple[int, str, str] | None:
    """(negative points, child, volunteer) of the best for a child as loads are now: the smallest is the best."""
    free = [
        (-(points + _of_load(loads[volunteer], rules).points), child, volunteer)
        for points, volunteer in ranks
        if loads[volunteer] < rules.most
    ]
    return min(free, default=None)
