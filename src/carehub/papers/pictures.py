"""Pictures as they are kept, and as they are shown: foreign bytes in, small and clean ones out.

Whatever comes from a phone or a scanner becomes one upright JPEG of at most 2 MB without anything but the picture: no
place, no time, no name of the phone (PIPL article 6: no more than is needed). Everything happens in memory.
"""

import io
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from carehub.domain.attachments import JPEG, MOST_BYTES, PDF
from carehub.domain.errors import InvalidInput
from carehub.domain.texts import mark

MOST_PIXELS, MOST_PIXELS_AT_ONCE = 120_000_000, 50_000_000
"""More are refused before any is unpacked. Phones have up to 108 million, in JPEGs, which can be unpacked smaller; of
all else every pixel must be. A scanner at 600 dots has 35 million."""
MOST_FILE = 100 << 20
"""A larger file is no photo."""

_SIDE, _LONG_SIDE, _LONG, _AREA = 2000, 8000, 2.5, 4_000_000
"""Pictures get at most `_SIDE` pixels on their longer side, enough to read a page by. Strips, such as a telephone's
shots of a whole conversation, would be unreadable so: they may have `_AREA` pixels."""
_QUALITIES, _ATTEMPTS = (85, 75, 60), 8
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF")
_TAKEN = (36867, 306)  # EXIF: DateTimeOriginal, DateTime
_EXIF = 0x8769

UNKNOWN = mark("“{file}” is neither a picture (JPEG, PNG, WebP, BMP, TIFF) nor a PDF. Nothing was added.")
BROKEN = mark("“{file}” is damaged and cannot be shown. Please take or scan it once more. Nothing was added.")
TOO_MANY_PIXELS = mark("“{file}” has more pixels than any photo. Please save it smaller. Nothing was added.")
SEVERAL_PAGES = mark("“{file}” has {count} pages. Please scan it as a PDF, or page by page. Nothing was added.")
PDF_TOO_LARGE = mark(
    "The PDF “{file}” is larger than 2 MB. Please scan it with fewer dots (150 to 200 dpi), or take photos of its "
    "pages. Nothing was added."
)
PDF_LOCKED = mark("The PDF “{file}” is locked by a password or damaged. Nothing was added.")
TOO_LARGE = mark("“{file}” cannot be made smaller than 2 MB. Nothing was added.")
NOT_SHOWN = mark("This file is damaged and cannot be shown.")


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture or PDF as it is kept. Width and height in pixels, for pictures; `taken_on`: the day its camera told."""

    data: bytes
    media: str
    width: int | None = None
    height: int | None = None
    taken_on: date | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """Pixels for the screen: rows of red, green, blue, from the top."""

    width: int
    height: int
    rgb: bytes


def kept(data: bytes, file: str) -> Kept:
    """What is kept of a file's bytes. `file` is its name, for sentences. Raises `InvalidInput` for anything that is no
    sound picture or small PDF."""
    if data.lstrip()[:5] == b"%PDF-":
        return _kept_pdf(data, file)
    with _foreign(BROKEN, file=file), _opened(data, file) as image:
        count = getattr(image, "n_frames", 1)
        if image.format == "TIFF" and count > 1:
            raise InvalidInput(SEVERAL_PAGES, file=file, count=count)
        taken_on = _taken_on(image)
        clean = _clean(image)
    small = _small(clean, file)
    return Kept(small, JPEG, *_size_of(small), taken_on)


def _kept_pdf(data: bytes, file: str) -> Kept:
    if len(data) > MOST_BYTES:
        raise InvalidInput(PDF_TOO_LARGE, file=file)
    try:
        with pypdfium2.PdfDocument(data) as pdf:
            pages = len(pdf)
    except pypdfium2.PdfiumError:
        pages = 0
    if not pages:
        raise InvalidInput(PDF_LOCKED, file=file)
    return Kept(data, PDF)


@contextmanager
def _foreign(message: str, **values: object) -> Iterator[None]:
    """Decoders meet damage in as many ways as there are formats; whatever they raise means that this is no picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about odd files, for programmers; a bomb is refused before
            yield
    except InvalidInput:
        raise
    except Exception:
        raise InvalidInput(message, **values) from None


