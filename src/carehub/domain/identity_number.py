"""Identity numbers (GB 11643)."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Bad:
    kind: str
    message: str
    values: dict = field(default_factory=dict)


def normalise(t):
    return t.strip().upper().replace(" ", "")


def problem(n):
    return None if len(n) == 18 else Bad("length", "bad")


def birth_date(n):
    return date(int(n[6:10]), int(n[10:12]), int(n[12:14]))


def sex(n):
    return 1 if int(n[16]) % 2 else 2
