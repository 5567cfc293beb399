"""Children, their families, and the volunteers."""

from datetime import date
from typing import ClassVar

from carehub.domain.facts import About, Kind, Sensitivity, fact
from carehub.domain.record import Record
from carehub.domain.texts import mark

SENSITIVE = Sensitivity.SENSITIVE

PERSON = mark("Person")
HOUSEHOLD = mark("Household register")
SCHOOL = mark("School")
HEALTH = mark("Health")
LIVING = mark("Living")
SCOPE = mark("Left-behind and in difficulty")
AID = mark("Income and aid")
CARE = mark("Risk and status")
AWAY = mark("Work away from home")
TASK = mark("Guardianship and care")

SAME_AS = mark("Same person as")


class Child(Record, table=True):
    """A child on file. Left-behind is a status of a child, not the record (two scopes, see the glossary)."""

    __tablename__ = "child"
    about: ClassVar[About] = About(mark("Child"), mark("Children"), icon="fa6s.child-reaching")

    name: str = fact(mark("Name"), Kind.NAME, group=PERSON, required=True, searched=True, listed=True)
    former_name: str | None = fact(mark("Former name"), Kind.NAME, group=PERSON, searched=True)
    sex: int | None = fact(mark("Sex"), Kind.CHOICE, codes="sex", number=True, group=PERSON, listed=True, wanted=True)
    birth_date: date | None = fact(
        mark("Birth date"), Kind.DATE, group=PERSON, listed=True, past=True, index=True, wanted=True
    )
    identity_no: str | None = fact(
        mark("Identity number"),
        Kind.IDENTITY_NO,
        group=PERSON,
        sensitivity=SENSITIVE,
        searched=True,
        index=True,
        wanted=True,
        help=mark("18 characters; may stay empty for a child who is not registered yet"),
    )
    ethnic_group: str | None = fact(mark("Ethnic group"), Kind.CHOICE, codes="ethnic_group", group=PERSON)
    registered: bool | None = fact(mark("In the household register"), Kind.BOOLEAN, group=HOUSEHOLD)
    register_address: str | None = fact(mark("Register address"), group=HOUSEHOLD, sensitivity=SENSITIVE)
    home_address: str | None = fact(mark("Home address"), group=HOUSEHOLD, sensitivity=SENSITIVE, wanted=True)
    map_note: str | None = fact(
        mark("How to get there"), group=HOUSEHOLD, help=mark("Group of houses, landmark, whom to ask")
    )
    school: str | None = fact(
        mark("School"), group=SCHOOL, searched=True, listed=True, index=True, length=60, wanted=True
    )
    grade: str | None = fact(mark("Grade"), group=SCHOOL, listed=True, length=20, wanted=True)
    class_name: str | None = fact(mark("Class"), group=SCHOOL, length=20)
    pupil_no: str | None = fact(
        mark("Pupil number"), group=SCHOOL, length=19, sensitivity=SENSITIVE,
        help=mark("19 characters: G and the identity number; J or L for one who has none yet"),
    )  # fmt: skip
    boards: bool | None = fact(mark("Boards at school"), Kind.BOOLEAN, group=SCHOOL)
    health: str | None = fact(mark("State of health"), group=HEALTH, sensitivity=SENSITIVE)
    disability_kind: str | None = fact(
        mark("Kind of disability"), Kind.CHOICE, codes="disability_kind", group=HEALTH, sensitivity=SENSITIVE
    )
    disability_grade: str | None = fact(
        mark("Grade of disability"), Kind.CHOICE, codes="disability_grade", group=HEALTH, sensitivity=SENSITIVE
    )
    illness: str | None = fact(
        mark("Illness"), group=HEALTH, sensitivity=SENSITIVE, help=mark("Only what a doctor found")
    )
    lives_with: str | None = fact(mark("Lives with"), Kind.CHOICE, codes="lives_with", group=LIVING)
    guardianship: str | None = fact(mark("Guardianship"), Kind.CHOICE, codes="guardianship", group=LIVING, wanted=True)
    interests: str | None = fact(mark("Interests"), group=LIVING)
    civil_scope: bool | None = fact(
        mark("Left-behind (civil affairs)"), Kind.BOOLEAN, group=SCOPE,
        help=mark("Both parents away for work, or one away and the other unable to care; under 16"),
    )  # fmt: skip
    education_scope: bool | None = fact(
        mark("Left-behind (education)"), Kind.BOOLEAN, group=SCOPE,
        help=mark("A parent away for three months or more; in compulsory schooling"),
    )  # fmt: skip
    difficulty_groups: str | None = fact(
        mark("Child in difficulty"), Kind.CHOICES, codes="difficulty_group", group=SCOPE, sensitivity=SENSITIVE
    )
    hardship_grade: str | None = fact(mark("Hardship grade"), Kind.CHOICE, codes="hardship_grade", group=AID)
    priority_groups: str | None = fact(mark("Priority groups"), Kind.CHOICES, codes="priority_group", group=AID)
    income_sources: str | None = fact(mark("Income of the family"), Kind.CHOICES, codes="income_source", group=AID)
    aid_received: str | None = fact(mark("Aid received"), Kind.CHOICES, codes="aid_received", group=AID)
    risk_level: str | None = fact(
        mark("Risk level"), Kind.CHOICE, codes="risk_level", group=CARE, listed=True, wanted=True
    )
    risk_reason: str | None = fact(mark("Why this risk level"), group=CARE)
    risk_since: date | None = fact(mark("Risk level since"), Kind.DATE, group=CARE, past=True)
    next_review: date | None = fact(mark("Next review"), Kind.DATE, group=CARE)
    remark: str | None = fact(mark("Remark"), Kind.LONG, group=CARE)
    status: str | None = fact(
        mark("Status"), Kind.CHOICE, codes="child_status", group=CARE, default="active", required=True
    )
    same_as: str | None = fact(SAME_AS, Kind.REFERENCE, ref="child", system=True)


