"""Taking in old ledgers: read, recognised, compared with what is on file, tried first, saved in one step."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carehub.domain.errors import CareHubError
from carehub.domain.facts import facts_of
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.domain.progress import Progress
from carehub.domain.record import Record
from carehub.domain.records import RECORDS
from carehub.domain.texts import mark
from carehub.services import records
from carehub.services.children import ChildFile, files
from carehub.services.desk import Desk
from carehub.sheets import ledger
from carehub.store import memory, queries
from carehub.store.store import Touched, Unit

READING = mark("Reading the ledger")
SAVING = mark("Comparing and saving rows")
NOT_TAKEN = mark("This sheet was not recognised and not taken in. Please say what kind of records it holds.")
IMPORTED = ("child", "volunteer")
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
    yield Progress(0, 0, READING)
    plan = _plan(desk, file, as_kind, corrections or {})
    content = ledger.read_records(plan, desk.codes)
    report = _report(desk, plan, content)
    wanted = [r for r in content.records if r.kind in IMPORTED]
    try:
        with desk.unit() as unit:
            for sheet in plan.sheets:
                if corrections and not dry_run:
                    memory.remember(unit.session, sheet.signature, corrections)
            match = _Matcher(desk, unit, wanted)
            for n, record in enumerate(wanted):
                if n % _STEP == 0:
                    yield Progress(n, len(wanted), SAVING)
                report.count(record.kind, match.take(record))
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
    typed = {sheet.signature: {**known.get(sheet.signature, {}), **corrections} for sheet in plan.sheets}
    return ledger.read_plan(file, desk.codes, {**known, **typed}, as_kind)


def _report(desk: Desk, plan: ledger.LedgerPlan, content: ledger.LedgerContent) -> ImportReport:
    report = ImportReport()
    for p in content.problems:
        error = CareHubError(p.message, **p.values)
        report.problems.append(ImportProblem(p.sheet, p.row, p.field, p.kind, error))
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
    facts = facts_of(FamilyMember if who else RECORDS[kind])
    label = desk.texts(facts[of_member].label) if of_member in facts else of_member
    return f"{desk.texts(who.capitalize())} · {label}" if who else label


class _Matcher:
    """Finds the row a ledger's record is about, and adds or updates it. Reads what is on file once."""

    def __init__(self, desk: Desk, unit: Unit, wanted: Sequence[ledger.LedgerRecord]) -> None:
        self._desk, self._unit = desk, unit
        session = unit.session
        kinds = {r.kind for r in wanted}
        found = files(session, queries.all_rows(session, Child)) if "child" in kinds else []
        self._children = {key: f for f in found for key in _child_keys(records.as_dict(f.child), f)}
        people = queries.all_rows(session, Volunteer) if "volunteer" in kinds else []
        self._volunteers = {key: v for v in people for key in _volunteer_keys(records.as_dict(v))}

    def take(self, record: ledger.LedgerRecord) -> str:
        """Adds or updates one record; returns "created", "updated" or "unchanged"."""
        return self._take_child(record) if record.kind == "child" else self._take_volunteer(record)

    def _take_volunteer(self, record: ledger.LedgerRecord) -> str:
        keys = _volunteer_keys(record.values)
        known = next((self._volunteers[k] for k in keys if k in self._volunteers), None)
        if known:
            return "updated" if self._fill(known, record.values) else "unchanged"
        made = records.insert(self._unit, self._desk, Volunteer, record.values)
        self._volunteers |= dict.fromkeys(keys, made)
        return "created"

    def _take_child(self, record: ledger.LedgerRecord) -> str:
        guardian: Mapping[str, Any] = next((m for m in record.family if m.get("is_guardian")), {})
        keys = _child_keys({**record.values, "guardian": guardian.get("name")})
        known = next((self._children[k] for k in keys if k in self._children), None)
        if known is None:
            child = records.insert(self._unit, self._desk, Child, {"status": "active", **record.values})
            family = tuple(self._add_member(child, m) for m in record.family)
            self._children |= dict.fromkeys(keys, ChildFile(child, family))
            return "created"
        changed = self._fill(known.child, record.values)
        for member in record.family:
            changed |= self._take_member(known, member)
        return "updated" if changed else "unchanged"

    def _add_member(self, child: Child, member: Mapping[str, Any]) -> FamilyMember:
        return records.insert(self._unit, self._desk, FamilyMember, {**member, "child_id": child.id})

    def _take_member(self, known: ChildFile, member: Mapping[str, Any]) -> bool:
        same = [m for m in known.family if m.name == member.get("name") and m.relation == member.get("relation")]
        same = same or [m for m in known.family if member.get("name") and m.name == member["name"]]
        if same:
            return self._fill(same[0], member)
        self._add_member(known.child, member)
        return True

    def _fill(self, row: Record, values: Mapping[str, Any]) -> bool:
        """Takes over what the ledger knows: it never empties a field, and a remark is added to, not replaced."""
        changed = False
        for name, value in values.items():
            standing = getattr(row, name)
            if value is None or value == standing:
                continue
            if name == "remark" and standing:
                lines = [line for line in str(value).split("\n") if line not in standing.split("\n")]
                if not lines:
                    continue
                value = "\n".join([standing, *lines])
            setattr(row, name, value)
            changed = True
        self._unit.session.add(row)
        return changed


def _child_keys(values: Mapping[str, Any], file: ChildFile | None = None) -> list[tuple[object, ...]]:
    """What a child is known by: the identity number, else name, birth date and guardian."""
    guardian = file.guardian.name if file and file.guardian else values.get("guardian")
    birth = str(values.get("birth_date") or "")
    keys: list[tuple[object, ...]] = [("name", values.get("name"), birth, guardian)]
    if values.get("identity_no"):
        keys.insert(0, ("no", values["identity_no"]))
    return keys


def _volunteer_keys(values: Mapping[str, Any]) -> list[tuple[object, ...]]:
    """What a volunteer is known by: name and phone, or name and birth."""
    name = values.get("name")
    keys: list[tuple[object, ...]] = [(kind, name, values[kind]) for kind in ("phone", "birth") if values.get(kind)]
    return keys or [("name", name, None)]
