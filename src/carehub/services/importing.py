"""Taking in old ledgers: read, recognised, compared with what is on file, tried first, saved in one step."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carehub.domain.errors import CareHubError, InvalidInput
from carehub.domain.facts import facts_of
from carehub.domain.people import Child, FamilyMember
from carehub.domain.progress import Progress
from carehub.domain.records import RECORDS
from carehub.domain.texts import mark
from carehub.services import beds, parking, payment_ledgers
from carehub.services.desk import Desk
from carehub.services.matching import Matcher
from carehub.sheets import ledger
from carehub.sheets.cells import text_of
from carehub.sheets.words import kinds
from carehub.store import memory, parked
from carehub.store.store import Touched

READING = mark("Reading the ledger")
SAVING = mark("Comparing and saving rows")
NOT_TAKEN = mark("This sheet was not recognised and not taken in. Please say what kind of records it holds.")
PEOPLE = {"guardian": mark("Guardian"), "father": mark("Father"), "mother": mark("Mother"), "parents": mark("Parents")}
"""People beside the child that a ledger's columns speak of."""
AGE = mark("Age")
NOBODY = mark("No row of this ledger holds a person. Nothing was taken in.")
NOT_IMPORTED = mark("Ledgers of “{kind}” cannot be taken in. There can be: {kinds}.")
IMPORTED = ("child", "volunteer", "boarding_place", "payment")
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
    parked: int = 0
    """Rows put aside because they may be about somebody on file; see `services.parking`."""
    by_kind: dict[str, dict[str, int]] = field(default_factory=dict)
    problems: list[ImportProblem] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    columns: list[dict[str, Any]] = field(default_factory=list)
    sheets: list[dict[str, Any]] = field(default_factory=list)
    touched: Touched = field(default_factory=lambda: Touched(()))

    def count(self, kind: str, outcome: str) -> None:
        counts = self.by_kind.setdefault(kind, {"created": 0, "updated": 0, "unchanged": 0, "parked": 0})
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
            step = parked.position(unit.session)
            match = Matcher(desk, unit, {r.kind for r in wanted}, parked.settled(unit.session))
            for n, record in enumerate(wanted):
                if n % _STEP == 0:
                    yield Progress(n, len(wanted), SAVING)
                report.count(record.kind, match.take(record))
            match.write()
            parking.park(unit, desk, match, file.name, step)
            report.problems += [_bed_taken(record, other) for record, other in match.refused]
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
                    "samples": _samples(sheet, column.index),
                }
            )
        if sheet.kind not in IMPORTED:
            report.problems.append(ImportProblem(sheet.sheet, 1, "*", "sheet", CareHubError(NOT_TAKEN)))
    return report


def _samples(sheet: ledger.SheetPlan, column: int) -> list[str]:
    """A few of a column's cells, so that a person sees what it holds."""
    cells = dict.fromkeys(text_of(v) for v in sheet.table.cells(column) if v is not None)
    return [text for text in cells if text][:3]


def choices(desk: Desk, kind: str) -> list[tuple[str, str]]:
    """(field, its name in words) for everything that a column of a ledger of this kind may hold."""
    names = [name for name, _ in kinds()[kind].all_fields()] if kind in IMPORTED else []
    return [(name, _field_label(desk, kind, name) or name) for name in names]


def _bed_taken(record: ledger.LedgerRecord, other: str) -> ImportProblem:
    place = record.place
    error = CareHubError(beds.TAKEN, bed=place["bed"], room=place["room"], other=other)
    return ImportProblem(record.sheet, record.row, "bed", "bed_taken", error)


def _field_label(desk: Desk, kind: str | None, name: str | None) -> str | None:
    """What a column is taken as, in words: 监护人 · 联系电话."""
    if not name or kind not in RECORDS:
        return None
    who, _, of_member = name.rpartition(".")
    of_member = of_member or name
    facts = facts_of(FamilyMember if who else RECORDS[kind])
    if kind == "boarding_place":  # its columns speak of the child and of the relative the school calls as well
        also = {"guardian": facts_of(FamilyMember)["name"], "phone": facts_of(FamilyMember)["phone"]}
        facts = {**also, **facts_of(Child), **facts}
        who = "guardian" if name in also else who
    if of_member in facts:
        label = desk.texts(facts[of_member].label)
    else:
        label = desk.texts(AGE if of_member == "age" else of_member)
    return f"{desk.texts(PEOPLE[who])} · {label}" if who in PEOPLE else label
