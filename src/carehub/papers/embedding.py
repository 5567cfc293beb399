"""A font as ReportLab meets it: a composite PDF font with one two-byte code per character.

ReportLab's own `TTFont` takes no PostScript outlines, cuts a Chinese text into subsets of 255 characters, and writes
a wrong text layer beyond U+FFFF. This class offers ReportLab the same few methods (a "dynamic font") and writes one
subset per document with a text layer in UTF-16, surrogate pairs included, so that 𬭊 can be searched and copied.
"""

import hashlib
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

from reportlab.pdfbase import pdfdoc

from carehub.papers.font_file import FontFile

_CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{blocks}endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""
_BLOCK = 100  # PDF allows no more pairs in one block


class _Used:
    """The characters one document has used so far, in order of first use; code 0 stays free for "missing"."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.codes: dict[str, str] = {}

    def encode(self, text: str) -> str:
        codes = self.codes
        for char in text:
            if char not in codes:
                codes[char] = f"{len(codes) + 1:04X}"
        return "".join([codes[char] for char in text])


class EmbeddedFont:
    """One font file, registered with ReportLab under `fontName`. May serve several documents at once."""

    _dynamicFont = 1  # ReportLab asks this object to split texts and to write itself at the end
    _multiByte = 1
    shapable = False

    def __init__(self, name: str, file: FontFile) -> None:
        self.fontName = name
        self.file = file
        self.face = SimpleNamespace(name=name, ascent=880, descent=-120, builtIn=False)
        self._used: WeakKeyDictionary[Any, _Used] = WeakKeyDictionary()

    def stringWidth(self, text: str, size: float, encoding: str = "utf-8") -> float:  # noqa: ARG002, N802
        """Width in points of a text whose characters are all in this font."""
        width = self.file.width
        return sum([width(ord(char)) for char in text]) * size / 1000

    def splitString(self, text: str, doc: Any, encoding: str = "utf-8") -> list[tuple[int, bytes]]:  # noqa: ARG002, N802
        """The text in the codes of this document's subset. There is one subset: number 0."""
        return [(0, bytes.fromhex(self._state(doc).encode(text)))]

    def hexed(self, text: str, doc: Any) -> str:
        """The same codes as hexadecimal digits, for content written without ReportLab's text objects."""
        return self._state(doc).encode(text)

    def getSubsetInternalName(self, subset: int, doc: Any) -> str:  # noqa: ARG002, N802
        """The name under which pages call the font."""
        return "/" + self._state(doc).name

    def _state(self, doc: Any) -> _Used:
        used = self._used.get(doc)
        if used is None:
            used = self._used[doc] = _Used(f"F{len(doc.fontMapping) + 1}")
            doc.fontMapping[self.fontName] = "/" + used.name
            doc.delayedFonts.append(self)
        return used

    def addObjects(self, doc: Any) -> None:  # noqa: N802
        """Writes the font into the document when all its pages are done."""
        used = self._used.pop(doc)
        chars = list(used.codes)
        name = f"{_tag(chars)}+{self.fontName}"
        widths = [self.file.width(ord(char)) for char in chars]
        font = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Font"),
                "Subtype": pdfdoc.PDFName("Type0"),
                "BaseFont": pdfdoc.PDFName(name),
                "Encoding": pdfdoc.PDFName("Identity-H"),
                "DescendantFonts": pdfdoc.PDFArray([self._descendant(doc, name, chars, widths)]),
                "ToUnicode": _stream(doc, _to_unicode(chars).encode("ascii"), f"text:{name}"),
            }
        )
        doc.idToObject["BasicFonts"].dict[used.name] = doc.Reference(font, f"font:{name}")

    def _descendant(self, doc: Any, name: str, chars: list[str], widths: list[int]) -> Any:
        program = self.file.subset([ord(char) for char in chars])
        descriptor = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("FontDescriptor"),
                "FontName": pdfdoc.PDFName(name),
                "Flags": 4,
                "FontBBox": pdfdoc.PDFArray([-1000, -500, 3000, 1500]),
                "ItalicAngle": 0,
                "Ascent": 880,
                "Descent": -120,
                "CapHeight": 730,
                "StemV": 80,
                "FontFile2": _stream(doc, program, f"file:{name}", Length1=len(program)),
            }
        )
        system = pdfdoc.PDFDictionary(
            {"Registry": pdfdoc.PDFString("Adobe"), "Ordering": pdfdoc.PDFString("Identity"), "Supplement": 0}
        )
        font = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Font"),
                "Subtype": pdfdoc.PDFName("CIDFontType2"),
                "BaseFont": pdfdoc.PDFName(name),
                "CIDSystemInfo": system,
                "CIDToGIDMap": pdfdoc.PDFName("Identity"),
                "DW": 1000,
                "W": pdfdoc.PDFArray([1, pdfdoc.PDFArray(widths)]),
                "FontDescriptor": doc.Reference(descriptor, f"descriptor:{name}"),
            }
        )
        return doc.Reference(font, f"descendant:{name}")


def _stream(doc: Any, data: bytes, name: str, **entries: int) -> Any:
    stream = pdfdoc.PDFStream()
    stream.content = data
    for key, value in entries.items():
        stream.dictionary[key] = value
    if doc.compression:
        stream.filters = [pdfdoc.PDFZCompress]
    return doc.Reference(stream, name)


def _tag(chars: list[str]) -> str:
    """Six capitals that name a subset: the same characters get the same ones in every run."""
    digest = hashlib.sha256("".join(chars).encode("utf-8")).digest()
    return "".join(chr(65 + byte % 26) for byte in digest[:6])


def _to_unicode(chars: list[str]) -> str:
    """The text layer: code → UTF-16 (two units beyond U+FFFF)."""
    return _CMAP.format(blocks="".join(_blocks(chars)))


def _blocks(chars: list[str]) -> Iterator[str]:
    pairs = [f"<{n:04X}> <{c.encode('utf-16-be').hex().upper()}>\n" for n, c in enumerate(chars, start=1)]
    for start in range(0, len(pairs), _BLOCK):
        block = pairs[start : start + _BLOCK]
        yield f"{len(block)} beginbfchar\n{''.join(block)}endbfchar\n"
