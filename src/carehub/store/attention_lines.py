"""The lines of the Today page as conditions on the facts of a child, and the days on which each begins and ends.

They say in SQL what `domain.attention.Rules` says in Python; a test holds both to the same children.
"""

import json
from calendar import isleap
from datetime import timedelta

from carehub.domain.attention import (
    ADULT,
    AGES_AHEAD,
    BIRTHDAYS_AHEAD,
    CHILD,
    CONSENT_LINES,
    PAPERS_AHEAD,
    SILENCE,
    SMALL,
    VISITS_AHEAD,
    Line,
    Rules,
    first_id,
    years_before,
)
from carehub.domain.follow_up import UNKNOWN_RISK, interval
from carehub.domain.protection import OWN_CONSENT_AGE

NONE, NEVER = "0000-00-00", "9999-12-31"
"""Stand for no day where days are laid side by side in one text: earlier and later than any."""

CONSENT = """CASE WHEN substr(papers, 1, 1) = '1' THEN 'withdrawn' WHEN coalesce(substr(papers, 2, 1), '0') = '0'
    THEN 'missing' WHEN substr(papers, 4) < :day THEN 'expired' WHEN birth <= :own AND substr(papers, 3, 1) = '0'
    THEN 'own missing' WHEN substr(papers, 4) <= :papers THEN 'expiring' ELSE 'given' END"""
"""How consent to the care stands (`services.consents`), from whether a newest paper is withdrawn, whether the guardian
and the child gave one, and the first day on which one ends."""

_SMALL = "(birth IS NULL OR birth > :small)"  # whose age is not known is taken for a small child
STANDS = "withdrawn = '0'"
"""Consent to the care was not withdrawn: then no more visits are to be made."""


def pace(levels: int) -> str:
    """Which of so many intervals holds for a child: that of its risk, a shorter one after a danger was seen."""
    cases = " ".join(f"WHEN :level{n} THEN iif({{danger}}, :alarmed{n}, {n})" for n in range(levels))
    return f"CASE risk {cases} ELSE iif({{danger}}, :alarmed_unknown, :pace_unknown) END"


def _due(levels: int, bound: str, day: str) -> str:
    """Whether a child is due by a `day`: an interval has passed since the last visit or, without one, since the day of
    filing; or the day agreed at the last visit has come."""
    since = " ".join(f"WHEN {n} THEN :{bound}{n}" for n in range(levels))
    filed = " ".join(f"WHEN {n} THEN :{bound}_filed{n}" for n in range(levels))
    return f"""iif(last IS NULL, id < CASE pace {filed} END,
        last <= CASE pace {since} END OR agreed > last AND agreed <= :{day})"""


def due_by(levels: int) -> tuple[str, str]:
    """Whether a child is due now, and whether it is within a week."""
    return _due(levels, "late", "day"), _due(levels, "soon", "week")


def groups() -> list[tuple[str, dict[Line, str]]]:
    """Every line but those of visits as a condition, in groups, each with a condition that holds for every child of any
    of its lines: for most children one look is enough."""
    files = {
        Line.UNATTENDED: f"{_SMALL} AND (nobody OR NOT guardian AND NOT carer)",
        Line.NOBODY: "nobody AND birth <= :small AND birth > :child",
        Line.NO_GUARDIAN: "NOT guardian",
        Line.NO_PHONE: "guardian AND NOT phone",
        Line.NO_BIRTH: "birth IS NULL",
        Line.NO_ADDRESS: "NOT address",
        Line.NO_RISK: "risk = ''",
    }
    ages = {
        Line.OF_AGE: "birth <= :adult",
        Line.TURNS_18: "birth > :adult AND birth <= :adult_soon",
        Line.TURNS_16: "birth > :adult_soon AND birth > :child_past AND birth <= :child_soon",
    }
    born_now = "substr(birth, 6) IN (SELECT value FROM json_each(:birthdays))"
    return [
        ("nobody OR NOT guardian OR NOT phone OR NOT address OR risk = '' OR birth IS NULL", files),
        ("birth <= :child_soon", ages),
        ("birth <= :year_old", {Line.BIRTHDAY: f"birth <= :year_old AND {born_now}"}),
        ("lost OR silent > in_touch", {Line.NO_CONTACT: f"(lost OR silent > in_touch) AND {STANDS}"}),
        ("consent <> 'given'", {line: f"consent = '{state}'" for state, line in CONSENT_LINES.items()}),
    ]


def conditions(levels: int) -> dict[Line, str]:
    """Every line as a condition, for so many levels of risk."""
    late, soon = due_by(levels)
    visits = {Line.OVERDUE: f"{STANDS} AND {late}", Line.SOON: f"{STANDS} AND {soon} AND NOT {late}"}
    return {line: condition for _, lines in groups() for line, condition in lines.items()} | visits


def bounds(rules: Rules) -> dict[str, object]:
    """The days on which the lines turn on the day of the rules, as the conditions name them."""
    soon = rules.after(AGES_AHEAD)
    days = {
        "day": rules.day,
        "week": rules.after(VISITS_AHEAD),
        "papers": rules.after(PAPERS_AHEAD),
        "silence": rules.after(-SILENCE),
        "own": years_before(rules.day, OWN_CONSENT_AGE),
        "small": years_before(rules.day, SMALL),
        "child": years_before(rules.day, CHILD),
        "child_soon": years_before(soon, CHILD),
        "child_past": years_before(rules.after(-AGES_AHEAD - 1), CHILD),
        "adult": years_before(rules.day, ADULT),
        "adult_soon": years_before(soon, ADULT),
        "year_old": years_before(rules.after(BIRTHDAYS_AHEAD), 1),
    }
    found: dict[str, object] = {name: day.isoformat() for name, day in days.items()}
    return found | _paces(rules) | {"birthdays": json.dumps(sorted(_birthdays(rules)))}


def _birthdays(rules: Rules) -> set[str]:
    """Month and day of all who become a year older within the week; whoever was born on 29 February does on 1 March."""
    week = [rules.after(n) for n in range(BIRTHDAYS_AHEAD + 1)]
    leap = {"02-29" for day in week if (day.month, day.day) == (3, 1) and not isleap(day.year)}
    return {day.isoformat()[5:] for day in week} | leap


def _paces(rules: Rules) -> dict[str, object]:
    """The levels of risk by number, and for each the last visit, or the id of a file without one, that makes a child
    due now or within a week."""
    levels = list(rules.intervals)
    days = [interval(level, rules.intervals) for level in levels]
    high, unknown = levels.index("high"), levels.index(UNKNOWN_RISK)
    alarmed = [high if days[high] < days[n] else n for n in range(len(levels))]
    found: dict[str, object] = {"pace_unknown": unknown, "alarmed_unknown": alarmed[unknown]}
    for n, level in enumerate(levels):
        found |= {f"level{n}": level, f"alarmed{n}": alarmed[n]}
        for bound, ahead in (("late", 0), ("soon", VISITS_AHEAD)):
            since = rules.after(ahead - days[n])
            found |= {f"{bound}{n}": since.isoformat(), f"{bound}_filed{n}": first_id(since + timedelta(days=1))}
    return found
