"""A stack of bundles at the desk: tried, approved by words, voids confirmed, then merged; and the return bundles of the
day back onto the stick."""

from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from carehub.domain.errors import CareHubError
from carehub.domain.progress import Progress
from carehub.domain.texts import mark
from carehub.services import calendars, duplicates, handover, merging, receipts
from carehub.services.desk import Desk
from carehub.services.handover import Exported
from carehub.services.merging import Merged
from carehub.sync import incoming

RETURNING = mark("Writing return bundles to the stick")


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became, or would become, of one bundle, and how many pairs of files it brings that may be of one person."""

    result: Merged
    duplicates: int = 0

    @property
    def many_voids(self) -> bool:
        """Whether it voids so many records that it will ask before it is merged."""
        return self.result.voided + self.result.erased > incoming.FEW_VOIDS


def take_in(
    desk: Desk,
    files: Sequence[Path],
    *,
    words: Mapping[Path, str] | None = None,
    confirmed: Collection[Path] = (),
    dry_run: bool = False,
) -> Generator[Progress, None, list[TakenIn]]:
    """Takes in bundles (`merging.merge`) of which each may have words of its own, typed by a person (`words`), and
    voids that a person has confirmed (`confirmed`). Remembers for the calendar what had to wait. With `dry_run` nothing
    is kept but that. Returns what became of each, in the order of `files`."""
    stacks: dict[tuple[bool, str], list[Path]] = {}
    for file in dict.fromkeys(files):
        stacks.setdefault((file in confirmed, (words or {}).get(file, "")), []).append(file)
    found: dict[Path, Merged] = {}
    for (allow, approve), stack in stacks.items():
        work = merging.merge(desk, stack, approve=approve, dry_run=dry_run, allow_voids=allow)
        found |= {result.file: result for result in (yield from work)}
    results = [found[file] for file in dict.fromkeys(files)]
    calendars.note_waiting(desk, results)
    return [TakenIn(result, _pairs(desk, result)) for result in results]


def _pairs(desk: Desk, result: Merged) -> int:
    if result.preview:
        return result.preview.duplicates
    return duplicates.among(desk, result.touched.rows) if result.status == "merged" else 0


@dataclass(frozen=True, slots=True)
class Returned:
    """A return bundle that was written, or why it could not be."""

    site: str
    exported: Exported | None = None
    error: CareHubError | None = None


def return_all(desk: Desk, folder: Path, day: date) -> Generator[Progress, None, list[Returned]]:
    """Writes a return bundle for every site of which a bundle was taken in on a day. Each is whole or not there; the
    first that fails ends the work, because the next would fail like it."""
    sites = sites_of_day(desk, day)
    done: list[Returned] = []
    for n, (site, name) in enumerate(sites.items()):
        yield Progress(n, len(sites), RETURNING)
        try:
            done.append(Returned(name, (yield from _step(handover.export(desk, folder, site), n, len(sites)))))
        except CareHubError as error:
            return [*done, Returned(name, error=error)]
    return done


def _step(work: Generator[Progress, None, Exported], n: int, total: int) -> Generator[Progress, None, Exported]:
    """One bundle of several: its own progress does not count, but each of its steps is a point to stop at."""
    try:
        while True:
            next(work)
            yield Progress(n, total, RETURNING)
    except StopIteration as end:
        made: Exported = end.value
        return made
    finally:
        work.close()


def sites_of_day(desk: Desk, day: date) -> dict[str, str]:
    """id → name of the sites of which a bundle was taken in on a day, in that order."""
    return {t["site_id"]: str(t["sender_name"]) for t in receipts.of_day(desk, day)}
