"""The triggers that record one change for every committed row write, whoever wrote it.

They are generated from the columns of the records and replaced after every migration. The one-row table `writer`
says which replica and author are writing and whether capturing is on; a merge turns it off and on again inside its
own transaction, so no other connection ever sees it off.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from sqlite3 import Connection

_SEEN = """(SELECT json_group_object(replica, seq) FROM (
    SELECT replica, max(seq) AS seq FROM change WHERE row_id = NEW.id GROUP BY replica ORDER BY replica))"""

_RECORD = """INSERT INTO change (replica, seq, tbl, row_id, cells, seen, author, at, home)
  SELECT w.replica, coalesce((SELECT max(seq) FROM change WHERE replica = w.replica), 0) + 1,
    '{table}', NEW.id, {cells}, {seen}, w.author, CAST(unixepoch('subsec') * 1000 AS INTEGER), NEW.site_id
  FROM writer w;"""


@contextmanager
def uncaptured(connection: Connection) -> Iterator[None]:
    """Rows written meanwhile leave no changes: they come from changes already. Afterwards capturing is as it was."""
    (captured,) = connection.execute("SELECT capture FROM writer").fetchone()
    connection.execute("UPDATE writer SET capture = 0")
    yield
    connection.execute("UPDATE writer SET capture = ?", (captured,))


def _insert_trigger(table: str, columns: Iterable[str]) -> str:
    # json_patch drops empty members (RFC 7396): a new row's change names only what was filled in.
    pairs = ", ".join(f"'{c}', NEW.{c}" for c in columns)
    body = _RECORD.format(table=table, cells=f"json_patch('{{}}', json_object({pairs}))", seen=_SEEN)
    return f"""CREATE TRIGGER capture_{table}_insert AFTER INSERT ON "{table}"
WHEN (SELECT capture FROM writer) BEGIN {body} END"""


def _update_trigger(table: str, columns: Iterable[str]) -> str:
    cells = " UNION ALL ".join(f"SELECT '{c}' AS k, NEW.{c} AS v WHERE OLD.{c} IS NOT NEW.{c}" for c in columns)
    differs = " OR ".join(f"OLD.{c} IS NOT NEW.{c}" for c in columns)
    body = _RECORD.format(table=table, cells=f"(SELECT json_group_object(k, v) FROM ({cells}))", seen=_SEEN)
    return f"""CREATE TRIGGER capture_{table}_update AFTER UPDATE ON "{table}"
WHEN (SELECT capture FROM writer) AND ({differs}) BEGIN {body} END"""


def _move_trigger(table: str) -> str:
    # Fires for merges too: whoever takes a row to another home, its whole history goes along with the next bundle.
    return f"""CREATE TRIGGER capture_{table}_move AFTER UPDATE OF site_id ON "{table}"
WHEN OLD.site_id IS NOT NEW.site_id BEGIN
  UPDATE change SET home = NEW.site_id WHERE row_id = NEW.id;
  INSERT INTO moved (row_id, from_home, to_home, pos)
    VALUES (NEW.id, OLD.site_id, NEW.site_id, coalesce((SELECT max(pos) FROM change), 0) + 1);
END"""


def _guard_triggers(table: str) -> list[str]:
    return [
        f"""CREATE TRIGGER capture_{table}_delete BEFORE DELETE ON "{table}"
WHEN (SELECT capture FROM writer) BEGIN SELECT RAISE(ABORT, 'rows are voided, never deleted'); END""",
        f"""CREATE TRIGGER capture_{table}_id BEFORE UPDATE OF id ON "{table}"
WHEN OLD.id IS NOT NEW.id BEGIN SELECT RAISE(ABORT, 'the identity of a row never changes'); END""",
    ]


def triggers(table: str, columns: Iterable[str]) -> list[str]:
    """The statements for one table. `columns` are its synced columns without `id`, in any order; they are
    written in alphabetical order so that recorded cells are canonical JSON as they stand."""
    ordered = sorted(columns)
    return [
        _insert_trigger(table, ordered),
        _update_trigger(table, ordered),
        _move_trigger(table),
        *_guard_triggers(table),
    ]


def install(connection: Connection, tables: Mapping[str, Iterable[str]]) -> None:
    """Replaces all capture triggers by those of `tables` (name → synced columns)."""
    old = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'capture_*'")
    for (name,) in old.fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    for table, columns in tables.items():
        for statement in triggers(table, columns):
            connection.execute(statement)
