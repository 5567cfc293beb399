"""Feeds the readers of foreign bytes with altered ones until it is stopped, and reports what no reader may do.

    .venv/bin/pip install -e ".[fuzz]"
    .venv/bin/python tests/hostile/fuzz.py                       until stopped
    .venv/bin/python tests/hostile/fuzz.py -max_total_time=300   five minutes
    .venv/bin/python tests/hostile/fuzz.py --plain 300 7         the same without atheris: seconds, seed

The first byte of an input says who reads the rest: 0 the container (`bundle.unpack`), 1 the header, rightly signed and
packed, 2 one line, 3 a whole payload (opening and lines, compressed and encrypted anew), 4 the compressed payload.
Only `Refused`, `Waiting` and what `decode_line` documents may be raised; a line that is taken must read back the same.
Anything else is a finding: atheris keeps the input in a file and ends; the plain mode prints it and ends with code 1.
Keys and seed inputs are always the same, so an input that was found says the same again:

    .venv/bin/python tests/hostile/fuzz.py crash-…
"""

import contextlib
import random
import sys
import tempfile
import time
import types
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "src"))

atheris: types.ModuleType | None
try:
    import atheris
except ImportError:
    atheris = None
with atheris.instrument_imports(include=["carehub.sync"]) if atheris else contextlib.nullcontext():
    from carehub.sync import bundle, change, keys, spool
    from carehub.sync import payload as payloads

import msgspec
import pyrage
import zstandard

from carehub.domain.errors import Refused, Waiting

KEYS = keys.Keys("07" * 32, "")
IDENTITY = pyrage.x25519.Identity.generate()
"""age has no fixed keys; nothing that is found depends on which it is."""
SEALED = keys.Keys(KEYS.sign_seed, str(IDENTITY))
SITE = "019ca000-0000-7000-8000-000000000001"
COUNTED = {"mutants": 0, "taken": 0}

REQUEST = keys.Request("500199100200", "room", "新民村", None, SEALED.seal_key, KEYS.sign_key, SITE)
SIGNER = keys.certify(REQUEST, SITE, KEYS, 1)
RECIPIENTS = [bundle.Recipient(SEALED.seal_key, SITE)]
OPENING = bundle.Opening("b1", [SIGNER], None, RECIPIENTS, [keys.revoke(SITE, "ab" * 32, SITE, KEYS, 1)], SITE, [])
CHANGES = (
    change.Change(1, "u1", {"name": "徐𫖯", "sex": 1, "site_id": SITE}, "0123456789abcdef", "r1", {}, 1, "child"),
    change.Change(2, None, {"voided_on": "2026-03-01"}, "0123456789abcdef", "r1", {"0123456789abcdef": 1}, 2, "child"),
    change.Change(3, "u1", {"erased_on": "2026-03-01", "site_id": None}, "fedcba9876543210", "r2", {}, 1, "visit"),
    change.Change(0, None, {}, "fedcba9876543210", "r3", {}, 2, "grant_round"),
)
RECEIPT = bundle.Receipt(
    [bundle.Counts("b0", 1, 2, 3, 4, 5, 6, "r")], {"r": [(1, "r1", "00" * 8)]}, 1, 2,
    [bundle.Refusal("why", "r", "r1", 1, "child")], 3, {"r": (1, "ab" * 32)},
)  # fmt: skip


def header(payload: bundle.Payload) -> bundle.Header:
    """An honest header."""
    return bundle.Header(
        "b1", ["gone"], 1, "up", 1, 1, payload, "ab" * 32, "0.1", RECIPIENTS, "0123456789abcdef", "0001", SIGNER,
        (0, 4), {"x": (1, "ab" * 32)},
    )  # fmt: skip


def seeds() -> list[bytes]:
    """Honest inputs for each reader; the same every time but for what age makes by chance."""
    lines = [change.canonical(c) + b"\n" for c in CHANGES]
    payload, described = payloads.seal(OPENING, lines)
    front = change.canonical(header(described))
    whole = b"".join(bundle.pack(header(described), KEYS, payload).blocks())
    told = (
        change.canonical(OPENING) + b"\n",
        change.canonical(msgspec.structs.replace(OPENING, receipt=RECEIPT)) + b"\n",
    )
    plain = [first + b"".join(lines) for first in told]
    packed = [zstandard.ZstdCompressor(level=3, write_checksum=True).compress(p) for p in plain]
    found = [b"\0" + whole, b"\1" + front, *(b"\2" + line[:-1] for line in lines)]
    return found + [b"\3" + p for p in plain] + [b"\4" + p for p in packed]


