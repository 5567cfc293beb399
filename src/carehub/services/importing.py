"""Taking in old ledgers: read, recognised, compared with what is on file, tried first, saved in one step."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carehub.domain.errors import CareHubError, InvalidInput
from carehub.domain.facts import facts_of
from carehub.domain.ids import new_id
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.domain.progress import Progress
from carehub.domain.record import Record
from carehub.domain.records import RECORDS
from carehub.domain.texts import mark
from carehub.services import payment_ledgers
from carehub.services.desk import Desk
from carehub.sheets import ledger
from carehub.store import linked, memory, queries
from carehub.store.store import Touched, Unit

READING = mark("Reading the ledger")
SAVING = mark("Comparing and saving rows")
NOT_TAKEN = mark("This sheet was not recognised and not taken in. Please say what kind of records it holds.")
PEOPLE = {"guardian": mark("Guardian"), "father": mark("Father"), "mother": mark("Mother"), "parents": mark("Parents")}
"""People beside the child that a ledger's columns speak of."""
AGE = mark("Age")
NOBODY = mark("No row of this ledger holds a person. Nothing was taken in.")
NOT_IMPORTED = mark("Ledgers of “{kind}” cannot be taken in. There can be: {kinds}.")
IMPORTED = ("child", "volunteer", "payment")
_STEP = 200


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One source row that needs a person's look."""

    sheet: str
    row: int
    field: str
    kind: str
    error: CareHubError


