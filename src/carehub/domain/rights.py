"""Who may do what: one small table, asked by every service.

Least privilege is a duty of the law (PIPL article 6 and 51 for children's data): a role has what its work needs. The
table is the program's promise to people who use it, not a wall against somebody who takes the database apart: whoever
signs in holds its key (see SECURITY.md).
"""

from collections.abc import Mapping
from enum import StrEnum

from carehub.domain.errors import NotAllowed
from carehub.domain.texts import mark


class Right(StrEnum):
    """One kind of thing a person may do. Reading what is neither sensitive nor restricted needs none."""

    WRITE = "write"  # add, change and void records, import ledgers, plan and type in visits
    LOOK = "look"  # look behind a mask, with a reason, and have papers with whole numbers and addresses
    TAKE_OUT = "take_out"  # lists and sheets that leave the program
    TALKS = "talks"  # counselling talks
    INCIDENTS = "incidents"  # mandatory reports
    HAND_OVER = "hand_over"  # make bundles, take return bundles, make and restore backups
    MERGE = "merge"  # at offices: take bundles in, approve sites, cards, transfers, help with passwords
    AUDIT = "audit"  # draw samples of payment batches, and type in what the calls found
    SETTLE = "settle"  # decide questions and duplicates
    ERASE = "erase"  # erase a child for good
    USERS = "users"  # who may sign in, with which role; the recovery code
    LOG = "log"  # read the access log
    OWN_QUESTIONS = "own_questions"  # at offices: questions of their own to the rooms below


_ROOM: Mapping[str, frozenset[Right]] = {
    "head": frozenset(Right) - {Right.MERGE, Right.OWN_QUESTIONS},
    "recorder": frozenset({Right.WRITE, Right.LOOK, Right.TAKE_OUT, Right.HAND_OVER, Right.SETTLE}),
    "counsellor": frozenset({Right.WRITE, Right.LOOK, Right.TALKS, Right.INCIDENTS}),
    "viewer": frozenset(),
}
_OFFICE: Mapping[str, frozenset[Right]] = {
    "head": frozenset(Right),
    "clerk": frozenset(
        {Right.WRITE, Right.LOOK, Right.TAKE_OUT, Right.HAND_OVER, Right.MERGE, Right.SETTLE, Right.OWN_QUESTIONS}
    ),
    "reviewer": frozenset({Right.LOOK, Right.TAKE_OUT, Right.AUDIT, Right.SETTLE}),
}  # fmt: skip
ROLES: Mapping[str, Mapping[str, frozenset[Right]]] = {
    "room": _ROOM,
    "school": _ROOM,
    "township": _OFFICE,
    "district": _OFFICE,
}
"""Level of the site → role → its rights."""

FORBIDDEN: Mapping[Right, str] = {
    Right.WRITE: mark("Your role only reads here. Please ask the head of this site. Nothing was changed."),
    Right.LOOK: mark("Your role sees this only masked. Please ask the head of this site."),
    Right.TAKE_OUT: mark("Your role may not take lists out of the program. Please ask the head of this site."),
    Right.TALKS: mark("Counselling talks are only for the counsellor and the head of this site."),
    Right.INCIDENTS: mark("Mandatory reports are only for the counsellor and the head of this site."),
    Right.HAND_OVER: mark("Your role may not hand over or restore. Please ask the head of this site."),
    Right.MERGE: mark("Your role may not take bundles in or look after sites. Please ask the head or the clerk."),
    Right.AUDIT: mark("Audit calls are for the head or the reviewer, not for those who pay. Nothing was saved."),
    Right.SETTLE: mark("Your role may not decide questions. Please ask the head of this site."),
    Right.ERASE: mark("Only the head of this site may erase. Nothing was erased."),
    Right.USERS: mark("Only the head of this site may look after users and the recovery code."),
    Right.OWN_QUESTIONS: mark("Only the head or the clerk of an office may ask questions of their own."),
    Right.LOG: mark("Only the head of this site may read the access log."),
}


def rights_of(level: str, role: str) -> frozenset[Right]:
    """The rights of a role at a site's level; an unknown role has none."""
    return ROLES.get(level, {}).get(role, frozenset())


def require(level: str, role: str, right: Right) -> None:
    """Raises `NotAllowed` with a sentence if the role lacks the right."""
    if right not in rights_of(level, role):
        raise NotAllowed(FORBIDDEN[right])
