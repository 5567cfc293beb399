"""The demonstration's messy ledgers give the children they were made of, and three rows to look at."""

from pathlib import Path
from typing import Any

import pytest

from carehub.sheets.sample import write_messy_ledger

from .people import carer, parents, people, values


@pytest.mark.parametrize("style", [0, 1])
@pytest.mark.parametrize("count", [6, 30])
def test_sample(style: int, count: int, tmp_path: Path, read: Any) -> None:
    kids = people(count, seed=style)
    path = write_messy_ledger(tmp_path / "new" / "花名册.xlsx", "新民村", kids, style)
    _, content = read(path)
    assert {(p.field, p.kind) for p in content.problems} == {
        ("identity_no", "checksum"),
        ("*", "duplicate"),
        ("name", "missing"),
    }
    assert len(content.problems) == 3
    for n, (kid, record) in enumerate(zip(kids, content.records, strict=True)):
        father, mother = parents(kid)
        if n % 7 == 0:
            del mother["works_at"]
        assert record.family == [carer(kid), father, mother]
        expected = values(kid, home_address=kid.group)
        if n == 4:
            broken = str(record.values["remark"]).removeprefix("身份证号有误：").replace(" ", "")
            assert broken[:-1] == kid.identity_no[:-1]
            expected = values(kid, "identity_no", home_address=kid.group, remark=record.values["remark"])
        assert record.values == expected
