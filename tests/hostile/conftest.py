"""One stage for all hostile files, made once per test run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from carehub.store import keyring

from . import stage as stages


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[stages.Stage]:
    """The stage with cheap password hashing; its stores are copied before anything is done to them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyring, "OPERATIONS", 1)
        patch.setattr(keyring, "MEMORY", 19 * 1024 * 1024)
        stage = stages.build(tmp_path_factory.mktemp("hostile"))
        stage.at.mkdir()
    yield stage
    for role in list(stage.open_desks):
        stage.strike(role)


@pytest.fixture
def stage(made: stages.Stage, tmp_path: Path) -> stages.Stage:
    """The stage as it stands before a case. Stores that a case changed are struck by whoever ran it."""
    return made
