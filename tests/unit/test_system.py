"""A computer without Qt's libraries is told what to install, all at once."""

import sys

import pytest

from carehub import system
from carehub.domain.errors import StoreError


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems bring these with Qt")
def test_every_missing_library_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "_QT", {"libc.so.6": "libc6", "libnowhere.so.1": "libnowhere1"})
    monkeypatch.setattr(system, "_SCREEN", {"libelse.so.2": "libelse2"})
    with pytest.raises(StoreError) as caught:
        system.require_qt(screen=True)
    assert caught.value.values == {"libraries": "libnowhere.so.1, libelse.so.2", "packages": "libelse2 libnowhere1"}
    with pytest.raises(StoreError):
        system.require_qt(screen=False)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="screens are Linux's question")
def test_a_window_without_a_screen_is_told_what_to_do_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "_QT", {})
    monkeypatch.setattr(system, "_SCREEN", {})
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(StoreError) as caught:
        system.require_qt(screen=True)
    assert caught.value.message == system.NO_SCREEN
    system.require_qt(screen=False)
