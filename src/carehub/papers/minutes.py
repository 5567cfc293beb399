"""The minutes of a joint meeting 联席会议记录, with its resolutions as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from carehub.domain.meetings import JointMeeting, Resolution
from carehub.domain.texts import mark
from carehub.papers.official import OfficialPaper
from carehub.papers.press import Press

TITLE = mark("Minutes of the joint meeting")
HEADS = ("一、", "二、", "三、")


@dataclass(frozen=True, slots=True)
class Minutes:
    """A meeting, the office that keeps its minutes, its resolutions, and the names of sites by id."""

    meeting: JointMeeting
    office: str
    resolutions: Sequence[Resolution]
    sites: Mapping[str, str]


def write_minutes(out: BinaryIO, minutes: Minutes, press: Press) -> int:
    """Writes the minutes. Returns the number of pages."""
    texts, meeting = press.texts, minutes.meeting
    paper = OfficialPaper(out, press, texts(TITLE))
    paper.title(texts(TITLE))
    paper.gap(0.5)
    for pair in (("held_on", "place"), ("chair", "recorder"), ("expected", "present")):
        told = [f"{press.label(JointMeeting, n)}：{press.value(meeting, n)}" for n in pair if press.value(meeting, n)]
        if told:
            paper.paragraph("　　".join(told), indent=False)
    paper.paragraph(texts("Kept by {office}.", office=minutes.office), indent=False)
    numbers = iter(HEADS)
    for name in ("agenda", "minutes"):
        if text := press.value(meeting, name):
            paper.heading(next(numbers) + press.label(JointMeeting, name))
            for line in text.split("\n"):
                paper.paragraph(line)
    paper.heading(next(numbers) + texts(Resolution.about.plural))
    if minutes.resolutions:
        for n, resolution in enumerate(minutes.resolutions, 1):
            paper.paragraph(f"{n}. {_told(resolution, minutes, press)}")
    else:
        paper.paragraph(texts("None."))
    paper.gap(0.3)
    paper.signatures([texts("Chair signs:"), texts("Recorder signs:")])
    return paper.save()


def _told(resolution: Resolution, minutes: Minutes, press: Press) -> str:
    """What was resolved, who does it until when, and how far it is: a sentence that may be long, so no table."""
    texts = press.texts
    site = minutes.sites.get(resolution.responsible_id or "", "")
    parts = [
        f"{press.label(Resolution, 'responsible_id')}：{site}" if site else "",
        f"{press.label(Resolution, 'due_on')}：{press.day(resolution.due_on)}" if resolution.due_on else "",
        f"{press.label(Resolution, 'done_on')}：{press.day(resolution.done_on)}" if resolution.done_on else "",
        f"{press.label(Resolution, 'result')}：{resolution.result}" if resolution.result else "",
    ]
    about = texts("; ").join(p for p in parts if p)
    return f"{resolution.wording}（{about}）" if about else resolution.wording
