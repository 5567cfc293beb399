"""Taking bundles in: verified, opened, tried first if wanted, then merged each in one step or not at all."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from carehub.domain.errors import CareHubError, NotFound, Refused, Waiting
from carehub.domain.progress import Progress
from carehub.domain.texts import mark
from carehub.services import previews, transfers
from carehub.services.desk import Desk
from carehub.services.files import open_file
from carehub.store import copies
from carehub.store.store import Touched, Unit
from carehub.sync import bundle, incoming, journal, replicas
from carehub.sync.merge import Forked
from carehub.sync.undo import undo_last

READING = mark("Reading and verifying bundles")
MERGING = mark("Merging bundles")
INDEXING = mark("Making what came searchable")
ALREADY = mark("This bundle was taken in before; nothing changed.")
TOGETHER = 50_000
"""Bundles share a transaction until they hold so many changes."""
_LIKE_A_CHANGE = 2000
"""So many bytes of attachments count like one change."""


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


def merge(
    desk: Desk, files: Sequence[Path], *, approve: str = "", dry_run: bool = False, allow_voids: bool = False
) -> Generator[Progress, None, list[Merged]]:
    """Takes bundles in, in the order their senders made them. Each goes in wholly or not at all: rows, log, questions
    and receipt; small ones share a transaction, and closing the generator rolls back the one under way. `approve` holds
    the five words of a site handing over for the first time, or from a new laptop. With `dry_run` nothing is kept and
    every result has a `preview`: the names behind the counts. Without `allow_voids` a bundle that voids many records
    waits."""
    results: dict[Path, Merged] = {}
    fronts: list[tuple[Path, int]] = []
    yield Progress(0, 0, READING)
    order: dict[Path, tuple[str, str, int]] = {}
    for file in dict.fromkeys(files):
        try:
            with open_file(file, bundle.LIMIT_FILE) as handle:
                header = bundle.verify(handle)
        except (Refused, NotFound) as error:
            results[file] = Merged(file, None, "refused", error)
            continue
        fronts.append((file, max(header.payload.changes, 1) + header.payload.blob_size // _LIKE_A_CHANGE))
        order[file] = (header.signer.site, header.replica, header.number)
    fronts.sort(key=lambda front: order[front[0]])
    total, done = sum(size for _, size in fronts), 0
    for group in [[front] for front in fronts] if dry_run else _groups(fronts):
        steps = [_Step(desk, file, approve, dry_run, allow_voids) for file, _ in group]
        sizes = [size for _, size in group]
        try:
            yield from _together(desk, steps, sizes, done, total)
        except _OneByOne:
            for n, step in enumerate(steps):
                yield from _together(desk, [step], sizes[n : n + 1], done + sum(sizes[:n]), total)
        results |= {step.file: step.result for step in steps}
        done += sum(sizes)
    return [results[file] for file in dict.fromkeys(files)]


class _OneByOne(Exception):
    """One of several bundles in a transaction cannot go in: the others go in by themselves."""


class _Undone(Exception):
    """Nothing of this transaction is to stay."""


def _together(
    desk: Desk, steps: Sequence["_Step"], sizes: Sequence[int], done: int, total: int
) -> Generator[Progress, None, None]:
    """Takes in some bundles in one transaction. Raises `_OneByOne`, with nothing done, if one of several cannot go in
    after it has begun to."""
    alone = len(steps) == 1
    try:
        with desk.unit(desk.taking) as unit:
            for step, size in zip(steps, sizes, strict=True):
                for seen in step.run(unit):
                    yield Progress(done + seen, total, MERGING)
                done += size
                yield Progress(done, total, MERGING)
                if step.begun and not step.kept:
                    raise _Undone if alone else _OneByOne
            unit.merged = True
    except _Undone:
        unit.touched = Touched(())
    for step in steps:
        step.touched(unit.touched)
    if alone:
        steps[0].afterwards()


def _groups(fronts: Sequence[tuple[Path, int]]) -> Iterator[list[tuple[Path, int]]]:
    """Bundles (file, number of changes) that share a transaction: saving few rows costs as much as saving thousands."""
    group: list[tuple[Path, int]] = []
    held = 0
    for front in fronts:
        group.append(front)
        held += front[1]
        if held >= TOGETHER:
            yield group
            group, held = [], 0
    if group:
        yield group


class _Step:
    """One bundle on its way in. `begun`: it has changed the store; `kept`: what it changed is to stay."""

    def __init__(self, desk: Desk, file: Path, approve: str, dry_run: bool, allow_voids: bool) -> None:
        self.file = file
        self._desk, self._approve = desk, approve
        self._dry_run, self._allow_voids = dry_run, allow_voids
        self.result = Merged(file, None, "refused")
        self.begun = self.kept = False
        self.afterwards: Callable[[], object] = bool

    def touched(self, touched: Touched) -> None:
        """Says what the transaction touched that this bundle went in with."""
        if self.kept:
            self.result = replace(self.result, touched=touched)

    def run(self, unit: Unit) -> Generator[int, None, None]:
        """Yields how many changes were read; afterwards `result` says what became of the bundle, and `afterwards` does
        what is to be remembered of one that did not go in."""
        name: str | None = None
        self.begun = self.kept = False
        try:
            with open_file(self.file, bundle.LIMIT_FILE) as handle:
                sealed = bundle.unpack(handle, self._desk.store.folder)
            name = incoming.sender_name(sealed)
            self.begun = bool(self._approve)
            yield from self._take(unit, sealed)
        except Waiting as error:
            self.afterwards = partial(self._keep_approval, sealed, error)
            self.result = Merged(self.file, name, "waiting", error, words=str(error.values.get("words", "")))
        except Forked as error:
            self.begun = True
            self.afterwards = partial(self._note_fork, sealed, error)
            self.result = Merged(self.file, name, "refused", error)
        except (Refused, NotFound) as error:
            self.result = Merged(self.file, name, "refused", error)

    def _take(self, unit: Unit, sealed: bundle.Sealed) -> Generator[int, None, None]:
        desk, header = self._desk, sealed.header
        already = Merged(
            self.file, incoming.sender_name(sealed), "already", CareHubError(ALREADY), number=header.number
        )
        arrival = incoming.receive(unit.raw, sealed, desk.word_list, self._approve or None)
        if arrival is None:
            self.result = already
            return
        self.begun = True
        replica = journal.own_replica(unit.raw)
        allow = self._allow_voids or self._dry_run
        taken = yield from incoming.take(unit.raw, arrival, desk.user.id, allow_voids=allow)
        transfers.gather(unit, desk, taken.outcome.rows)
        if taken.status == "already":
            self.result = already
            return
        preview = previews.of(unit, desk, taken.outcome) if self._dry_run else None
        self.result = _merged(self.file, sealed, taken, preview)
        self.kept = not self._dry_run
        if self.kept:
            copies.follow(unit.raw, replica)
            unit.also([(taken.outcome.rows[row], row) for row in taken.outcome.erased])

    def _keep_approval(self, sealed: bundle.Sealed, error: Waiting) -> None:
        """A site whose words were right stays approved, though its bundle has to wait for one before it: nothing but a
        return bundle can tell it to send that."""
        if error.message == incoming.GAP and self._approve and not self._dry_run:
            with self._desk.unit(self._desk.taking) as unit, suppress(Waiting):
                incoming.receive(unit.raw, sealed, self._desk.word_list, self._approve)

    def _note_fork(self, sealed: bundle.Sealed, error: Forked) -> None:
        if not self._dry_run:
            with self._desk.unit(self._desk.taking) as unit:
                replicas.note_fork(unit.raw, sealed.header.signer.site, error.replica, error.seq)


def _merged(file: Path, sealed: bundle.Sealed, taken: incoming.Taken, preview: previews.Preview | None) -> Merged:
    count = taken.counts()
    return Merged(
        file,
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
        number=sealed.header.number,
        site=sealed.header.signer.site,
        preview=preview,
    )


def make_searchable(desk: Desk) -> Generator[Progress, None, None]:
    """Indexes what merges brought, which is safe and seen already. Stopping it loses nothing: the rest is indexed with
    the first search."""
    whole = 0
    for left in desk.store.catch_up_search():
        whole = max(whole, left)
        yield Progress(whole - left, whole, INDEXING)


def undo(desk: Desk) -> Touched:
    """Undoes the last merge. Raises `InvalidInput` where something builds on it; then nothing changed."""
    with desk.unit(desk.taking) as unit:
        _, rows = undo_last(unit.raw)
        unit.also(rows)
    return unit.touched
