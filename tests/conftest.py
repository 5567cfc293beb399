"""Shared by all tests: cheap password hashing, a store to work on, driving long work to its end."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.pop("CAREHUB_PASSWORD", None)
os.environ["CAREHUB_STICKS"] = ""  # the sticks of whoever runs the tests are left alone
os.environ["CAREHUB_STATE"] = tempfile.mkdtemp(prefix="carehub-state-")

from hypothesis import HealthCheck, settings

from carehub.services import cards, opening
from carehub.services.desk import Desk
from carehub.store import keyring

from .work import drive as drive

settings.register_profile("ci", max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
settings.register_profile("heavy", max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
settings.register_profile("quick", max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

PASSWORD = "geheim-08"


@pytest.fixture(autouse=True)
def _cheap_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The least Argon2id cost that a keyring accepts; one test checks that new stores use the full one."""
    monkeypatch.setattr(keyring, "OPERATIONS", 1)
    monkeypatch.setattr(keyring, "MEMORY", 19 * 1024 * 1024)


@pytest.fixture
def make_store(tmp_path: Path) -> Iterator[Callable[..., opening.NewStore]]:
    """Makes stores that are closed at the end: `make_store("room", "新民村", card=…)`."""
    made: list[Desk] = []

    def make(level: str, name: str, card: Path | None = None, user: str = "李秀英") -> opening.NewStore:
        area = {"district": "500199", "township": "500199100"}.get(level, "500199100200")
        new = opening.begin(tmp_path / name, level=level, name=name, area=area, password=PASSWORD, user=user, card=card)
        made.append(new.desk)
        return new

    yield make
    for desk in made:
        desk.close()


@pytest.fixture
def desk(make_store: Callable[..., opening.NewStore]) -> Desk:
    """A signed-in room without an office."""
    return make_store("room", "新民村关爱工作室").desk


@pytest.fixture
def circle(make_store: Callable[..., opening.NewStore], tmp_path: Path) -> tuple[Desk, opening.NewStore]:
    """A township and a room that holds its card."""
    office = make_store("township", "石桥镇", user="周明辉").desk
    card = cards.write(office, tmp_path / "card")
    return office, make_store("room", "新民村", card=card)
