"""Bringing a database to the schema of this program: new and old stores take the same path."""

from pathlib import Path

from sqlalchemy import Connection, text

from carehub.domain.errors import StoreError
from carehub.domain.texts import mark
from carehub.sync import capture
from carehub.sync.schema import tables

REVISION = "0001"
"""The newest migration; a test keeps it true. Known without Alembic, so that opening an up-to-date store does not
spend a third of a second on importing it."""

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

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    driver = connection.connection.driver_connection
    assert driver is not None
    capture.install(driver, {name: table.columns for name, table in tables().items()})
    return True
