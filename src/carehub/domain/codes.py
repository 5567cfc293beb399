"""Code lists (sex, relation, ethnic group …): reference data, read from `resources/codes`, never constants."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from carehub.domain.texts import Texts

_BETWEEN = re.compile(r"[、，,;；/|\n]")
"""What stands between the words of a field that holds several codes."""


@dataclass(frozen=True, slots=True)
class Code:
    """One entry: the code as stored, its names, and everyday words an old ledger may use for it."""

    code: str
    zh: str
    en: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class CodeList:
    """One list in its order on screen. `source` names the standard it comes from."""

    name: str
    codes: tuple[Code, ...]
    source: str = ""
    _by_code: dict[str, Code] = field(init=False, repr=False, compare=False)
    _by_word: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_code", {c.code: c for c in self.codes})
        words = {w.casefold(): c.code for c in self.codes for w in (*c.words, c.zh, c.en)}
        object.__setattr__(self, "_by_word", words)

    def __iter__(self) -> Iterator[Code]:
        return iter(self.codes)

    def __contains__(self, code: object) -> bool:
        return str(code) in self._by_code

    def name_of(self, code: object, texts: Texts) -> str:
        """The name of a code in the chosen language, or the names of several (`Kind.CHOICES`) in the order of the list;
        a code that is unknown here is shown as it is."""
        if code is None:
            return ""
        entry = self._by_code.get(str(code))
        if entry is not None:
            return texts.pick(entry.zh, entry.en)
        told = self.in_order(str(code))
        names = [self._by_code[c] if c in self._by_code else Code(c, c, c) for c in told]
        return texts.pick("、".join(c.zh for c in names), ", ".join(c.en for c in names))

    def in_order(self, codes: str) -> list[str]:
        """The codes of a value, joined by spaces, in the order of the list; unknown ones last."""
        at = {c.code: n for n, c in enumerate(self.codes)}
        return sorted(codes.split(" "), key=lambda c: (at.get(c, len(at)), c)) if codes else []

    def code_for(self, word: str) -> str | None:
        """The code an everyday word stands for (爷爷 → 61), or the code itself, else None."""
        word = word.strip()
        if word in self._by_code:
            return word
        return self._by_word.get(word.casefold())

    def codes_for(self, words: str) -> tuple[str | None, str]:
        """The codes that several words or codes stand for (低保、孤儿), as `Kind.CHOICES` stores them, or None and the
        first word that is not in the list."""
        found: set[str] = set()
        for part in filter(None, (p.strip() for p in _BETWEEN.split(words))):
            whole = self.code_for(part)  # a name may hold spaces itself
            for piece in [part] if whole else part.split():
                code = self.code_for(piece)
                if code is None:
                    return None, piece
                found.add(code)
        return " ".join(sorted(found)), ""


class Codebook:
    """All code lists by name."""

    def __init__(self, lists: Mapping[str, CodeList]) -> None:
        self._lists = dict(lists)

    def __getitem__(self, name: str) -> CodeList:
        return self._lists[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lists)
