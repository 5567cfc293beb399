"""Stories: a seed gives a world and its events; a story that ends badly is cut down to what is needed."""

import random
import traceback
from collections.abc import Sequence

from .ending import deliver, judge, settle_in
from .world import OFTEN, Event, World


def events(seed: int) -> list[Event]:
    """The events of a seed: 20 to 90 of them."""
    dice = random.Random(seed)
    names, weights = list(OFTEN), list(OFTEN.values())
    numbers = lambda: dice.randrange(1 << 16)  # noqa: E731
    return [Event(w, numbers(), numbers(), numbers()) for w in dice.choices(names, weights, k=dice.randrange(20, 90))]


def play(seed: int, story: Sequence[Event]) -> tuple[World, str | None]:
    """Plays a story to its end. Returns the world and what is wrong, None if all is well."""
    world = World(seed)
    try:
        with world.inside():
            if seed % 2:
                settle_in(world)
            for event in story:
                world.happen(event)
            deliver(world)
            judge(world)
    except AssertionError as wrong:
        return world, str(wrong)
    except Exception:
        return world, traceback.format_exc(limit=-4)
    return world, None


def close(world: World) -> None:
    """Frees the databases of a world."""
    for machine in world.machines:
        machine.db.close()
        for disk, _ in machine.backups:
            disk.close()


def shorten(seed: int, story: list[Event]) -> list[Event]:
    """Leaves out events as long as the story still ends badly."""
    size = len(story) // 2
    while size:
        start = 0
        while start < len(story):
            shorter = story[:start] + story[start + size :]
            world, wrong = play(seed, shorter)
            close(world)
            if wrong:
                story = shorter
            else:
                start += size
        size //= 2
    return story


def tell(seed: int, story: Sequence[Event]) -> str:
    """A story in words, with what is wrong at its end."""
    world, wrong = play(seed, story)
    close(world)
    return "\n".join([f"seed {seed}, {len(story)} events:", *world.told, f"WRONG: {wrong}"])
