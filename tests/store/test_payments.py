"""Paying aid. What would be lost: money paid twice that nobody sees, a roll changed after it was signed, or the way
from a grant to a signature."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from carehub.domain.aid import AidGrant, Payment, PaymentBatch
from carehub.domain.errors import InvalidInput, NotAllowed
from carehub.services import aid, children, duplicates, erasing, importing, payments, records, undoing
from carehub.services.desk import Desk
from carehub.store import queries

from ..conftest import PASSWORD, drive

LEDGERS = Path(__file__).parents[1] / "data" / "ledgers"
NAME = "2026年春季资助发放花名册.xlsx"
TRUTH: dict[str, Any] = json.loads((LEDGERS / "truth.json").read_text("utf-8"))["files"][NAME]
NUMBERS = ("500199201601238708", "500199201204200319", "500199201303146645")
TERM = {"programme": "寄宿生生活补助", "term": "2026年春季学期"}


def paid(desk: Desk, *rows: dict[str, Any], **told: Any) -> tuple[str, list[str]]:
    """A batch with payments: its id and theirs."""
    batch = payments.open_batch(desk, {**TERM, **told})[0].id
    given = [{"name": "何静", "school": "中心小学", "grade": "四年级", "amount_fen": "625", **r} for r in rows]
    return batch, [p.id for p in payments.add(desk, batch, given)[0]]


def doubles(desk: Desk, **only: str) -> list[tuple[str, set[str]]]:
    return [(d.double.reason, {p.id for p in d.payments}) for d in payments.doubles(desk, **only)]


class TestLedger:
    def test_the_sample_is_taken_in_as_its_truth_says(self, desk: Desk) -> None:
        report = drive(importing.import_ledger(desk, LEDGERS / NAME))
        assert (report.by_kind["payment"]["created"], report.created, report.updated) == (73, 73, 0)
        told = [(p.sheet, p.row, p.kind) for p in report.problems]
        assert told == [(p["sheet"], p["row"], "paid_twice") for p in TRUTH["problems"]]
        assert "本表第7行" in desk.texts.error(report.problems[0].error)
        kept = {b.batch.id: b for b in payments.batches(desk)}
        found = [
            {"programme": kept[p.batch_id].programme, "name": p.name, "id_no": p.identity_no,
             "amount_fen": p.amount_fen, "account": p.account or ""}
            for b in reversed(kept) for p in payments.lines(desk, b)
        ]  # fmt: skip
        wanted = [{k: v for k, v in p.items() if k not in ("sheet", "row")} for p in TRUTH["payments"]]
        assert found == wanted
        assert [(b.batch.term, b.total.children, b.total.fen) for b in reversed(kept.values())] == [
            ("2026年春季", 24, 1500000), ("2026年春季", 24, 750000), ("2026年春季", 25, 1250000),
        ]  # fmt: skip

    def test_taken_in_again_nothing_is_paid_again(self, desk: Desk) -> None:
        drive(importing.import_ledger(desk, LEDGERS / NAME))
        again = drive(importing.import_ledger(desk, LEDGERS / NAME))
        assert (again.by_kind["payment"]["unchanged"], again.created) == (73, 0)
        assert len(payments.batches(desk)) == 3

    def test_a_trial_saves_nothing_and_tells_the_double(self, desk: Desk) -> None:
        report = drive(importing.import_ledger(desk, LEDGERS / NAME, dry_run=True))
        assert (report.created, [p.kind for p in report.problems]) == (73, ["paid_twice"])
        assert payments.batches(desk) == []

    def test_payees_are_found_on_file_by_their_identity_number(self, desk: Desk) -> None:
        child = children.add(desk, {"name": "何静", "identity_no": NUMBERS[0]})[0].child.id
        drive(importing.import_ledger(desk, LEDGERS / NAME))
        with desk.store.reading() as session:
            assert [p.name for p in queries.where(session, Payment, child_id=child)] == ["何静"]

    def test_what_an_import_paid_can_be_taken_back_at_once(self, desk: Desk) -> None:
        report = drive(importing.import_ledger(desk, LEDGERS / NAME))
        undoing.undo(desk, report.touched)
        assert payments.batches(desk) == []
        assert doubles(desk) == []

    def test_a_double_against_an_earlier_batch_says_where(self, desk: Desk) -> None:
        paid(desk, {"identity_no": NUMBERS[0]})
        report = drive(importing.import_ledger(desk, LEDGERS / NAME))
        told = [desk.texts.error(p.error) for p in report.problems if p.sheet == "义务教育寄宿生生活补助"]
        assert told == [
            "何静在2026年春季已经领过义务教育寄宿生生活补助：新民村关爱工作室的发放批次第1行。",
        ]

    def test_of_two_rolls_in_one_file_the_later_row_is_told(self, desk: Desk, tmp_path: Path) -> None:
        """Ids made within one millisecond are in no order: the order of the file counts."""
        book = Workbook()
        heads = ["姓名", "身份证号", "银行账号", "金额"]
        for n in range(6):
            sheet = book.create_sheet(f"寄宿生生活补助{n}")
            for line in (["2026年春季学期"], heads, [f"何静{n}", f"50019920160{n}238708", "6217832324728067810", 625]):
                sheet.append(line)
            sheet.append(["许磊", NUMBERS[1], None, 625])
        del book["Sheet"]
        book.save(tmp_path / "表.xlsx")
        report = drive(importing.import_ledger(desk, tmp_path / "表.xlsx"))
        twice = [(p.sheet, p.row) for p in report.problems if p.kind == "paid_twice"]
        assert twice == [(f"寄宿生生活补助{n}", 4) for n in range(1, 6)]

    def test_a_roll_that_names_no_programme_is_not_guessed(self, desk: Desk, tmp_path: Path) -> None:
        book = Workbook()
        for line in (["2026年春季发放表"], ["姓名", "银行账号", "金额"], ["何静", "6217832324728067810", 625]):
            book.active.append(line)
        book.save(tmp_path / "表.xlsx")
        report = drive(importing.import_ledger(desk, tmp_path / "表.xlsx", as_kind="payment"))
        assert [(p.field, p.kind) for p in report.problems] == [("programme", "missing")]
        assert payments.batches(desk) == []


class TestBatch:
    def test_what_is_typed_is_numbered_and_summed(self, desk: Desk) -> None:
        batch, rows = paid(desk, {"name": "何静"}, {"name": "郭晨霞", "amount_fen": "312.50元"})
        more = payments.add(desk, batch, [{"name": "梁刚宇", "amount_fen": "500"}])[0]
        assert [p.line for p in payments.lines(desk, batch)] == [1, 2, 3]
        (told,) = payments.batches(desk)
        assert (told.programme, told.batch.term, told.total.children, told.total.fen) == (
            "义务教育寄宿生生活补助", "2026年春季", 3, 62500 + 31250 + 50000,
        )  # fmt: skip
        assert len({*rows, more[0].id}) == 3

    def test_the_file_of_a_child_says_what_the_row_does_not(self, desk: Desk) -> None:
        child = children.add(desk, {"name": "罗䶮", "identity_no": NUMBERS[1], "school": "红岩完小"})[0].child.id
        batch = payments.open_batch(desk, TERM)[0].id
        (row,), _ = payments.add(desk, batch, [{"child_id": child, "amount_fen": "625"}])
        assert (row.name, row.identity_no, row.school, row.child_id) == ("罗䶮", NUMBERS[1], "红岩完小", child)

    @pytest.mark.parametrize("row", [{"name": ""}, {"amount_fen": "0"}, {"amount_fen": "viel"}, {"amount_fen": "-1"}])
    def test_a_bad_row_adds_none(self, desk: Desk, row: dict[str, Any]) -> None:
        batch = payments.open_batch(desk, TERM)[0].id
        good = {"name": "何静", "amount_fen": "625"}
        with pytest.raises(InvalidInput):
            payments.add(desk, batch, [good, good | row])
        assert payments.lines(desk, batch) == []

    @pytest.mark.parametrize("told", [{"programme": "没有的项目"}, {"term": "明年"}, {"paid_on": "2999-01-01"}])
    def test_a_batch_of_nothing_known_is_refused(self, desk: Desk, told: dict[str, str]) -> None:
        with pytest.raises(InvalidInput):
            payments.open_batch(desk, {**TERM, **told})

    def test_a_closed_batch_takes_no_more(self, desk: Desk) -> None:
        batch, _ = paid(desk, {})
        closed = payments.close(desk, batch)[0]
        assert (closed.closed_on, closed.closed_by) == (date.today(), "李秀英")
        with pytest.raises(InvalidInput, match="closed"):
            payments.add(desk, batch, [{"name": "郭晨霞", "amount_fen": "625"}])
        with pytest.raises(InvalidInput, match="closed"):
            payments.close(desk, batch)
        with pytest.raises(InvalidInput, match="no payment"):
            payments.close(desk, payments.open_batch(desk, TERM)[0].id)

    def test_nothing_is_overwritten(self, desk: Desk) -> None:
        batch, (row,) = paid(desk, {})
        for record, row_id in ((Payment, row), (PaymentBatch, batch)):
            with pytest.raises(NotAllowed, match="never changed"):
                records.edit(desk, record, row_id, {"remark": "x"})
            with pytest.raises(NotAllowed, match="never changed"):
                records.void(desk, record, row_id, "x")

    def test_a_correction_is_a_row_of_its_own(self, desk: Desk) -> None:
        batch, (row,) = paid(desk, {"identity_no": NUMBERS[0]})
        payments.close(desk, batch)
        fixed = payments.correct(desk, row, "500", "标准弄错")[0]
        assert (fixed.amount_fen, fixed.corrects_id, fixed.reason, fixed.batch_id) == (-12500, row, "标准弄错", batch)
        again = payments.correct(desk, row, "625", "又查对了")[0]
        assert again.amount_fen == 12500
        (told,) = payments.batches(desk)
        assert (told.total.children, told.total.fen, told.total.corrections) == (1, 62500, 2)
        assert [p.id for p in payments.lines(desk, batch)] == [row, fixed.id, again.id]
        for amount, reason, target in (("500", " ", row), ("x", "y", row), ("625", "y", row), ("1", "y", fixed.id)):
            with pytest.raises(InvalidInput):
                payments.correct(desk, target, amount, reason)

    def test_a_signature_is_filled_in_once(self, desk: Desk) -> None:
        batch, (row,) = paid(desk, {})
        payments.close(desk, batch)
        signed = payments.sign(desk, row, "何建国", "父亲", date(2026, 5, 1))[0]
        assert (signed.signed_by, signed.signed_relation, signed.signed_on) == ("何建国", "51", date(2026, 5, 1))
        with pytest.raises(InvalidInput, match="has signed"):
            payments.sign(desk, row, "别人")
        (told,) = payments.batches(desk)
        assert told.total.signed == 1


class TestDoubles:
    def test_one_identity_number_in_two_batches(self, desk: Desk) -> None:
        _, (one,) = paid(desk, {"identity_no": NUMBERS[0]})
        _, (two, other) = paid(desk, {"identity_no": NUMBERS[0], "name": "何静静"}, {"identity_no": NUMBERS[1]})
        assert doubles(desk) == [("identity_no", {one, two})]
        assert other not in doubles(desk)[0][1]

    def test_other_terms_and_programmes_are_no_doubles(self, desk: Desk) -> None:
        paid(desk, {"identity_no": NUMBERS[0]})
        paid(desk, {"identity_no": NUMBERS[0]}, term="2025年秋季")
        paid(desk, {"identity_no": NUMBERS[0]}, programme="21")
        assert doubles(desk) == []

    def test_a_payment_taken_back_is_none(self, desk: Desk) -> None:
        _, rows = paid(desk, {"identity_no": NUMBERS[0]}, {"identity_no": NUMBERS[0]})
        assert len(doubles(desk)) == 1
        payments.correct(desk, rows[1], "0", "重复发放，已收回")
        assert doubles(desk) == []

    def test_linked_files_are_one_child(self, desk: Desk) -> None:
        one = children.add(desk, {"name": "何静"})[0].child.id
        other = children.add(desk, {"name": "何静", "school": "红岩完小"})[0].child.id
        batch = payments.open_batch(desk, TERM)[0].id
        told = [{"child_id": one, "amount_fen": "625"}, {"child_id": other, "name": "何婧", "amount_fen": "625"}]
        rows = payments.add(desk, batch, told)[0]
        assert doubles(desk) == []
        duplicates.link(desk, other, one)
        assert doubles(desk) == [("child", {p.id for p in rows})]

    def test_name_and_account_or_class_where_a_number_is_missing(self, desk: Desk) -> None:
        account = {"account": "6217832324728067810"}
        _, rows = paid(desk, {**account, "identity_no": NUMBERS[0]}, {**account, "school": "红岩完小"})
        assert doubles(desk) == [("account", set(rows))]
        _, more = paid(desk, {"name": "许磊"}, {"name": "许磊", "identity_no": NUMBERS[2]}, term="2025年秋季")
        assert doubles(desk, term="2025年秋季") == [("name", set(more))]
        assert doubles(desk, programme="7") == []

    def test_siblings_on_one_account_and_namesakes_with_numbers_are_none(self, desk: Desk) -> None:
        account = {"account": "6217832324728067810"}
        paid(desk, {**account, "name": "何静", "identity_no": NUMBERS[0]}, {**account, "name": "何敏"})
        paid(desk, {"name": "许磊", "identity_no": NUMBERS[1]}, {"name": "许磊", "identity_no": NUMBERS[2]})
        assert doubles(desk) == []


def test_a_grant_is_named_by_its_batch_and_stays(desk: Desk) -> None:
    grant = records.add(desk, AidGrant, {"document_no": "江南财教〔2026〕12号", "amount_fen": "150000"})[0]
    assert grant.amount_fen == 15000000
    batch = payments.open_batch(desk, {**TERM, "grant_id": grant.id, "source": "中央资金"})[0]
    assert batch.grant_id == grant.id
    with pytest.raises(NotAllowed):
        records.edit(desk, AidGrant, grant.id, {"amount_fen": "1"})


def test_erasing_a_child_takes_its_payments_along(desk: Desk) -> None:
    child = children.add(desk, {"name": "何静", "identity_no": NUMBERS[0]})[0].child.id
    batch, (own, other) = paid(desk, {"child_id": child}, {"name": "郭晨霞"})
    fixed = payments.correct(desk, own, "500", "更正")[0].id
    assert erasing.size(desk, "child", child) == 3
    erasing.erase(desk, child, PASSWORD)
    assert [p.id for p in payments.lines(desk, batch)] == [other]
    with desk.store.reading() as session:
        assert session.get(Payment, fixed) is None


def test_the_catalogue_is_the_districts_and_keeps_its_history(make_store: Any) -> None:
    district = make_store("district", "江南区").desk
    assert len(aid.catalogue(district).programmes) == 21
    aid.take_up(district)
    with pytest.raises(InvalidInput):
        aid.take_up(district)
    told = {"programme": "6", "tier": "小学", "amount_fen": "1400", "per": "year", "from_on": "2026-09-01"}
    aid.add_amount(district, told)
    boarders = aid.programme(district, "寄宿生生活补助")
    before, after = ({a.tier: a.fen for a in boarders.amounts_on(day)} for day in (date(2026, 8, 31), date(2026, 9, 1)))
    assert before == {"小学": 125000, "初中": 150000}
    assert after == {"小学": 140000, "初中": 150000}
    with pytest.raises(NotAllowed):
        aid.add_amount(make_store("room", "新民村").desk, told)


def test_every_column_of_a_roll_is_named_in_words(desk: Desk, tmp_path: Path) -> None:
    book = Workbook()
    heads = [
        "姓名",
        "性别",
        "身份证号",
        "开户行",
        "户名",
        "银行账号",
        "金额",
        "资助项目",
        "签字",
        "监护人",
        "联系电话",
        "困难类型",
    ]
    row = ["何静", "女", NUMBERS[0], "农商行", "何建国", "6217832324728067810", 625, "营养餐", "何建国", "何建国",
           "13912345678", "低保"]  # fmt: skip
    for line in (["2026年春季学期发放表"], heads, row):
        book.active.append(line)
    book.save(tmp_path / "表.xlsx")
    report = drive(importing.import_ledger(desk, tmp_path / "表.xlsx"))
    told = {c["header"]: c["label"] for c in report.columns}
    assert None not in told.values()
    assert not [label for label in told.values() if label.isascii()], told
    (batch,) = payments.batches(desk)
    assert batch.batch.programme == "8", "the row's own word counts"
    assert payments.lines(desk, batch.batch.id)[0].signed_by == "何建国"
