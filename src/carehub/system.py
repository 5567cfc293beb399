"""What the computer must bring for a window: system libraries of Qt on Linux, and the packages they come in."""

import ctypes
import os
import sys

from carehub.domain.errors import StoreError
from carehub.domain.texts import mark

NO_QT = mark(
    "Qt needs system libraries that this computer does not have: {libraries}. On Debian, UOS or Kylin install them "
    "with: sudo apt-get install -y {packages}"
)
NO_SCREEN = mark("There is no screen here. To make pictures of the pages instead: carehub shots STORE DIR")

_QT = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
}
_SCREEN = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}


def _missing(libraries: dict[str, str]) -> dict[str, str]:
    found = {}
    for library, package in libraries.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            found[library] = package
    return found


def require_qt(*, screen: bool) -> None:
    """Raises `StoreError` naming every missing library and package at once. `screen`: a real window is wanted, not
    only pictures."""
    if not sys.platform.startswith("linux"):
        return
    missing = _missing(_QT | (_SCREEN if screen else {}))
    if missing:
        packages = " ".join(sorted(set(missing.values())))
        raise StoreError(NO_QT, libraries=", ".join(missing), packages=packages)
    if screen and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise StoreError(NO_SCREEN)
