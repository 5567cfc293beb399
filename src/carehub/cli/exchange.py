"""Commands about bundles and the questions they leave."""

from pathlib import Path
from typing import Annotated, Any

import typer

from carehub.cli.terminal import Json, StorePath, User, desk_at, drive, say, say_json, texts
from carehub.domain.texts import mark
from carehub.services import calendars, duplicates, handover, merging

STATUS = {
    "merged": mark("merged"),
    "already": mark("taken in before"),
    "refused": mark("refused"),
    "waiting": mark("waiting"),
}


def export(
    store: StorePath,
    to: Annotated[Path, typer.Option(help="folder on the stick")],
    site: Annotated[str, typer.Option("--for", metavar="SITE", help="a site below, for a return bundle")] = "",
    user: User = "",
    json: Json = False,
) -> None:
    """Seal a bundle for the office above, or a return bundle for a site below."""
    with desk_at(store, user) as desk:
        made = drive(handover.export(desk, to, site), quiet=json)
    if json:
        say_json({"file": str(made.file), "changes": made.changes, "bytes": made.bytes, "bundle": made.bundle,
                  "for": made.receiver, "number": made.number})  # fmt: skip
        return
    tr = texts()
    told = tr("Bundle {number} for “{site}”: {changes} changes, {bytes} bytes.", number=made.number,
              site=made.receiver, changes=made.changes, bytes=made.bytes)  # fmt: skip
    say(told)
    say(str(made.file))
    say(tr("The stick can be pulled out now."))


def inspect(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="a .carebundle file")],
    json: Json = False,
) -> None:
    """Verify a bundle and show what it says on its outside; needs no password."""
    found = handover.inspect(bundle)
    if json:
        say_json(found)
        return
    tr = texts()
    say(tr("Bundle {number} from “{site}”: form, signature and contents are sound.", number=found["number"],
           site=found["from"]))  # fmt: skip
    say(tr("{changes} changes, {bytes} bytes sealed, for {count} receivers.", changes=found["changes"],
           bytes=found["bytes"], count=len(found["recipients"])))  # fmt: skip


def merge(
    store: StorePath,
    bundles: Annotated[list[Path], typer.Argument(metavar="BUNDLE…")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would happen")] = False,
    approve: Annotated[str, typer.Option(metavar="WORDS", help="the five words of a new site or laptop")] = "",
    allow_voids: Annotated[bool, typer.Option("--allow-voids", help="also if many records would be voided")] = False,
    user: User = "",
    json: Json = False,
) -> None:
    """Take bundles in."""
    with desk_at(store, user) as desk:
        work = merging.merge(desk, bundles, approve=approve, dry_run=dry_run, allow_voids=allow_voids)
        results = drive(work, quiet=json)
        pairs = {r.file: duplicates.among(desk, r.touched.rows) for r in results if r.status == "merged"}
        if not dry_run:
            calendars.note_waiting(desk, results)
    pairs |= {r.file: r.preview.duplicates for r in results if r.preview}
    if json:
        say_json([_merged(result, pairs.get(result.file, 0)) for result in results])
    else:
        for result in results:
            _say_merged(result, pairs.get(result.file, 0))
    if any(r.status in ("refused", "waiting") for r in results):
        raise typer.Exit(1)


def _say_merged(result: merging.Merged, pairs: int) -> None:
    tr = texts()
    say(f"{result.file.name}  {result.sender or ''}  {tr(STATUS[result.status])}")
    if result.error:
        say("  " + tr.error(result.error))
    if result.status == "merged":
        counts = tr("{new} new, {changed} changed, {conflicts} questions, {quarantined} not taken over",
                    new=result.new, changed=result.changed, conflicts=result.conflicts,
                    quarantined=result.quarantined)  # fmt: skip
        say("  " + counts)
        if pairs:
            say("  " + tr("{count} pairs of files may be of one person", count=pairs))


def _merged(result: merging.Merged, pairs: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "file": str(result.file),
        "from": result.sender,
        "status": result.status,
        "reason": texts().error(result.error) if result.error else None,
        "new": result.new,
        "changed": result.changed,
        "conflicts": result.conflicts,
        "settled": result.settled,
        "quarantined": result.quarantined,
        "changes": result.changes,
        "voided": result.voided,
        "duplicates": pairs,
        "words": result.words or None,
    }
    if result.preview:
        told["names"] = {
            sort: [{"kind": n.table, "id": n.row, "name": n.name} for n in getattr(result.preview, sort)]
            for sort in ("new", "changed", "voided", "erased", "asked")
        }
    return told
