"""Audit calls. What would be lost: the proof that the sample was not picked, and the families who did not get their
money."""

import dataclasses
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from typer.testing import CliRunner

from carehub.cli import main as terminal
from carehub.domain.aid import AidGrant, AuditCall, AuditSample
from carehub.domain.errors import InvalidInput, NotAllowed
from carehub.domain.office import User
from carehub.domain.rights import Right, rights_of
from carehub.services import aid_papers, aid_trail, audit_statement, audits, children, erasing, payments, records, users
from carehub.services.audit_statement import interval
from carehub.services.desk import Desk

from ..conftest import PASSWORD, drive

LOT = "双色球 2026045期"
NUMBER = "02,07,11,16,25,31+09"
TODAY = date.today()
TOMORROW = TODAY + timedelta(days=1)
NAMES = "王李张刘陈杨赵黄周吴"


class Clock(date):
    """The days as the service sees them."""

    now = TODAY

    @classmethod
    def today(cls) -> date:
        return cls.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    monkeypatch.setattr(audits, "date", Clock)
    Clock.now = TODAY
    return Clock


def batch_of(desk: Desk, count: int, **told: Any) -> str:
    """A closed batch of so many payments at two schools."""
    batch = payments.open_batch(desk, {"programme": "6", "term": "2026年春季", **told})[0].id
    rows = [
        {"name": f"{NAMES[n % 10]}小{NAMES[n // 10 % 10]}", "school": "中心小学" if n % 3 else "红岩完小",
         "grade": "四年级", "amount_fen": "625"} for n in range(count)
    ]  # fmt: skip
    payments.add(desk, batch, rows)
    payments.close(desk, batch)
    return batch


def drawn(desk: Desk, clock: type[Clock], count: int = 60, method: str = "simple", **told: Any) -> str:
    """A drawn sample at five percent."""
    clock.now = TODAY
    sample = audits.plan(desk, batch_of(desk, count, **told), 50, method, LOT, TOMORROW)[0].id
    clock.now = TOMORROW
    audits.draw(desk, sample, NUMBER)
    return sample


