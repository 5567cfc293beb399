"""Pictures as they are kept. What a user would lose: the text on a scan, a child's home told by a photo's GPS, or the
whole laptop to a file that pretends to be a picture."""

import io
import os
from datetime import date

import pytest
from PIL import Image, ImageDraw

from carehub.domain.attachments import JPEG, MOST_BYTES, PDF
from carehub.domain.errors import InvalidInput
from carehub.papers import pictures


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def noise(width: int, height: int) -> Image.Image:
    """The worst that a camera can see: nothing packs worse."""
    return Image.frombytes("RGB", (width, height), os.urandom(width * height * 3))


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF"])
def test_every_kind_of_picture_becomes_a_small_jpeg(kind: str) -> None:
    kept = pictures.kept(saved(noise(3000, 1500), kind), "x")
    assert kept.media == JPEG
    assert len(kept.data) <= MOST_BYTES
    assert (kept.width, kept.height) == opened(kept.data).size == (2000, 1000)
    assert opened(kept.data).format == "JPEG"


def test_a_small_picture_is_not_blown_up() -> None:
    assert pictures.kept(saved(noise(30, 40), "PNG"), "x").width == 30


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGBA", "CMYK", "YCbCr", "I;16", "I", "LAB"])
def test_every_way_of_keeping_pixels_is_read(mode: str) -> None:
    kind = "TIFF" if mode in ("CMYK", "YCbCr", "LAB", "PA") else "PNG"
    image = noise(60, 50).convert("RGB")
    source = image.convert("L").convert("I").point(lambda v: v * 256).convert(mode) if mode[0] == "I" else None
    if source is None:
        source = image.convert("P").convert("PA") if mode == "PA" else image.convert(mode) if mode != "LAB" else None
    if source is None:
        source = Image.new("LAB", (60, 50), (128, 128, 128))
    try:
        data = saved(source, kind)
    except (OSError, KeyError):
        pytest.skip(f"Pillow writes no {kind} in {mode}")
    assert opened(pictures.kept(data, "x").data).size == (60, 50)


def test_sixteen_bits_of_grey_keep_their_brightness() -> None:
    kept = pictures.kept(saved(Image.new("I;16", (20, 20), 0x8000), "TIFF"), "x")
    assert abs(opened(kept.data).getpixel((5, 5)) - 0x80) <= 3


def test_what_is_transparent_becomes_white() -> None:
    kept = pictures.kept(saved(Image.new("RGBA", (20, 20), (255, 0, 0, 0)), "PNG"), "x")
    assert min(opened(kept.data).getpixel((5, 5))) > 250


def test_place_time_and_names_stay_behind_and_the_picture_stands_upright() -> None:
    image = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(image).rectangle([0, 0, 399, 40], fill="red")
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[306] = 6, "GeheimPhone", "2026:10:05 11:12:13"
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 12.0, 7.0), 3: "E", 4: (106.0, 1.0, 2.0)})
    data = saved(image, "JPEG", exif=exif, comment=b"GeheimComment", xmp=b"<x>GeheimXmp</x>", icc_profile=b"GeheimIcc")
    assert all(word in data for word in (b"GeheimPhone", b"GeheimComment", b"GeheimXmp", b"GeheimIcc"))
    kept = pictures.kept(data, "x")
    assert b"Geheim" not in kept.data
    assert b"Exif" not in kept.data
    assert not opened(kept.data).getexif()
    assert (kept.width, kept.height) == (300, 400), "it does not stand upright"
    assert opened(kept.data).getpixel((290, 200))[1] < 60, "what was at the top is not at the right"
    assert kept.taken_on == date(2026, 10, 5)


@pytest.mark.parametrize("told", ["0000:00:00 00:00:00", "2199:01:01 00:00:00", "yesterday", ""])
def test_a_camera_whose_clock_was_never_set_tells_no_day(told: str) -> None:
    exif = Image.Exif()
    exif[306] = told
    assert pictures.kept(saved(Image.new("RGB", (9, 9)), "JPEG", exif=exif), "x").taken_on is None


def test_the_text_of_a_scan_stays_readable() -> None:
    """An A4 page at 300 dots: strokes of three pixels are still black on white after it was made small."""
    page = Image.new("L", (2480, 3508), 255)
    draw = ImageDraw.Draw(page)
    for x in range(200, 2300, 40):
        draw.rectangle([x, 400, x + 3, 3000], fill=0)
    kept = opened(pictures.kept(saved(page, "TIFF"), "x").data)
    line = [kept.getpixel((x, 1000)) for x in range(200, 1300)]
    assert kept.size == (1414, 2000)
    assert sum(v < 110 for v in line) >= 45
    assert sum(v > 200 for v in line) >= 900


