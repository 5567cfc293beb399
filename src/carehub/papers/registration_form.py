"""The national registration form 农村留守儿童基本情况登记表: one sheet of A4, both sides, filled from the file as far
as it is known, or blank. What is a choice has boxes to tick, what is not known is left open to be written by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from carehub.domain.care import ChildSheet
from carehub.domain.consistency import guardianship_kind
from carehub.domain.facts import facts_of
from carehub.domain.people import Child, FamilyMember
from carehub.domain.record import Record
from carehub.domain.texts import mark
from carehub.papers.fonts import Face
from carehub.papers.grid import Cell, Grid, label, many_choices, value
from carehub.papers.numbered import stamp
from carehub.papers.press import Press
from carehub.papers.sheet import Box, Sheet

LEFT, WIDTH, TOP = 21.0, 171.0, 14.0
"""The form's own margins, mm: a little more at the left, where forms are filed."""
BLOCK, NAMED = 11.0, 26.0
"""Widths of the blocks' headings and of labels, mm."""
ROW, LOW, HIGH = 11.6, 9.0, 17.0
"""Heights of rows on the front and on the back, and of rows with many boxes, mm."""
SIZE, SMALL = 11.0, 10.5
QR_SIDE = 20.0
MOST_DOWN = 6
"""Characters of a heading that are written downwards; from one less on two side by side."""
PHOTO = 30.0
"""Width of the place for a photo, mm."""
GRANDPARENTS = ("61", "62", "63", "64")
FATHER, MOTHER = ("51", "57"), ("52", "58")
"""Relations (GB/T 4761) that have rows of their own."""

TITLE = mark("Registration form of a left-behind child in the countryside")
BLANK_DAY = mark("____ y ____ m ____ d")


@dataclass(frozen=True, slots=True)
class RegistrationForm:
    """What one form shows; a blank one has a child of whom nothing is known. `day` is empty where it is to be written;
    without a `number` there is no code either."""

    office: str
    child: Child
    family: Sequence[FamilyMember] = ()
    day: date | None = None
    number: str = ""


def write_registration_forms(out: BinaryIO, forms: Sequence[RegistrationForm], press: Press) -> int:
    """Writes forms, each on a sheet of its own with two pages. Returns the number of pages."""
    paper = Sheet(out, press.fonts, press.texts(TITLE), stamp=press.stamp)
    for form in forms:
        told = _Told(press, form)
        _front(paper, told)
        _back(paper, told)
    return paper.save()


class _Told:
    """The cells of one form: labels from the facts, values or boxes from the file."""

    def __init__(self, press: Press, form: RegistrationForm) -> None:
        self.press, self.form = press, form

    def name(self, field: str, width: float = NAMED, record: type[Record] = Child) -> Cell:
        """The label of a field."""
        return label(self.press.label(record, field), width, size=SIZE)

    def known(self, field: str, width: float = 0, row: Record | None = None, size: float = SIZE) -> Cell:
        """A field's value, or room to write."""
        return value(self.press.value(row or self.form.child, field), width, size=size, least=7)

    def boxes(self, field: str, width: float = 0, row: Record | None = None) -> Cell:
        """A field that is a choice, as boxes."""
        record = row or self.form.child
        fact, found = facts_of(type(record))[field], getattr(record, field)
        if not fact.codes:
            chosen = () if found is None else (str(int(found)),)
            return many_choices(
                [("1", self.press.texts("yes")), ("0", self.press.texts("no"))], chosen, width, size=SIZE
            )
        return self.listed(fact.codes, "" if found is None else str(found), width)

    def listed(self, codes: str, chosen: str, width: float = 0) -> Cell:
        """A code list as boxes, with those of `chosen` (joined by spaces) ticked."""
        known = self.press.codes[codes]
        options = [(code.code, known.name_of(code.code, self.press.texts)) for code in known]
        return many_choices(options, chosen.split(), width, size=SIZE)

    def member(self, relations: Sequence[str]) -> FamilyMember | None:
        """The first of the family with one of these relations."""
        return next((m for m in self.form.family if m.relation in relations), None)

    def head(self, text: str) -> Cell:
        """The heading of a block, written downwards where it is Chinese."""
        words = self.press.texts(text)
        if len(words) <= MOST_DOWN:
            step = 1 if len(words) < MOST_DOWN - 1 else 2
            words = "\n".join(words[n : n + step] for n in range(0, len(words), step))
        return label(words, BLOCK, size=SIZE)


