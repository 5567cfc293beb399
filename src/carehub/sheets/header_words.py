"""What a header says: which person it speaks of, and which of that person's facts."""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from functools import cache

from carehub.sheets.words import OWN, STRANGERS, FieldWords, KindWords, bare, common, kinds

_LINKS = re.compile("^[与和及之的/、]+|[的/、]+$")
_BRACKETED = re.compile(r"\(.*\)")
_BARE_PHONE = 0.86  # a phone without a name is the carer's more often than anybody else's
_GUARDIAN = "guardian"


@cache
def likeness(text: str, word: str) -> float:
    """How near a header is to a known word, 0 to 1: the same, holding it, part of it, or spelled much like it."""
    if text == word:
        return 1.0
    if not text or not word:
        return 0.0
    if len(word) >= 2 and word in text:
        return 0.5 + 0.45 * len(word) / len(text)
    if len(text) >= 2 and text in word:
        return 0.45 + 0.4 * len(text) / len(word)
    ratio = SequenceMatcher(None, text, word, autojunk=False).ratio()
    return 0.75 * ratio if ratio >= 0.75 else 0.0


@cache
def _best(forms: tuple[str, ...], words: tuple[str, ...]) -> float:
    return max((likeness(form, word) for form in forms for word in words), default=0.0)


@cache
def forms(text: str) -> tuple[str, ...]:
    """A header as it stands, without its brackets, and with what stands in them."""
    without = re.sub(r"\(.*?\)", "", text)
    inside = re.sub(r"[()]", "", text)
    return tuple(dict.fromkeys(f for f in (text, without, inside) if f))


@cache
def person_of(kind_name: str, text: str) -> tuple[str | None, str]:
    """The person a header speaks of, and the rest of the header. Others go before the person of the row: 学生家长
    is the carer. None if nobody is named."""
    found: list[tuple[int, int, str]] = []
    for person, words in kinds()[kind_name].persons.items():
        for word in words:
            found += [(m.start(), m.end(), person) for m in re.finditer(re.escape(word), text)]
    outer = [
        f for f in found if not any(g != f and g[0] <= f[0] and f[1] <= g[1] and _length(g) > _length(f) for g in found)
    ]
    rest = text
    for start, end, _ in sorted(outer, reverse=True):
        rest = rest[:start] + rest[end:]
    for filler in common().fillers:
        rest = rest.replace(filler, "")
    rest = _LINKS.sub("", rest)
    named = [f for f in outer if f[2] != OWN] or outer
    return (max(named, key=_length)[2] if named else None), rest


def _length(match: tuple[int, int, str]) -> int:
    return match[1] - match[0]


@cache
def header_scores(kind_name: str, path: tuple[str, ...]) -> Mapping[str, float]:
    """Field → how well a header fits it, 0 to 1. A column may be called by its group and its own header together."""
    kind = kinds()[kind_name]
    texts = [bare(p) for p in path]
    leaf, group = texts[-1], "".join(texts[:-1])
    person, rest = person_of(kind_name, leaf)
    above, _ = person_of(kind_name, group)
    if above not in (None, OWN) and person in (None, OWN):
        person = above
    scores = {name: _own(words, leaf, group, person, rest) for name, words in kind.fields.items()}
    for name, words in kind.attributes.items():
        fit = _best(forms(rest), words.words) if rest else 0.0
        if words.bare and (not rest or _BRACKETED.fullmatch(rest)):
            fit = 1.0
        elif _BRACKETED.fullmatch(rest):
            fit *= 0.7  # 监护人(关系) heads names with the relation behind them
        for other in kind.persons:
            if person == other and other not in (OWN, STRANGERS):
                scores[f"{other}.{name}"] = fit
        if person in (None, OWN) and name in ("phone", "relation"):
            scores[f"{_GUARDIAN}.{name}"] = fit * (_BARE_PHONE if name == "phone" else 1.0)
    return {name: score for name, score in scores.items() if score > 0}


def _own(words: FieldWords, leaf: str, group: str, person: str | None, rest: str) -> float:
    if person not in (None, OWN):
        return 1.0 if not group and leaf in words.words else 0.0
    tried = forms(leaf) + (forms(rest) if rest else ())
    best = _best(tried, words.words)
    return max(best, 0.95 * _best(forms(group + leaf), words.words)) if group else best


@cache
def says_person(kind_name: str, path: tuple[str, ...]) -> str | None:
    """The person a header speaks of, by itself or by its group."""
    texts = [bare(p) for p in path]
    person, _ = person_of(kind_name, texts[-1])
    above, _ = person_of(kind_name, "".join(texts[:-1]))
    return above if above not in (None, OWN) and person in (None, OWN) else person


@cache
def lexical(text: str) -> float:
    """How much a text is a word of headers at all, of any kind of ledger."""
    if text in common().index:
        return 1.0
    if not text or len(text) > 24:
        return 0.0
    best = 0.0
    for name in kinds():
        best = max(best, *header_scores(name, (text,)).values(), 0.0)
        person, rest = person_of(name, text)
        if person and not rest:
            best = max(best, 0.9)
    return best


def is_index(path: tuple[str, ...]) -> bool:
    """Whether a column is called 序号 or the like."""
    return bool(path) and bare(path[-1]) in common().index


def bare_attribute(kind: KindWords, path: tuple[str, ...]) -> str | None:
    """The attribute (phone, name …) of a header that names nobody, so that its neighbours must tell whose it is."""
    if not kind.attributes or person_of(kind.kind, bare(path[-1]))[0] is not None:
        return None
    if says_person(kind.kind, path) not in (None, "parents"):
        return None
    _, rest = person_of(kind.kind, bare(path[-1]))
    best = max(kind.attributes, key=lambda name: _best(forms(rest), kind.attributes[name].words))
    return best if _best(forms(rest), kind.attributes[best].words) >= 0.8 else None
