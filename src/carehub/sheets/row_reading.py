"""What reading a row of any kind of ledger has in common: checked values, problems, and the remark that keeps what
could not be taken over."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from carehub.domain import identity_number as idno
from carehub.domain.codes import Codebook
from carehub.domain.drafts import IN_FUTURE, MISSING, NOT_A_DAY, check_value
from carehub.domain.facts import Fact
from carehub.domain.normalise import clean_text, parse_day, parse_flag, parse_partial_date
from carehub.domain.texts import mark
from carehub.sheets.cells import is_rounded, text_of
from carehub.sheets.plan import LedgerProblem, SheetPlan
from carehub.sheets.recognition import Column
from carehub.sheets.rows import SourceRow
from carehub.sheets.words import FieldWords, bare, common, kinds

DIGITS_LOST = mark(
    "The spreadsheet has cut the last digits of the identity number ({value}). Please type it again from the papers."
)
SEX_TAKEN = mark("“{typed}” does not agree with the identity number. The sex of the number was taken; please check.")
BIRTH_TAKEN = mark(
    "The birth date {typed} does not agree with the identity number. "
    "The one of the number ({number}) was taken; please check."
)
MASKED = mark("Masked values (***) were left out. Export without masks to take them over.")
IDENTITY_NUMBER = mark("Identity number")


def is_nothing(value: object) -> bool:
    """Whether a cell says that there is nothing: empty, a dash, 无."""
    return value is None or text_of(value).upper() in common().nothing or not text_of(value)


class Reading:
    """One row being read: values so far, remark lines, problems."""

    def __init__(self, sheet: SheetPlan, codes: Codebook, row: SourceRow, by_field: Mapping[str, list[Column]]) -> None:
        self._sheet, self._codes, self._by_field = sheet, codes, by_field
        self._row = row
        self.values: dict[str, object] = {}
        self.remarks: list[str] = []
        self.problems: list[LedgerProblem] = []
        self._hide_masked()

    def _hide_masked(self) -> None:
        """Masked cells (183****3802) of our own workbooks are left out, or they would overwrite what is known."""
        taken = {c.index: field for field, columns in self._by_field.items() for c in columns}
        masked = [c for c, v in self._row.cells.items() if c in taken and isinstance(v, str) and "**" in v]
        if masked:
            cells = {c: None if c in masked else v for c, v in self._row.cells.items()}
            self._row = SourceRow(self._row.number, cells)
            self.report(taken[masked[0]], "masked", MASKED)

    def columns(self, field: str) -> list[Column]:
        return self._by_field.get(field, [])

    def cell(self, field: str) -> object:
        """The first filled cell of a field, None if there is none."""
        return next((v for c in self.columns(field) if (v := self._row.cells.get(c.index)) is not None), None)

    def cells(self, field: str) -> list[tuple[Column, object]]:
        """All filled cells of a field that may stand in several columns."""
        found = [(c, self._row.cells.get(c.index)) for c in self.columns(field)]
        return [(c, v) for c, v in found if not is_nothing(v)]

    def report(self, field: str, kind: str, message: str, **values: object) -> None:
        self.problems.append(LedgerProblem(self._sheet.sheet, self._row.number, field, kind, message, values))

    def keep(self, field: str, value: object) -> None:
        """Keeps a cell that could not be taken over as a line of the remark."""
        columns = self.columns(field)
        label = columns[0].header if columns and columns[0].header else field
        self.remarks.append(common().remarks["other"].format(label=label, value=_raw(value)))

    def checked(self, fact: Fact, field: str, value: object) -> object:
        """A cell in the type of its column; a cell that does not fit is reported and kept as a remark."""
        clean, problem = check_value(fact, _plain(value), self._codes)
        if problem:
            self.report(field, problem.kind, problem.message, **problem.values)
            self.keep(field, value)
        return clean

    def missing_name(self, label: str) -> None:
        self.report("name", "missing", MISSING, label=label)

    def identity_no(self) -> str | None:
        """The identity number if it is sound. A broken one is reported and goes into the remark. A word for "not
        registered yet" sets the flag `registered`."""
        value = self.cell("identity_no")
        if value is None:
            return None
        if text_of(value).upper() in common().unregistered:
            self.values["registered"] = False
            return None
        text = _digits(value)
        number = idno.normalise(text)
        if not number:
            return None
        if is_rounded(value):
            self.report("identity_no", "digits_lost", DIGITS_LOST, label=IDENTITY_NUMBER, value=text)
        elif bad := idno.problem(number):
            self.report("identity_no", bad.kind, bad.message, label=IDENTITY_NUMBER, value=text, **bad.values)
        else:
            return number
        self.remarks.append(common().remarks["identity_no"].format(value=text))
        return None

    def sex(self, fact: Fact, number: str | None) -> int | None:
        """Sex from the cell; a sound number counts more, and the difference is reported (GB 11643)."""
        cell = self.cell("sex")
        told = None if is_nothing(cell) else self.checked(fact, "sex", cell)
        if not number:
            return told if isinstance(told, int) else None
        if told in (1, 2) and told != idno.sex(number):
            self.report("sex", "mismatch", SEX_TAKEN, label=fact.label, typed=_raw(cell))
        return idno.sex(number)

    def birth_date(self, field: str, label: str, number: str | None) -> date | None:
        """The birth date from the cell; a sound number counts more. Year and month alone fit a number that agrees."""
        cell = self.cell(field)
        day = parse_day(cell)
        if number:
            born = idno.birth_date(number)
            self._compare(field, label, cell, day, born)
            return born
        if is_nothing(cell):
            return None
        if day and day <= date.today():
            return day
        self.report(field, "format", IN_FUTURE if day else NOT_A_DAY, label=label, value=_raw(cell))
        self.keep(field, cell)
        return None

    def _compare(self, field: str, label: str, cell: object, day: date | None, born: date) -> None:
        if is_nothing(cell) or day == born:
            return
        told = day.isoformat() if day else parse_partial_date(cell)
        if told is None:
            self.report(field, "format", NOT_A_DAY, label=label, value=_raw(cell))
            self.keep(field, cell)
        elif not born.isoformat().startswith(told):
            self.report(field, "mismatch", BIRTH_TAKEN, label=label, typed=told, number=born.isoformat())

    def age(self) -> None:
        """An age instead of a birth date is kept as a remark: it was true on the day of the ledger only."""
        match = re.match("[0-9]{1,3}", text_of(self.cell("age")))
        if match:
            self.remarks.append(common().remarks["age"].format(value=int(match[0])))

    def remark(self, fact: Fact) -> None:
        """Everything the remark columns say, then what could not be taken over, as lines."""
        words = self.words("remark")
        lines = []
        for column, value in self.cells("remark"):
            text = clean_text(_raw(value), lines=True)
            leaf = bare(column.header.split("·")[-1])
            prefixed = parse_flag(text) is not None or leaf in (words.prefixed + words.leftover if words else ())
            lines.append(common().remarks["other"].format(label=column.header, value=text) if prefixed else text)
        whole = "\n".join(dict.fromkeys([*lines, *self.remarks]))
        if whole:
            self.values["remark"] = whole[: fact.length]

    def words(self, field: str) -> FieldWords | None:
        return kinds()[self._sheet.kind].field(field) if self._sheet.kind else None


def _digits(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip().strip("'‘’`")


def _raw(value: object) -> str:
    return text_of(value) if isinstance(value, int | float) else str(value).strip()


def _plain(value: object) -> object:
    """Whole floats without `.0`; texts in code lists are looked up in half width."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def by_field(columns: Sequence[Column]) -> dict[str, list[Column]]:
    """Field → the columns it stands in, from left to right."""
    found: dict[str, list[Column]] = {}
    for column in columns:
        if column.field:
            found.setdefault(column.field, []).append(column)
    return found


def flag_columns(columns: Sequence[Column], rows: Sequence[SourceRow], words: FieldWords | None) -> bool:
    """Whether a flag's column is ticked anywhere, so that a blank cell means no."""
    ticks = words.yes if words else ()
    cells = (row.cells.get(c.index) for c in columns for row in rows)
    return any(parse_flag(v) or bare(v) in ticks for v in cells if v is not None)
