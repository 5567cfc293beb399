"""Driving long work, for tests and for the commands beside them."""

from collections.abc import Generator
from typing import Any


def drive(work: Generator[Any, None, Any]) -> Any:
    """Runs long work to its end and returns its result."""
    try:
        while True:
            next(work)
    except StopIteration as end:
        return end.value
