"""Where a file chooser begins: never in the program's own folder, which means nothing to whoever looks for a file."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths

from carehub.store import media

PLACES = (QStandardPaths.StandardLocation.DesktopLocation, QStandardPaths.StandardLocation.DocumentsLocation)


def on_desktop(name: str = "") -> str:
    """The desktop, or what comes nearest to it on this computer, with a proposed file name behind it."""
    places = [Path(QStandardPaths.writableLocation(place)) for place in PLACES]
    return str(next((place for place in places if place.is_dir()), Path.home()) / name)


def on_stick(name: str = "") -> str:
    """The first stick that is plugged in, without one the desktop."""
    sticks = media.sticks()
    return str(sticks[0] / name) if sticks else on_desktop(name)
