"""Which files may be of the same person: found by keys that such files share, never by comparing all with all."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from pypinyin import Style, lazy_pinyin
from sqlalchemy import text
from sqlmodel import Session

from carehub.domain.normalise import NONE
from carehub.store import linked
from carehub.store.homes import AT_HOME_HERE

IDENTITY, KIN, PHONE, BIRTH = "identity", "kin", "phone", "birth"
"""Why two files may be of one person: the same identity number; name, birth date and a parent or the guardian; the same
phone; name and birth."""
DISTINCT, LATER = "distinct", "later"
"""What a person said of two files: not the same, or to be looked at later."""
CROWD = 8
"""Up to so many files with one key are compared each with each; of more, each with the oldest."""
_BATCH = 2000
_PARENTS = "('51', '52', '57', '58')"  # GB/T 4761: father, mother, step- and adoptive parents


@dataclass(frozen=True, slots=True)
class Person:
    """What is compared of one file. `name` and `kin` are sounds (pinyin); `written` is the name as it stands there."""

    id: str
    written: str
    name: str
    birth: str
    identity_no: str
    sex: int | None
    phones: tuple[str, ...] = ()
    kin: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two files that may be of one person, the older first. `score` is between 0 and 1."""

    one: str
    other: str
    reason: str
    score: float


def sound(name: str) -> str:
    """A name as it is heard: each character's usual reading, without tones; a character without one as it is."""
    return "".join(_reading(c) for c in name if c.isalnum()).casefold()


@lru_cache(maxsize=30_000)
def _reading(character: str) -> str:
    return str(lazy_pinyin(character, style=Style.NORMAL)[0])


def total(session: Session, table: str) -> int:
    """How many live files at home here there are to compare."""
    sql = f'SELECT count(*) FROM "{table}" WHERE voided_on IS NULL AND {AT_HOME_HERE}'
    return int(session.execute(text(sql)).scalar_one())


def persons(session: Session, table: str, ids: Iterable[str] | None = None) -> Iterator[list[Person]]:
    """The live files of a table that are at home here, or those of some ids, in batches."""
    chosen = "" if ids is None else " AND id IN (SELECT value FROM json_each(:ids))"
    given = {} if ids is None else {"ids": json.dumps(list(ids))}
    yield from (_children if table == "child" else _volunteers)(session, chosen, given)


def _children(session: Session, chosen: str, given: Mapping[str, str]) -> Iterator[list[Person]]:
    kin: dict[str, set[str]] = {}
    sql = f"""SELECT child_id, name FROM family_member WHERE voided_on IS NULL AND name IS NOT NULL
        AND (is_guardian OR relation IN {_PARENTS}){chosen.replace("id IN", "child_id IN")}"""
    for child, name in session.execute(text(sql), given):
        kin.setdefault(child, set()).add(sound(name))
    sql = f"""SELECT id, name, birth_date, identity_no, sex FROM child
        WHERE voided_on IS NULL AND {AT_HOME_HERE}{chosen}"""
    for part in session.execute(text(sql), given).partitions(_BATCH):
        yield [
            Person(i, name or "", sound(name or ""), birth or "", number or "", sex, (), frozenset(kin.get(i, ())))
            for i, name, birth, number, sex in part
        ]


def _volunteers(session: Session, chosen: str, given: Mapping[str, str]) -> Iterator[list[Person]]:
    sql = f"SELECT id, name, birth, phone, sex FROM volunteer WHERE voided_on IS NULL AND {AT_HOME_HERE}{chosen}"
    for part in session.execute(text(sql), given).partitions(_BATCH):
        yield [
            Person(i, name or "", sound(name or ""), birth or "", "", sex, _phones(phone))
            for i, name, birth, phone, sex in part
        ]


def _phones(phone: str | None) -> tuple[str, ...]:
    return tuple(p for p in (phone or "").split("、") if p and p != NONE)


def _child_keys(child: Person) -> Iterator[tuple[str, ...]]:
    if child.identity_no:
        yield IDENTITY, child.identity_no
    if child.name and child.birth:
        for name in child.kin:
            yield KIN, child.name, child.birth, name


def _volunteer_keys(volunteer: Person) -> Iterator[tuple[str, ...]]:
    for phone in volunteer.phones:
        yield PHONE, phone
    if volunteer.name and volunteer.birth:
        yield BIRTH, volunteer.name, volunteer.birth


class Blocks:
    """Files by the keys that files of one person share."""

    def __init__(self, table: str) -> None:
        self._keys = _child_keys if table == "child" else _volunteer_keys
        self._by_key: dict[tuple[str, ...], list[Person]] = {}
        self._seen: set[str] = set()

    def add(self, people: Iterable[Person]) -> None:
        """Takes files in; each counts once."""
        for person in people:
            if person.id not in self._seen:
                self._seen.add(person.id)
                for key in self._keys(person):
                    self._by_key.setdefault(key, []).append(person)

    def pairs(self) -> list[Pair]:
        """The pairs that share a key, each once, for its surest reason."""
        found: dict[tuple[str, str], Pair] = {}
        for key, people in self._by_key.items():
            for one, other in _couples(people) if len(people) > 1 else ():
                score = _score(key[0], one, other)
                known = found.get((one.id, other.id))
                if known is None or known.score < score:
                    found[one.id, other.id] = Pair(one.id, other.id, key[0], score)
        return list(found.values())


