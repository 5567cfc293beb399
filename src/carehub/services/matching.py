"""Finding whom a ledger's row is about, and adding or changing what is on file."""

import hashlib
import json
from collections.abc import Mapping, Sequence, Set
from typing import Any

from carehub.domain.facts import plain_value
from carehub.domain.ids import new_id
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.domain.record import Record
from carehub.domain.school import BoardingPlace
from carehub.services.alike import SURE, Like, Similar
from carehub.services.beds import Beds
from carehub.services.desk import Desk
from carehub.sheets.plan import LedgerRecord
from carehub.sheets.words import common
from carehub.store import linked, queries
from carehub.store.store import Unit

CREATED, UPDATED, UNCHANGED, PARKED = "created", "updated", "unchanged", "parked"
PHONE = "住校名单上的家长电话"
"""Before a phone number of a boarding list that is nobody's on file (kept in a remark, so in Chinese)."""
NEW = "new"
"""Said of an undecided row: it is somebody who is not on file yet."""

Row = dict[str, Any]


class Matcher:
    """Finds the row a ledger's record is about, and adds or updates it. Reads what is on file once, works on plain
    values, and writes everything at the end: rows by the thousand are no objects."""

    def __init__(self, desk: Desk, unit: Unit, kinds: Set[str], settled: Mapping[str, str] | None = None) -> None:
        """`settled` is what people said of undecided rows before: key of the row → file, "" for a row not wanted."""
        self._site, self._session, self._settled = desk.site.id, unit.session, settled or {}
        self._new: dict[type[Record], list[Row]] = {}
        self._changed: dict[type[Record], dict[str, Row]] = {}
        self._families: dict[str, list[Row]] = {}
        self._fresh: set[str] = set()
        self.parked: list[tuple[LedgerRecord, list[Like]]] = []
        """Rows that may be about files already there; nothing was written of them."""
        self.refused: list[tuple[LedgerRecord, str]] = []
        """Boarding rows whose bed another child has in that term, and its name; the child itself was taken in."""
        self._files: dict[str, Row] = {}
        self._children: dict[tuple[object, ...], Row] = {}
        self._volunteers: dict[tuple[object, ...], Row] = {}
        self._alike_children = Similar("child", lambda child: self._families.get(child, []))
        self._alike_volunteers = Similar("volunteer", lambda _: [])
        self._beds = Beds()
        if kinds & {"child", "boarding_place"}:
            self._read_children()
        if "boarding_place" in kinds:
            for place in queries.values(self._session, BoardingPlace):
                self._beds.add(place)
        if "volunteer" in kinds:
            rows, roots = self._rows(Volunteer)
            for person in rows.values():
                self._volunteers |= dict.fromkeys(volunteer_keys(person), rows[_root(roots, person)])
                self._alike_volunteers.add(person)

    def _read_children(self) -> None:
        """What is known of a child by any of its files is written to the one that stands for all."""
        rows, roots = self._rows(Child)
        own: dict[str, list[Row]] = {}
        for member in queries.values(self._session, FamilyMember):
            own.setdefault(member["child_id"], []).append(member)
            self._families.setdefault(roots.get(member["child_id"], member["child_id"]), []).append(member)
        for child in rows.values():
            keys = child_keys(child, own.get(child["id"], []))
            self._children |= dict.fromkeys(keys, rows[_root(roots, child)])
            self._alike_children.add(child)

    def _rows(self, record: type[Record]) -> tuple[dict[str, Row], dict[str, str]]:
        """Every row on file by its id, and of those shown with another: id → that other."""
        rows = {row["id"]: row for row in queries.values(self._session, record)}
        roots = linked.roots(self._session, str(record.__tablename__))
        self._files |= {row: rows[_root(roots, values)] for row, values in rows.items()}
        return rows, roots

    def take(self, record: LedgerRecord) -> str:
        """Adds or updates one record, or puts it aside where it may be about somebody on file; returns which of
        "created", "updated", "unchanged", "parked" it was."""
        said = self._settled.get(key_of(record)) if self._settled else None
        if said == "":
            return UNCHANGED
        if said in self._files:
            return self.settle(record, said)
        known = self._known(record)
        if known is None:
            likes = self._likes(record)
            if record.kind == "boarding_place" and len(likes) == 1 and likes[0].score >= SURE:
                return self._update(record, self._files[likes[0].id])
            if likes:
                self.parked.append((record, likes))
                return PARKED
        return self._update(record, known) if known else self._create(record)[0]

    def settle(self, record: LedgerRecord, to: str) -> str:
        """Takes a row as a person said: as the file `to`, or as somebody `NEW`. Raises `KeyError` for a file that is
        not here."""
        return self._create(record)[0] if to == NEW else self._update(record, self._files[to])

    def add(self, record: LedgerRecord) -> str:
        """Takes a row as somebody new; returns the id of the new file."""
        return self._create(record)[1]

    def write(self) -> None:
        """Writes what was added and changed, in the caller's unit of work."""
        for record, rows in self._new.items():
            queries.insert_all(self._session, record, rows)
        for record, changes in self._changed.items():
            queries.update_all(self._session, record, changes)

    def _known(self, record: LedgerRecord) -> Row | None:
        """The file that a row is about for certain."""
        if record.kind == "volunteer":
            keys = volunteer_keys(record.values)
            return next((self._volunteers[k] for k in keys if k in self._volunteers), None)
        keys = child_keys(record.values, record.family)
        if record.kind == "boarding_place" and not all(keys[-1]):
            keys = keys[:-1]  # a name alone is too little where the ledger knows no more
        return next((self._children[k] for k in keys if k in self._children), None)

    def _likes(self, record: LedgerRecord) -> list[Like]:
        """The files that a row may be about. What the same ledger has brought is told apart by `Repeats` already."""
        alike = self._alike_volunteers if record.kind == "volunteer" else self._alike_children
        fresh = self._fresh if record.kind != "boarding_place" else ()
        found: dict[str, Like] = {}
        for like in alike.to(record.kind, record.values, record.family, but=fresh):
            root = self._files[like.id]["id"]
            found.setdefault(root, Like(root, like.reason, like.score))
        return list(found.values())

    def _create(self, record: LedgerRecord) -> tuple[str, str]:
        if record.kind == "volunteer":
            made = self._insert(Volunteer, {"participating": True, **record.values})
            self._volunteers |= dict.fromkeys(volunteer_keys(record.values), made)
            self._alike_volunteers.add(made)
        else:
            made = self._insert(Child, {"status": "active", **record.values})
            for member in record.family:
                self._add_member(made, member)
            self._children |= dict.fromkeys(child_keys(record.values, record.family), made)
            self._alike_children.add(made)
            self._take_place(made, record)
        self._files[made["id"]] = made
        return CREATED, made["id"]

    def _update(self, record: LedgerRecord, known: Row) -> str:
        if record.kind == "volunteer":
            return UPDATED if self._fill(Volunteer, known, self._told(record, known)) else UNCHANGED
        changed = self._fill(Child, known, self._told(record, known))
        for member in record.family:
            taken = self._take_phone if record.kind == "boarding_place" else self._take_member
            changed |= taken(known, member)
        changed |= self._take_place(known, record)
        return UPDATED if changed else UNCHANGED

    def _told(self, record: LedgerRecord, known: Row) -> Row:
        """What a row says of a file: not the name where another of its files was meant, or the name only sounds alike;
        of a boarding list only what is not known yet."""
        by_number = record.values.get("identity_no") and record.values["identity_no"] == known.get("identity_no")
        told = {n: v for n, v in record.values.items() if n != "name" or by_number or v == known["name"]}
        if record.kind == "boarding_place":
            told = {n: v for n, v in told.items() if n in ("boards", "remark") or known.get(n) is None}
        return told

    def _take_place(self, child: Row, record: LedgerRecord) -> bool:
        """Gives a child the bed of its row, unless another has it in that term."""
        if not record.place:
            return False
        other = self._beds.holder(record.place)
        if other and other != child["id"]:
            self.refused.append((record, str(self._files[other]["name"]) if other in self._files else ""))
            return False
        place = self._beds.of_child(child["id"], str(record.place["term"]))
        if place is None:
            told = {**record.place, "child_id": child["id"], "site_id": child["site_id"]}
            self._beds.add(self._insert(BoardingPlace, told))
            return True
        changed = self._fill(BoardingPlace, place, record.place)
        self._beds.add(place)
        return changed

    def _take_phone(self, child: Row, member: Mapping[str, Any]) -> bool:
        """A boarding list's phone goes to whom it may belong; else it stays with the child as a remark."""
        family = self._families.get(child["id"], [])
        phone = member.get("phone")
        if member.get("name") and any(m.get("name") == member["name"] for m in family):
            return self._take_member(child, member)
        if not family:
            self._add_member(child, member)
            return True
        if not phone or any(phone in (m.get("phone") or "").split("、") for m in family):
            return False
        guardians = [m for m in family if m.get("is_guardian") and not m.get("phone")]
        if len(guardians) == 1 and not member.get("name"):
            return self._fill(FamilyMember, guardians[0], {"phone": phone})
        told = common().remarks["other"].format(label=member.get("name") or PHONE, value=phone)
        return self._fill(Child, child, {"remark": told})

    def _add_member(self, child: Row, member: Mapping[str, Any]) -> None:
        """A relative is at home with the child: what an office takes in for a room's child reaches the room."""
        told = {"is_guardian": False, "is_carer": False, **member, "child_id": child["id"], "site_id": child["site_id"]}
        self._families.setdefault(child["id"], []).append(self._insert(FamilyMember, told))

    def _take_member(self, child: Row, member: Mapping[str, Any]) -> bool:
        family = self._families.get(child["id"], [])
        same = [m for m in family if all(m.get(n) == member.get(n) for n in ("name", "relation"))]
        same = same or [m for m in family if member.get("name") and m["name"] == member["name"]]
        if same:
            return self._fill(FamilyMember, same[0], member)
        self._add_member(child, member)
        return True

    def _insert(self, record: type[Record], values: Mapping[str, Any]) -> Row:
        row = {"site_id": self._site, **values, "id": new_id()}
        self._fresh.add(row["id"])
        self._new.setdefault(record, []).append(row)
        return row

    def _fill(self, record: type[Record], row: Row, values: Mapping[str, Any]) -> bool:
        """Takes over what the ledger knows: it never empties a field, and a remark is added to, not replaced."""
        changes = {}
        for name, value in values.items():
            standing = row.get(name)
            if value is None or value == standing:
                continue
            if name == "remark" and standing:
                lines = [line for line in str(value).split("\n") if line not in standing.split("\n")]
                if not lines:
                    continue
                value = "\n".join([standing, *lines])
            changes[name] = value
        row.update(changes)
        if changes and row["id"] not in self._fresh:
            self._changed.setdefault(record, {}).setdefault(row["id"], {}).update(changes)
        return bool(changes)


