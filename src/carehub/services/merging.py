"""Taking bundles in: verified, opened, tried first if wanted, then merged each in one step or not at all."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from carehub.domain.errors import CareHubError, NotFound, Refused, Waiting
from carehub.domain.progress import Progress
from carehub.domain.texts import mark
from carehub.services.desk import Desk
from carehub.services.files import read_file
from carehub.store.schema import REVISION
from carehub.store.store import Touched
from carehub.sync import bundle, incoming

READING = mark("Reading and verifying bundles")
MERGING = mark("Merging bundles")
ALREADY = mark("This bundle was taken in before; nothing changed.")


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of one bundle. `status`: merged, already, refused or waiting (sound, but not its turn or not
    approved); `error` says why in the latter two."""

    file: Path
    sender: str | None
    status: str
    error: CareHubError | None = None
    new: int = 0
    changed: int = 0
    conflicts: int = 0
    settled: int = 0
    quarantined: int = 0
    changes: int = 0
    known: int = 0
    number: int = 0
    site: str = ""
    words: str = ""
    touched: Touched = field(default_factory=lambda: Touched(()))


class _DryRun(Exception):
    def __init__(self, taken: incoming.Taken) -> None:
        self.taken = taken


def merge(
    desk: Desk, files: Sequence[Path], *, approve: str = "", dry_run: bool = False
) -> Generator[Progress, None, list[Merged]]:
    """Takes bundles in, in the order their senders made them. Each is one transaction: rows, log, questions and
    receipt, or nothing. `approve` holds the five words of a site handing over for the first time."""
    results: dict[Path, Merged] = {}
    sealed: list[tuple[Path, bundle.Sealed]] = []
    for n, file in enumerate(files):
        yield Progress(n, 2 * len(files), READING)
        try:
            sealed.append((file, bundle.unpack(read_file(file, bundle.LIMIT_FILE))))
        except (Refused, NotFound) as error:
            results[file] = Merged(file, None, "refused", error)
    sealed.sort(key=lambda item: (item[1].header.signer.site, item[1].header.number))
    for n, (file, found) in enumerate(sealed):
        yield Progress(len(files) + n, 2 * len(files), MERGING)
        results[file] = _merge_one(desk, file, found, approve, dry_run)
    return [results[file] for file in dict.fromkeys(files)]


def _merge_one(desk: Desk, file: Path, sealed: bundle.Sealed, approve: str, dry_run: bool) -> Merged:
    name = incoming.sender_name(sealed)
    try:
        taken, touched = _take(desk, sealed, approve, dry_run)
    except Waiting as error:
        return Merged(file, name, "waiting", error, words=str(error.values.get("words", "")))
    except Refused as error:
        return Merged(file, name, "refused", error)
    if taken is None:
        return Merged(file, name, "already", CareHubError(ALREADY), number=sealed.header.number)
    return Merged(
        file,
        name,
        "merged",
        None,
        taken.new,
        taken.changed,
        taken.conflicts,
        taken.settled,
        taken.quarantined,
        taken.changes,
        taken.known,
        taken.number,
        taken.site,
        touched=touched,
    )


def _take(desk: Desk, sealed: bundle.Sealed, approve: str, dry_run: bool) -> tuple[incoming.Taken | None, Touched]:
    try:
        with desk.unit() as unit:
            arrival = incoming.receive(unit.raw, sealed, REVISION, desk.word_list, approve or None)
            if arrival is None:
                return None, Touched(())
            taken = incoming.take(unit.raw, arrival, desk.user.id)
            if dry_run:
                raise _DryRun(taken)
    except _DryRun as tried:
        return tried.taken, Touched(())
    return taken, unit.touched
