"""A migrated database in memory for every example, copied from one made once."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ..databases import migrated


@pytest.fixture
def new_database() -> Iterator[Callable[[], Any]]:
    """Makes databases of their own, closed after the test."""
    made = []

    def make() -> Any:
        made.append(migrated())
        return made[-1]

    yield make
    for connection in made:
        connection.close()
