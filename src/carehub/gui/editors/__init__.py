"""Editors, one for every kind of field."""

from collections.abc import Sequence

from carehub.domain.codes import Codebook
from carehub.domain.facts import Fact, Kind
from carehub.domain.texts import Texts, mark
from carehub.gui.editors.base import Editor
from carehub.gui.editors.choices import ChoiceEditor, Option, options_of_pairs
from carehub.gui.editors.days import DayEditor
from carehub.gui.editors.lines import LineEditor, LongEditor, MoneyEditor, NumberEditor
from carehub.gui.editors.segments import SegmentEditor
from carehub.gui.editors.ticks import TicksEditor
from carehub.gui.theme import Theme

FEW = 5
"""Up to so many codes are buttons, more are a list."""
SHORT, MIDDLE = 20, 60
"""Texts up to these lengths have lines that show it."""
YES, NO = mark("Yes"), mark("No")

__all__ = ["Editor", "editor_for"]


def editor_for(
    fact: Fact, theme: Theme, tr: Texts, codes: Codebook, references: Sequence[tuple[str, str]] = ()
) -> Editor:
    """The editor of a field, from its facts alone."""
    match fact.kind:
        case Kind.LONG:
            return LongEditor(theme, tr)
        case Kind.DATE:
            return DayEditor(theme, tr)
        case Kind.INTEGER:
            return NumberEditor(theme, tr, unit=tr(fact.unit) if fact.unit else "")
        case Kind.MONEY:
            return MoneyEditor(theme, tr, width=160, unit=tr(fact.unit) if fact.unit else "", latin=True)
        case Kind.BOOLEAN:
            return SegmentEditor(theme, tr, [("1", tr(YES)), ("0", tr(NO))])
        case Kind.CHOICE:
            return _choice(fact, theme, tr, codes)
        case Kind.CHOICES:
            return TicksEditor(theme, tr, [(c.code, tr.pick(c.zh, c.en)) for c in codes[fact.codes]])
        case Kind.REFERENCE:
            return ChoiceEditor(theme, tr, options_of_pairs(references))
        case _:
            return LineEditor(
                theme, tr, width=_width(fact), unit=tr(fact.unit) if fact.unit else "", latin=_latin(fact)
            )


def _choice(fact: Fact, theme: Theme, tr: Texts, codes: Codebook) -> Editor:
    listed = list(codes[fact.codes])
    if len(listed) <= FEW:
        return SegmentEditor(theme, tr, [(c.code, tr.pick(c.zh, c.en)) for c in listed])
    return ChoiceEditor(theme, tr, [Option(c.code, tr.pick(c.zh, c.en), (c.zh, c.en, *c.words)) for c in listed])


def _latin(fact: Fact) -> bool:
    return fact.kind in (Kind.IDENTITY_NO, Kind.PHONE, Kind.PARTIAL_DATE)


def _width(fact: Fact) -> int:
    """Width of a line in pixels at the standard size; 0 takes all the room there is."""
    widths = {Kind.NAME: 240, Kind.IDENTITY_NO: 360, Kind.PHONE: 360, Kind.PARTIAL_DATE: 240}
    if fact.kind in widths:
        return widths[fact.kind]
    return 240 if fact.length <= SHORT else 360 if fact.length <= MIDDLE else 0
