"""The child file 一人一档: a cover, then all that is on file of one child, made from the facts of the records. A field
or a record that is added to the program comes out on paper by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from carehub.domain.attachments import PDF, Attachment
from carehub.domain.custom import GROUP
from carehub.domain.facts import Fact, Kind, Sensitivity, day_facts, facts_of, typed_facts
from carehub.domain.people import Child, FamilyMember
from carehub.domain.protection import Consent
from carehub.domain.record import Record
from carehub.domain.texts import mark
from carehub.papers.official import OfficialPaper
from carehub.papers.press import Press

TITLE = mark("File of a child")
RANKS = (*"一二三四五六七八九十", *(f"十{n}" for n in "一二三四五六七八九"))
SHORT = 14
"""Characters that stand in a cell of a table; what is longer gets lines of its own, so that nothing is cut."""
HALF = 18
"""The same where a table has two columns."""
NOT_PRINTED = frozenset({"child_id"})


@dataclass(frozen=True, slots=True)
class ChildPaper:
    """All that is printed of one child. `sections` are further records, each under its plural (message id), the oldest
    row first; `names` says who or what the rows point to (id → name)."""

    office: str
    day: date
    child: Child
    family: Sequence[FamilyMember] = ()
    sections: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    consents: Sequence[Consent] = ()
    attachments: Sequence[Attachment] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    answers: Sequence[tuple[str, str]] = ()
    """What was answered to the office's own questions."""


def write_child_file(out: BinaryIO, told: ChildPaper, press: Press) -> int:
    """Writes the file. Returns the number of pages."""
    texts = press.texts
    paper = OfficialPaper(out, press, texts(TITLE))
    _cover(paper, told, press)
    sections = _Sections(paper, press, told.names)
    _child(sections, told.child)
    _family(sections, told.family)
    _answers(sections, told.answers)
    for title, rows in told.sections.items():
        if rows:
            sections.begin(texts(title))
            for row in rows:
                sections.entry(row)
    _consents(sections, told.consents)
    _attachments(sections, told.attachments)
    return paper.save()


class _Sections:
    """Numbers the sections and writes facts: short ones into a table, long ones as paragraphs."""

    def __init__(self, paper: OfficialPaper, press: Press, names: Mapping[str, str]) -> None:
        self.paper, self.press, self._names, self._n = paper, press, names, 0

    def begin(self, title: str) -> None:
        """A heading with the next number."""
        rank = RANKS[self._n] if self._n < len(RANKS) else str(self._n + 1)
        self._n += 1
        self.paper.gap(0.5)
        self.paper.heading(f"{rank}、{title}")

    def value(self, row: Record, fact: Fact) -> str:
        """A fact as it is read on paper; a reference by the name of what it points to."""
        found = getattr(row, fact.name)
        if fact.sensitivity is Sensitivity.RESTRICTED or found is None:
            return ""
        if fact.kind is Kind.REFERENCE:
            return self._names.get(str(found), "")
        if fact.kind is Kind.BOOLEAN:
            return self.press.texts("yes") if found else self.press.texts("no")
        text = self.press.value(row, fact.name)
        return f"{text} {self.press.texts(fact.unit)}" if fact.unit and text else text

    def facts(self, row: Record, facts: Sequence[Fact]) -> None:
        """Facts with or without a value: what is not known is left open to be filled in by hand."""
        told = [(self.press.texts(f.label), self.value(row, f)) for f in facts]
        short = [pair for pair in told if len(pair[1]) <= SHORT]
        rows = [[*short[n], *(short[n + 1] if n + 1 < len(short) else ("", ""))] for n in range(0, len(short), 2)]
        heads = [self.press.texts("Item"), self.press.texts("Content")] * 2
        self.paper.table(heads, [34, 0, 34, 0], rows)
        for name, text in told:
            if len(text) > SHORT:
                self.paper.paragraph(f"{name}：{text}")

    def entry(self, row: Record) -> None:
        """One row of a record: its day, then all that is known of it."""
        record = type(row)
        days = day_facts(record)
        day = next((d for f in days if isinstance(d := getattr(row, f.name), date)), None)
        shown = {f.name for f in days if getattr(row, f.name) == day} | NOT_PRINTED
        told = [
            f"{self.press.texts(f.label)}：{text}"
            for f in typed_facts(record).values()
            if f.name not in shown and (text := self.value(row, f))
        ]
        self.paper.subheading(self.press.day(day) or self.press.texts("(day unknown)"))
        if told:
            self.paper.paragraph("；".join(told) + "。")