def _heading(paper: Sheet, told: _Told, *, back: bool = False) -> float:
    """The head of a page; returns where the table begins."""
    texts, form = told.press.texts, told.form
    stamp(paper, LEFT + WIDTH, TOP - 2, QR_SIDE, told.press.label(ChildSheet, "sheet_no"), form.number)
    if back:
        said = f"{told.press.label(Child, 'name')}：{form.child.name or ''}"
        paper.fit(Box(LEFT, TOP + 8, WIDTH - 80, 6), said, Face.FANGSONG, 12)
        return TOP + QR_SIDE
    paper.fit(Box(LEFT, TOP + 20, WIDTH, 10), texts(TITLE), Face.TITLE, 20, align="center")
    paper.fit(Box(LEFT, TOP + 32, 105, 6), f"{texts('Filing unit')}：{form.office}", Face.FANGSONG, 12)
    day = told.press.day(form.day) or texts(BLANK_DAY)
    paper.fit(
        Box(LEFT + 105, TOP + 32, WIDTH - 105, 6), f"{texts('Filled in on')}：{day}", Face.FANGSONG, 12, align="right"
    )
    return TOP + 39.5


def _front(paper: Sheet, told: _Told) -> None:
    """The child: who it is, register, health, school, left behind or in difficulty."""
    grid = Grid(paper, LEFT, _heading(paper, told), WIDTH)
    name, known, boxes = told.name, told.known, told.boxes
    photo = Cell(lambda sheet, box: sheet.fit(box.inset(2, 2), told.press.texts("Photo"), Face.KAITI, SIZE,
                                              align="center"), PHOTO)  # fmt: skip
    who = [
        (ROW, [name("name"), known("name", 34), name("former_name"), known("former_name")]),
        (ROW, [name("sex"), boxes("sex", 34), name("birth_date"), known("birth_date")]),
        (ROW, [name("ethnic_group"), known("ethnic_group", 34), name("interests"), known("interests")]),
        (ROW, [name("identity_no"), known("identity_no")]),
    ]
    grid.block(told.head(mark("Child")), who, photo)
    household = [
        (ROW, [name("registered"), boxes("registered", 30), name("register_address"), known("register_address")]),
        (ROW, [name("home_address"), known("home_address")]),
        (ROW, [name("lives_with"), boxes("lives_with")]),
    ]
    grid.block(told.head(mark("Household")), household)
    health = [
        (ROW, [name("health"), known("health", 50), name("illness", 20), known("illness")]),
        (ROW, [name("disability_kind"), boxes("disability_kind")]),
        (ROW, [name("disability_grade"), boxes("disability_grade")]),
    ]
    grid.block(told.head(mark("Health")), health)
    _school_and_scope(grid, told)
    _foot(paper, told, grid.close())


def _school_and_scope(grid: Grid, told: _Told) -> None:
    """The lower half of the front."""
    name, known, boxes = told.name, told.known, told.boxes
    school = [
        (ROW, [name("school"), known("school", 62), name("grade", 15), known("grade", 22), name("class_name", 13),
               known("class_name")]),
        (ROW, [name("pupil_no"), known("pupil_no", 62), name("boards", 24), boxes("boards")]),
    ]  # fmt: skip
    grid.block(told.head(mark("School")), school)
    scope = [
        (ROW, [name("civil_scope", 50), boxes("civil_scope", 30), name("education_scope", 50),
               boxes("education_scope")]),
        (HIGH, [name("difficulty_groups"), boxes("difficulty_groups")]),
        (ROW, [name("hardship_grade"), boxes("hardship_grade")]),
        (HIGH + 8, [name("priority_groups"), boxes("priority_groups")]),
    ]  # fmt: skip
    grid.block(told.head(mark("Situation")), scope)


def _foot(paper: Sheet, told: _Told, end: float) -> None:
    hint = told.press.texts("Write with a black pen and tick the boxes. What is not known stays empty.")
    paper.fit(Box(LEFT, end + 1.2, WIDTH, 5), hint, Face.KAITI, 10)
    paper.end_page()


