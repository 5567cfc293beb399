"""Numbers of sheets that come back filled in by hand: twelve digits that a scanner or a finger can type anywhere."""

import secrets
from datetime import date

from stdnum import damm


def new_sheet_number(day: date) -> str:
    """YYMMDD, five random digits, and a check digit (Damm) that finds every single slip and every swap. Made
    without asking anybody: a sheet is looked up among those of its day."""
    stem = f"{day:%y%m%d}{secrets.randbelow(100_000):05d}"
    return f"{stem}{damm.calc_check_digit(stem)}"


def normalise(typed: str) -> str | None:
    """A sheet number as typed or scanned → its twelve digits, or None if it is not one."""
    digits = "".join(c for c in typed if c.isdigit())
    return digits if len(digits) == 12 and damm.is_valid(digits) else None


def grouped(number: str) -> str:
    """Twelve digits as people read them: 2611 2400 4273."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))