@dataclass
class ImportReport:
    """What an import did, or would do. Counts are source rows that became records."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    by_kind: dict[str, dict[str, int]] = field(default_factory=dict)
    problems: list[ImportProblem] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    columns: list[dict[str, Any]] = field(default_factory=list)
    sheets: list[dict[str, Any]] = field(default_factory=list)
    touched: Touched = field(default_factory=lambda: Touched(()))

    def count(self, kind: str, outcome: str) -> None:
        counts = self.by_kind.setdefault(kind, {"created": 0, "updated": 0, "unchanged": 0})
        counts[outcome] += 1
        setattr(self, outcome, getattr(self, outcome) + 1)


class _DryRun(Exception):
    pass


def import_ledger(
    desk: Desk,
    file: Path,
    *,
    as_kind: str | None = None,
    corrections: Mapping[str, str | None] | None = None,
    dry_run: bool = False,
) -> Generator[Progress, None, ImportReport]:
    """Takes in every recognised sheet of a workbook in one unit of work. `corrections` (header → field, None for
    "not taken") are a person's word on columns and kept for the next ledger with the same headers. With `dry_run`
    nothing is saved. Raises `InvalidInput` for files that are no ledgers; then nothing was saved."""
    if as_kind and as_kind not in IMPORTED:
        raise InvalidInput(NOT_IMPORTED, kind=as_kind, kinds="、".join(IMPORTED))
    yield Progress(0, 0, READING)
    plan = _plan(desk, file, as_kind, corrections or {})
    content = ledger.read_records(plan, desk.codes)
    report = _report(desk, plan, content)
    paid = [r for r in content.records if r.kind == "payment"]
    wanted = [r for r in content.records if r.kind in IMPORTED and r.kind != "payment"]
    try:
        with desk.unit() as unit:
            for sheet in plan.sheets:
                if corrections and (wanted or paid) and not dry_run:
                    memory.remember(unit.session, sheet.signature, corrections)
            match = _Matcher(desk, unit, wanted)
            for n, record in enumerate(wanted):
                if n % _STEP == 0:
                    yield Progress(n, len(wanted), SAVING)
                report.count(record.kind, match.take(record))
            match.write()
            for kind, outcome, problem in payment_ledgers.take(desk, unit, paid, file.stem):
                if outcome:
                    report.count(kind, outcome)
                if problem:
                    report.problems.append(ImportProblem(*problem))
            if dry_run:
                raise _DryRun
    except _DryRun:
        return report
    report.touched = unit.touched
    return report


def _plan(desk: Desk, file: Path, as_kind: str | None, corrections: Mapping[str, str | None]) -> ledger.LedgerPlan:
    with desk.store.reading() as session:
        known = memory.corrections(session)
    plan = ledger.read_plan(file, desk.codes, known, as_kind)
    if not corrections:
        return plan
    ledger.check_corrections(plan, corrections)
    typed = {sheet.signature: {**known.get(sheet.signature, {}), **corrections} for sheet in plan.sheets}
    return ledger.read_plan(file, desk.codes, {**known, **typed}, as_kind)


def _report(desk: Desk, plan: ledger.LedgerPlan, content: ledger.LedgerContent) -> ImportReport:
    report = ImportReport()
    for p in content.problems:
        error = CareHubError(p.message, **p.values)
        report.problems.append(ImportProblem(p.sheet, p.row, p.field, p.kind, error))
    report.skipped = [{"sheet": n.sheet, "row": n.row, "what": n.what} for n in content.non_records]
    report.skipped += [{"sheet": name, "row": None, "what": why} for name, why in plan.skipped.items()]
    if not content.records and not content.problems and any(s.kind in IMPORTED for s in plan.sheets):
        report.problems.append(ImportProblem(plan.sheets[0].sheet, 1, "*", "empty", CareHubError(NOBODY)))
    for sheet in plan.sheets:
        report.sheets.append({"sheet": sheet.sheet, "kind": sheet.kind, "score": sheet.score})
        for column in sheet.columns:
            report.columns.append(
                {
                    "sheet": sheet.sheet,
                    "header": column.header,
                    "field": column.field,
                    "label": _field_label(desk, sheet.kind, column.field),
                    "score": column.score,
                    "reason": desk.texts(column.reason),
                }
            )
        if sheet.kind not in IMPORTED:
            report.problems.append(ImportProblem(sheet.sheet, 1, "*", "sheet", CareHubError(NOT_TAKEN)))
    return report


def _field_label(desk: Desk, kind: str | None, name: str | None) -> str | None:
    """What a column is taken as, in words: 监护人 · 联系电话."""
    if not name or kind not in RECORDS:
        return None
    who, _, of_member = name.rpartition(".")
    of_member = of_member or name
    facts = facts_of(FamilyMember if who else RECORDS[kind])
    label = (
        desk.texts(facts[of_member].label)
        if of_member in facts
        else desk.texts(AGE if of_member == "age" else of_member)
    )
    return f"{desk.texts(PEOPLE[who])} · {label}" if who in PEOPLE else label


Row = dict[str, Any]


class _Matcher:
    """Finds the row a ledger's record is about, and adds or updates it. Reads what is on file once, works on plain
    values, and writes everything at the end: rows by the thousand are no objects."""

    def __init__(self, desk: Desk, unit: Unit, wanted: Sequence[ledger.LedgerRecord]) -> None:
        self._site, self._session = desk.site.id, unit.session
        self._new: dict[type[Record], list[Row]] = {}
        self._changed: dict[type[Record], dict[str, Row]] = {}
        self._families: dict[str, list[Row]] = {}
        self._fresh: set[str] = set()
        kinds = {r.kind for r in wanted}
        self._children: dict[tuple[object, ...], Row] = {}
        self._volunteers: dict[tuple[object, ...], Row] = {}
        if "child" in kinds:
            self._read_children()
        if "volunteer" in kinds:
            rows, roots = self._rows(Volunteer)
            for person in rows.values():
                self._volunteers |= dict.fromkeys(_volunteer_keys(person), rows[_root(roots, person)])

    def _read_children(self) -> None:
        """What is known of a child by any of its files is written to the one that stands for all."""
        rows, roots = self._rows(Child)
        own: dict[str, list[Row]] = {}
        for member in queries.values(self._session, FamilyMember):
            own.setdefault(member["child_id"], []).append(member)
            self._families.setdefault(roots.get(member["child_id"], member["child_id"]), []).append(member)
        for child in rows.values():
            keys = _child_keys(child, own.get(child["id"], []))
            self._children |= dict.fromkeys(keys, rows[_root(roots, child)])

    def _rows(self, record: type[Record]) -> tuple[dict[str, Row], dict[str, str]]:
        """Every row on file by its id, and of those shown with another: id → that other."""
        rows = {row["id"]: row for row in queries.values(self._session, record)}
        return rows, linked.roots(self._session, str(record.__tablename__))

    def take(self, record: ledger.LedgerRecord) -> str:
        """Adds or updates one record; returns "created", "updated" or "unchanged"."""
        return self._take_child(record) if record.kind == "child" else self._take_volunteer(record)

    def write(self) -> None:
        """Writes what was added and changed, in the caller's unit of work."""
        for record, rows in self._new.items():
            queries.insert_all(self._session, record, rows)
        for record, changes in self._changed.items():
            queries.update_all(self._session, record, changes)

    def _take_volunteer(self, record: ledger.LedgerRecord) -> str:
        keys = _volunteer_keys(record.values)
        known = next((self._volunteers[k] for k in keys if k in self._volunteers), None)
        if known:
            return "updated" if self._fill(Volunteer, known, record.values) else "unchanged"
        made = self._insert(Volunteer, {"participating": True, **record.values})
        self._volunteers |= dict.fromkeys(keys, made)
        return "created"

    def _take_child(self, record: ledger.LedgerRecord) -> str:
        keys = _child_keys(record.values, record.family)
        key = next((k for k in keys if k in self._children), None)
        known = self._children[key] if key else None
        if key is None or known is None:
            child = self._insert(Child, {"status": "active", **record.values})
            for member in record.family:
                self._add_member(child, member)
            self._children |= dict.fromkeys(keys, child)
            return "created"
        hidden = key[0] == "name" and key[1] != known["name"]  # found by another file of the same child
        changed = self._fill(Child, known, {n: v for n, v in record.values.items() if not (hidden and n == "name")})
        for member in record.family:
            changed |= self._take_member(known, member)
        return "updated" if changed else "unchanged"

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


def _child_keys(values: Mapping[str, Any], family: Sequence[Mapping[str, Any]]) -> list[tuple[object, ...]]:
    """What a child is known by: the identity number, else name, birth date and guardian."""
    guardian = next((m.get("name") for m in family if m.get("is_guardian")), None)
    keys: list[tuple[object, ...]] = [("name", values.get("name"), values.get("birth_date"), guardian)]
    if values.get("identity_no"):
        keys.insert(0, ("no", values["identity_no"]))
    return keys


def _volunteer_keys(values: Mapping[str, Any]) -> list[tuple[object, ...]]:
    """What a volunteer is known by: name and phone, or name and birth."""
    name = values.get("name")
    keys: list[tuple[object, ...]] = [(kind, name, values[kind]) for kind in ("phone", "birth") if values.get(kind)]
    return keys or [("name", name, None)]
