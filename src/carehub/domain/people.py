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
CARE = mark("Care")

SAME_AS = mark("Same person as")


class Child(Record, table=True):
    """A child on file. Left-behind is a status of a child, not the record (two scopes, see the glossary)."""

    __tablename__ = "child"
    about: ClassVar[About] = About(mark("Child"), mark("Children"), icon="fa6s.child-reaching")

    name: str = fact(mark("Name"), Kind.NAME, group=PERSON, required=True, searched=True, listed=True)
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
    boards: bool | None = fact(mark("Boards at school"), Kind.BOOLEAN, group=SCHOOL)
    guardianship: str | None = fact(mark("Guardianship"), Kind.CHOICE, codes="guardianship", group=CARE, wanted=True)
    risk_level: str | None = fact(
        mark("Risk level"), Kind.CHOICE, codes="risk_level", group=CARE, listed=True, wanted=True
    )
    health: str | None = fact(mark("Health, illness, disability"), group=CARE, sensitivity=SENSITIVE)
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
    relation: str | None = fact(mark("Relation"), Kind.CHOICE, codes="relation", listed=True, wanted=True)
    name: str | None = fact(mark("Name"), Kind.NAME, searched=True, listed=True, wanted=True)
    phone: str | None = fact(mark("Phone"), Kind.PHONE, sensitivity=SENSITIVE, searched=True, listed=True, wanted=True)
    identity_no: str | None = fact(mark("Identity number"), Kind.IDENTITY_NO, sensitivity=SENSITIVE)
    works_at: str | None = fact(mark("Works at"), help=mark("Province and city"), listed=True)
    is_guardian: bool | None = fact(mark("Guardian"), Kind.BOOLEAN, default=False, listed=True)
    is_carer: bool | None = fact(mark("Entrusted carer"), Kind.BOOLEAN, default=False)
    remark: str | None = fact(mark("Remark"), Kind.LONG)


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
