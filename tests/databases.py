"""Databases in memory, unencrypted, for tests of what needs no file."""

from functools import cache
from typing import Any

from sqlalchemy import create_engine
from sqlcipher3 import dbapi2 as sqlcipher

from carehub.store import schema


@cache
def template() -> Any:
    """A migrated, empty database, made once, to be copied by `migrated`."""
    connection = sqlcipher.connect(":memory:", isolation_level=None, check_same_thread=False)
    engine = create_engine("sqlite://", module=sqlcipher, creator=lambda: connection)
    with engine.connect() as alchemy:
        schema.upgrade(alchemy)
        alchemy.commit()
    return connection


def migrated() -> Any:
    """A migrated, empty database of its own."""
    connection = sqlcipher.connect(":memory:", isolation_level=None, check_same_thread=False)
    template().backup(connection)
    return connection
