"""Taking bundles in: verified, opened, tried first if wanted, then merged each in one step or not at all."""

from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from carehub.domain.errors import CareHubError, NotFound, Refused, Waiting
from carehub.domain.progress import Progress
from carehub.domain.texts import mark
from carehub.services import previews, transfers
from carehub.services.desk import Desk
from carehub.services.files import read_file
from carehub.store.store import Touched
from carehub.sync import bundle, incoming, replicas
from carehub.sync.merge import Forked
from carehub.sync.undo import undo_last

READING = mark("Reading and verifying bundles")
MERGING = mark("Merging bundles")
ALREADY = mark("This bundle was taken in before; nothing changed.")


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of one bundle. `status`: merged, already, refused or waiting (sound, but not its turn, not approved,
    or voiding so many records that a person is asked first); `error` says why in the latter two."""

    file: Path
    sender: str | None
    status: str
    error: CareHubError | None = None
    new: int = 0
    changed: int = 0
    conflicts: int = 0
    settled: int = 0
    voided: int = 0
    erased: int = 0
    quarantined: int = 0
    changes: int = 0
    known: int = 0
    number: int = 0
    site: str = ""
    words: str = ""
    preview: previews.Preview | None = None
    touched: Touched = field(default_factory=lambda: Touched(()))

    @property
    def asks(self) -> bool:
        """Whether it waits only for a person's word that so many records may be voided."""
        return self.error is not None and self.error.message == incoming.MANY_VOIDS


class _DryRun(Exception):
    pass


def merge(
    desk: Desk, files: Sequence[Path], *, approve: str = "", dry_run: bool = False, allow_voids: bool = False
) -> Generator[Progress, None, list[Merged]]:
    """Takes bundles in, in the order their senders made them. Each is one transaction: rows, log, questions and
    receipt, or nothing; closing the generator rolls the one under way back. `approve` holds the five words of a site
    handing over for the first time, or from a new laptop. With `dry_run` nothing is kept and every result has a
    `preview`: the names behind the counts. Without `allow_voids` a bundle that voids many records waits."""
    results: dict[Path, Merged] = {}
    fronts: list[tuple[Path, bundle.Header]] = []
    yield Progress(0, 0, READING)
    for file in dict.fromkeys(files):
        try:
            fronts.append((file, bundle.unpack(read_file(file, bundle.LIMIT_FILE)).header))
        except (Refused, NotFound) as error:
            results[file] = Merged(file, None, "refused", error)
    fronts.sort(key=lambda item: (item[1].signer.site, item[1].replica, item[1].number))
    total, done = sum(max(header.payload.changes, 1) for _, header in fronts), 0
    for file, header in fronts:
        for seen in (step := _Step(desk, file, approve, dry_run, allow_voids)).run():
            yield Progress(done + seen, total, MERGING)
        assert step.result
        results[file] = step.result
        done += max(header.payload.changes, 1)
        yield Progress(done, total, MERGING)
    return [results[file] for file in dict.fromkeys(files)]


class _Step:
    """One bundle on its way in."""

    def __init__(self, desk: Desk, file: Path, approve: str, dry_run: bool, allow_voids: bool) -> None:
        self._desk, self._file, self._approve = desk, file, approve
        self._dry_run, self._allow_voids = dry_run, allow_voids
        self.result: Merged | None = None

    def run(self) -> Generator[int, None, None]:
        """Yields how many changes were read; afterwards `result` says what became of the bundle."""
        name: str | None = None
        try:
            sealed = bundle.unpack(read_file(self._file, bundle.LIMIT_FILE))
            name = incoming.sender_name(sealed)
            yield from self._take(sealed)
        except Waiting as error:
            self._keep_approval(sealed, error)
            self.result = Merged(self._file, name, "waiting", error, words=str(error.values.get("words", "")))
        except Forked as error:
            self._note_fork(sealed, error)
            self.result = Merged(self._file, name, "refused", error)
        except (Refused, NotFound) as error:
            self.result = Merged(self._file, name, "refused", error)

    def _take(self, sealed: bundle.Sealed) -> Generator[int, None, None]:
        desk, preview = self._desk, None
        header = sealed.header
        try:
            with desk.unit() as unit:
                arrival = incoming.receive(unit.raw, sealed, desk.word_list, self._approve or None)
                if arrival is None:
                    self._already(header)
                    return
                allow = self._allow_voids or self._dry_run
                taken = yield from incoming.take(unit.raw, arrival, desk.user.id, allow_voids=allow)
                transfers.gather(unit, desk, taken.outcome.rows)
                if self._dry_run:
                    preview = previews.of(unit, taken.outcome)
                if self._dry_run or taken.status == "already":
                    raise _DryRun
                unit.merged = True
                unit.also([(taken.outcome.rows[row], row) for row in taken.outcome.erased])
        except _DryRun:
            unit.touched = Touched(())
        if taken.status == "already":
            self._already(header)
            return
        count = taken.counts()
        self.result = Merged(
            self._file,
            incoming.sender_name(sealed),
            "merged",
            new=count["new"],
            changed=count["changed"],
            conflicts=count["conflicts"],
            settled=count["settled"],
            voided=count["voided"],
            erased=count["erased"],
            quarantined=count["quarantined"],
            changes=count["changes"],
            known=count["known"],
            number=header.number,
            site=header.signer.site,
            preview=preview,
            touched=unit.touched,
        )

    def _already(self, header: bundle.Header) -> None:
        self.result = Merged(
            self._file, header.signer.request.name, "already", CareHubError(ALREADY), number=header.number
        )

    def _keep_approval(self, sealed: bundle.Sealed, error: Waiting) -> None:
        """A site whose words were right stays approved, though its bundle has to wait for one before it: nothing but a
        return bundle can tell it to send that."""
        if error.message == incoming.GAP and self._approve and not self._dry_run:
            with self._desk.unit() as unit, suppress(Waiting):
                incoming.receive(unit.raw, sealed, self._desk.word_list, self._approve)

    def _note_fork(self, sealed: bundle.Sealed, error: Forked) -> None:
        if not self._dry_run:
            with self._desk.unit() as unit:
                replicas.note_fork(unit.raw, sealed.header.signer.site, error.replica, error.seq)


def undo(desk: Desk) -> Touched:
    """Undoes the last merge. Raises `InvalidInput` where something builds on it; then nothing changed."""
    with desk.unit() as unit:
        _, rows = undo_last(unit.raw)
        unit.also(rows)
    return unit.touched