def _cover(paper: OfficialPaper, told: ChildPaper, press: Press) -> None:
    texts, child = press.texts, told.child
    paper.paragraph(texts("For inside use. Keep locked away."), indent=False)
    paper.gap(5)
    paper.title(texts(TITLE))
    paper.gap(5)
    lines = (
        (press.label(Child, "name"), child.name or ""),
        (press.label(Child, "sex"), press.value(child, "sex")),
        (press.label(Child, "birth_date"), press.day(child.birth_date)),
        (press.label(Child, "school"), "".join(x for x in (child.school, child.grade, child.class_name) if x)),
        (texts("Kept by"), told.office),
        (texts("Printed on"), press.day(told.day)),
    )
    for name, text in lines:
        paper.paragraph(f"{name}：{text}")
    paper.new_page()


def _child(sections: _Sections, child: Child) -> None:
    groups: dict[str, list[Fact]] = {}
    for fact in typed_facts(Child).values():
        groups.setdefault(fact.group, []).append(fact)
    for group, facts in groups.items():
        sections.begin(sections.press.texts(group))
        sections.facts(child, facts)


def _family(sections: _Sections, family: Sequence[FamilyMember]) -> None:
    """A table of the family; what does not stand in it follows by name."""
    texts = sections.press.texts
    sections.begin(texts(FamilyMember.about.plural))
    listed = [f for f in facts_of(FamilyMember).values() if f.listed]
    rows = [[sections.value(member, f) for f in listed] for member in family] or [[""] * len(listed)]
    wide = {Kind.PHONE: 38.0, Kind.BOOLEAN: 18.0, Kind.CHOICE: 26.0, Kind.NAME: 26.0}
    sections.paper.table([texts(f.label) for f in listed], [wide.get(f.kind, 0.0) for f in listed], rows)
    for member in family:
        rest = [f for f in typed_facts(FamilyMember).values() if not f.listed and f.kind is not Kind.BOOLEAN]
        told = [f"{texts(f.label)}：{text}" for f in rest if (text := sections.value(member, f))]
        if told:
            sections.paper.paragraph(f"{member.name or texts('(name unknown)')}　{'；'.join(told)}")


def _answers(sections: _Sections, answers: Sequence[tuple[str, str]]) -> None:
    if not answers:
        return
    texts = sections.press.texts
    sections.begin(texts(GROUP))
    short = [[question, answer] for question, answer in answers if max(len(question), len(answer)) <= HALF]
    if short:
        sections.paper.table([texts("Item"), texts("Content")], [78, 0], short)
    for question, answer in answers:
        if [question, answer] not in short:
            sections.paper.paragraph(f"{question}：{answer}")


def _consents(sections: _Sections, consents: Sequence[Consent]) -> None:
    if not consents:
        return
    texts = sections.press.texts
    sections.begin(texts(Consent.about.plural))
    listed = [f for f in facts_of(Consent).values() if f.listed and f.ref != "child"]
    rows = [[sections.value(row, f) for f in listed] for row in consents]
    sections.paper.table([texts(f.label) for f in listed], [0.0] * len(listed), rows, size=10.5)


def _attachments(sections: _Sections, attachments: Sequence[Attachment]) -> None:
    """What lies in the program as pictures, so that whoever holds the paper knows of it."""
    texts = sections.press.texts
    sections.begin(texts(Attachment.about.plural))
    if not attachments:
        sections.paper.paragraph(texts("None."))
        return
    facts = facts_of(Attachment)
    heads = [texts("No."), texts(facts["title"].label), texts(facts["taken_on"].label), texts("Kind")]
    kinds = {PDF: texts("document")}
    rows = [
        [str(n), a.title or "", sections.press.day(a.taken_on), kinds.get(a.media or "", texts("picture"))]
        for n, a in enumerate(attachments, start=1)
    ]
    sections.paper.table(heads, [14, 0, 44, 24], rows)
