"""Makes the test vectors with the product: `python -m tests.vectors.make [NAME…]`, in the top folder.

A vector is a folder: bundles, the private keys of its sites (made for it, worth nothing elsewhere), and
`expected.json`: what a reader must find. What must come out is written down by hand in `stories.py`, `pictures.py` and
`refusals.py`; nothing here asks the product for it but what only the sealed file can say (ids, hashes, figures of the
header).

VECTORS OF A RELEASED FORMAT ARE NEVER MADE AGAIN. age draws fresh keys for every file, so a bundle made again is
another one, and the point of a vector is that later programs still read what an earlier one wrote. Without a name only
vectors that are missing are made; to replace one, while its format is not released, delete its folder first.
"""

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from carehub import resources
from carehub.sync import blobs, bundle, keys
from carehub.sync import payload as payloads
from carehub.sync.change import Cell

from .actors import Site

FOLDER = Path(__file__).parent


class Story:
    """A vector in the making. `files` keeps the order of telling; `reader` is the site whose key opens all of them."""

    def __init__(self, about: str) -> None:
        self.about = about
        self.files: dict[str, bytes] = {}
        self.bundles: dict[str, dict[str, Any]] = {}
        self.rows: dict[str, dict[str, Any]] = {}
        self.sites: list[Site] = []
        self.reader: Site | None = None
        self.unknown: set[str] = set()
        self.ordered = False
        self.aside: dict[str, str] = {}
        self.more: dict[str, Any] = {}

    def site(self, level: str, name: str, parent: Site | None = None) -> Site:
        """A new site with its two first rows, which nobody changes. The first one is the reader, unless told."""
        made = Site(len(self.sites) + 1, level, name, parent)
        self.sites.append(made)
        self.reader = self.reader or made
        site_cells: dict[str, Cell] = {"site_id": made.id, "name": name, "level": level}
        if parent:
            site_cells["parent_id"] = parent.id
        area = made.identity.certificate.request.area
        self.row("site", made.id, **site_cells, area_code=area)
        self.row("user", made.user, site_id=made.id, name=f"工作人员{made.n}", role="clerk", active=1)
        return made

    def row(self, table: str, row: str, questions: dict[str, list[Cell]] | None = None, **cells: Cell) -> None:
        """What a row must be in the end: its cells, and for each field in question its values, the one shown first."""
        self.rows[f"{table}/{row}"] = {"cells": cells, "questions": questions or {}}

    def erased(self, table: str, row: str, home: Site) -> None:
        self.rows[f"{table}/{row}"] = {"erased": True, "home": home.id}

    def never_sent(self, *rows: tuple[str, str]) -> None:
        """Rows of `site` that no bundle of the vector carries."""
        for table, row in rows:
            del self.rows[f"{table}/{row}"]

    def add(
        self, data: bytes, name: str, *, number: int, span: tuple[int, int], changes: int,
        attached: dict[str, int | None] | None = None, wanted: Sequence[str] = (),
    ) -> bytes:  # fmt: skip
        """Adds a sound bundle whose figures must be these. `attached`: the sizes of the attachments it carries, None
        for those it leaves for later; `wanted`: those it asks for."""
        sealed = bundle.unpack(data)
        header = sealed.header
        found = (header.number, header.span, header.payload.changes)
        assert found == (number, span, changes), f"{name}: {found} instead of {(number, span, changes)}"
        assert self.reader
        content = payloads.open_payload(sealed, self.reader.identity.keys)
        opening, brought = content.opening, dict[str, int | None]()
        named = {blobs.named_by(c) for c in content.changes(lambda name, data: brought.update({name: len(data)}))}
        left = {name: None for name in named - brought.keys() if name}
        assert (brought | left, opening.wanted) == (attached or {}, list(wanted)), f"{name}: {brought | left}"
        told = msgspec.to_builtins(header)
        facts = {k: told[k] for k in ("bundle", "ended", "kind", "number", "previous", "replica", "schema", "taken")}
        self._keep(name, data, facts | {
            "attachments": attached or {},
            "certificates": [c.site for c in opening.certificates],
            "changes": changes,
            "receipt": msgspec.to_builtins(opening.receipt),
            "recipients": [r.site for r in header.recipients],
            "revoked": [r.sign_key for r in opening.revocations],
            "signer": header.signer.site,
            "span": list(span),
            "wanted": list(wanted),
        })  # fmt: skip
        return data

    def refused(self, data: bytes, name: str, stage: str) -> None:
        """Adds a bundle that must be refused at a stage of the document's table."""
        self._keep(name, data, {"refused": stage})

    def _keep(self, name: str, data: bytes, facts: dict[str, Any]) -> None:
        file = f"{len(self.files) + 1}-{name}{bundle.SUFFIX}"
        self.files[file], self.bundles[file] = data, facts

    def words(self, site: Site) -> None:
        """The reader does not know this site yet, and reads these five words."""
        self.unknown.add(site.id)
        told = keys.words_of(site.identity.certificate.request, resources.word_list())
        self.more["words"] = {site.id: " ".join(told)}

    def write(self, folder: Path) -> None:
        """Writes the vector's files."""
        assert self.reader
        folder.mkdir()
        for name, data in self.files.items():
            (folder / name).write_bytes(data)
        sites = {
            s.id: {
                "certificate": msgspec.to_builtins(s.identity.certificate),
                "known": s.id not in self.unknown,
                "seal_identity": s.identity.keys.seal_identity,
                "sign_seed": s.identity.keys.sign_seed,
            }
            for s in self.sites
        }
        expected = {
            "about": self.about,
            "aside": self.aside,
            "bundles": self.bundles,
            "ordered": self.ordered,
            "rows": self.rows,
            **self.more,
        }
        _json(folder / "keys.json", {"reader": self.reader.id, "sites": sites})
        _json(folder / "expected.json", expected)


def _json(file: Path, value: dict[str, Any]) -> None:
    """One line for each thing on the second level."""
    parts = []
    for name, inner in sorted(value.items()):
        if isinstance(inner, dict) and inner:
            lines = ",\n".join(f"  {_compact(k)}: {_compact(v)}" for k, v in sorted(inner.items()))
            parts.append(f" {_compact(name)}: {{\n{lines}\n }}")
        else:
            parts.append(f" {_compact(name)}: {_compact(inner)}")
    file.write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def main(names: list[str]) -> None:
    """Makes the named vectors, or those that are missing."""
    from . import pictures, refusals, stories

    makers: dict[str, Callable[[], Story]] = {**stories.STORIES, **refusals.STORIES, **pictures.STORIES}
    for name in names or makers:
        folder = FOLDER / name
        if folder.exists():
            continue
        try:
            makers[name]().write(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        print(name, sum(f.stat().st_size for f in folder.iterdir()), "bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