@contextmanager
def _opened(data: bytes, file: str, formats: tuple[str, ...] = _FORMATS) -> Iterator[Image.Image]:
    """A picture whose size is known and believable, and of which no pixel was unpacked yet."""
    try:
        image = Image.open(io.BytesIO(data), formats=formats)
    except UnidentifiedImageError:
        raise InvalidInput(UNKNOWN, file=file) from None
    except Image.DecompressionBombError:
        raise InvalidInput(TOO_MANY_PIXELS, file=file) from None
    with image:
        if image.width * image.height > (MOST_PIXELS if image.format == "JPEG" else MOST_PIXELS_AT_ONCE):
            raise InvalidInput(TOO_MANY_PIXELS, file=file)
        yield image


def _taken_on(image: Image.Image) -> date | None:
    """The day a camera noted, if it is one."""
    exif = image.getexif()
    for told in (exif.get_ifd(_EXIF).get(_TAKEN[0]), exif.get(_TAKEN[1])):
        try:
            day = date.fromisoformat(str(told)[:10].replace(":", "-"))
        except ValueError:
            continue
        if date(1990, 1, 1) <= day <= date.today():
            return day
    return None


def _clean(image: Image.Image) -> Image.Image:
    """The pixels alone, upright, grey or coloured, no larger than they are kept."""
    width, height = _target(*image.size)
    if image.format == "JPEG":
        image.draft(None, (width * 2, height * 2))  # unpacks a half, a quarter or an eighth of a huge photo
    upright = ImageOps.exif_transpose(image)
    target = _target(*upright.size)
    plain = _plain(upright)
    if target != plain.size:
        plain = plain.resize(target, Image.Resampling.LANCZOS)
    alone = Image.new(plain.mode, plain.size)
    alone.paste(plain)  # what else the file said of it stays behind
    return alone


def _target(width: int, height: int) -> tuple[int, int]:
    """The size at which a picture is kept."""
    longer, shorter = max(width, height), max(min(width, height), 1)
    if longer / shorter <= _LONG:
        factor = _SIDE / longer
    else:
        factor = min(math.sqrt(_AREA / (longer * shorter)), _LONG_SIDE / longer)
    factor = min(factor, 1.0)
    return max(round(width * factor), 1), max(round(height * factor), 1)


def _plain(image: Image.Image) -> Image.Image:
    """In grey or colour; what is transparent becomes white, as paper is."""
    if image.mode.startswith("I;16") or image.mode == "I":
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("1", "L"):
        return image.convert("L")
    if image.has_transparency_data:
        drawn = image.convert("RGBA")
        paper = Image.new("RGBA", drawn.size, "white")
        return Image.alpha_composite(paper, drawn).convert("RGB")
    return image.convert("RGB")


def _small(image: Image.Image, file: str) -> bytes:
    """The best JPEG that is small enough."""
    for _ in range(_ATTEMPTS):
        for quality in _QUALITIES:
            out = io.BytesIO()
            image.save(out, "JPEG", quality=quality)
            if out.tell() <= MOST_BYTES:
                return out.getvalue()
        image = image.resize((image.width * 4 // 5 or 1, image.height * 4 // 5 or 1), Image.Resampling.LANCZOS)
    raise InvalidInput(TOO_LARGE, file=file)


def _size_of(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as image:
        return image.size


def pages(data: bytes, media: str) -> int:
    """How many pages there are to show: 1 of a picture. Raises `InvalidInput` for damaged bytes: they may have come
    from another site."""
    if media != PDF:
        return 1
    with _foreign(NOT_SHOWN), pypdfium2.PdfDocument(data) as pdf:
        return len(pdf)


def shown(data: bytes, media: str, width: int, height: int, page: int = 0) -> Shown:
    """A picture, or a page of a PDF, as large as fits into a box of pixels; pictures are not blown up. Raises
    `InvalidInput` for damaged bytes."""
    with _foreign(NOT_SHOWN):
        image = _page(data, width, height, page) if media == PDF else _picture(data, width, height)
        return Shown(image.width, image.height, image.tobytes())


def _page(data: bytes, width: int, height: int, page: int) -> Image.Image:
    with pypdfium2.PdfDocument(data) as pdf:
        paper = pdf[page]
        wide, high = paper.get_size()
        picture: Image.Image = paper.render(scale=min(width / wide, height / high)).to_pil()
        return picture.convert("RGB")


def _picture(data: bytes, width: int, height: int) -> Image.Image:
    with _opened(data, "", ("JPEG",)) as image:
        image.draft(None, (width * 2, height * 2))
        image.thumbnail((max(width, 1), max(height, 1)), Image.Resampling.LANCZOS)
        return image.convert("RGB")
