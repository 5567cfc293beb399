"""A migrated database in memory for every example, copied from one made once."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlcipher3 import dbapi2 as sqlcipher

from carehub.store import schema


@pytest.fixture(scope="session")
def template() -> Iterator[Any]:
    """A migrated, empty, unencrypted database in memory."""
    connection = sqlcipher.connect(":memory:", isolation_level=None, check_same_thread=False)
    engine = create_engine("sqlite://", module=sqlcipher, creator=lambda: connection)
    with engine.connect() as alchemy:
        schema.upgrade(alchemy)
        alchemy.commit()
    yield connection
    engine.dispose()
    connection.close()


@pytest.fixture
def new_database(template: Any) -> Iterator[Callable[[], Any]]:
    """Makes databases of their own, closed after the test."""
    made = []

    def make() -> Any:
        connection = sqlcipher.connect(":memory:", isolation_level=None)
        template.backup(connection)
        made.append(connection)
        return connection

    yield make
    for connection in made:
        connection.close()
