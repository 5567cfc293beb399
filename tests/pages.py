"""The pages of a store as they lie on the disk, decrypted without SQLCipher: also those that are free, and those of the
log beside it, which no statement ever shows.

SQLCipher 4 with a raw key: pages of 4096 bytes, AES-256 in CBC mode, the last 80 bytes of each page are its 16-byte
initial value and its 64-byte HMAC; the first 16 bytes of the file are the salt.
"""

from functools import cache
from pathlib import Path

PAGE, RESERVED, SALT = 4096, 80, 16
WAL_HEAD, FRAME_HEAD = 32, 24


@cache
def _boxes() -> tuple[bytes, bytes]:
    """The S-box of AES and its inverse (FIPS 197, 5.1.1)."""
    p = q = 1
    box = [0] * 256
    while True:
        p = p ^ (p << 1) ^ (0x11B if p & 0x80 else 0)
        p &= 0xFF
        q ^= q << 1
        q ^= q << 2
        q ^= q << 4
        q &= 0xFF
        q ^= 0x09 if q & 0x80 else 0
        x = q
        for shift in (1, 2, 3, 4):
            x ^= ((q << shift) | (q >> (8 - shift))) & 0xFF
        box[p] = x ^ 0x63
        if p == 1:
            break
    box[0] = 0x63
    inverse = [0] * 256
    for n, value in enumerate(box):
        inverse[value] = n
    return bytes(box), bytes(inverse)


def _times(a: int, b: int) -> int:
    found = 0
    while b:
        found ^= a if b & 1 else 0
        a = (a << 1) ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return found


@cache
def _mixed() -> tuple[tuple[int, ...], ...]:
    """Per byte of a column what undoing MixColumns makes of it, as 32-bit words."""
    rows = ((14, 9, 13, 11), (11, 14, 9, 13), (13, 11, 14, 9), (9, 13, 11, 14))
    return tuple(
        tuple(int.from_bytes(bytes(_times(value, f) for f in row), "big") for value in range(256)) for row in rows
    )


@cache
def _round_keys(key: bytes) -> list[list[int]]:
    """Fifteen round keys of four words, those in between mixed for the equivalent inverse cipher (FIPS 197, 5.3.5)."""
    box, _ = _boxes()
    words = [int.from_bytes(key[i : i + 4], "big") for i in range(0, 32, 4)]
    turn = 1
    for i in range(8, 60):
        word = words[-1]
        if i % 8 == 0:
            word = ((word << 8) | (word >> 24)) & 0xFFFFFFFF
            word = int.from_bytes(bytes(box[b] for b in word.to_bytes(4, "big")), "big") ^ (turn << 24)
            turn = _times(turn, 2)
        elif i % 8 == 4:
            word = int.from_bytes(bytes(box[b] for b in word.to_bytes(4, "big")), "big")
        words.append(words[i - 8] ^ word)
    keys = [words[i : i + 4] for i in range(0, 60, 4)]
    mixed = _mixed()
    for n in range(1, 14):
        keys[n] = [
            mixed[0][w >> 24] ^ mixed[1][w >> 16 & 255] ^ mixed[2][w >> 8 & 255] ^ mixed[3][w & 255] for w in keys[n]
        ]
    return keys


def decrypted(data: bytes, key: bytes, initial: bytes) -> bytes:
    """AES-256-CBC without padding."""
    box, (m0, m1, m2, m3), keys = _boxes()[1], _mixed(), _round_keys(key)
    last, inner, first = keys[0], keys[13:0:-1], keys[14]
    tables = [tuple(m[box[b]] for b in range(256)) for m in (m0, m1, m2, m3)]
    t0, t1, t2, t3 = tables
    before = int.from_bytes(initial, "big")
    out = bytearray()
    for at in range(0, len(data), 16):
        block = int.from_bytes(data[at : at + 16], "big")
        s = [(block >> shift & 0xFFFFFFFF) ^ k for shift, k in zip((96, 64, 32, 0), first, strict=True)]
        for k in inner:
            s = [
                t0[s[c] >> 24] ^ t1[s[c - 1] >> 16 & 255] ^ t2[s[c - 2] >> 8 & 255] ^ t3[s[c - 3] & 255] ^ k[c]
                for c in range(4)
            ]
        plain = 0
        for c in range(4):
            word = (
                box[s[c] >> 24] << 24
                | box[s[c - 1] >> 16 & 255] << 16
                | box[s[c - 2] >> 8 & 255] << 8
                | box[s[c - 3] & 255]
            ) ^ last[c]
            plain = plain << 32 | word
        out += (plain ^ before).to_bytes(16, "big")
        before = block
    return bytes(out)


def _page(raw: bytes, key: bytes, *, first: bool) -> bytes:
    begins = SALT if first else 0
    return decrypted(raw[begins : PAGE - RESERVED], key, raw[PAGE - RESERVED : PAGE - RESERVED + 16])


def of_store(folder: Path, key: bytes) -> list[bytes]:
    """Every page of the database file and of the log beside it."""
    data = (folder / "store.db").read_bytes()
    found = [_page(data[at : at + PAGE], key, first=at == 0) for at in range(0, len(data), PAGE)]
    log = folder / "store.db-wal"
    frames = log.read_bytes()[WAL_HEAD:] if log.exists() else b""
    for at in range(0, len(frames), FRAME_HEAD + PAGE):
        number = int.from_bytes(frames[at : at + 4], "big")
        page = frames[at + FRAME_HEAD : at + FRAME_HEAD + PAGE]
        if len(page) == PAGE:
            found.append(_page(page, key, first=number == 1))
    return found
