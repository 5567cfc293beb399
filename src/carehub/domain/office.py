"""Records of the offices themselves: sites and the people who sign in there."""

from datetime import date
from typing import ClassVar

from carehub.domain.facts import About, Kind, fact
from carehub.domain.record import Record
from carehub.domain.rights import Right
from carehub.domain.texts import mark

LEVELS = ("district", "township", "school", "room")
"""From the top. A site's parent is of a level before its own; rooms and schools are both children of townships."""


class Site(Record, table=True):
    """An office that keeps a store. A site is at home with itself; `parent_id` is the office above."""

    __tablename__ = "site"
    about: ClassVar[About] = About(mark("Site"), mark("Sites"), icon="fa6s.house-flag", writes=Right.USERS)

    name: str = fact(mark("Site name"), required=True, searched=True, listed=True, length=60)
    level: str = fact(mark("Level"), Kind.CHOICE, codes="level", required=True, listed=True)
    parent_id: str | None = fact(mark("Office above"), Kind.REFERENCE, ref="site", system=True)
    area_code: str | None = fact(mark("Area code"), listed=True, length=12)
    address: str | None = fact(mark("Address"), length=200)
    contact: str | None = fact(mark("Contact person"), Kind.NAME)
    phone: str | None = fact(mark("Phone"), Kind.PHONE)
    same_sex: bool | None = fact(
        mark("Pairings only within one sex"), Kind.BOOLEAN,
        help=mark("Holds for all care rooms and schools below"),
    )  # fmt: skip


class User(Record, table=True):
    """A person who signs in. The password is not here: it only unwraps the store's key (`store.keyring`)."""

    __tablename__ = "user"
    about: ClassVar[About] = About(mark("User"), mark("Users"), icon="fa6s.user", writes=Right.USERS)

    name: str = fact(mark("Name"), Kind.NAME, required=True, searched=True, listed=True)
    role: str = fact(mark("Role"), Kind.CHOICE, codes="role", required=True, listed=True)
    active: bool | None = fact(mark("Active"), Kind.BOOLEAN, default=True, listed=True)


class AccessSummary(Record, table=True):
    """How often somebody looked behind masks, printed, exported: counted from the access log when a bundle is made, so
    that the office above sees it. Such rows are only ever added: each counts what came since the one before."""

    __tablename__ = "access_summary"
    about: ClassVar[About] = About(
        mark("Access summary"), mark("Access summaries"), title="what", icon="fa6s.eye", right=Right.LOG,
        writes=Right.LOG,
    )  # fmt: skip

    user_id: str | None = fact(mark("User"), Kind.REFERENCE, ref="user", system=True, listed=True)
    what: str | None = fact(mark("What was done"), Kind.CHOICE, codes="access_kind", system=True, listed=True)
    from_on: date | None = fact(mark("From"), Kind.DATE, system=True, listed=True)
    until_on: date | None = fact(mark("Until"), Kind.DATE, system=True, listed=True)
    count: int | None = fact(mark("Times"), Kind.INTEGER, system=True, listed=True)
