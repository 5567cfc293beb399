"""Text with separators (.csv, .txt) as rows. Chinese Excel writes it in GB 18030, other programs in UTF-8."""

import csv
import io
import itertools

_SEPARATORS = ",\t;|"
_MARKUP = ("<!doctype", "<html", "<?xml", "{", "%pdf")


def read_delimited(data: bytes) -> list[list[object]] | None:
    """The rows of a text file, or None if it is no table of text."""
    text = _decode(data)
    if text is None or text.lstrip().lower().startswith(_MARKUP):
        return None
    separator = _separator(text)
    if separator is None:
        return None
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    except csv.Error:
        return None


def _decode(data: bytes) -> str | None:
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if marked else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if any(c < " " and c not in "\t\r\n\f" for c in text) else text
    return None


def _separator(text: str) -> str | None:
    """The separator that stands in most lines; None if no separator stands in at least two of them."""
    lines = list(itertools.islice((line for line in text.splitlines() if line.strip()), 50))
    scores = {
        s: sum(line.count(s) > 0 for line in lines) + sum(line.count(s) for line in lines) / 1e4 for s in _SEPARATORS
    }
    best = max(_SEPARATORS, key=lambda s: scores[s])
    return best if scores[best] >= min(2, len(lines)) else None