def _back(paper: Sheet, told: _Told) -> None:
    """The family: grandparents, parents and where they work, guardian, entrusted carer, income and aid; signatures."""
    grid = Grid(paper, LEFT, _heading(paper, told, back=True), WIDTH)
    grid.block(told.head(mark("Grand-\nparents")), _grandparents(told))
    grid.block(told.head(mark("Father")), _parent(told, FATHER))
    grid.block(told.head(mark("Mother")), _parent(told, MOTHER))
    guardian = next((m for m in told.form.family if m.is_guardian), None)
    carer = next((m for m in told.form.family if m.is_carer), None)
    kind = guardianship_kind(told.form.child, guardian)
    able = [told.name("able_to_care", NAMED, FamilyMember), told.boxes("able_to_care", 30, guardian or _nobody())]
    able += [told.name("unable_reason", 31, FamilyMember), told.known("unable_reason", 0, guardian or _nobody())]
    kinds = label(told.press.texts("Kind of guardianship"), NAMED, size=SIZE)
    grid.block(
        told.head(mark("Guardian")),
        [
            *_person(told, guardian),
            (LOW, able),
            (LOW, [kinds, told.listed("guardianship_kind", kind or "")]),
            (LOW, [told.name("guardianship"), told.boxes("guardianship")]),
        ],
    )
    grid.block(told.head(mark("Entrusted carer")), _person(told, carer))
    aid = [(HIGH, [told.name("income_sources"), told.boxes("income_sources")])]
    aid.append((HIGH + 1, [told.name("aid_received"), told.boxes("aid_received")]))
    grid.block(told.head(mark("Income and aid")), aid)
    _signatures(grid, told)
    _foot(paper, told, grid.close())


def _nobody() -> FamilyMember:
    """Somebody of whom nothing is known: rooms to write."""
    return FamilyMember(site_id="", child_id="", is_guardian=None, is_carer=None)


def _grandparents(told: _Told) -> list[tuple[float, list[Cell]]]:
    texts, widths = told.press.texts, (24.0, 30.0, 26.0, 24.0, 26.0, 0.0)
    fields = ("name", "birth", "alive", "able_to_care", "phone")
    rest = WIDTH - BLOCK - sum(widths)
    heads = [label(texts("Relation"), widths[0], size=SMALL)]
    heads += [
        label(told.press.label(FamilyMember, f), w or rest, size=SMALL) for f, w in zip(fields, widths[1:], strict=True)
    ]
    rows = [(LOW - 1, heads)]
    for relation in GRANDPARENTS:
        member = told.member((relation,)) or _nobody()
        named = told.press.codes["relation"].name_of(relation, texts)
        cells = [label(named, widths[0], size=SMALL)]
        for field, wide in zip(fields, widths[1:], strict=True):
            made = told.boxes if field in ("alive", "able_to_care") else told.known
            cells.append(made(field, wide or rest, member))
        rows.append((LOW, cells))
    return rows


def _parent(told: _Told, relations: Sequence[str]) -> list[tuple[float, list[Cell]]]:
    """A parent: who it is, where it works and since when, how it keeps in touch."""
    member = told.member(relations) or _nobody()

    def pair(field: str, named: float, width: float = 0) -> list[Cell]:
        made = told.boxes if field in ("alive", "contact_frequency") else told.known
        return [told.name(field, named, FamilyMember), made(field, width, member)]

    return [
        (LOW, [*pair("name", 13, 40), *pair("birth", 21, 30), *pair("alive", 21)]),
        (LOW, [*pair("works_at", NAMED, 44), *pair("employer", 21)]),
        (LOW, [*pair("away_since", NAMED, 20), *pair("returns", 27, 28), *pair("phone", 21)]),
        (LOW, [*pair("contact_frequency", NAMED)]),
    ]


def _person(told: _Told, member: FamilyMember | None) -> list[tuple[float, list[Cell]]]:
    """Who cares for the child."""
    row = member or _nobody()

    def pair(field: str, named: float, width: float = 0) -> list[Cell]:
        return [told.name(field, named, FamilyMember), told.known(field, width, row)]

    return [
        (LOW, [*pair("name", NAMED, 34), *pair("relation", 26, 24), *pair("birth", 21)]),
        (LOW, [*pair("identity_no", NAMED, 63), *pair("phone", 21)]),
    ]


def _signatures(grid: Grid, told: _Told) -> None:
    texts = told.press.texts
    guardian = [label(texts("Guardian's\nsignature"), 28, size=SIZE), value("", 56)]
    grid.row(14, *guardian, label(texts("Filled in by\n(signature)"), 28, size=SIZE), value(""))
    village = [label(texts("Village committee\n(seal)"), 28, size=SIZE), value("", 56)]
    grid.row(19, *village, label(texts("Township\n(seal)"), 28, size=SIZE), value(""))