def test_a_strip_of_a_whole_conversation_stays_readable() -> None:
    kept = pictures.kept(saved(noise(1080, 9000), "JPEG"), "x")
    assert kept.width
    assert kept.width >= 600
    assert len(kept.data) <= MOST_BYTES


def bomb(kind: str) -> bytes:
    """A few kilobytes that say they are 60 000 by 60 000."""
    data = bytearray(saved(Image.new("1" if kind == "PNG" else "L", (64, 64)), kind))
    if kind == "PNG":
        import struct
        import zlib

        head = b"IHDR" + struct.pack(">II", 60000, 60000) + bytes(data[24:29])
        data[12:33] = head + struct.pack(">I", zlib.crc32(head))
    elif kind == "BMP":
        data[18:26] = (60000).to_bytes(4, "little") * 2
    else:
        at = data.index(b"\xff\xc0")
        data[at + 5 : at + 9] = (60000).to_bytes(2, "big") * 2
    return bytes(data)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "JPEG"])
def test_a_bomb_is_refused_before_it_is_unpacked(kind: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        pictures.kept(bomb(kind), "x.png")
    assert refused.value.message == pictures.TOO_MANY_PIXELS


def refused(data: bytes) -> str:
    with pytest.raises(InvalidInput) as told:
        pictures.kept(data, "x")
    return told.value.message


def test_everything_else_is_refused_with_its_reason() -> None:
    page = saved(Image.new("L", (9, 9)), "TIFF", save_all=True, append_images=[Image.new("L", (9, 9))])
    assert refused(b"") == pictures.UNKNOWN
    assert refused(b"MZ\x90") == pictures.UNKNOWN
    assert refused(b"<svg/>") == pictures.UNKNOWN
    assert refused(saved(Image.new("P", (9, 9)), "GIF")) == pictures.UNKNOWN
    assert refused(saved(Image.new("RGB", (9, 9)), "ICO")) == pictures.UNKNOWN
    assert refused(page) == pictures.SEVERAL_PAGES
    assert refused(b"%PDF-1.7 nonsense") == pictures.PDF_LOCKED
    assert refused(b"%PDF-1.7" + bytes(MOST_BYTES)) == pictures.PDF_TOO_LARGE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF"])
def test_a_damaged_picture_is_refused(kind: str) -> None:
    """Cut off anywhere, or with bytes altered: refused or a whole picture, never an error of ours."""
    data = saved(noise(200, 150), kind)
    for part in range(1, 20):
        with pytest.raises(InvalidInput):
            pictures.kept(data[: len(data) * part // 20], "x")
    for at in range(0, len(data), len(data) // 60):
        altered = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
        try:
            kept = pictures.kept(altered, "x")
        except InvalidInput:
            continue
        assert opened(kept.data).format == "JPEG"


def pdf(pages: int) -> bytes:
    import pypdfium2

    out = io.BytesIO()
    with pypdfium2.PdfDocument.new() as made:
        for _ in range(pages):
            made.new_page(595, 842)
        made.save(out)
    return out.getvalue()


def test_a_small_pdf_is_kept_as_it_is_and_its_pages_are_shown() -> None:
    data = pdf(3)
    kept = pictures.kept(data, "x.pdf")
    assert (kept.data, kept.media) == (data, PDF)
    assert pictures.pages(data, PDF) == 3
    shown = pictures.shown(data, PDF, 300, 300, 2)
    assert shown.height == 300
    assert len(shown.rgb) == shown.width * shown.height * 3


def test_what_is_shown_fits_and_is_not_blown_up() -> None:
    data = pictures.kept(saved(noise(400, 100), "PNG"), "x").data
    assert (pictures.shown(data, JPEG, 100, 100).width, pictures.shown(data, JPEG, 9000, 9000).width) == (100, 400)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"%PDF-1.4", bomb("JPEG"), bomb("PNG"), saved(Image.new("L", (9, 9)), "PNG")]
)
@pytest.mark.parametrize("media", [JPEG, PDF, "text/html", ""])
def test_foreign_bytes_from_another_site_are_not_shown(data: bytes, media: str) -> None:
    """Only JPEG is unpacked, whatever the bytes pretend to be."""
    with pytest.raises(InvalidInput):
        pictures.shown(data, media, 100, 100)
