"""What in a child's file does not agree, or must not be: said as a warning, never a wall, because a file may be wrong
for a while and still has to be kept (the rules are those of `rules.md`: two scopes, ages 8 and 16, pupil number)."""

import dataclasses
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from carehub.domain import drafts
from carehub.domain.people import Child, FamilyMember
from carehub.domain.retention import years_after
from carehub.domain.texts import mark

SCOPE_ENDS = 16
"""Left-behind is somebody below this age; below it nobody may live alone."""
PUPIL_NUMBER = 19
PARENTS = frozenset({"51", "52", "57", "58"})
"""Father, mother, step and adoptive ones (GB/T 4761)."""

GRANDPARENTS = frozenset({"61", "62", "63", "64"})
SELF, NOT_RELATED = "01", "99"

LIVES_ALONE = mark("Under 16 and lives alone: the law forbids that. Tell the township today.")
GUARDIAN_DEAD = mark("The guardian {name} has died according to the file. Find out who is guardian now.")
GUARDIAN_UNABLE = mark("The guardian {name} cannot care for the child according to the file.")
PUPIL_DIFFERS = mark("The pupil number should be G and the identity number; one of them is wrong.")
PUPIL_SHAPE = mark("A pupil number has 19 characters and begins with G, J or L.")
SCOPE_OVER = mark("The child is {age} years old: please review whether it still counts as left behind (under 16).")
ORPHAN_PARENT = mark("The kind of difficulty does not agree with what is on file of the parents. Please check.")
"""Names nothing that is masked."""
REVIEW_DUE = mark("The review was due on {day}.")


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What is wrong: the field of the child it is told at, a message id with its values; `alarm` where it cannot
    wait."""

    field: str
    message: str
    values: dict[str, object] = dataclasses.field(default_factory=dict)
    alarm: bool = False


def disagreements(child: Child, family: Sequence[FamilyMember], today: date) -> list[Disagreement]:
    """Everything about a child and its family that does not agree, what cannot wait first."""
    found = [*_of_numbers(child), *_of_age(child, today), *_of_family(child, family)]
    if child.next_review and child.next_review < today:
        found.append(Disagreement("next_review", REVIEW_DUE, {"day": child.next_review}))
    return sorted(found, key=lambda d: not d.alarm)


def _of_numbers(child: Child) -> Iterator[Disagreement]:
    """Birth date, sex and pupil number against the identity number (GB 11643)."""
    known = {"identity_no": child.identity_no, "birth_date": child.birth_date, "sex": child.sex}
    for problem in drafts.identity_problems(known):
        yield Disagreement(problem.field, problem.message, problem.values)
    if not child.pupil_no:
        return
    number = "".join(unicodedata.normalize("NFKC", child.pupil_no).split()).upper()
    if len(number) != PUPIL_NUMBER or number[0] not in "GJL":
        yield Disagreement("pupil_no", PUPIL_SHAPE)
    elif number[0] == "G" and child.identity_no and number[1:] != child.identity_no:
        yield Disagreement("pupil_no", PUPIL_DIFFERS)


def _of_age(child: Child, today: date) -> Iterator[Disagreement]:
    """What ends, or must not be, at an age. Of whom the age is not known, a child is meant."""
    birth = child.birth_date
    grown = birth is not None and years_after(birth, SCOPE_ENDS) <= today
    if child.lives_with == "alone" and not grown:
        yield Disagreement("lives_with", LIVES_ALONE, alarm=True)
    if birth is not None and grown:
        age = today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
        for scope in ("civil_scope", "education_scope"):
            if getattr(child, scope):
                yield Disagreement(scope, SCOPE_OVER, {"age": age})
                return


def _of_family(child: Child, family: Sequence[FamilyMember]) -> Iterator[Disagreement]:
    for member in family:
        if member.is_guardian and member.alive is False:
            yield Disagreement("guardianship", GUARDIAN_DEAD, {"name": member.name or ""}, alarm=True)
        elif member.is_guardian and member.able_to_care is False:
            yield Disagreement("guardianship", GUARDIAN_UNABLE, {"name": member.name or ""})
    orphan = "orphan" in (child.difficulty_groups or "").split()
    if orphan and any(m.relation in PARENTS and m.alive for m in family):
        yield Disagreement("difficulty_groups", ORPHAN_PARENT)


def guardianship_kind(child: Child, guardian: FamilyMember | None) -> str | None:
    """The kind of guardianship as the national form has it (a code of `guardianship_kind`), told from who the guardian
    is; None where that is not known."""
    if child.guardianship == "nobody":
        return "nobody"
    relation = guardian.relation if guardian else None
    if relation in (None, SELF):
        return None
    if relation in PARENTS:
        return "parent"
    if relation in GRANDPARENTS:
        return "grandparents"
    return "others" if relation == NOT_RELATED else "relatives"
