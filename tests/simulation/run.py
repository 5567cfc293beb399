"""Plays simulated worlds: `python -m tests.simulation.run [SEEDS] [FIRST]`, by default 10,000 from seed 0.

Prints seeds per second. A seed that ends badly is cut down to a minimal story and told; the exit code is then 1.
"""

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from .story import close, events, play, shorten, tell


def ends_badly(seed: int) -> tuple[int, str | None, int]:
    story = events(seed)
    world, wrong = play(seed, story)
    close(world)
    return seed, wrong, len(story)


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    began, bad, happened = time.perf_counter(), [], 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for n, (seed, wrong, length) in enumerate(pool.map(ends_badly, range(first, first + count), chunksize=8), 1):
            happened += length
            if wrong:
                bad.append(seed)
                print(f"seed {seed} ends badly: {wrong.splitlines()[-1][:200]}", flush=True)
            if n % 500 == 0:
                print(f"{n} seeds, {n / (time.perf_counter() - began):.1f} a second", flush=True)
    seconds = time.perf_counter() - began
    print(f"{count} seeds, {happened} events, {count / seconds:.1f} seeds a second, {len(bad)} ended badly")
    for seed in bad[:2]:
        print(tell(seed, shorten(seed, events(seed))))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
