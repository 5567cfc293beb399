"""Sticks and other removable drives that are plugged in."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

VARIABLE = "CAREHUB_STICKS"
"""Says where sticks are, in place of looking for them: folders, parted as in PATH; empty for none."""

_MOUNTS = ("/media", "/run/media")
_REMOVABLE = 2  # DRIVE_REMOVABLE of GetDriveTypeW


def sticks() -> list[Path]:
    """The top folders of all removable drives that are plugged in and mounted."""
    told = os.environ.get(VARIABLE)
    if told is not None:
        return [Path(part) for part in told.split(os.pathsep) if part and Path(part).is_dir()]
    return sorted(_drives() if sys.platform == "win32" else _mounted())


def _mounted() -> Iterator[Path]:
    """Linux mounts sticks at /media/LABEL or /media/USER/LABEL, some desktops below /run."""
    for top in map(Path, _MOUNTS):
        for pattern in ("*", "*/*"):
            try:
                yield from (path for path in top.glob(pattern) if path.is_mount())
            except OSError:
                continue  # another person's sticks


def _drives() -> Iterator[Path]:
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    for n in range(26):
        root = f"{chr(ord('A') + n)}:\\"
        if kernel.GetLogicalDrives() >> n & 1 and kernel.GetDriveTypeW(root) == _REMOVABLE:
            yield Path(root)
