"""Commands of the week's work: what is waiting today, how often children are visited."""

from typing import Annotated

import typer

from carehub.cli.terminal import Json, StorePath, User, desk_at, say, say_json, say_table, texts
from carehub.services import preferences, today

Days = Annotated[int, typer.Option(metavar="DAYS", help="set the days between visits at this risk; 0 leaves them")]


def waiting(store: StorePath, user: User = "", json: Json = False) -> None:
    """Show what is waiting today, and how old the last backup is."""
    tr = texts()
    with desk_at(store, user) as desk:
        lines, last = today.waiting(desk), today.backup_line(desk)
    if json:
        told = [{"line": x.key, "count": x.count, "address": x.address, "urgent": x.urgent} for x in lines]
        say_json({"lines": told, "backup_days": last.days if last else None})
        return
    rows = [(tr(x.part), str(x.count), tr(x.title, **x.values), tr(x.hint, **x.values)) for x in lines]
    if rows:
        say_table(("", tr("Count"), tr("What is waiting"), tr("What to do")), rows)
    else:
        say(tr("Nothing is waiting"))
    if last:
        say(last.words(tr))


def intervals(
    store: StorePath,
    high: Days = 0,
    medium: Days = 0,
    low: Days = 0,
    unknown: Days = 0,
    user: User = "",
    json: Json = False,
) -> None:
    """Show after how many days children are visited again, by risk level, and set them."""
    tr = texts()
    asked = {"high": high, "medium": medium, "low": low, "unknown": unknown}
    with desk_at(store, user) as desk:
        if any(asked.values()):
            preferences.set_visit_intervals(desk, {level: days for level, days in asked.items() if days})
        found = preferences.visit_intervals(desk)
        names = desk.codes["risk_level"]
        rows = [(tr("not judged yet") if k == "unknown" else names.name_of(k, tr), str(n)) for k, n in found.items()]
    if json:
        say_json(found)
    else:
        say_table((tr("Risk level"), tr("Days between visits")), rows)