def _root(roots: Mapping[str, str], row: Row) -> str:
    """The id of the file that stands for a row."""
    return roots.get(str(row["id"]), str(row["id"]))


def key_of(record: LedgerRecord) -> str:
    """The same for every row that says the same of somebody, whatever file it stands in."""
    told = [record.kind, _plain(record.values), [_plain(m) for m in record.family], _plain(record.place)]
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {name: plain_value(value) for name, value in values.items()}


def child_keys(values: Mapping[str, Any], family: Sequence[Mapping[str, Any]]) -> list[tuple[object, ...]]:
    """What a child is known by: the identity number, else name, birth date and guardian."""
    guardian = next((m.get("name") for m in family if m.get("is_guardian")), None)
    keys: list[tuple[object, ...]] = [("name", values.get("name"), values.get("birth_date"), guardian)]
    if values.get("identity_no"):
        keys.insert(0, ("no", values["identity_no"]))
    return keys


def volunteer_keys(values: Mapping[str, Any]) -> list[tuple[object, ...]]:
    """What a volunteer is known by: name and phone, or name and birth."""
    name = values.get("name")
    keys: list[tuple[object, ...]] = [(kind, name, values[kind]) for kind in ("phone", "birth") if values.get(kind)]
    return keys or [("name", name, None)]
