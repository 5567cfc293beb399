"""How far long work has got. Long services are generators that yield it; every yield is a point to cancel at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` steps (0 of 0: not known yet); `message` is a message id saying what is going on."""

    done: int
    total: int
    message: str
