"""One box for everything. What a person would lose: the child behind a phone number that rings, the sheet in hand."""

import json
from collections.abc import Callable
from datetime import date

import pytest
from typer.testing import CliRunner

from carehub.cli import main as terminal
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.domain.sheet_number import grouped
from carehub.services import children, duplicates, finding, records, visits
from carehub.services.desk import Desk
from carehub.services.finding import Group

from ..conftest import PASSWORD

CHILD = {"name": "罗䶮", "sex": "女", "birth_date": "2013-11-12", "school": "观音寺镇中心小学", "grade": "七年级",
         "guardian": "常怡", "guardian_relation": "52", "guardian_phone": "15925333406"}  # fmt: skip


def add(desk: Desk, **values: str) -> str:
    return children.add(desk, {**CHILD, **values})[0].child.id


def told(groups: list[Group]) -> dict[str, list[str]]:
    """Kind → the titles that are shown of it."""
    return {g.kind: [h.title for h in g.hits] for g in groups}


@pytest.fixture
def village(desk: Desk) -> tuple[Desk, str]:
    """A room with a child, another one, and a volunteer."""
    child = add(desk)
    add(desk, name="王小明", guardian="李四", guardian_phone="13800000000", school="石桥小学")
    records.add(desk, Volunteer, {"name": "罗德福", "phone": "13912345678"})
    return desk, child


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("罗", {"child": ["罗䶮"], "volunteer": ["罗德福"]}),
        ("luo", {"child": ["罗䶮"], "volunteer": ["罗德福"]}),
        ("ly", {"child": ["罗䶮"]}),
        ("常怡", {"family_member": ["常怡"]}),
        ("cy", {"family_member": ["常怡"]}),
        ("3406", {"family_member": ["常怡"]}),
        ("15925333406", {"family_member": ["常怡"]}),
        ("159253", {"family_member": ["常怡"]}),
        ("159 2533 3406", {"family_member": ["常怡"]}),
        ("159", {}),
        ("5678", {"volunteer": ["罗德福"]}),
        ("中心小学", {"child": ["罗䶮"], "school": ["观音寺镇中心小学"]}),
        ("观音寺", {"child": ["罗䶮"], "school": ["观音寺镇中心小学"]}),
        ("罗䶮 常怡", {"child": ["罗䶮"]}),
        ("没有这人", {}),
        ("  ", {}),
        ("%_\"'*", {}),
    ],
)
def test_each_kind_is_found_by_what_people_type(
    village: tuple[Desk, str], typed: str, expected: dict[str, list[str]]
) -> None:
    assert told(finding.find(village[0], typed)) == expected


def test_any_member_of_the_family_is_called_and_leads_to_the_child(village: tuple[Desk, str]) -> None:
    desk, child = village
    records.add(desk, FamilyMember, {"name": "罗建军", "relation": "51", "phone": "13700001234"}, child_id=child)
    (group,) = finding.find(desk, "13700001234")
    (hit,) = group.hits
    assert (group.kind, hit.title, hit.address) == ("family_member", "罗建军", f"child/{child}")
    assert "罗䶮" in hit.detail
    assert "137****1234" in hit.detail
    assert "13700001234" not in hit.detail, "a phone is masked in lists"


def test_a_sheets_number_finds_its_visit_also_half_typed_or_with_spaces(village: tuple[Desk, str]) -> None:
    desk, child = village
    visit = visits.plan(desk, [child], date(2026, 11, 20))[0][0]
    number = visit.sheet_no or ""
    for typed in (number, grouped(number), number[:6]):
        (group,) = finding.find(desk, typed)
        assert [(h.address, h.title) for h in group.hits] == [(f"visit-entry/{number}", grouped(number))]
        assert "罗䶮" in group.hits[0].detail


def test_a_school_says_how_many_children_and_leads_to_them(village: tuple[Desk, str]) -> None:
    desk, _ = village
    add(desk, name="张三")
    group = next(g for g in finding.find(desk, "中心小学") if g.kind == "school")
    assert [(h.title, h.detail, h.address) for h in group.hits] == [("观音寺镇中心小学", "2名儿童", "children")]


def test_few_are_shown_the_nearest_first_and_all_are_counted(desk: Desk) -> None:
    for n in range(9):
        add(desk, name=f"张{'甲乙丙丁戊己庚辛壬'[n]}", guardian="罗三")
    last = add(desk, name="三张", guardian="罗三")
    exact = add(desk, name="张", guardian="罗三")
    (group,) = finding.find(desk, "张")
    assert (len(group.hits), group.total, group.more, group.place) == (finding.FEW, 11, True, "children")
    assert group.hits[0].id == exact
    assert last not in [h.id for h in group.hits], "who is called so from the first character on comes first"


def test_what_is_voided_or_shown_with_another_is_not_found_twice(village: tuple[Desk, str]) -> None:
    desk, child = village
    twin = add(desk, name="罗燕")
    records.void(desk, Child, add(desk, name="罗兰"), "误录")
    duplicates.link(desk, twin, child)
    assert told(finding.find(desk, "罗"))["child"] == ["罗䶮"]
    assert told(finding.find(desk, "罗燕")) == {"child": ["罗䶮"]}, "the file that stands for both"


def test_a_child_of_another_site_below_says_which(
    circle: tuple[Desk, object], make_store: Callable[..., object]
) -> None:
    office, _ = circle
    add(office)
    group = next(g for g in finding.find(office, "罗") if g.kind == "child")
    assert "石桥镇" in group.hits[0].detail


def test_the_terminal_prints_what_is_found_by_kind(village: tuple[Desk, str], monkeypatch: pytest.MonkeyPatch) -> None:
    desk, child = village
    desk.close()
    monkeypatch.setenv("CAREHUB_PASSWORD", PASSWORD)
    app = terminal.build(lambda _: 0, lambda *_: [], lambda **_: None, lambda *_: [])
    shown = CliRunner().invoke(app, ["find", str(desk.store.folder), "罗"]).output
    assert shown.index("儿童") < shown.index("罗䶮") < shown.index("志愿者") < shown.index("罗德福")
    assert child[-8:] in shown
    told = json.loads(CliRunner().invoke(app, ["find", str(desk.store.folder), "159", "2533", "3406", "--json"]).output)
    assert [(g["kind"], g["total"], g["hits"][0]["id"]) for g in told] == [("family_member", 1, child)]
    assert "没有找到" in CliRunner().invoke(app, ["find", str(desk.store.folder), "没有这人"]).output