class TestDraw:
    def test_everything_is_fixed_before_the_number_is_known(self, desk: Desk, clock: type[Clock]) -> None:
        open_one = payments.open_batch(desk, {"programme": "6", "term": "2025年秋季"})[0].id
        with pytest.raises(InvalidInput, match="still open"):
            audits.plan(desk, open_one, 50, "simple", LOT, TOMORROW)
        batch = batch_of(desk, 60)
        for permille, method, lot, day in (
            (29, "simple", LOT, TOMORROW), (51, "simple", LOT, TOMORROW), (50, "x", LOT, TOMORROW),
            (50, "simple", " ", TOMORROW), (50, "simple", LOT, TODAY),
        ):  # fmt: skip
            with pytest.raises(InvalidInput):
                audits.plan(desk, batch, permille, method, lot, day)
        sample = audits.plan(desk, batch, 50, "simple", LOT, TOMORROW)[0]
        assert (sample.population, sample.planned_on, sample.planned_by) == (60, TODAY, "李秀英")
        with pytest.raises(InvalidInput, match="planned"):
            audits.plan(desk, batch, 30, "simple", LOT, TOMORROW)
        with pytest.raises(InvalidInput, match="typed in from then on"):
            audits.draw(desk, sample.id, NUMBER)
        for field in ("permille", "lot", "number", "seed", "digest"):
            with pytest.raises(InvalidInput):
                records.edit(desk, AuditSample, sample.id, {field: "40"})

    def test_the_number_draws_once_and_anybody_gets_the_same_list(self, desk: Desk, clock: type[Clock]) -> None:
        sample = drawn(desk, clock)
        found = audits.calls(desk, sample)
        assert [bool(c.reserve) for c in found] == [False] * 3 + [True] * 6
        again = audits.redraw(desk, sample)
        assert again.same
        assert [p.id for p in again.places] == [c.payment_id for c in found]
        with pytest.raises(InvalidInput, match="drawn on"):
            audits.draw(desk, sample, "01 02 03 04 05 06 07")
        with pytest.raises(InvalidInput, match="six digits"):
            audits.draw(desk, sample, "12345")

    def test_a_list_that_was_tampered_with_shows(self, desk: Desk, clock: type[Clock]) -> None:
        sample = drawn(desk, clock)
        call = audits.calls(desk, sample)[0]
        other = audits.calls(desk, sample)[1]
        with desk.unit() as unit:
            row = unit.session.get(AuditCall, call.id)
            row.payment_id = other.payment_id
            unit.session.add(row)
        assert not audits.redraw(desk, sample).same

    def test_a_batch_that_changed_between_plan_and_draw_is_not_drawn_from(self, desk: Desk, clock: type[Clock]) -> None:
        child = children.add(desk, {"name": "何静"})[0].child.id
        batch = payments.open_batch(desk, {"programme": "6", "term": "2026年春季"})[0].id
        payments.add(desk, batch, [{"child_id": child, "amount_fen": "625"}, {"name": "许磊", "amount_fen": "625"}])
        payments.close(desk, batch)
        sample = audits.plan(desk, batch, 50, "simple", LOT, TOMORROW)[0].id
        erasing.erase(desk, child, PASSWORD)
        clock.now = TOMORROW
        with pytest.raises(InvalidInput, match="not the one"):
            audits.draw(desk, sample, NUMBER)

    def test_after_an_erasure_what_is_left_of_the_draw_can_still_be_checked(
        self, desk: Desk, clock: type[Clock]
    ) -> None:
        sample = drawn(desk, clock)
        gone = audits.calls(desk, sample)[1].payment_id or ""
        erasing.erase_row(desk, "payment", gone, PASSWORD)
        again = audits.redraw(desk, sample)
        assert (again.same, again.erased) == (True, 1)
        assert gone not in [c.payment_id for c in audits.calls(desk, sample)]

    def test_only_the_head_or_the_reviewer_draws(self, desk: Desk, clock: type[Clock]) -> None:
        holders = {
            level: {role for role in roles if Right.AUDIT in rights_of(level, role)}
            for level, roles in {"room": ("head", "recorder", "counsellor", "viewer"),
                                 "township": ("head", "clerk", "reviewer")}.items()
        }  # fmt: skip
        assert holders == {"room": {"head"}, "township": {"head", "reviewer"}}

    def test_a_draw_that_was_thrown_away_stays_to_be_seen(self, desk: Desk, clock: type[Clock]) -> None:
        batch = batch_of(desk, 20)
        first = audits.plan(desk, batch, 50, "simple", LOT, TOMORROW)[0].id
        records.void(desk, AuditSample, first, "期号写错")
        second = audits.plan(desk, batch, 50, "simple", LOT, TOMORROW)[0].id
        assert {s.id: s.void_reason for s in audits.samples(desk, batch)} == {first: "期号写错", second: None}


