"""The format of a bundle, held to files that were made once. What a user would lose: the bundles of last year, and any
way to read them without this program."""

import ast
import importlib.util
import itertools
import json
import random
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from nacl import pwhash

from carehub import resources
from carehub.domain.errors import Refused, Waiting
from carehub.sync import blobs, bundle, change, incoming, journal, keys, merge, peers, replicas, schema
from carehub.sync import payload as payloads
from carehub.sync.fold import fold

VECTORS = Path(__file__).parents[1] / "vectors"
DOCUMENT = (Path(__file__).parents[2] / "docs" / "bundle-format.md").read_text("utf-8")
FOLDERS = sorted(file.parent for file in VECTORS.glob("*/expected.json"))
LINES = json.loads((VECTORS / "lines.json").read_text("utf-8"))
ALLOWED = {"msgspec", "nacl", "pyrage", "zstandard"} | set(sys.stdlib_module_names)

each_vector = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def load_reader() -> Any:
    spec = importlib.util.spec_from_file_location("independent_reader", VECTORS / "reader.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


reader = load_reader()


class Vector:
    """A vector's files, keys and what is expected of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.expected = json.loads((folder / "expected.json").read_text("utf-8"))
        told = json.loads((folder / "keys.json").read_text("utf-8"))
        self.reader: str = told["reader"]
        self.sites: dict[str, Any] = told["sites"]
        self.files: list[str] = list(self.expected["bundles"])
        self.files.sort(key=lambda name: int(name.split("-")[0]))

    def orders(self, most: int) -> list[list[str]]:
        """Orders in which the bundles come: as told, backwards, and some others; only as told where that matters."""
        if self.expected["ordered"]:
            return [self.files]
        if len(self.files) <= 4:
            every = [list(order) for order in itertools.permutations(self.files)]
            return every if len(every) <= most else every[:: len(every) // most + 1] + [self.files[::-1]]
        dice = random.Random(self.folder.name)
        return [self.files, self.files[::-1]] + [dice.sample(self.files, len(self.files)) for _ in range(most - 2)]

    def data(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def refused(self, name: str) -> str | None:
        stage: str | None = self.expected["bundles"][name].get("refused")
        return stage

    def certificate(self, site: str) -> keys.Certificate:
        return msgspec.convert(self.sites[site]["certificate"], keys.Certificate)

    def keys(self, site: str) -> keys.Keys:
        return keys.Keys(self.sites[site]["sign_seed"], self.sites[site]["seal_identity"])


def facts(header: dict[str, Any], opening: dict[str, Any], attached: dict[str, int | None]) -> dict[str, Any]:
    """What `expected.json` says of a bundle."""
    same = ("bundle", "ended", "kind", "number", "previous", "replica", "schema", "taken")
    return {name: header[name] for name in same} | {
        "attachments": attached,
        "wanted": opening["wanted"],
        "certificates": [c["request"]["site"] for c in opening["certificates"]],
        "changes": header["payload"]["changes"],
        "receipt": opening["receipt"],
        "recipients": [r["site"] for r in header["recipients"]],
        "revoked": [r["sign_key"] for r in opening["revocations"]],
        "signer": header["signer"]["request"]["site"],
        "span": header["span"],
    }


def read_facts(header: dict[str, Any], opening: dict[str, Any], _: Any, attached: dict[str, bytes]) -> dict[str, Any]:
    """The same, of what the independent reader gives."""
    return facts(header, opening, {name: len(data) or None for name, data in attached.items()})


def plain(value: Any) -> Any:
    """A value as JSON has it: lists for tuples."""
    return json.loads(json.dumps(msgspec.to_builtins(value)))


@each_vector
def test_the_independent_reader_finds_what_is_expected_in_any_order(folder: Path) -> None:
    vector = Vector(folder)
    for order in vector.orders(24):
        found, rows = reader.report(folder, order)
        told = {name: {"refused": got} if isinstance(got, str) else read_facts(*got) for name, got in found.items()}
        assert plain(told) == vector.expected["bundles"]
        assert rows == vector.expected["rows"]


def test_the_independent_reader_is_independent_and_short() -> None:
    """It is of use only if it was written from the document, and if somebody can read it in an hour."""
    text = (VECTORS / "reader.py").read_text("utf-8")
    imported: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            imported |= {name.name.split(".")[0] for name in node.names}
        if isinstance(node, ast.ImportFrom):
            imported.add("." if node.level else str(node.module).split(".")[0])
    assert imported <= ALLOWED
    assert not re.search(r"__import__|import_module|importlib|exec\(|eval\(|runpy|from carehub|import carehub", text)
    assert sum(bool(line.strip()) for line in text.splitlines()) <= 150


def test_the_vectors_are_small_and_their_keys_open_nothing_else() -> None:
    files = [file for folder in FOLDERS for file in folder.iterdir()]
    assert len(FOLDERS) >= 12
    assert sum(file.stat().st_size for file in files) < 400_000
    assert {file.suffix for file in files} == {".carebundle", ".json"}


STAGES = {
    "size": {bundle.TOO_LARGE},
    "container": {bundle.NOT_A_BUNDLE, bundle.ALTERED},
    "format": {bundle.NEWER},
    "header": {bundle.NOT_A_BUNDLE},
    "signature": {bundle.ALTERED},
    "payload": {bundle.ALTERED},
    "recipients": {bundle.FOR_ANOTHER},
    "opening": {bundle.ALTERED},
    "lines": {bundle.ALTERED},
    "attachments": {bundle.ALTERED, bundle.TOO_LARGE},
}
LATER = {"sender": {incoming.REVOKED}, "copies": {merge.CLONE}}
"""Stages at which a bundle is refused by a store only, not by its own form."""


def opened(
    vector: Vector, name: str
) -> tuple[bundle.Header, bundle.Opening, list[change.Change], dict[str, int | None]]:
    sealed = bundle.unpack(vector.data(name))
    content = payloads.open_payload(sealed, vector.keys(vector.reader))
    attached: dict[str, int | None] = {}
    changes = list(content.changes(lambda name, data: attached.update({name: len(data)})))
    left = {blobs.named_by(c) for c in changes} - attached.keys() - {None}
    return sealed.header, content.opening, changes, attached | dict.fromkeys(filter(None, left))


@each_vector
def test_the_program_opens_and_refuses_the_same(folder: Path) -> None:
    vector = Vector(folder)
    for name in vector.files:
        stage = vector.refused(name)
        if stage in STAGES:
            with pytest.raises(Refused) as refused:
                opened(vector, name)
            assert refused.value.message in STAGES[stage], name
            continue
        header, opening, changes, attached = opened(vector, name)
        assert len(changes) == header.payload.changes
        if stage is None:
            assert facts(plain(header), plain(opening), attached) == vector.expected["bundles"][name]


@each_vector
def test_the_program_folds_the_same_in_any_order(folder: Path, new_database: Callable[[], Any]) -> None:
    vector = Vector(folder)
    batches = {name: opened(vector, name)[2] for name in vector.files if vector.refused(name) is None}
    for order in vector.orders(6):
        database = new_database()
        replicas.start(database)
        for name in order:
            if name in batches:
                merge.apply(database, merge.unknown_of(database, batches[name]), 1, merge.Outcome())
        assert folded(database) == vector.expected["rows"]
        assert shown(database) == in_tables(vector.expected["rows"])


def folded(database: Any) -> dict[str, Any]:
    """The state of all rows in a log, those of unknown tables too."""
    found: dict[str, Any] = {}
    for table, row in database.execute("SELECT DISTINCT tbl, row_id FROM change").fetchall():
        state = fold(journal.of_row(database, row))
        if state.erased:
            assert all(c.scrubbed or c.erases for c in journal.of_row(database, row)), "something is left of it"
        questions = {name: [head.value for head in heads] for name, heads in state.questions.items()}
        told = {"cells": state.cells, "questions": questions}
        found[f"{table}/{row}"] = {"erased": True, "home": state.cells["site_id"]} if state.erased else told
    return found


def shown(database: Any) -> dict[str, Any]:
    """What the tables hold, with the questions beside."""
    found: dict[str, Any] = {}
    for table in schema.tables().values():
        for row, *values in database.execute(f'SELECT id, {",".join(table.columns)} FROM "{table.name}"').fetchall():
            cells = {name: value for name, value in zip(table.columns, values, strict=True) if value is not None}
            found[f"{table.name}/{row}"] = {"cells": cells, "questions": {}}
    for table_name, row, name, heads in database.execute("SELECT tbl, row_id, field, heads FROM question").fetchall():
        found[f"{table_name}/{row}"]["questions"][name] = [head["value"] for head in json.loads(heads)]
    return found


def in_tables(rows: dict[str, Any]) -> dict[str, Any]:
    """What the tables of this program must hold of expected rows: known columns that are not empty."""
    found: dict[str, Any] = {}
    for key, row in rows.items():
        table = schema.tables().get(key.split("/")[0])
        if table and "cells" in row:
            cells = {n: v for n, v in row["cells"].items() if n in table.columns and v is not None}
            questions = {n: v for n, v in row["questions"].items() if n in table.columns}
            found[key] = {"cells": cells, "questions": questions}
    return found


class Shop:
    """The store of one site of a vector, with what it wrote itself, before it takes in what is meant for it."""

    def __init__(self, vector: Vector, site: str, database: Any) -> None:
        self.vector, self.site, self.db = vector, site, database
        self.taken: list[str] = []
        replicas.start(database)
        peers.save_identity(database, peers.Identity(vector.keys(site), vector.certificate(site)))
        above = set(self._above(site))
        for other in vector.sites:
            if other in above:
                peers.save_peer(database, vector.certificate(other), peers.State.ABOVE)
            elif site in self._above(other) and vector.sites[other]["known"]:
                peers.save_peer(database, vector.certificate(other), peers.State.BELOW)
        for name in vector.files:
            if vector.refused(name) is None:
                self._remember(*opened(vector, name)[:3])

    def _remember(self, header: bundle.Header, opening: bundle.Opening, changes: Sequence[change.Change]) -> None:
        """What it knew before: what it wrote and had seen when it wrote that, and the row that names it."""
        own = header.signer.site == self.site
        mine = [c for c in changes if (own and c.replica == header.replica) or c.row == self.site]
        seen = [c for c in changes if own and any(m.row == c.row and m.claims(c) for m in mine)]
        known = [c for c in changes if c in mine or c in seen]
        merge.apply(self.db, merge.unknown_of(self.db, known), None, merge.Outcome())
        for told in opening.revocations if own else ():
            peers.save_revocation(self.db, told)

    def _above(self, site: str) -> Iterator[str]:
        parent = self.vector.certificate(site).request.parent
        if parent:
            yield parent
            yield from self._above(parent)

    def is_for_it(self, name: str) -> bool:
        """Whether this site is the receiver: the first recipient."""
        if self.vector.refused(name) in STAGES:
            return False
        return bundle.unpack(self.vector.data(name)).header.recipients[0].site == self.site

    def take_all(self, names: Sequence[str]) -> None:
        """Takes bundles in; those that wait are tried again, until nothing waits any more."""
        while names:
            waiting = [name for name in names if not self._take(name)]
            assert len(waiting) < len(names), f"{waiting} wait for ever"
            names = waiting

    def _take(self, name: str) -> bool:
        """Whether a bundle was taken in, or refused as it should be; else it waits."""
        stage = self.vector.refused(name)
        self.db.execute("BEGIN")
        try:
            self._take_in(name)
        except Waiting:
            self.db.execute("ROLLBACK")
            return False
        except Refused as refused:
            self.db.execute("ROLLBACK")
            if stage not in LATER or refused.message not in LATER[stage]:
                raise
            return True
        self.db.execute("COMMIT")
        assert stage is None, f"{name} came in"
        self.taken.append(name)
        return True

    def _take_in(self, name: str) -> None:
        sealed = bundle.unpack(self.vector.data(name))
        words = self.vector.expected.get("words", {}).get(sealed.header.signer.site)
        arrival = incoming.receive(self.db, sealed, resources.word_list(), words)
        assert arrival
        for _ in incoming.take(self.db, arrival, None):
            pass

    def must_agree(self) -> None:
        """Its tables hold what is expected of all rows at home with it and below, and nothing else of any row."""
        found, expected = shown(self.db), in_tables(self.vector.expected["rows"])
        aside = {f"{t}/{r}" for t, r in self.db.execute("SELECT line ->> 'table', line ->> 'row' FROM quarantine")}
        below = peers.subtree(self.db, self.site)
        assert folded(self.db)
        wanted = {key for key, row in expected.items() if row["cells"]["site_id"] in below} - aside
        assert wanted <= found.keys()
        assert found == {key: expected[key] for key in found}
        revoked = {key for (key,) in self.db.execute("SELECT sign_key FROM revocation")}
        told = [
            b for n, b in self.vector.expected["bundles"].items() if n in self.taken or b.get("signer") == self.site
        ]
        assert revoked == {key for facts in told for key in facts["revoked"]}
        got = dict(self.db.execute("SELECT replica || '/' || seq, reason FROM quarantine").fetchall())
        assert got.items() <= self.vector.expected["aside"].items()


@each_vector
def test_stores_that_take_the_bundles_in_agree_in_any_order(folder: Path, new_database: Callable[[], Any]) -> None:
    """The whole way: sender, order, scope, questions; at every site that a bundle of the vector is for."""
    vector = Vector(folder)
    kept_aside = 0
    for site in vector.sites:
        for order in vector.orders(4):
            shop = Shop(vector, site, new_database())
            names = [name for name in order if shop.is_for_it(name)]
            shop.take_all(names)
            if names:
                shop.must_agree()
            kept_aside += shop.db.execute("SELECT count(*) FROM quarantine").fetchone()[0]
    assert bool(kept_aside) == bool(vector.expected["aside"])


def test_a_bundle_waits_for_the_one_before(new_database: Callable[[], Any]) -> None:
    """The third bundle begins where the first one ends."""
    vector = Vector(VECTORS / "06-receipt")
    first, _, third = vector.files
    shop = Shop(vector, vector.reader, new_database())
    assert [shop._take(name) for name in (third, first, third)] == [False, True, True]


@pytest.mark.parametrize("line", LINES["good"].values(), ids=list(LINES["good"]))
def test_both_take_a_good_line(line: str) -> None:
    told = reader.parsed(line.encode(), reader.Change, "lines")
    assert msgspec.to_builtins(change.decode_line(line.encode())) == told == json.loads(line)


@pytest.mark.parametrize("line", LINES["bad"].values(), ids=list(LINES["bad"]))
def test_both_refuse_a_bad_line(line: str) -> None:
    with pytest.raises(reader.Refused):
        reader.parsed(line.encode(), reader.Change, "lines")
    with pytest.raises((msgspec.MsgspecError, UnicodeError)):
        change.decode_line(line.encode())


def test_both_refuse_bytes_that_are_no_text_and_text_that_is_too_long() -> None:
    good: str = LINES["good"]["plain"]
    longest = good.replace("王大明", "王" * 100_000).encode()
    assert change.decode_line(longest) == msgspec.convert(reader.parsed(longest, reader.Change, ""), change.Change)
    for line in (good.encode().replace("王".encode(), b"\xff"), good.replace("王大明", "王" * 100_001).encode()):
        with pytest.raises(reader.Refused):
            reader.parsed(line, reader.Change, "lines")
        with pytest.raises((msgspec.MsgspecError, UnicodeError)):
            change.decode_line(line)


def test_the_five_words_follow_from_the_document() -> None:
    """Argon2id over the canonical request, a word a byte: an old office and a new room must read the same words."""
    vector = Vector(VECTORS / "01-first-up")
    words = (Path(__file__).parents[2] / "resources" / "words.txt").read_text("utf-8").split()
    for site, told in vector.expected["words"].items():
        request = reader.AS_JSON(vector.sites[site]["certificate"]["request"]).encode()
        digest = pwhash.argon2id.kdf(16, request, b"carehub.words.v1", opslimit=3, memlimit=64 << 20)
        assert " ".join(words[byte] for byte in digest[:5]) == told
        assert keys.words_of(vector.certificate(site).request, resources.word_list()) == told.split()


STRUCTS = (
    bundle.Header, bundle.Payload, bundle.Recipient, bundle.Opening, bundle.Receipt, bundle.Counts, bundle.Refusal,
    keys.Request, keys.Certificate, keys.Revocation, change.Change,
)  # fmt: skip


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
def test_the_document_names_every_field(struct: type[msgspec.Struct]) -> None:
    """A field that the document does not tell of is one that nobody else can write."""
    missing = [name for name in struct.__struct_fields__ if not re.search(rf"[`.\"]{name}[`\"]", DOCUMENT)]
    assert missing == []


def test_the_document_names_every_limit_and_reason() -> None:
    sizes = [value for name, value in vars(bundle).items() if name.startswith("LIMIT_")]
    assert len(sizes) >= 7
    limits = [*sizes, bundle._FREE, bundle._RATIO, bundle._LEAST_LINE, bundle._LEAST_ENTRY, change.MAX_TEXT]
    for limit in limits:
        told = f"{limit:,}".replace(",", " ")
        assert re.search(rf"(?<!\w){told}(?!\w)", DOCUMENT), limit
    from carehub.sync import scope

    reasons = (scope.OUT_OF_SCOPE, scope.REFERENCE_ONLY, scope.ROW_UNKNOWN, scope.WRONG_TYPE, scope.RETURNED)
    assert [reason for reason in reasons if f"“{reason}”" not in DOCUMENT] == []
