"""Commands that protect children's data: consent, mandatory reports, what may go, statistics for others."""

from pathlib import Path
from typing import Annotated

import typer

from carehub.cli.records import parse_pairs
from carehub.cli.terminal import Json, StorePath, User, ask_password, desk_at, say, say_json, say_table, texts
from carehub.domain.errors import InvalidInput
from carehub.domain.people import Child
from carehub.domain.texts import mark
from carehub.services import consents, erasing, incidents, records, retention, statistics

ChildId = Annotated[str, typer.Argument(metavar="CHILD", help="the child's number, or the end of it")]
Facts = Annotated[list[str] | None, typer.Argument(metavar="[field=value…]")]
SURE = mark("Erasing cannot be undone: {count} records of “{name}” would go. If that is meant, add --yes.")
NOT_DUE = mark("“{id}” is not among what may go. See: carehub retention STORE")


def consent(
    store: StorePath,
    child: ChildId,
    facts: Facts = None,
    purposes: Annotated[str, typer.Option(metavar="CODE,CODE…", help="care, aid, talk, photo, notice, figures")] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="take consent to these purposes back")] = False,
    by: Annotated[str, typer.Option(metavar="NAME", help="who withdraws")] = "",
    user: User = "",
    json: Json = False,
) -> None:
    """Show a child's consents; with --purposes record one (given_by=guardian name=… relation=… expires_on=…) or, with
    --withdraw, take it back."""
    chosen = [p for p in purposes.replace("，", ",").split(",") if p]
    with desk_at(store, user) as desk:
        child_id = records.resolve_ids(desk, Child, [child])[0]
        if withdraw:
            consents.withdraw(desk, child_id, chosen, by)
        elif chosen:
            consents.record(desk, child_id, chosen, parse_pairs(facts or []))
        found = consents.of_child(desk, child_id)
        lines = [line for _, line in consents.summary(desk, found)]
    if json:
        say_json([{"purpose": s.purpose, "state": s.state.value, "day": s.day.isoformat() if s.day else None}
                  for s in found])  # fmt: skip
        return
    for line in lines:
        say(line)
    for purpose in chosen if withdraw else ():
        say(texts()(consents.EFFECTS[purpose]))


def incident(store: StorePath, child: ChildId, facts: Facts = None, user: User = "", json: Json = False) -> None:
    """Say what to do first, then write down a mandatory report (police_on=… police_time=… seen_on=… seen=… told=…)."""
    tr = texts()
    if not json:
        say(tr(incidents.FIRST))
        for n, step in enumerate(incidents.STEPS, start=1):
            say(f"{n}. {tr(step)}")
    if not facts:
        return
    with desk_at(store, user) as desk:
        child_id = records.resolve_ids(desk, Child, [child])[0]
        made, _ = incidents.add(desk, {**parse_pairs(facts), "child_id": child_id})
    if json:
        say_json({"id": made.id, "child_id": child_id})
    else:
        say(tr("Saved: {id}", id=made.id))


def reporter(
    store: StorePath,
    incident_id: Annotated[str, typer.Argument(metavar="INCIDENT", help="the report's number, or the end of it")],
    reason: Annotated[str, typer.Option(metavar="CODE", help="why: visit, check, aid, health, request, other")] = "",
    user: User = "",
    json: Json = False,
) -> None:
    """Show who reported an incident; the access log keeps who looked and why."""
    with desk_at(store, user) as desk:
        name, phone = incidents.reporter(desk, incident_id, reason)
    if json:
        say_json({"reporter": name, "reporter_phone": phone})
    else:
        say(f"{name}  {phone}".strip())


def what_may_go(
    store: StorePath,
    erase: Annotated[str, typer.Option(metavar="ID", help="erase one of them, with all that belongs to it")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="really erase; this cannot be undone")] = False,
    user: User = "",
    json: Json = False,
) -> None:
    """List what need not be kept any longer, and erase it one by one."""
    tr = texts()
    with desk_at(store, user) as desk:
        found = retention.due(desk)
        if erase:
            chosen = [d for d in found if d.row == erase or (len(erase) >= 4 and d.row.endswith(erase))]
            if len(chosen) != 1:
                raise InvalidInput(NOT_DUE, id=erase)
            if not yes:
                raise InvalidInput(SURE, count=chosen[0].records, name=chosen[0].name)
            gone = erasing.erase_row(desk, chosen[0].kind, chosen[0].row, ask_password())
        rows = [
            (d.row[-8:], tr(records.kind_of(d.kind).about.label), d.name, retention.after_words(desk, d),
             d.since.isoformat(), str(d.records))
            for d in found
        ]  # fmt: skip
    if json:
        told = [{"kind": d.kind, "id": d.row, "name": d.name, "after": d.after, "since": d.since.isoformat(),
                 "records": d.records, "source": d.source} for d in found]  # fmt: skip
        say_json({"erased": gone.child, "rows": gone.rows} if erase else told)
    elif erase:
        say(tr("Erased: {count} records. The next bundles carry it on.", count=gone.rows))
    elif rows:
        say_table(("ID", tr("Kind"), tr("Name"), tr("Counted from"), tr("May go since"), tr("Records")), rows)
    else:
        say(tr("Nothing need go yet."))


def figures(
    store: StorePath,
    out: Annotated[Path | None, typer.Option(help="the workbook to write")] = None,
    smallest: Annotated[int, typer.Option(metavar="N", help="set the smallest number that is shown (5)")] = 0,
    user: User = "",
    json: Json = False,
) -> None:
    """Statistics for others: counts without names, small cells hidden."""
    tr = texts()
    with desk_at(store, user) as desk:
        if smallest:
            statistics.set_threshold(desk, smallest)
        found = statistics.export(desk, out) if out else statistics.tables(desk)
        least = statistics.threshold(desk)
    if json:
        say_json({
            "smallest": least, "file": str(out) if out else None,
            "tables": [{"title": t.title, "rows": t.rows, "columns": t.columns, "cells": t.counts.cells,
                        "row_totals": t.counts.row_totals, "column_totals": t.counts.column_totals,
                        "total": t.counts.total} for t in found],
        })  # fmt: skip
        return
    for table in found:
        heads = (table.title, *table.columns, tr("Total"))
        body = zip(table.rows, table.counts.cells, table.counts.row_totals, strict=True)
        lines = [(words, *map(_shown, cells), _shown(total)) for words, cells, total in body]
        last = (tr("Total"), *map(_shown, table.counts.column_totals), _shown(table.counts.total))
        say_table(heads, [*lines, last])
    if out:
        say(str(out))


def _shown(count: int | None) -> str:
    return "*" if count is None else str(count)
