"""A roll of payments: one row, one amount. Subtotals are no payments, but they say whether the rows add up."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from carehub.domain.aid import Payment
from carehub.domain.codes import Codebook
from carehub.domain.facts import facts_of
from carehub.domain.money import parse_yuan, whole_yuan, yuan
from carehub.domain.normalise import clean_text
from carehub.domain.texts import mark
from carehub.sheets.cells import is_name, is_rounded, text_of
from carehub.sheets.plan import LedgerContent, LedgerProblem, LedgerRecord, SheetPlan
from carehub.sheets.row_reading import Reading, by_field, is_nothing
from carehub.sheets.rows import SourceRow, source_rows
from carehub.sheets.schooling import schooling
from carehub.sheets.words import common

NO_AMOUNT = mark("There is no sum of money in “{label}” ({value}). This row was not taken in.")
ACCOUNT_CUT = mark("The spreadsheet has cut the last digits of the account number ({value}). It was left out.")
SUM_DIFFERS = mark("The rows above add up to {found} yuan, but {told} yuan stand here. Please compare with the papers.")
_KEPT = (mark("sex"), mark("bank"), mark("holder"), mark("hardship"), mark("guardian"), mark("phone"))
"""Columns that a payment has no field for: they go into the remark. Their names are said to people as they are."""
PROGRAMME = mark("programme")
"""The column that names the programme of a row."""


def read_payments(sheet: SheetPlan, codes: Codebook, content: LedgerContent) -> None:
    """Adds the payments of one sheet to `content`, its problems and the rows that are none. The values of a payment
    are those of its record; besides, `programme` is what its row says of the programme, and `titles` what the sheet
    says of programme and term, nearest first."""
    rows, others = source_rows(sheet)
    content.non_records += others
    reader, found = _PaymentRows(sheet, codes), list[_Paid]()
    for row in rows:
        paid, problems = reader.read(row)
        content.problems += problems
        if paid:
            found.append(paid)
    sums = _sums(sheet, [o.row for o in others if o.what == "subtotal"])
    content.problems += _compare(sheet, found, sums)
    content.records += [paid.record for paid in found]


@dataclass
class _Paid:
    """A payment being read: its record, and its amount as the cell shows it."""

    record: LedgerRecord
    cell: object

    @property
    def fen(self) -> int:
        fen = self.record.values["amount_fen"]
        assert isinstance(fen, int)
        return fen


class _PaymentRows:
    """Reads the rows of one roll."""

    def __init__(self, sheet: SheetPlan, codes: Codebook) -> None:
        self._sheet, self._codes = sheet, codes
        self._by_field = by_field(sheet.columns)
        self._facts = facts_of(Payment)
        self._titles = _titles(sheet)

    def read(self, row: SourceRow) -> tuple[_Paid | None, list[LedgerProblem]]:
        """The payment of a row, None if it names nobody or no sum, and what is wrong with the row."""
        r = Reading(self._sheet, self._codes, row, self._by_field)
        name = None if is_nothing(r.cell("name")) else r.checked(self._facts["name"], "name", r.cell("name"))
        if not name:
            if not r.problems:
                r.missing_name(self._facts["name"].label)
            return None, r.problems
        cell = r.cell("amount_fen")
        fen = parse_yuan(cell) if cell is not None else None
        if fen is None or fen <= 0:
            r.report("amount_fen", "format", NO_AMOUNT, label=self._facts["amount_fen"].label, value=text_of(cell))
            return None, r.problems
        r.values |= {"name": name, "amount_fen": fen, "titles": self._titles}
        r.values[PROGRAMME] = clean_text(text_of(r.cell(PROGRAMME)))
        if number := r.identity_no():
            r.values["identity_no"] = number
        r.values.pop("registered", None)
        self._account(r)
        self._school(r)
        signed = r.cell("signed_by")
        if signed is not None and is_name(signed):
            r.values["signed_by"] = r.checked(self._facts["signed_by"], "signed_by", signed)
        for field in _KEPT:
            if not is_nothing(r.cell(field)):
                r.keep(field, r.cell(field))
        r.remark(self._facts["remark"])
        return _Paid(LedgerRecord("payment", self._sheet.sheet, row.number, r.values), cell), r.problems

    def _account(self, r: Reading) -> None:
        cell = r.cell("account")
        if is_nothing(cell):
            return
        if is_rounded(cell):
            r.report("account", "digits_lost", ACCOUNT_CUT, value=text_of(cell))
            return
        value = r.checked(self._facts["account"], "account", text_of(cell).replace(" ", "").strip("'‘’`"))
        if value:
            r.values["account"] = value

    def _school(self, r: Reading) -> None:
        cells = [None if is_nothing(r.cell(n)) else r.cell(n) for n in ("school", "grade", "class_name")]
        found = schooling(*cells)
        told = {"school": found.school, "grade": found.grade or found.strange, "class_name": found.class_name}
        for name, value in told.items():
            clean = r.checked(self._facts[name], name, value) if value else None
            if clean:
                r.values[name] = clean


def _titles(sheet: SheetPlan) -> tuple[str, ...]:
    """What stands above the table, then the sheet's name."""
    grid, start = sheet.table.grid, sheet.table.header.start
    above = " ".join(text_of(v) for row in grid.rows[:start] for v in row if v is not None)
    return tuple(t for t in (above, sheet.sheet) if t)


