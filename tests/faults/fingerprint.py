"""What a store and the sticks beside it hold, as plain values that can be compared from run to run."""

import hashlib
from pathlib import Path
from typing import Any

from carehub.domain.errors import CareHubError
from carehub.services.desk import Desk
from carehub.sync import bundle
from carehub.sync.change import canonical

LEFT_OUT = ("search_index", "sqlite_stat", "sent", "setting")
"""Told in another way: the words of the index, what was sent without random ids, settings but the mark of opening."""

SENT = "SELECT receiver, replica, number, {at}author, changes, upto FROM sent ORDER BY receiver, replica, number"
INTAKE = """SELECT n, bundle, site_id, replica, number, kind, header_sha256, author, outcome, before FROM intake
ORDER BY n"""

Print = dict[str, Any]


def of_store(desk: Desk, *, times: bool = True) -> Print:
    """Every row of every table, the words of the search index, and where the counters stand. Without `times`, when
    bundles were made and taken in is left out: two runs differ in it."""
    with desk.store.reading() as session:
        db = desk.store.raw(session)
        names = [n for (n,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        found: Print = {
            name: sorted(map(repr, db.execute(f'SELECT * FROM "{name}"')))
            for name in names
            if not name.startswith(LEFT_OUT)
        }
        found["sent"] = [repr(row) for row in db.execute(SENT.format(at="at, " if times else ""))]
        if not times:
            found["intake"] = [repr(row) for row in db.execute(INTAKE)]
        found["setting"] = sorted(map(repr, db.execute("SELECT * FROM setting WHERE name <> 'opened'")))
        db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'search_index', 'instance')")
        found["words"] = sorted(map(repr, db.execute("SELECT term, doc, col, offset FROM temp.words")))
    return found


def difference(one: Print, other: Print) -> str:
    """The first thing in which two prints differ, in words; empty if they are equal."""
    for name in sorted(one.keys() | other.keys()):
        a, b = one.get(name, []), other.get(name, [])
        if a != b:
            return (
                f"{name}: only here {[x for x in a if x not in b][:2]}, only there {[x for x in b if x not in a][:2]}"
            )
    return ""


def of_folder(folder: Path) -> dict[str, str]:
    """name → SHA-256 of every file in a folder."""
    if not folder.is_dir():
        return {}
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(folder.iterdir()) if f.is_file()}


def sent_files(desk: Desk) -> dict[str, tuple[str, str]]:
    """What counts as sent: file name → (bundle, SHA-256 of its header)."""
    with desk.store.reading() as session:
        rows = desk.store.raw(session).execute("SELECT file, bundle, header_sha256 FROM sent").fetchall()
    return {file: (name, told) for file, name, told in rows}


def told_by(file: Path) -> tuple[str, str] | None:
    """(bundle, SHA-256 of its header) of a whole and valid bundle; None for anything else."""
    try:
        header = bundle.unpack(file.read_bytes()).header
    except CareHubError:
        return None
    return header.bundle, hashlib.sha256(canonical(header)).hexdigest()
