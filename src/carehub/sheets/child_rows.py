"""A row of a ledger of children as a child with its family."""

from collections.abc import Sequence

from carehub.domain.codes import Codebook
from carehub.domain.drafts import NOT_A_CODE
from carehub.domain.facts import Fact, facts_of
from carehub.domain.normalise import clean_text, parse_flag
from carehub.domain.people import Child
from carehub.sheets.cells import text_of
from carehub.sheets.family import family_of
from carehub.sheets.plan import LedgerProblem, LedgerRecord, SheetPlan
from carehub.sheets.row_reading import Reading, by_field, flag_columns, is_nothing
from carehub.sheets.rows import SourceRow
from carehub.sheets.schooling import schooling
from carehub.sheets.words import kinds

_PLAIN = (
    "former_name", "ethnic_group", "register_address", "map_note", "pupil_no", "guardianship", "interests",
    "risk_level", "health",
)  # fmt: skip
_FLAGS = ("registered", "boards")


class ChildRows:
    """Reads the rows of one sheet of children."""

    def __init__(self, sheet: SheetPlan, codes: Codebook, rows: Sequence[SourceRow], stem: str = "") -> None:
        del stem  # what the file is called says nothing of its people
        self._sheet, self._codes = sheet, codes
        self._by_field = by_field(sheet.columns)
        self._facts = facts_of(Child)
        kind = kinds()["child"]
        self._blank_is_no = {
            name
            for name in _FLAGS
            if (words := kind.fields[name]).blank_is_no and flag_columns(self._by_field.get(name, []), rows, words)
        }

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
        self._plain(r)
        self._school(r)
        family = family_of(r, self._codes)
        if "birth_date" not in r.values:
            r.age()
        r.remark(self._facts["remark"])
        return LedgerRecord("child", self._sheet.sheet, row.number, r.values, family), r.problems

    def _person(self, r: Reading) -> None:
        number = r.identity_no()
        found = {
            "identity_no": number,
            "sex": r.sex(self._facts["sex"], number),
            "birth_date": r.birth_date("birth_date", self._facts["birth_date"].label, number),
        }
        r.values |= {name: value for name, value in found.items() if value is not None}

    def _plain(self, r: Reading) -> None:
        for name in _PLAIN:
            if name == "health" and parse_flag(r.cell(name)) is False:
                continue  # 是否残疾：否
            if not is_nothing(r.cell(name)) or (name == "guardianship" and r.cell(name) is not None):
                self._set(r, name, r.cell(name))
        for name in _FLAGS:
            if r.cell(name) is not None:
                self._set(r, name, r.cell(name))
            elif name in self._blank_is_no:
                r.values[name] = False
        address = ""
        for _, value in r.cells("home_address"):
            part = clean_text(text_of(value) if not isinstance(value, str) else value)
            address += "" if part in address else part
        if address:
            self._set(r, "home_address", address)

    def _set(self, r: Reading, name: str, value: object) -> None:
        clean = r.checked(self._facts[name], name, value)
        if clean is not None:
            r.values[name] = clean

    def _school(self, r: Reading) -> None:
        cells = [None if is_nothing(r.cell(n)) else r.cell(n) for n in ("school", "grade", "class_name")]
        found = schooling(*cells)
        for name in ("school", "grade", "class_name"):
            value = getattr(found, name)
            if value:
                self._set(r, name, value)
        if found.strange:
            fact: Fact = self._facts["grade"]
            r.report("grade", "code", NOT_A_CODE, label=fact.label, value=found.strange)
            r.keep("grade", found.strange)
