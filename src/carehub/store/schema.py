"""Bringing a database to the schema of this program: new and old stores take the same path."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from carehub.domain.errors import StoreError
from carehub.domain.texts import mark
from carehub.sync import capture, merge
from carehub.sync.schema import tables

REVISION = "0001"
"""The newest migration; a test keeps it true. Known without Alembic, so that opening an up-to-date store does not
spend a third of a second on importing it."""

MIGRATIONS = Path(__file__).parent / "migrations"

NOT_UPGRADED = mark(
    "The store could not be brought to the form this program needs. It is as it was: please use the former program, "
    "and call for help. A backup lies in “{folder}”."
)
FROM_THE_FUTURE = mark(
    "This store was last used with a newer CareHub ({found}). Please install the newer program on this computer; "
    "nothing was changed."
)


def revision(connection: Connection) -> str | None:
    """The schema revision of a database, None for an empty one."""
    found = connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")).first()
    if not found:
        return None
    row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    return str(row[0]) if row else None


def is_older(found: str) -> bool:
    """Whether a store of that revision is to be migrated."""
    return found < REVISION


def upgrade(connection: Connection) -> bool:
    """Migrates to `REVISION` inside the caller's transaction; returns whether anything was done.
    Raises `StoreError` for a store from a newer program."""
    current = revision(connection)
    if current == REVISION:
        return False
    if current is not None and current > REVISION:
        raise StoreError(FROM_THE_FUTURE, found=current)
    from alembic import command
    from alembic.config import Config

    before = _columns(connection)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    driver = connection.connection.driver_connection
    assert driver is not None
    capture.install(driver, {name: table.columns for name, table in tables().items()})
    if current is not None:
        catch_up(driver, {name: set(t.columns) - before.get(name, set()) for name, t in tables().items()})
    return True


def _columns(connection: Connection) -> dict[str, set[str]]:
    """Table → its columns as they are in the file."""
    sql = "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
    found: dict[str, set[str]] = {}
    for table, column in connection.execute(text(sql)):
        found.setdefault(table, set()).add(column)
    return found


def catch_up(connection: Any, fresh: Mapping[str, set[str]]) -> None:
    """Brings in what newer programs had written into tables and columns that this one did not know until now: it waited
    in the change log. `fresh`: table → its new columns."""
    rows = {
        row: table
        for table, columns in fresh.items()
        if columns
        for (row,) in connection.execute(
            """SELECT DISTINCT row_id FROM change, json_each(change.cells) AS cell
            WHERE tbl = ? AND cell.key IN (SELECT value FROM json_each(?))""",
            (table, json.dumps(sorted(columns))),
        )
    }
    with capture.uncaptured(connection):
        for row, table in rows.items():
            merge.refold(connection, table, row)
