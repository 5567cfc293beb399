"""Reads bundles; written from docs/bundle-format.md alone, sharing no code with the program. `python reader.py FOLDER`
opens all bundles of a folder with its keys.json, verifies them, folds their changes and prints what it finds."""

import json
import re
import struct
import sys
import zlib
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal, TypedDict
from unicodedata import is_normalized

import msgspec
import pyrage
import zstandard
from msgspec import Meta
from nacl import exceptions, signing


def some(kind, text="", /, **more):
    return TypedDict("Object", {**dict.fromkeys(text.split(), kind), **more})


Whole, Count, Positive = (Annotated[int, Meta(gt=below, lt=1 << 53)] for below in (-1 << 53, -1, 0))
NAMES = "[0-9A-Za-z_.+-]+ [0-9a-f]{64} [0-9A-Za-z_.-]+ [A-Za-z_][0-9A-Za-z_]* [0-9]{6,12} age1[0-9a-z]{58} [a-z]{1,16}"
TEXTS = (Annotated[str, Meta(pattern=rf"\A{name}\Z", max_length=64)] for name in NAMES.split())
Name, Hash, Id, Column, Area, Age, Level = TEXTS
Title = Annotated[str, Meta(pattern=r"\A[^\0-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]{1,200}\Z")]
Request = some(Id, "site", area=Area, level=Level, name=Title, parent=Id | None, seal_key=Age, sign_key=Hash)
Certificate = some(str, "issuer signature", issued_at=int, request=Request)
Recipients = Annotated[list[some(str, "key", site=Name)], Meta(max_length=8)]
Sizes, Taken = some(Count, "blob_size blobs changes plain_size size", sha256=Hash), dict[Name, tuple[Count, str]]
More = {"kind": Literal["up", "down"], "number": Positive, "previous": Hash | None, "span": tuple[Count, Count]}
Both = {"recipients": Recipients, "taken": Taken, "signer": Certificate, "payload": Sizes, "ended": list[Name]}
Header = some(Name, "bundle program replica schema", made_at=Count, format=Literal[1], **More, **Both)
Lists = {"certificates": list[Certificate], "revocations": list[some(str, "issuer sign_key signature site", at=int)]}
Wanted = Annotated[list[Hash], Meta(max_length=5000)]
Opening = some(str, "bundle signer", receipt=dict | None, recipients=Recipients, wanted=Wanted, **Lists)
Cells = dict[Column, Whole | Annotated[str, Meta(pattern=r"\A[^\0]*\Z", max_length=100_000)] | None]
Change = some(Id, "replica row table", at=Count, author=Id | None, cells=Cells, seen=dict[Id, Positive], seq=Positive)
Entry = some(Hash, "sha256", size=Annotated[int, Meta(ge=1, le=2 << 20)] | None)
Refused = type("Refused", (Exception,), {})  # its argument is the stage at which a bundle is found out
AS_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def must(condition, stage):
    if not condition:
        raise Refused(stage)


def parsed(data, kind, stage):
    try:
        must(kind is not Header or msgspec.json.decode(data)["format"] <= 1, "format")
        value = msgspec.json.decode(data, type=kind)
        must(AS_JSON(value).encode() == data and (kind is not Change or is_normalized("NFC", data.decode())), stage)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, LookupError, TypeError):
        raise Refused(stage) from None
    return value


def is_signed(key, told, kind="", signature=""):
    try:
        if kind:
            body = AS_JSON({name: value for name, value in told.items() if name != "signature"})
            told, signature = f"carehub {kind} v1\n{body}".encode(), bytes.fromhex(told["signature"])
        return bool(signing.VerifyKey(bytes.fromhex(key)).verify(told, signature))
    except (ValueError, TypeError, exceptions.BadSignatureError):
        return False


def members_of(data):
    out, index, found = b"", b"", []
    for name in (b"header.json", b"header.sig", b"payload.age"):
        size = int.from_bytes(data[len(out) + 18 : len(out) + 22], "little")
        found.append(data[len(out) + 30 + len(name) :][:size])
        front = struct.pack("<3H4I2H", 20, 0, 0, 0x210000, zlib.crc32(found[-1]), size, size, len(name), 0)
        index += b"PK\1\2\x14\3" + front + struct.pack("<3H2I", 0, 0, 0, 0x01800000, len(out)) + name
        out += b"PK\3\4" + front + name + found[-1]
    must(data == out + index + b"PK\5\6" + struct.pack("<4H2IH", 0, 0, 3, 3, len(index), len(out), 0), "container")
    return found


