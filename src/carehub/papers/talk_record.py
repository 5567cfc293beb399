"""The record of one counselling talk 谈心记录, for the locked cupboard of the counsellor: it says so itself."""

from dataclasses import dataclass
from typing import BinaryIO

from carehub.domain.protection import Talk
from carehub.domain.texts import mark
from carehub.papers.official import OfficialPaper
from carehub.papers.press import Press

TITLE = mark("Record of a talk")
KEPT = mark("For the counsellor and the head only. Please keep it locked up, and do not copy it.")


@dataclass(frozen=True, slots=True)
class TalkRecord:
    """A talk, the name of the child it was with, and the office."""

    talk: Talk
    child: str
    office: str


def write_talk_record(out: BinaryIO, record: TalkRecord, press: Press) -> int:
    """Writes the record. Returns the number of pages."""
    texts, talk = press.texts, record.talk
    paper = OfficialPaper(out, press, texts(TITLE))
    paper.title(texts(TITLE))
    paper.gap(0.5)
    paper.paragraph(texts("Child: {name}", name=record.child), indent=False)
    for pair in (("held_on", "place"), ("counsellor", "topic")):
        told = [f"{press.label(Talk, n)}：{press.value(talk, n)}" for n in pair if press.value(talk, n)]
        if told:
            paper.paragraph("　　".join(told), indent=False)
    paper.paragraph(texts("Kept by {office}.", office=record.office), indent=False)
    for name in ("summary", "follow_up"):
        if text := press.value(talk, name):
            paper.heading(press.label(Talk, name))
            for line in text.split("\n"):
                paper.paragraph(line)
    if talk.next_on:
        paper.paragraph(f"{press.label(Talk, 'next_on')}：{press.day(talk.next_on)}", indent=False)
    paper.gap(0.5)
    paper.paragraph(texts(KEPT), indent=False)
    paper.signatures([texts("Counsellor signs:")], texts("____ year __ month __ day"))
    return paper.save()
