"""Openings and lines of unusual length. What a user would lose: an office that refused many changes, or met a copied
disk, could never again hand anything back to that room."""

import io

import pytest
import zstandard

from carehub.domain.errors import Refused
from carehub.sync import bundle
from carehub.sync import payload as payloads

from ..vectors.actors import Site, an_id


def lines(*lengths: int) -> list[int]:
    """The lengths of lines as they are read, from lines of these lengths."""
    plain = b"".join(b"x" * length + b"\n" for length in lengths)
    packed = io.BytesIO()
    with zstandard.ZstdCompressor().stream_writer(packed, closefd=False) as writer:
        writer.write(plain)
    packed.seek(0)
    reading = payloads._Plain(packed, len(plain))
    found = [reading.line(bundle.LIMIT_OPENING), *reading.lines(len(lengths) - 1)]
    reading.require_end()
    return [len(line) for line in found]


def test_a_receipt_of_thousands_of_refusals_can_be_taken_in() -> None:
    office = Site(1, "township", "石桥镇")
    room = Site(2, "room", "新民村", office)
    room.db.executemany(
        "INSERT INTO volunteer (id, site_id, name) VALUES (?, ?, '冒名')",
        [(an_id("volunteer", n), office.id) for n in range(8000)],
    )
    merged = office.take(room.up())
    assert merged is not None
    assert merged.quarantined == 8000
    back = office.down(room)
    assert bundle.unpack(back).header.payload.plain_size > bundle.LIMIT_LINE + (1 << 17)
    taken = room.take(back)
    assert taken is not None
    assert taken.status == "merged"


@pytest.mark.parametrize("lengths", [(16 << 20, 1 << 20, 5), (0, 1 << 20), ((1 << 17) - 1, 1)])
def test_lines_up_to_the_limit_are_read(lengths: tuple[int, ...]) -> None:
    assert lines(*lengths) == list(lengths)


@pytest.mark.parametrize("lengths", [((16 << 20) + 1, 5), (5, (1 << 20) + 1), (5, (1 << 20) + 1, 5), (5, 2 << 20)])
def test_longer_ones_are_refused(lengths: tuple[int, ...]) -> None:
    with pytest.raises(Refused):
        lines(*lengths)