def read(data, known, seal_identity):
    """(header, opening, changes, attachments) of a file. `known`: site → its key; one not in it vouches for itself."""
    must(len(data) <= 256 << 20, "size")
    front, signature, payload = members_of(data)
    header = parsed(front, Header, "header")
    told, (site, key) = header["payload"], map(header["signer"]["request"].get, ("site", "sign_key"))
    must(is_signed(key, front, signature=signature), "signature")
    must((told["size"], told["sha256"]) == (len(payload), sha256(payload).hexdigest()), "payload")
    must(len(front) <= 256 << 10 and told["plain_size"] <= min(2 << 30, (4 << 20) + 200 * len(payload)), "size")
    must(told["blob_size"] <= 200 << 20, "size")
    least = told["changes"] * 80 + told["blobs"] * 87 + told["blob_size"]
    must(least <= told["plain_size"] and header["span"][0] <= header["span"][1], "header")
    must(known[site] == key if site in known else is_signed(key, header["signer"], "certificate"), "sender")
    identity = pyrage.x25519.Identity.from_str(seal_identity)
    must(str(identity.to_public()) in [r["key"] for r in header["recipients"]], "recipients")
    try:
        payload.index(b"\n--- ", 0, 8 << 10)  # raises ValueError
        packed = pyrage.decrypt(payload, [identity])
        plain = zstandard.ZstdDecompressor(max_window_size=8 << 20).stream_reader(packed).read(told["plain_size"] + 1)
        plain.index(b"\n")
    except (ValueError, pyrage.DecryptError, zstandard.ZstdError):
        raise Refused("decrypt") from None
    first, *lines, rest = plain.split(b"\n", 1 + told["changes"])
    must(len(plain) <= told["plain_size"] and len(first) <= 16 << 20 and all(len(n) <= 1 << 20 for n in lines), "size")
    opening = parsed(first, Opening, "opening")
    must(all(opening[k] == header[k] for k in ("bundle", "recipients")) and opening["signer"] == site, "opening")
    must(all(is_signed(key, c, "certificate") for c in opening["certificates"] if c["issuer"] == site), "certificates")
    must(len(plain) == told["plain_size"] and len(lines) == told["changes"], "lines")
    changes, blobs = [parsed(line, Change, "lines") for line in lines], {}
    for _ in range(told["blobs"]):
        line, _, rest = rest.partition(b"\n")
        name, size = parsed(line, Entry, "attachments").values()
        must(name > max(blobs, default=""), "attachments")
        blobs[name], rest = rest[: size or 0], rest[size or 0 :]
        must(size is None or sha256(blobs[name]).hexdigest() == name, "attachments")
    named = {str(c["cells"].get("sha256")) for c in changes if c["table"] == "attachment"}
    must(set(blobs) == {n for n in named if re.match(r"[0-9a-f]{64}\Z", n)} and not rest, "attachments")
    must(sum(map(len, blobs.values())) == told["blob_size"], "attachments")
    return header, opening, changes, blobs


def fold(changes):
    """The values of a row and, of each column in question, all that stand against each other."""
    rank = {n: (1_767_225_600_000 <= c["at"] < 2_398_377_600_000, c["at"], *n) for n, c in changes.items()}
    order = {n: changes[n]["cells"] for n in sorted(changes, key=rank.get, reverse=True)}
    claims = {(p, o) for p in order for o in order if p != o and changes[p]["seen"].get(o[0], 0) >= o[1]}
    knew = {(p, o) for p, o in claims if (o, p) not in claims}
    if erasing := [cells["site_id"] for cells in order.values() if "erased_on" in cells]:
        return {"erased": True, "home": erasing[0]}
    writers = {column: [n for n in order if column in order[n]] for column in set().union(*order.values())}
    heads = {k: [o for o in w if not any((p, o) in knew for p in w)] or w for k, w in writers.items()}
    found = {column: list(dict.fromkeys(order[n][column] for n in ns)) for column, ns in heads.items()}
    void, edits = found.get("voided_on", [None]), [n for n in order if "voided_on" not in order[n]]
    crossed = void[0] is not None and any({(v, e), (e, v)}.isdisjoint(knew) for v in heads["voided_on"] for e in edits)
    void += [None] if crossed and len(void) == 1 else []
    return {"cells": {n: v[0] for n, v in found.items()}, "questions": {n: v for n, v in found.items() if len(v) > 1}}


def report(folder, files):
    """({file: what `read` gives, or the stage at which it is refused}, {row: state}), taken in this order."""
    kept = json.loads((folder / "keys.json").read_bytes())
    known = {site: told["certificate"]["request"]["sign_key"] for site, told in kept["sites"].items() if told["known"]}
    found, held, seal_identity = {}, {}, kept["sites"][kept["reader"]]["seal_identity"]
    for file in files:
        try:
            found[file] = _, opening, changes, _ = read((folder / file).read_bytes(), known, seal_identity)
            pairs = [(c, held.get((c["replica"], c["seq"]), c)) for c in changes]
            must(all(c == o or (c["row"] == o["row"] and not (c["cells"] and o["cells"])) for c, o in pairs), "copies")
            held |= {(c["replica"], c["seq"]): c for c in changes}
            genuine = [r for r in opening["revocations"] if is_signed(known.get(r["issuer"]), r, "revocation")]
            known |= {r["site"]: None for r in genuine if known.get(r["site"]) == r["sign_key"]}
        except Refused as error:
            found[file] = str(error)
    rows = {(c["table"], c["row"]) for c in held.values()}
    return found, {f"{t}/{row}": fold({n: c for n, c in held.items() if c["row"] == row}) for t, row in rows}


if __name__ == "__main__":
    print(json.dumps(report(Path(sys.argv[1]), sorted(file.name for file in Path(sys.argv[1]).glob("*.carebundle")))))
