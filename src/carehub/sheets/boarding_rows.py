"""A row of a boarding list: whose bed it is, and which bed."""

import re
from collections.abc import Sequence
from datetime import date

from carehub.domain.codes import Codebook
from carehub.domain.facts import facts_of
from carehub.domain.normalise import clean_text
from carehub.domain.people import Child, FamilyMember
from carehub.domain.school import BoardingPlace
from carehub.domain.terms import term_in, term_on
from carehub.domain.texts import mark
from carehub.sheets.cells import text_of
from carehub.sheets.plan import LedgerProblem, LedgerRecord, SheetPlan
from carehub.sheets.row_reading import Reading, by_field, is_nothing
from carehub.sheets.rows import SourceRow
from carehub.sheets.schooling import schooling
from carehub.sheets.words import common

NO_BED = mark("{name} has no bed on this list. The child was taken in as a boarder without a bed.")
_TAIL = re.compile(r"(?:号?床位?|号?铺位?|号|室|寝室|房间?)$")
_YEARS = re.compile(r"^.*[0-9]{4}(?:[-—][0-9]{4})?(?:学年度?|年)?(?:[春秋]季?)?(?:第?[一二]?学期)?")


class BoardingRows:
    """Reads the rows of one sheet of boarders."""

    def __init__(self, sheet: SheetPlan, codes: Codebook, rows: Sequence[SourceRow], stem: str = "") -> None:
        del rows
        self._sheet, self._codes = sheet, codes
        self._by_field = by_field(sheet.columns)
        self._child, self._member, self._place = (facts_of(r) for r in (Child, FamilyMember, BoardingPlace))
        table = sheet.table
        above = [text_of(v) for row in table.grid.rows[: table.header.start] for v in row if isinstance(v, str)]
        told = [*above, sheet.sheet, stem]
        self._term = next((t for text in told if (t := term_in(text))), None) or term_on(date.today())
        self._school = next((s for text in told if (s := _school_in(text))), None)

    def read(self, row: SourceRow) -> tuple[LedgerRecord | None, list[LedgerProblem]]:
        """The record of a row, None if it names nobody, and what is wrong with the row."""
        r = Reading(self._sheet, self._codes, row, self._by_field)
        name = None if is_nothing(r.cell("name")) else r.checked(self._child["name"], "name", r.cell("name"))
        if not name:
            if not r.problems:
                r.missing_name(self._child["name"].label)
            return None, r.problems
        r.values |= {"name": name, "boards": True}
        self._person(r)
        place = self._bed(r)
        if not place.keys() & {"building", "room", "bed"}:
            r.report("bed", "missing", NO_BED, name=name)
            place = {}
        r.remark(self._child["remark"])
        return LedgerRecord(
            "boarding_place", self._sheet.sheet, row.number, r.values, self._family(r), place
        ), r.problems

    def _person(self, r: Reading) -> None:
        number = r.identity_no()
        r.values.pop("registered", None)
        sex = r.sex(self._child["sex"], number)
        born = r.birth_date("birth_date", self._child["birth_date"].label, number)
        found = schooling(*(None if is_nothing(r.cell(n)) else r.cell(n) for n in ("school", "grade", "class_name")))
        told = {
            "identity_no": number, "sex": sex, "birth_date": born, "school": found.school or self._school,
            "grade": found.grade, "class_name": found.class_name,
        }  # fmt: skip
        r.values |= {name: value for name, value in told.items() if value is not None}

    def _bed(self, r: Reading) -> dict[str, object]:
        term = clean_text(text_of(r.cell("term")))
        place: dict[str, object] = {"term": term_in(term) or self._term}
        if school := r.values.get("school"):
            place["school"] = school
        for name in ("building", "room", "bed"):
            cell = r.cell(name)
            if is_nothing(cell):
                continue
            plain = clean_text(text_of(cell))
            if name != "building" and (short := _TAIL.sub("", plain)):
                plain = short
            if (clean := r.checked(self._place[name], name, plain)) is not None:
                place[name] = clean
        return place

    def _family(self, r: Reading) -> list[dict[str, object]]:
        """The relative whose name or phone the list has: whom the school calls is taken for the guardian."""
        member: dict[str, object] = {}
        for field, name in (("guardian", "name"), ("phone", "phone")):
            cell = r.cell(field)
            if not is_nothing(cell) and (clean := r.checked(self._member[name], field, cell)) is not None:
                member[name] = clean
        return [{"is_guardian": True, **member}] if member else []


def _school_in(text: str) -> str | None:
    """The school that a title names: 中心小学2026年春季学期住校生花名册."""
    plain = clean_text(text)
    ends = [plain.find(word) + len(word) for word in common().schools if word in plain]
    name = _YEARS.sub("", plain[: max(ends)]).strip(" ,，-—_") if ends else ""
    return name if len(name) > 2 else None
