"""`check`: is the store what it should be? Says what is wrong in words and what to do."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass

from sqlmodel import Session

from carehub.domain.errors import CareHubError, StoreError
from carehub.domain.progress import Progress
from carehub.domain.texts import mark
from carehub.services import backups
from carehub.services.desk import Desk
from carehub.store import audit, keyring
from carehub.store import backups as kept_backups

CHECKING = mark("Checking the store")
CHECKING_BACKUPS = mark("Checking the backups")
NO_BACKUP = mark("There is no backup yet. Please make one: under Settings, Backups.")
OLD_BACKUP = mark("The last backup is {days} days old. Please make a new one: under Settings, Backups.")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: `kind` for programs, `error` with its sentence for people."""

    kind: str
    error: CareHubError


def check(desk: Desk) -> Generator[Progress, None, list[Finding]]:
    """Runs every check of `store.audit`: pages, tables against the change log, references, search index; then the ways
    into the store, and every backup at hand."""
    findings: list[Finding] = []
    for n, (kind, run) in enumerate(audit.CHECKS.items()):
        yield Progress(n, len(audit.CHECKS), CHECKING)
        if run is audit.pages:
            desk.store.settle()
        findings += _found(desk, kind, run)
        if run is audit.pages and findings:
            findings += [Finding(kind, audit.where(table)) for table in desk.store.damaged_tables()]
    findings += [Finding("keyring", error) for error in audit.ways_in(desk.store.folder)]
    every = backups.kept(desk.store.folder)
    for n, backup in enumerate(every):
        yield Progress(n, len(every), CHECKING_BACKUPS)
        try:
            kept_backups.verify(backup.kept, desk.store.key)
        except StoreError as error:
            findings.append(Finding("backups", error))
    return findings


def _found(desk: Desk, kind: str, run: Callable[[Session], Iterable[CareHubError]]) -> list[Finding]:
    found: list[Finding] = []
    try:
        with desk.store.reading() as session:
            found.extend(Finding(kind, error) for error in run(session))
    except StoreError as error:  # a damaged page stops one check, not the others
        found.append(Finding(kind, error))
    return found


def notes(desk: Desk) -> list[Finding]:
    """What is not wrong, but should be known: no or an old backup, users without a password here, passwords without a
    user."""
    found: list[Finding] = []
    days = backups.age(desk)
    if days is None:
        found.append(Finding("backups", CareHubError(NO_BACKUP)))
    elif days > backups.OLD:
        found.append(Finding("backups", CareHubError(OLD_BACKUP, days=days)))
    try:
        owners = [slot.owner for slot in keyring.load(desk.store.folder).slots]
        with desk.store.reading() as session:
            told = list(audit.people_and_passwords(session, desk.site.id, owners))
    except StoreError:  # `check` tells it
        return found
    return found + [Finding("keyring", error) for error in told]
