"""The offices' ledgers must give exactly what their truth says, and nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest

from carehub.domain.terms import term_in
from carehub.resources import aid_catalogue

LEDGERS = Path(__file__).parents[2] / "data" / "ledgers"
TRUTH: dict[str, Any] = json.loads((LEDGERS / "truth.json").read_text("utf-8"))["files"]
FIELDS = {"id_no": "identity_no", "birth": "birth_date"}
WITH_CHILDREN = [name for name, told in TRUTH.items() if "children" in told]


def as_told(record: Any) -> dict[str, object]:
    """A record in the words of truth.json."""
    values = record.values
    guardian = next(m for m in record.family if m.get("is_guardian"))
    found = {
        "row": record.row,
        "name": values["name"],
        "sex": values["sex"],
        "birth": values["birth_date"].isoformat(),
        "id_no": values.get("identity_no"),
        "guardian": guardian.get("name"),
        "relation": guardian.get("relation"),
        "phone": guardian.get("phone"),
        "school": values["school"],
        "grade": values["grade"],
        "note": "\n".join(x for x in values.get("remark", "").split("\n") if not x.startswith("身份证号有误")),
    }
    for who, code in (("father", "51"), ("mother", "52")):
        named = [m for m in record.family if m["relation"] == code and not m.get("is_guardian")]
        found[who] = named[0]["name"] if named else ""
        found[f"{who}_at"] = named[0].get("works_at", "") if named else ""
    return found


@pytest.mark.parametrize("name", WITH_CHILDREN)
def test_children(name: str, read: Any) -> None:
    told = TRUTH[name]
    _, content = read(LEDGERS / name)
    found = [as_told(r) for r in content.records if r.kind == "child"]
    assert [{k: f[k] for k in t} for f, t in zip(found, told["children"], strict=True)] == told["children"]
    problems = {(p.row, p.field, p.kind) for p in content.problems}
    assert problems == {(p["row"], FIELDS.get(p["field"], p["field"]), p["kind"]) for p in told["problems"]}
    assert sum(r.kind == "volunteer" for r in content.records) == told.get("volunteer_count", 0)


def test_broken_number_is_kept_in_the_remark(read: Any) -> None:
    _, content = read(LEDGERS / "新民村留守儿童花名册.xlsx")
    broken = next(r for r in content.records if r.row == 13)
    assert "identity_no" not in broken.values
    assert broken.values["remark"] == "身份证号有误：500199201503183161"


def test_volunteers(read: Any, codes: Any) -> None:
    name = "五老志愿者登记汇总表.xlsx"
    _, content = read(LEDGERS / name)
    found = [
        {
            "name": r.values["name"],
            "sex": r.values["sex"],
            "birth_month": r.values["birth"],
            "post": r.values["former_post"],
            "kind": next(c.zh for c in codes["volunteer_kind"] if c.code == r.values["kind"]),
            "skill": r.values.get("skills", ""),
            "phone": r.values["phone"],
            "core": r.values["is_core"],
        }
        for r in content.records
    ]
    assert found == TRUTH[name]["volunteers"]
    assert not content.problems


def test_boarding_places(read: Any) -> None:
    """A bed on the wrong child is a child that nobody finds at night."""
    name = "中心小学住校生名单.xlsx"
    plan, content = read(LEDGERS / name)
    assert [s.kind for s in plan.sheets] == ["boarding_place"]
    found = [
        {
            "name": r.values["name"],
            "id_no": r.values["identity_no"],
            "klass": f"{r.values['grade']}{r.values['class_name']}",
            "building": r.place["building"],
            "room": r.place["room"],
            "bed": int(r.place["bed"]),
            "row": r.row,
        }
        for r in content.records
    ]
    assert found == TRUTH[name]["boarding"]
    assert not content.problems
    assert {r.place["term"] for r in content.records} == {"2026年春季"}
    assert {r.values["school"] for r in content.records} == {"中心小学"}
    assert all(m["is_guardian"] and m["phone"] for r in content.records for m in r.family)


def test_payments(read: Any) -> None:
    """Subtotals are no payments, 312元 is 312.50 where the sum says so, and a payment made twice is there twice."""
    name = "2026年春季资助发放花名册.xlsx"
    plan, content = read(LEDGERS / name)
    assert [s.kind for s in plan.sheets] == ["payment"] * 3
    found = []
    for r in content.records:
        programme = aid_catalogue().named_in(r.values["titles"][0])
        assert programme is not None
        assert term_in(r.values["titles"][0]) == "2026年春季"
        told = {"programme": programme.name, "id_no": r.values.get("identity_no"), "sheet": r.sheet, "row": r.row}
        found.append({n: r.values.get(n, "") for n in ("name", "amount_fen", "account")} | told)
    assert found == TRUTH[name]["payments"]
    assert content.problems == []
    assert sum(n.what == "subtotal" for n in content.non_records) == 6


def test_empty_sheets_are_named(read: Any) -> None:
    plan, _ = read(LEDGERS / "新民村留守儿童花名册.xlsx")
    assert plan.skipped == {"Sheet2": "empty"}


def test_columns_carry_score_and_reason(read: Any) -> None:
    plan, _ = read(LEDGERS / "新民村留守儿童花名册.xlsx")
    columns = {c.header: c for c in plan.sheets[0].columns}
    assert columns["监护人·关系"].field == "guardian.relation"
    assert columns["监护人·关系"].score > 0.9
    assert columns["序号"].field is None
    assert plan.sheets[0].header_rows == range(3, 5)
