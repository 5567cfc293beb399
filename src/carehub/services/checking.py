"""`check`: is the store what it should be? Says what is wrong in words and what to do."""

from collections.abc import Generator
from dataclasses import dataclass

from carehub.domain.errors import CareHubError, StoreError
from carehub.domain.progress import Progress
from carehub.domain.texts import mark
from carehub.services.desk import Desk
from carehub.store import audit

CHECKING = mark("Checking the store")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: `kind` for programs, `error` with its sentence for people."""

    kind: str
    error: CareHubError


def check(desk: Desk) -> Generator[Progress, None, list[Finding]]:
    """Runs every check of `store.audit`: pages, tables against the change log, references, search index."""
    findings: list[Finding] = []
    for n, (kind, run) in enumerate(audit.CHECKS.items()):
        yield Progress(n, len(audit.CHECKS), CHECKING)
        try:
            if run is audit.pages:
                desk.store.settle()
            with desk.store.reading() as session:
                findings += [Finding(kind, error) for error in run(session)]
        except StoreError as error:  # a damaged page stops one check, not the others
            findings.append(Finding(kind, error))
    return findings
