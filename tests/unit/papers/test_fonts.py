"""Chains of fonts, coverage, embedding and the text layer."""

import io
from pathlib import Path

import pylopdf_fonts_zh_cn
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from carehub.papers.font_file import FontFile
from carehub.papers.fonts import Face, Fonts
from carehub.papers.sheet import Sheet

RARE = "䶮㑇𬭊𠅤𫖯·"


def one_letter_font(path: Path, letter: str = "王", *, fs_type: int = 0) -> Path:
    """A TrueType font with a square for one character, named by the caller."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for point in ((0, 500), (500, 500), (500, 0)):
        pen.lineTo(point)
    pen.closePath()
    builder = FontBuilder(1024, isTTF=True)
    builder.setupGlyphOrder([".notdef", "box"])
    builder.setupCharacterMap({ord(letter): "box"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "box": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (512, 0), "box": (512, 0)})
    builder.setupHorizontalHeader()
    builder.setupOS2(fsType=fs_type)
    builder.setupPost()
    builder.save(path)
    return path


def draw(fonts: Fonts, text: str, face: Face = Face.FANGSONG) -> bytes:
    out = io.BytesIO()
    paper = Sheet(out, fonts, "t")
    paper.text(20, 20, text, face)
    paper.end_page()
    paper.save()
    return out.getvalue()


@pytest.mark.parametrize("face", Face)
def test_rare_characters_come_back_from_the_text_layer(face: Face, printed) -> None:
    pdf = printed(lambda out: out.write(draw(Fonts.bundled(), f"王{RARE}A1", face)))
    assert pdf.text() == f"王{RARE}A1"


def test_every_rare_character_has_ink() -> None:
    file = FontFile(Path(pylopdf_fonts_zh_cn.serif_path()))
    assert all(len(file.outline(ord(char))) > 20 for char in RARE)
    assert file.outline(ord(" ")) == b""


def test_subset_is_a_sound_font() -> None:
    file = FontFile(Path(pylopdf_fonts_zh_cn.serif_path()))
    font = TTFont(io.BytesIO(file.subset([ord("村"), ord(" "), ord("𬭊")])), checkChecksums=2)
    glyphs = font["glyf"]
    assert [glyphs[name].numberOfContours > 0 for name in font.getGlyphOrder()] == [False, True, False, True]
    assert font["hmtx"][font.getGlyphOrder()[1]][0] == 1000


def test_system_font_first_and_missing_characters_from_the_next(tmp_path: Path) -> None:
    one_letter_font(tmp_path / "SIMFANG.TTF")
    fonts = Fonts.with_system([tmp_path])
    runs = fonts.runs("小王𬭊", Face.FANGSONG)
    assert [(run.text, "SIMFANG" in run.font.fontName) for run in runs] == [("小", False), ("王", True), ("𬭊", False)]
    assert fonts.width("王", Face.FANGSONG) == 500
    assert [run.font for run in fonts.runs("王", Face.KAITI)] == [fonts.runs("小", Face.KAITI)[0].font]


def test_text_of_mixed_fonts_comes_back(tmp_path: Path, printed) -> None:
    one_letter_font(tmp_path / "simkai.ttf", "𬭊")
    fonts = Fonts.with_system([tmp_path])
    pdf = printed(lambda out: out.write(draw(fonts, "小王𬭊䶮", Face.KAITI)))
    assert pdf.text() == "小王𬭊䶮"


def test_collection_file(tmp_path: Path) -> None:
    from fontTools.ttLib import TTCollection

    collection = TTCollection()
    collection.fonts = [TTFont(one_letter_font(tmp_path / "a.ttf"))]
    collection.save(tmp_path / "simsun.ttc")
    assert "simsun" in Fonts.with_system([tmp_path]).runs("王", Face.SONGTI)[0].font.fontName


def test_damaged_or_forbidden_font_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "simfang.ttf").write_bytes(b"\0\1\0\0 no font at all")
    one_letter_font(tmp_path / "simkai.ttf", fs_type=2)
    fonts = Fonts.with_system([tmp_path])
    for face in (Face.FANGSONG, Face.KAITI):
        assert fonts.runs("王", face) == Fonts.bundled().runs("王", face)


def test_character_in_no_font_is_named_and_shapeless_ones_vanish() -> None:
    fonts = Fonts.bundled()
    assert fonts.printable("王😀") == "王〔U+1F600〕"
    assert fonts.printable("a\u200bb\ufe0fc\u00a0d\te") == "abc d e"
    assert fonts.printable("一\n二　三") == "一\n二　三"
    assert fonts.printable("\u0000") == ""


def test_same_input_same_bytes() -> None:
    assert draw(Fonts.bundled(), "走访记录𬭊") == draw(Fonts.bundled(), "走访记录𬭊")
