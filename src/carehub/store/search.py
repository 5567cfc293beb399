"""Search as you type: 汉字, pinyin, initials, numbers, phones of any family member.

Every character that is not plain ASCII is indexed by its code point in hexadecimal, so that the tokenizer's idea of
Unicode (older than many a surname) plays no part.
"""

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

from pypinyin import Style, lazy_pinyin
from sqlmodel import SQLModel

from carehub.domain.facts import Kind, facts_of
from carehub.domain.records import RECORDS

OWNERS = {"family_member": ("child", "child_id")}
"""Records found through another: a guardian's phone finds the child."""

_WORD = re.compile(r"[0-9a-z]+|[^\x00-\x7f]")
_RUN = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]+")
"""Words of plain letters, and characters in a row."""


_LONGEST_NAME = 50
"""So much of a name is read aloud: of a hundred thousand characters each begins an entry that reaches to the end, and
they would fill any memory."""


def _syllables(name: str) -> list[str]:
    """The pinyin of a name, character by character: in names, phrases of the language do not decide."""
    return [s for s in map(_syllable, name) if s]


@lru_cache(maxsize=20_000)
def _syllable(character: str) -> str:
    found = lazy_pinyin(character, style=Style.NORMAL, errors="ignore")
    return found[0] if found and found[0].isascii() else ""


def _encode(characters: str) -> list[str]:
    return [w if w.isascii() else f"u{ord(w):x}" for w in _WORD.findall(characters.casefold())]


def tokens_of(value: str, *, name: bool) -> Iterator[str]:
    """The index entries of one value. A name also gives its pinyin from every syllable on, and its initials."""
    yield " ".join(_encode(value))
    if name:
        syllables = _syllables(value[:_LONGEST_NAME])
        initials = "".join(s[0] for s in syllables)
        for i in range(len(syllables)):
            yield "".join(syllables[i:])
            yield initials[i:]
    elif value.isdigit() and len(value) > 6:
        yield value[-4:]


def query_of(typed: str) -> str:
    """What a person typed as an FTS5 expression; empty when nothing searchable was typed. Words must all be
    found; Chinese characters in a row must follow each other; the last ASCII word may be unfinished."""
    terms = []
    for word in unicodedata.normalize("NFC", typed).split():
        for run in _RUN.findall(word.casefold()):
            encoded = _encode(run)
            if encoded:
                terms.append('"' + " ".join(encoded) + '"' + ("*" if run.isascii() else ""))
    return " AND ".join(terms)


def fits(tokens: Iterable[str], typed: str) -> bool:
    """Whether everything typed is found in the index entries of one value or row, as the index itself would find it."""
    whole = " " + " | ".join(tokens) + " "
    runs = [r for w in unicodedata.normalize("NFC", typed).split() for r in _RUN.findall(w.casefold())]
    phrases = [(" ".join(encoded), run.isascii()) for run in runs if (encoded := _encode(run))]
    return bool(phrases) and all(f" {phrase}{'' if open_end else ' '}" in whole for phrase, open_end in phrases)


@cache
def _named(record: type[SQLModel]) -> tuple[bool, ...]:
    """For each searched column whether it holds a person's name."""
    return tuple(facts_of(record)[column].kind is Kind.NAME for column in columns_of(record))


def _searched(record: type[SQLModel], row: Sequence[object]) -> Iterator[str]:
    for value, name in zip(row, _named(record), strict=True):
        if value:
            yield from tokens_of(str(value), name=name)


@cache
def columns_of(record: type[SQLModel]) -> list[str]:
    """The searched columns of a record."""
    return [name for name, fact in facts_of(record).items() if fact.searched]