class TestCalls:
    def test_after_three_tries_the_next_of_the_reserve_list_is_called(self, desk: Desk, clock: type[Clock]) -> None:
        sample = drawn(desk, clock, method="by_school")
        found = audits.calls(desk, sample)
        first = found[0]
        spare = [c for c in found if c.reserve]
        with pytest.raises(InvalidInput, match="reserve"):
            audits.missed(desk, spare[0].id)
        for n in (1, 2, 3):
            assert audits.missed(desk, first.id)[0].attempts == n
        made = audits.called(audits.calls(desk, sample))
        stand_in = [c for c in made if c.replaces_id == first.id]
        assert len(made) == 4
        assert stand_in[0].id == next(c.id for c in spare if c.school == first.school)
        with pytest.raises(InvalidInput, match="ended"):
            audits.missed(desk, first.id)
        for _ in range(3):
            audits.missed(desk, stand_in[0].id)
        assert len(audits.called(audits.calls(desk, sample))) == 5, "and the next after that"

    def test_a_difference_is_flagged_until_it_is_explained(self, desk: Desk, clock: type[Clock]) -> None:
        sample = drawn(desk, clock)
        one, two, _ = audits.calls(desk, sample)[:3]
        audits.answer(desk, one.id, {"received_fen": "625", "satisfaction": "5", "answered_by": "何建国"})
        short = audits.answer(desk, two.id, {"received_fen": "500.00", "satisfaction": "2", "relation": "祖母"})[0]
        assert (short.due_fen, short.received_fen, short.outcome) == (62500, 50000, "reached")
        assert [c.id for c in audits.flagged(desk)] == [two.id]
        with pytest.raises(InvalidInput, match="no difference"):
            audits.explain(desk, one.id, "x")
        with pytest.raises(InvalidInput):
            audits.explain(desk, two.id, " ")
        audits.explain(desk, two.id, "分两次发，第二次还没到")
        assert audits.flagged(desk) == []
        for values in ({"received_fen": "625"}, {"satisfaction": "5"}, {"received_fen": "625", "satisfaction": "6"}):
            with pytest.raises(InvalidInput):
                audits.answer(desk, audits.calls(desk, sample)[2].id, values)

    def test_what_is_due_counts_the_corrections(self, desk: Desk, clock: type[Clock]) -> None:
        sample = drawn(desk, clock)
        call = audits.calls(desk, sample)[0]
        payments.correct(desk, call.payment_id or "", "500", "标准弄错")
        told = audits.answer(desk, call.id, {"received_fen": "500", "satisfaction": "4"})[0]
        assert told.due_fen == 50000
        assert not audits.differs(told)
        assert audits.redraw(desk, sample).same, "a correction changes nothing in the draw"


class TestStatement:
    def test_the_interval_is_the_exact_one(self) -> None:
        """Clopper and Pearson, 95 %: from the published tables (0 of 10; 5 of 10; 10 of 10; 35 of 36)."""
        for count, of, low, high in (
            (0, 10, 0.0, 0.3085), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1.0), (35, 36, 0.8547, 0.9993),
        ):  # fmt: skip
            found = interval(count, of)
            assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)

    def test_it_counts_who_was_reached_and_says_so(self, desk: Desk, clock: type[Clock]) -> None:
        sample = drawn(desk, clock)
        assert audit_statement.of_sample(desk, sample).in_full is None
        one, two, three = audits.calls(desk, sample)[:3]
        audits.answer(desk, one.id, {"received_fen": "625", "satisfaction": "5"})
        audits.answer(desk, two.id, {"received_fen": "500", "satisfaction": "2"})
        for _ in range(3):
            audits.missed(desk, three.id)
        told = audit_statement.of_sample(desk, sample)
        assert (told.drawn, told.reached, told.unreachable, told.open) == (3, 2, 1, 1)
        assert (told.due_fen, told.received_fen, told.differing, told.flagged) == (125000, 112500, 1, 1)
        assert told.in_full == interval(1, 2)
        said = "".join(audit_statement.sentences(desk, told))
        for words in ("从60笔发放中抽取3笔（5.0%）", "接通的2人中，1人足额收到（50.0%）", "1.3%到98.7%", "差额1笔"):
            assert words in said, words