def _couples(people: Sequence[Person]) -> Iterator[tuple[Person, Person]]:
    ordered = sorted(people, key=lambda p: p.id)
    if len(ordered) > CROWD:
        return ((ordered[0], other) for other in ordered[1:])
    return combinations(ordered, 2)


def _score(reason: str, one: Person, other: Person) -> float:
    """How sure a reason is for two files: less where they contradict each other."""
    same = one.written == other.written
    if reason == IDENTITY:
        return 1.0 if one.name == other.name else 0.9
    if reason == KIN:
        twins = (one.identity_no and other.identity_no) or (one.sex and other.sex and one.sex != other.sex)
        return (0.9 if same else 0.8) - (0.4 if twins else 0.0)
    if reason == PHONE:  # a phone may be a couple's
        return 0.95 if one.name == other.name else 0.5
    precise = {10: 0.9, 7: 0.75}.get(len(one.birth), 0.6)
    apart = one.phones and other.phones and not set(one.phones) & set(other.phones)
    return precise - (0.0 if same else 0.1) - (0.1 if apart else 0.0)


def near(session: Session, table: str, ids: Iterable[str]) -> list[Pair]:
    """The pairs that some files belong to, found without looking at any that share nothing with them."""
    blocks, given = Blocks(table), set(ids)
    own = [p for part in persons(session, table, given) for p in part]
    blocks.add(own)
    for part in persons(session, table, _candidates(session, table, own)):
        blocks.add(part)
    return [pair for pair in blocks.pairs() if pair.one in given or pair.other in given]


def _candidates(session: Session, table: str, own: Sequence[Person]) -> list[str]:
    births = json.dumps(sorted({p.birth for p in own if p.birth}))
    marks = json.dumps(sorted({p.identity_no for p in own if p.identity_no} | {n for p in own for n in p.phones}))
    birth, mark = ("birth_date", "identity_no") if table == "child" else ("birth", "phone")
    several = " UNION SELECT id FROM volunteer WHERE phone LIKE '%、%'" if table == "volunteer" else ""
    sql = f"""SELECT id FROM "{table}" WHERE {birth} IN (SELECT value FROM json_each(:births))
        UNION SELECT id FROM "{table}" WHERE {mark} IN (SELECT value FROM json_each(:marks)){several}"""
    return list(session.execute(text(sql), {"births": births, "marks": marks}).scalars())


def undecided(session: Session, table: str, pairs: Iterable[Pair]) -> tuple[list[Pair], list[Pair]]:
    """(pairs to be shown, pairs put off), the surest first: without those that are linked or were said to be distinct.
    A file that is shown with another is spoken of by that other."""
    roots, said = linked.roots(session, table), verdicts(session)
    best: dict[tuple[str, str], Pair] = {}
    for pair in pairs:
        one, other = sorted((roots.get(pair.one, pair.one), roots.get(pair.other, pair.other)))
        if one == other or DISTINCT in (said.get((pair.one, pair.other)), said.get((one, other))):
            continue
        known = best.get((one, other))
        if known is None or known.score < pair.score:
            best[one, other] = Pair(one, other, pair.reason, pair.score)
    ordered = sorted(best.values(), key=lambda p: (-p.score, p.one, p.other))
    later = [p for p in ordered if said.get((p.one, p.other)) == LATER]
    return [p for p in ordered if p not in later], later


def verdicts(session: Session) -> dict[tuple[str, str], str]:
    """What was said of pairs of files: (older id, newer id) → `DISTINCT` or `LATER`."""
    found = session.execute(text("SELECT one, other, verdict FROM duplicate_verdict"))
    return {(one, other): verdict for one, other, verdict in found}


def say(session: Session, ids: tuple[str, str], verdict: str | None, author: str) -> None:
    """Remembers what was said of two files; None forgets it. It concerns this store only and does not travel."""
    one, other = sorted(ids)
    session.execute(
        text("DELETE FROM duplicate_verdict WHERE one = :one AND other = :other"), {"one": one, "other": other}
    )
    if verdict:
        session.execute(
            text(
                """INSERT INTO duplicate_verdict VALUES
                (:one, :other, :verdict, CAST(unixepoch('subsec') * 1000 AS INTEGER), :author)"""
            ),
            {"one": one, "other": other, "verdict": verdict, "author": author},
        )


def count_near(session: Session, rows: Iterable[tuple[str, str]]) -> int:
    """How many undecided pairs concern some rows, given as (table, id): files, and the families of children."""
    touched: dict[str, set[str]] = {table: set() for table in (*linked.LINKABLE, "family_member")}
    for table, row in rows:
        if table in touched:
            touched[table].add(row)
    if members := touched.pop("family_member"):
        sql = "SELECT DISTINCT child_id FROM family_member WHERE id IN (SELECT value FROM json_each(:ids))"
        touched["child"] |= set(session.execute(text(sql), {"ids": json.dumps(sorted(members))}).scalars()) - {None}
    return sum(len(undecided(session, table, near(session, table, ids))[0]) for table, ids in touched.items() if ids)