def _documents(connection: sqlite3.Connection, table: str, ids: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {row_id: [] for row_id in ids}
    sources = [(table, "id"), *((t, key) for t, (owner, key) in OWNERS.items() if owner == table)]
    for source, key in sources:
        columns = columns_of(RECORDS[source])
        listing = ", ".join(columns)
        sql = f'SELECT {key}, {listing} FROM "{source}" WHERE {key} IN (SELECT value FROM json_each(:ids))'
        live = "" if source == table else " AND voided_on IS NULL"
        for owner, *values in connection.execute(sql + live, {"ids": _json(ids)}):
            found[owner].extend(_searched(RECORDS[source], values))
    return found


def _json(ids: Iterable[str]) -> str:
    return "[" + ",".join(f'"{i}"' for i in ids) + "]"


def index(connection: sqlite3.Connection, rows: Iterable[tuple[str, str]]) -> None:
    """Brings the index up to date for rows given as (table, id), in the caller's transaction. Of rows that were erased
    nothing stays in it, not even in its dead pages."""
    by_table: dict[str, set[str]] = {}
    for table, row_id in rows:
        if table in OWNERS or (table in RECORDS and columns_of(RECORDS[table])):
            by_table.setdefault(table, set()).add(row_id)
    for table, (owner, key) in OWNERS.items():
        if members := by_table.pop(table, None):
            sql = f'SELECT DISTINCT {key} FROM "{table}" WHERE id IN (SELECT value FROM json_each(:ids))'
            owners = {row[0] for row in connection.execute(sql, {"ids": _json(members)})}
            by_table.setdefault(owner, set()).update(owners - {None})
    gone = [_drop(connection, table, ids) for table, ids in by_table.items()]
    for table, ids in by_table.items():
        _write(connection, table, sorted(ids))
    if any(gone):
        connection.execute("INSERT INTO search_index (search_index) VALUES ('optimize')")


def put_off(connection: sqlite3.Connection, before: int) -> None:
    """Notes the rows of all changes after a position of the log, to be indexed by `catch_up`: a merge of thousands of
    rows is safe and seen before it can be searched."""
    wanted = [table for table, record in RECORDS.items() if columns_of(record) or table in OWNERS]
    connection.execute(
        """INSERT OR IGNORE INTO search_todo SELECT DISTINCT row_id, tbl FROM change
        WHERE pos > :before AND tbl IN (SELECT value FROM json_each(:wanted))""",
        {"before": before, "wanted": _json(wanted)},
    )


def waiting(connection: sqlite3.Connection) -> int:
    """How many rows wait for being indexed."""
    return int(connection.execute("SELECT count(*) FROM search_todo").fetchone()[0])


def catch_up(connection: sqlite3.Connection, most: int) -> None:
    """Indexes some of the rows that wait, in the caller's transaction."""
    part = connection.execute("SELECT tbl, row_id FROM search_todo LIMIT ?", (most,)).fetchall()
    index(connection, part)
    connection.execute(
        "DELETE FROM search_todo WHERE row_id IN (SELECT value FROM json_each(:ids))",
        {"ids": _json(row_id for _, row_id in part)},
    )


def _drop(connection: sqlite3.Connection, table: str, ids: set[str]) -> bool:
    """Takes the rows that exist no more out of the index and out of `ids`; returns whether any stood in it."""
    there = f'SELECT id FROM "{table}" WHERE id IN (SELECT value FROM json_each(?))'
    missing = ids - {row for (row,) in connection.execute(there, (_json(ids),))}
    if not missing:
        return False
    ids -= missing
    listed = "FROM search_doc WHERE row_id IN (SELECT value FROM json_each(?))"
    numbers = connection.execute(f"SELECT n {listed}", (_json(missing),)).fetchall()
    connection.executemany("DELETE FROM search_index WHERE rowid = ?", numbers)
    connection.execute(f"DELETE {listed}", (_json(missing),))
    return bool(numbers)


def _write(connection: sqlite3.Connection, table: str, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), 2000):
        part = ids[start : start + 2000]
        given = {"tbl": table, "ids": _json(part)}
        connection.execute(
            "INSERT OR IGNORE INTO search_doc (tbl, row_id) SELECT :tbl, value FROM json_each(:ids)", given
        )
        numbers = "SELECT row_id, n FROM search_doc WHERE row_id IN (SELECT value FROM json_each(:ids))"
        number_of = dict(connection.execute(numbers, given).fetchall())
        rows = [
            (number_of[row_id], " | ".join(dict.fromkeys(tokens)))
            for row_id, tokens in _documents(connection, table, part).items()
        ]
        connection.executemany("INSERT OR REPLACE INTO search_index (rowid, tokens) VALUES (?, ?)", rows)


MATCHING = """SELECT d.row_id FROM search_index JOIN search_doc d ON d.n = search_index.rowid
WHERE search_index MATCH :query AND d.tbl = :tbl"""
"""Ids of a table's rows that match a query made by `query_of`."""