class FamilyMember(Record, table=True):
    """A relative or carer of one child."""

    __tablename__ = "family_member"
    about: ClassVar[About] = About(mark("Family member"), mark("Family members"), icon="fa6s.people-roof")

    child_id: str = fact(mark("Child"), Kind.REFERENCE, ref="child", owner=True, system=True, index=True)
    relation: str | None = fact(mark("Relation"), Kind.CHOICE, codes="relation", group=PERSON, listed=True, wanted=True)
    name: str | None = fact(mark("Name"), Kind.NAME, group=PERSON, searched=True, listed=True, wanted=True)
    phone: str | None = fact(
        mark("Phone"), Kind.PHONE, group=PERSON, sensitivity=SENSITIVE, searched=True, listed=True, wanted=True
    )
    birth: str | None = fact(mark("Born"), Kind.PARTIAL_DATE, group=PERSON, help=mark("Year, month or day"))
    identity_no: str | None = fact(mark("Identity number"), Kind.IDENTITY_NO, group=PERSON, sensitivity=SENSITIVE)
    alive: bool | None = fact(mark("Alive"), Kind.BOOLEAN, group=PERSON)
    works_at: str | None = fact(mark("Works at"), group=AWAY, help=mark("Province and city"), listed=True)
    employer: str | None = fact(mark("Employer"), group=AWAY)
    away_since: str | None = fact(mark("Away since"), Kind.PARTIAL_DATE, group=AWAY, help=mark("Year, month or day"))
    returns: str | None = fact(mark("Comes home"), group=AWAY, length=60, help=mark("Such as: Spring Festival"))
    contact_frequency: str | None = fact(
        mark("Contact with the child"), Kind.CHOICE, codes="contact_frequency", group=AWAY
    )
    is_guardian: bool | None = fact(mark("Guardian"), Kind.BOOLEAN, group=TASK, default=False, listed=True)
    is_carer: bool | None = fact(mark("Entrusted carer"), Kind.BOOLEAN, group=TASK, default=False)
    able_to_care: bool | None = fact(mark("Able to care"), Kind.BOOLEAN, group=TASK)
    unable_reason: str | None = fact(
        mark("Why not able"), group=TASK, sensitivity=SENSITIVE, help=mark("Serious illness, disability, age")
    )
    remark: str | None = fact(mark("Remark"), Kind.LONG, group=TASK)


class Volunteer(Record, table=True):
    """A volunteer of a room or school. Hours are never typed: they follow from visits and activities."""

    __tablename__ = "volunteer"
    about: ClassVar[About] = About(mark("Volunteer"), mark("Volunteers"), icon="fa6s.hand-holding-heart")

    name: str = fact(mark("Name"), Kind.NAME, required=True, searched=True, listed=True)
    sex: int | None = fact(mark("Sex"), Kind.CHOICE, codes="sex", number=True, listed=True)
    birth: str | None = fact(mark("Born"), Kind.PARTIAL_DATE, listed=True, help=mark("Year, month or day"))
    phone: str | None = fact(mark("Phone"), Kind.PHONE, sensitivity=SENSITIVE, searched=True, listed=True)
    kind: str | None = fact(mark("Volunteer kind"), Kind.CHOICE, codes="volunteer_kind", listed=True)
    former_post: str | None = fact(mark("Former employer and post"))
    skills: str | None = fact(mark("Skills"))
    place: str | None = fact(
        mark("Village and group of houses"), help=mark("Such as 新民村3组: whoever lives close by is proposed first")
    )
    is_core: bool | None = fact(mark("Core volunteer"), Kind.BOOLEAN, listed=True)
    participating: bool | None = fact(mark("Takes part"), Kind.BOOLEAN, default=True)
    joined_on: date | None = fact(mark("Joined on"), Kind.DATE)
    left_on: date | None = fact(mark("Left on"), Kind.DATE)
    remark: str | None = fact(mark("Remark"), Kind.LONG)
    same_as: str | None = fact(SAME_AS, Kind.REFERENCE, ref="volunteer", system=True)
