"""Commands about bundles and the questions they leave."""

from pathlib import Path
from typing import Annotated, Any

import typer

from carehub.cli.terminal import Json, StorePath, User, desk_at, drive, say, say_json, say_table, texts
from carehub.domain.texts import mark
from carehub.services import handover, labels, merging, questions

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
    approve: Annotated[str, typer.Option(metavar="WORDS", help="the five words of a new site")] = "",
    user: User = "",
    json: Json = False,
) -> None:
    """Take bundles in."""
    tr = texts()
    with desk_at(store, user) as desk:
        results = drive(merging.merge(desk, bundles, approve=approve, dry_run=dry_run), quiet=json)
    if json:
        say_json([_merged(result) for result in results])
    else:
        for r in results:
            say(f"{r.file.name}  {r.sender or ''}  {tr(STATUS[r.status])}")
            if r.error:
                say("  " + tr.error(r.error))
            if r.status == "merged":
                counts = tr("{new} new, {changed} changed, {conflicts} questions, {quarantined} not taken over",
                            new=r.new, changed=r.changed, conflicts=r.conflicts, quarantined=r.quarantined)  # fmt: skip
                say("  " + counts)
    if any(r.status in ("refused", "waiting") for r in results):
        raise typer.Exit(1)


def _merged(result: merging.Merged) -> dict[str, Any]:
    return {
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
        "words": result.words or None,
    }


def conflicts(store: StorePath, user: User = "", json: Json = False) -> None:
    """Show the open questions."""
    tr = texts()
    with desk_at(store, user) as desk:
        found = questions.open_questions(desk)
        if json:
            say_json([_question(q) for q in found])
            return
        rows = [
            (q.id, q.child or q.title, labels.label(tr, q.kind, q.field), str(a.n),
             labels.show(desk, q.kind, q.field, a.value), a.author or "", a.site or "", labels.moment(a.at))
            for q in found
            for a in q.answers
        ]  # fmt: skip
    if not rows:
        say(tr("No open questions."))
        return
    headings = ("ID", tr("Who"), tr("Field"), tr("No."), tr("Value"), tr("Written by"), tr("At"), tr("Time"))
    say_table(headings, rows)


def _question(question: questions.Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "kind": question.kind,
        "record_id": question.record_id,
        "field": question.field,
        "child_id": question.child_id,
        "child": question.child,
        "values": [
            {"n": a.n, "value": a.value, "author": a.author, "site": a.site, "at": labels.iso_moment(a.at)}
            for a in question.answers
        ],
    }


def resolve(
    store: StorePath,
    question: Annotated[str, typer.Argument(metavar="ID", help="the question's number")],
    take: Annotated[int, typer.Option(metavar="N", help="which of its values to take")],
    user: User = "",
    json: Json = False,
) -> None:
    """Settle a question with one of its values."""
    with desk_at(store, user) as desk:
        questions.resolve(desk, question, take)
        left = len(questions.open_questions(desk))
    if json:
        say_json({"id": question, "taken": take, "open": left})
    else:
        say(texts()("Settled. Open questions: {count}", count=left))