def one(data: bytes) -> None:
    """One input. Raises whatever is a finding."""
    if not data:
        return
    COUNTED["mutants"] += 1
    reader, rest = (_container, _header, _line, _payload, _packed)[data[0] % 5], data[1:]
    with contextlib.suppress(Refused, Waiting):
        reader(rest)
        COUNTED["taken"] += 1


def _container(data: bytes) -> None:
    sealed = bundle.unpack(data)
    with contextlib.suppress(Refused):  # an honest one may be sealed for the key of another run
        list(payloads.open_payload(sealed, SEALED).changes())


def _header(data: bytes) -> None:
    bundle.unpack(bundle._zip((data, keys.sign(KEYS, data), b"payload")))


def _line(data: bytes) -> None:
    try:
        found = change.decode_line(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise Refused(bundle.ALTERED) from None
    assert change.canonical(found) == data, "a line that does not read back the same"
    assert change.decode_line(change.canonical(found)) == found


def _payload(plain: bytes) -> None:
    _read(zstandard.ZstdCompressor(level=1, write_checksum=True).compress(plain), plain.count(b"\n") - 1, len(plain))


def _packed(packed: bytes) -> None:
    _read(packed, 4, 4096)


def _read(packed: bytes, count: int, size: int) -> None:
    """Reads compressed bytes as a payload whose header agrees with them as far as it can."""
    described = bundle.Payload(0, 0, max(count, 0), size, "00" * 32, 1)
    data = spool.Spool()
    data.write(pyrage.encrypt(packed, [IDENTITY.to_public()]))
    content = payloads.open_payload(bundle.Sealed(header(described), "00" * 32, data), SEALED)
    for told in content.changes():
        assert change.decode_line(change.canonical(told)) == told


def _mutated(dice: random.Random, pool: list[bytes]) -> bytes:
    """An input altered at a few places: bits, bytes, pieces doubled, lost, swapped or taken from another one."""
    data = bytearray(dice.choice(pool))
    words = (b"null", b"-1", b"9007199254740992", b'""', b"[]", b"{}", b"\\u0000", b"\xed\xa0\x80", b"1.5", b"\n", b'"')
    for _ in range(dice.randint(1, 4)):
        at, to = sorted(dice.randrange(1, len(data) + 1) for _ in range(2))
        match dice.randrange(6):
            case 0:
                data[at % len(data)] ^= 1 << dice.randrange(8)
            case 1:
                del data[at : min(to, at + 40)]
            case 2:
                data[at:at] = data[at : min(to, at + 40)]
            case 3:
                data[at:at] = dice.choice(words)
            case 4:
                data[at : at + dice.randint(1, 8)] = dice.choice(words)
            case _:
                other = dice.choice(pool)
                start = dice.randrange(len(other))
                data[at:at] = other[start : start + dice.randint(1, 40)]
    return bytes(data) or b"\0"


def plain(seconds: float, seed: int) -> int:
    """Runs without atheris. Returns the exit code."""
    dice, pool, end = random.Random(seed), seeds(), time.monotonic() + seconds
    while time.monotonic() < end:
        data = _mutated(dice, pool)
        try:
            one(data)
        except Exception as error:
            print(f"FINDING after {COUNTED['mutants']} mutants: {type(error).__name__}: {error}\n{data!r}")
            return 1
    print(f"{COUNTED['mutants']} mutants, {COUNTED['taken']} of them sound, no finding")
    return 0


def main(arguments: list[str]) -> Any:
    """Runs until stopped, or as the arguments say."""
    if arguments[:1] == ["--plain"] or atheris is None:
        told = [float(a) for a in arguments if a.replace(".", "").isdigit()]
        return plain(told[0] if told else 1e12, int(told[1]) if len(told) > 1 else 0)
    with tempfile.TemporaryDirectory(prefix="carehub-fuzz-") as folder:
        if not any(Path(a).is_file() for a in arguments):
            for n, data in enumerate(seeds()):
                (Path(folder) / f"seed-{n}").write_bytes(data)
            arguments = [*arguments, folder]
        atheris.Setup([sys.argv[0], "-max_len=8192", *arguments], one)
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
