"""Code lists (sex, relation, ethnic group …): reference data, read from `resources/codes`, never constants."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from carehub.domain.texts import Texts


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
        """The name of a code in the chosen language; a code that is unknown here is shown as it is."""
        entry = self._by_code.get(str(code)) if code is not None else None
        if entry is None:
            return "" if code is None else str(code)
        return texts.pick(entry.zh, entry.en)

    def code_for(self, word: str) -> str | None:
        """The code an everyday word stands for (爷爷 → 61), or the code itself, else None."""
        word = word.strip()
        if word in self._by_code:
            return word
        return self._by_word.get(word.casefold())


class Codebook:
    """All code lists by name."""

    def __init__(self, lists: Mapping[str, CodeList]) -> None:
        self._lists = dict(lists)

    def __getitem__(self, name: str) -> CodeList:
        return self._lists[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lists)
