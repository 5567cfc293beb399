"""A row of a ledger of volunteers."""

from collections.abc import Sequence
from datetime import date, datetime

from carehub.domain import identity_number as idno
from carehub.domain.codes import Codebook
from carehub.domain.facts import facts_of
from carehub.domain.normalise import parse_day
from carehub.domain.people import Volunteer
from carehub.sheets.plan import LedgerProblem, LedgerRecord, SheetPlan
from carehub.sheets.row_reading import Reading, by_field, flag_columns, is_nothing
from carehub.sheets.rows import SourceRow
from carehub.sheets.words import bare, kinds

_PLAIN = ("kind", "former_post", "skills", "joined_on", "left_on")
_FLAGS = ("is_core", "participating")


class VolunteerRows:
    """Reads the rows of one sheet of volunteers."""

    def __init__(self, sheet: SheetPlan, codes: Codebook, rows: Sequence[SourceRow], stem: str = "") -> None:
        del stem  # what the file is called says nothing of its people
        self._sheet, self._codes = sheet, codes
        self._by_field = by_field(sheet.columns)
        self._facts = facts_of(Volunteer)
        self._words = kinds()["volunteer"].fields
        self._ticked = {n for n in _FLAGS if flag_columns(self._by_field.get(n, []), rows, self._words[n])}
        self._months = self._only_firsts(rows)

    def _only_firsts(self, rows: Sequence[SourceRow]) -> bool:
        """Whether all birth dates fall on a first: then Excel made days of what was typed as year and month."""
        columns = self._by_field.get("birth", [])
        days = [v for c in columns for row in rows if isinstance(v := row.cells.get(c.index), date | datetime)]
        return len(days) >= 2 and all(d.day == 1 for d in days)

    def read(self, row: SourceRow) -> tuple[LedgerRecord | None, list[LedgerProblem]]:
        """The record of a row, None if it names nobody, and what is wrong with the row."""
        r = Reading(self._sheet, self._codes, row, self._by_field)
        name = None if is_nothing(r.cell("name")) else r.checked(self._facts["name"], "name", r.cell("name"))
        if not name:
            if not r.problems:
                r.missing_name(self._facts["name"].label)
            return None, r.problems
        r.values["name"] = name
        self._person(r)
        for field in ("phone", *_PLAIN):
            cell = r.cell(field)
            if not is_nothing(cell) or (field == "phone" and cell is not None and bare(cell) == "无"):
                self._set(r, field, cell)
        for field in _FLAGS:
            self._flag(r, field)
        if "birth" not in r.values:
            r.age()
        r.remark(self._facts["remark"])
        return LedgerRecord("volunteer", self._sheet.sheet, row.number, r.values), r.problems

    def _person(self, r: Reading) -> None:
        """Sex and birth. A volunteer's identity number is not kept; it only says these two."""
        number = r.identity_no()
        r.values.pop("registered", None)
        sex = r.sex(self._facts["sex"], number)
        if sex is not None:
            r.values["sex"] = sex
        if number:
            r.values["birth"] = idno.birth_date(number).isoformat()
            r.birth_date("birth", self._facts["birth"].label, number)
        elif not is_nothing(r.cell("birth")):
            cell = r.cell("birth")
            day = parse_day(cell) if isinstance(cell, date) else None
            self._set(r, "birth", f"{day:%Y-%m}" if day and self._months else cell)

    def _flag(self, r: Reading, field: str) -> None:
        cell, words = r.cell(field), self._words[field]
        if cell is not None:
            self._set(r, field, True if bare(cell) in words.yes else cell)
        elif words.blank_is_no and field in self._ticked:
            r.values[field] = False

    def _set(self, r: Reading, name: str, value: object) -> None:
        clean = r.checked(self._facts[name], name, value)
        if clean is not None:
            r.values[name] = clean