@dataclass(frozen=True, slots=True)
class _Sum:
    """A row that says what the rows above it add up to: those since the sum before, or all."""

    row: int
    fen: int
    whole: bool


_WHOLE = ("合计", "总计", "共计", "累计", "总数")


def _sums(sheet: SheetPlan, rows: Sequence[int]) -> list[_Sum]:
    amount = next((c.index for c in sheet.columns if c.field == "amount_fen"), None)
    found = []
    for row in rows:
        cells = sheet.table.grid.rows[row - 1]
        fen = parse_yuan(cells[amount]) if amount is not None and cells[amount] is not None else None
        said = " ".join(text_of(v) for v in cells if v is not None).replace(" ", "")
        if fen is not None and any(word in said for word in common().totals):
            found.append(_Sum(row, fen, any(word in said for word in _WHOLE) and "小计" not in said))
    return found


def _compare(sheet: SheetPlan, paid: Sequence[_Paid], sums: Sequence[_Sum]) -> list[LedgerProblem]:
    """Problems with sums that do not agree with their rows, after cells that left out their fen were filled up."""
    problems, since = [], 0
    usual = _usual(paid)
    for sum_ in sums:
        rows = [p for p in paid if (0 if sum_.whole else since) < p.record.row < sum_.row]
        if not sum_.whole:
            since = sum_.row
        if sum(p.fen for p in rows) != sum_.fen:
            _fill_up(rows, sum_.fen, usual)
        found = sum(p.fen for p in rows)
        if found != sum_.fen:
            told: dict[str, object] = {"found": yuan(found), "told": yuan(sum_.fen)}
            problems.append(LedgerProblem(sheet.sheet, sum_.row, "amount_fen", "sum", SUM_DIFFERS, told))
    return problems


def _usual(paid: Sequence[_Paid]) -> int | None:
    """The one amount that all rows with fen have, None if there are several."""
    amounts = Counter(p.fen for p in paid if p.fen % 100)
    return next(iter(amounts)) if len(amounts) == 1 else None


def _fill_up(rows: Sequence[_Paid], told: int, usual: int | None) -> None:
    """Rows of 312.50 written as 312元: where the sum says that all fen were paid, they are taken as paid, and the
    remark keeps what stood there."""
    short = [p for p in rows if usual and whole_yuan(p.cell) and p.fen == usual - usual % 100]
    if not short or usual is None or sum(p.fen for p in rows) + len(short) * (usual % 100) != told:
        return
    for p in short:
        line = common().remarks["by_sum"].format(value=text_of(p.cell), taken=yuan(usual))
        p.record.values["amount_fen"] = usual
        p.record.values["remark"] = "\n".join(x for x in (p.record.values.get("remark"), line) if isinstance(x, str))