class TestTrail:
    def test_the_money_is_walked_from_either_end(self, desk: Desk, clock: type[Clock]) -> None:
        grant = records.add(desk, AidGrant, {"document_no": "江南财教12号", "amount_fen": "50000"})[0]
        sample = drawn(desk, clock, grant_id=grant.id)
        call = audits.calls(desk, sample)[0]
        payment = call.payment_id or ""
        payments.sign(desk, payment, "何建国")
        audits.answer(desk, call.id, {"received_fen": "500", "satisfaction": "3"})
        fixed = payments.correct(desk, payment, "500", "多记了")[0]
        batch = fixed.batch_id or ""
        assert [s.id for s in aid_trail.up(desk, fixed.id)] == [grant.id, batch, payment, fixed.id]
        assert [s.id for s in aid_trail.up(desk, call.id)] == [grant.id, batch, payment, call.id]
        assert [s.id for s in aid_trail.up(desk, sample)] == [grant.id, batch, sample]
        assert [s.id for s in aid_trail.down(desk, grant.id)] == [batch]
        below = [s.id for s in aid_trail.down(desk, batch)]
        assert payment in below
        assert sample in below
        steps = aid_trail.down(desk, payment)
        assert [(s.kind, s.id) for s in steps] == [("signature", ""), ("audit_call", call.id), ("payment", fixed.id)]
        assert [s.id for s in aid_trail.down(desk, call.id)] == [fixed.id]
        words = [s.text for s in aid_trail.up(desk, call.id)] + [s.text for s in steps]
        assert words[0] == "下达资金 江南财教12号：50000.00元，已发37375.00元"
        assert f"何建国于{TODAY}签领" in words
        assert any("还没有说明" in w for w in words)


