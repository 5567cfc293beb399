"""The faces of official papers, each a chain of font files: a character missing in one is taken from the next."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import groupby
from pathlib import Path

import pylopdf_fonts_zh_cn
from reportlab.pdfbase import pdfmetrics

from carehub.papers.embedding import EmbeddedFont
from carehub.papers.font_file import FontFile


class Face(StrEnum):
    """The faces GB/T 9704 asks for, by what they are for."""

    FANGSONG = "fangsong"  # body
    HEITI = "heiti"  # headings of the first rank, labels
    KAITI = "kaiti"  # headings of the second rank, signatures
    TITLE = "title"  # 小标宋 or 宋体
    SONGTI = "songti"  # page numbers


_FILES: dict[Face, tuple[str, ...]] = {
    Face.FANGSONG: ("simfang.ttf", "fzfsjw.ttf", "fzfsk.ttf", "stfangso.ttf", "fangsong.ttf", "仿宋.ttf"),
    Face.HEITI: ("simhei.ttf", "fzhtjw.ttf", "fzhtk.ttf", "stheiti.ttf", "heiti.ttf", "黑体.ttf"),
    Face.KAITI: ("simkai.ttf", "fzktjw.ttf", "fzktk.ttf", "stkaiti.ttf", "kaiti.ttf", "楷体.ttf"),
    Face.TITLE: ("fzxbsjw.ttf", "fzxbsk.ttf", "方正小标宋简体.ttf", "方正小标宋_gbk.ttf", "stzhongs.ttf", "simsun.ttc"),
    Face.SONGTI: ("simsun.ttc", "fzssjw.ttf", "fzssk.ttf", "stsong.ttf", "宋体.ttf"),
}
_ABSENT = -1
_NOWHERE: tuple[None, int] = (None, _ABSENT)
_WIDE_SPACE = "\u3000"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text whose characters all come from one font. `width` is in thousandths of the type size."""

    font: EmbeddedFont
    text: str
    width: int


class Fonts:
    """Which font file every face and character is taken from. Made once at the start and handed to the papers."""

    def __init__(self, system: Mapping[Face, FontFile]) -> None:
        serif, sans = _bundled_files()
        self._chains: dict[Face, tuple[FontFile, ...]] = {}
        for face in Face:
            own = (sans, serif) if face is Face.HEITI else (serif, sans)
            self._chains[face] = (system[face], *own) if face in system else own
        self._found: dict[Face, dict[str, tuple[EmbeddedFont | None, int]]] = {face: {} for face in Face}

    @classmethod
    def bundled(cls) -> "Fonts":
        """Only the fonts that come with the program: the same papers on every computer."""
        return cls({})

    @classmethod
    def with_system(cls, folders: Iterable[Path] | None = None) -> "Fonts":
        """The computer's own official fonts first, where it has them. `folders` defaults to the system's."""
        present = {path.name.casefold(): path for path in _font_files(folders or system_folders())}
        system = {}
        for face, names in _FILES.items():
            files = (FontFile(present[name]) for name in names if name in present)
            usable = next((file for file in files if file.codes), None)
            if usable:
                system[face] = usable
        return cls(system)

    def find(self, char: str, face: Face) -> tuple[EmbeddedFont | None, int]:
        """The font that has this character (None: no font has it), and its width in thousandths of the type size."""
        found = self._found[face].get(char)
        if found is None:
            code = ord(char)
            inked = char.isprintable() or char == _WIDE_SPACE
            file = next((f for f in self._chains[face] if inked and code in f.codes), None)
            found = (registered(file), file.width(code)) if file else _NOWHERE
            self._found[face][char] = found
        return found

    def width(self, text: str, face: Face) -> int:
        """Width of a text in thousandths of the type size. The text must have gone through `printable`."""
        known = self._found[face]
        try:
            return sum([known[char][1] for char in text])
        except KeyError:
            return sum(self.find(char, face)[1] for char in text)

    def runs(self, text: str, face: Face) -> list[Run]:
        """The text cut where the font changes. It must have gone through `printable`."""
        known = self._found[face]
        for char in set(text).difference(known):
            self.find(char, face)
        runs = []
        for font, chars in groupby(text, key=lambda char: known[char][0]):
            piece = "".join(chars)
            if font:
                runs.append(Run(font, piece, sum([known[char][1] for char in piece])))
        return runs

    def printable(self, text: str, face: Face = Face.FANGSONG) -> str:
        """The text as it can be printed: what no font has is named (〔U+1F600〕), what has no shape is left out.
        Line ends stay."""
        known = self._found[face]
        if all(known.get(char, _NOWHERE)[1] >= 0 for char in text):
            return text
        return "".join(self._printable_char(char, face) for char in text)

    def _printable_char(self, char: str, face: Face) -> str:
        if char == "\n" or self.find(char, face)[1] >= 0:
            return char
        if char.isspace():
            return " "
        return "" if _shapeless(char) else f"〔U+{ord(char):04X}〕"


def _shapeless(char: str) -> bool:
    """Controls, joiners and variation selectors: they shape their neighbours and have no ink of their own."""
    code = ord(char)
    invisible = (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF)
    return code < 0x20 or 0x7F <= code < 0xA0 or code in (0xAD, 0xFEFF) or any(a <= code <= b for a, b in invisible)


@cache
def _bundled_files() -> tuple[FontFile, FontFile]:
    """Serif and sans, opened once per process so that their outlines are drawn once."""
    return FontFile(Path(pylopdf_fonts_zh_cn.serif_path())), FontFile(Path(pylopdf_fonts_zh_cn.sans_path()))


_registered: dict[tuple[Path, int], EmbeddedFont] = {}


def registered(file: FontFile) -> EmbeddedFont:
    """The font as ReportLab meets it; made known to ReportLab on first use."""
    key = file.path, file.number
    if key not in _registered:
        taken = {font.fontName for font in _registered.values()}
        name = file.name if file.name not in taken else f"{file.name}-{len(taken)}"
        font = EmbeddedFont(name, file)
        pdfmetrics.registerFont(font)
        _registered[key] = font
    return _registered[key]


def system_folders() -> list[Path]:
    """Where this computer keeps its fonts."""
    home = Path.home()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", str(home / "AppData" / "Local"))
        return [
            Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",
            Path(local) / "Microsoft" / "Windows" / "Fonts",
        ]
    return [home / ".fonts", home / ".local/share/fonts", Path("/usr/local/share/fonts"), Path("/usr/share/fonts")]


def _font_files(folders: Iterable[Path]) -> Iterator[Path]:
    """Font files in the folders; where two have the same name, the one of the earlier folder comes last."""
    for folder in reversed(list(folders)):
        if folder.is_dir():
            yield from sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".ttf", ".ttc", ".otf"))
