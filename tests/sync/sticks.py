"""What goes from desk to desk by stick, as the services do it."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import text

from carehub.services import handover, merging
from carehub.services.desk import Desk
from carehub.store import queries

from ..conftest import drive


def export(desk: Desk, folder: Path, site: str = "") -> Path:
    """The bundle for the office above, or with `site` the return bundle for that site."""
    file: Path = drive(handover.export(desk, folder, site)).file
    return file


def take(desk: Desk, *files: Path, **options: Any) -> list[merging.Merged]:
    """Takes bundles in; says what became of each."""
    result: list[merging.Merged] = drive(merging.merge(desk, files, **options))
    return result


def state(desk: Desk, home: str) -> dict[str, Any]:
    """Every row at home at a site, as this store has it."""
    with desk.store.reading() as session:
        return queries.state(session, home)


def history(desk: Desk, row_id: str) -> list[dict[str, Any]]:
    """Who changed what when on one row, newest first: at (ms), author and site (names or None), cells."""
    sql = text(
        """SELECT change.at, change.cells, u.name AS author, s.name AS site FROM change
        LEFT JOIN "user" u ON u.id = change.author LEFT JOIN site s ON s.id = u.site_id
        WHERE row_id = :row ORDER BY pos DESC"""
    )
    with desk.store.reading() as session:
        found = session.execute(sql, {"row": row_id}).mappings().all()
    return [{**row, "cells": json.loads(row["cells"])} for row in found]