def pdf_text(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as pdf:
        return "".join(page.get_textpage().get_text_bounded() for page in pdf).replace("\r\n", "")


class TestPapers:
    def test_the_roll_is_summed_by_school_and_in_capitals(self, desk: Desk) -> None:
        number, account = "500199201601238708", "6217832324728067810"
        batch = payments.open_batch(desk, {"programme": "6", "term": "2026年春季", "paid_on": "2026-05-01"})[0].id
        rows = payments.add(desk, batch, [
            {"name": "何静𬭊", "school": "中心小学", "amount_fen": "625", "identity_no": number, "account": account},
            {"name": "许磊", "school": "红岩完小", "amount_fen": "312.50"},
            {"name": "罗䶮", "school": "中心小学", "amount_fen": "625"},
        ])[0]  # fmt: skip
        payments.correct(desk, rows[2].id, "500", "标准弄错")
        text = pdf_text(drive(aid_papers.roll_pdf(desk, batch))[0])
        for words in ("2026年春季学期义务教育寄宿生生活补助发放签领花名册", "1125.00", "312.50", "小计", "何静𬭊",
                      "合计：3人，1437.50元，大写：人民币壹仟肆佰叁拾柒元伍角", "-125.00", "2026年5月1日", "制表：",
                      "更正", "标准弄错", "****7810"):  # fmt: skip
            assert words in text, words
        assert number not in text
        assert account not in text

    def test_the_call_sheet_has_phones_and_the_draw(self, desk: Desk, clock: type[Clock]) -> None:
        child = children.add(desk, {"name": "何静", "guardian": "李桂花", "guardian_phone": "13912345678"})[0].child.id
        batch = payments.open_batch(desk, {"programme": "6", "term": "2026年春季"})[0].id
        payments.add(desk, batch, [{"child_id": child, "amount_fen": "625"}])
        payments.close(desk, batch)
        sample = audits.plan(desk, batch, 50, "simple", LOT, TOMORROW)[0].id
        with pytest.raises(InvalidInput, match="not drawn"):
            drive(aid_papers.call_sheet_pdf(desk, sample))
        clock.now = TOMORROW
        audits.draw(desk, sample, NUMBER)
        text = pdf_text(drive(aid_papers.call_sheet_pdf(desk, sample))[0])
        for words in ("电话回访表", "13912345678", "625.00", LOT, "何静", "1 2 3 4 5"):
            assert words in text, words
        audits.answer(desk, audits.calls(desk, sample)[0].id, {"received_fen": "625", "satisfaction": "5"})
        assert "足额收到" in pdf_text(drive(aid_papers.call_sheet_pdf(desk, sample))[0])

    def test_papers_are_not_for_those_who_only_read(
        self, desk: Desk, clock: type[Clock], as_viewer: Callable[[Desk], Desk]
    ) -> None:
        sample = drawn(desk, clock)
        batch = audits.samples(desk)[0].batch_id or ""
        viewer = as_viewer(desk)
        for work in (aid_papers.roll_pdf(viewer, batch), aid_papers.call_sheet_pdf(viewer, sample)):
            with pytest.raises(NotAllowed):
                drive(work)


@pytest.fixture
def as_viewer() -> Callable[[Desk], Desk]:
    """The same desk with somebody at it who only reads."""

    def do(desk: Desk) -> Desk:
        person = users.add(desk, "张明", "viewer", "anders-09", PASSWORD)
        return dataclasses.replace(desk, user=records.get(desk, User, person.id))

    return do


def run(*arguments: object) -> Any:
    app = terminal.build(lambda _: 0, lambda *_: [], lambda **_: None, lambda *_: [])
    return CliRunner().invoke(app, [str(a) for a in arguments])


def ok(*arguments: object) -> Any:
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_all_of_it_in_the_terminal(
    desk: Desk, clock: type[Clock], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = desk.store.folder
    desk.close()
    monkeypatch.setenv("CAREHUB_PASSWORD", PASSWORD)
    assert len(ok("aid", "programmes", folder)["programmes"]) == 21
    ledger = Path(__file__).parents[1] / "data" / "ledgers" / "2026年春季资助发放花名册.xlsx"
    assert ok("import", folder, ledger)["kinds"]["payment"]["created"] == 73
    found = {b["programme"]: b["id"] for b in ok("aid", "batches", folder)}
    assert [d["reason"] for d in ok("aid", "doubles", folder)] == ["identity_no"]
    batch = found["21"]
    assert ok("aid", "roll", folder, batch[-8:], "--out", tmp_path / "roll.pdf")["pages"] >= 1
    ok("aid", "close", folder, batch)
    day = (TODAY + timedelta(days=1)).isoformat()
    told = ok("audit", "plan", folder, batch, "--lot", LOT, "--lot-on", day, "--rate", "4", "--by-school")
    assert (told["permille"], told["method"], told["population"]) == (40, "by_school", 25)
    clock.now = TOMORROW
    first = ok("audit", "draw", folder, batch, "--number", NUMBER)
    again = ok("audit", "redraw", folder, told["id"][-8:])
    assert first == again
    assert again["same"]
    (call, *_) = ok("audit", "calls", folder, batch)
    assert ok("audit", "missed", folder, call["id"])["attempts"] == 1
    wrong = ok("audit", "answer", folder, call["id"], "received_fen=400", "satisfaction=3")
    assert wrong["differs"]
    ok("audit", "explain", folder, call["id"], "--why", "只到了一部分")
    assert ok("audit", "statement", folder, batch)["in_full"]["of"] == 1
    assert ok("audit", "sheet", folder, batch, "--out", tmp_path / "calls.pdf")["pages"] >= 1
    fixed = ok("aid", "correct", folder, call["payment_id"], "--to", "400", "--why", "发错")["ids"][0]
    ok("aid", "sign", folder, call["payment_id"], "--by", "何建国", "--relation", "父亲")
    trail = ok("aid", "trail", folder, fixed)
    assert [s["kind"] for s in trail["up"]] == ["payment_batch", "payment", "payment"]
    for words in (("aid", "programmes"), ("aid", "batches"), ("aid", "doubles")):
        assert run(*words, folder).exit_code == 0
    for words in (("audit", "calls"), ("audit", "redraw"), ("audit", "statement"), ("aid", "trail")):
        done = run(*words, folder, batch)
        assert done.exit_code == 0, done.output
    assert run("audit", "plan", folder, batch, "--lot", LOT, "--lot-on", day, "--rate", "x").exit_code == 1
    assert run("aid", "take-up", folder).exit_code == 1
