"""The place Aid at the window. What would be lost: a double payment nobody sees, or a step nobody finds."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from carehub.domain.aid import Payment
from carehub.gui.aid.action import ActionPage
from carehub.gui.aid.batch import BatchPage, PaymentPage
from carehub.gui.aid.catalogue import AmountFormPage, CataloguePage
from carehub.gui.aid.forms import BatchFormPage
from carehub.gui.aid.page import AidPage, DoublesPage
from carehub.gui.aid.sample import SamplePage
from carehub.gui.window import MainWindow
from carehub.services import aid_papers, audits, opening, payments, records, users
from carehub.services.desk import Desk

from ..conftest import PASSWORD, drive
from .conftest import shown

Open = Callable[..., MainWindow]
NUMBER = "500199201601238708"
TOMORROW = date.today() + timedelta(days=1)


def buttons(widget: QWidget) -> list[str]:
    QApplication.processEvents()
    return [b.text().strip() for b in widget.findChildren(QPushButton) if b.isVisible()]


def fill(window: MainWindow, address: str, **texts: str) -> None:
    """Opens a form, types and saves."""
    window.shell.open_address(address)
    page = window.shell.page
    assert isinstance(page, ActionPage | BatchFormPage)
    for name, text in texts.items():
        page.form.editor(name).set_text(text)
    page.save()


def batch_of(desk: Desk, *names: str) -> str:
    batch = payments.open_batch(desk, {"programme": "6", "term": "2026年春季"})[0].id
    payments.add(desk, batch, [{"name": n, "school": "中心小学", "amount_fen": "625"} for n in names])
    return batch


def test_a_batch_is_typed_in_closed_and_put_right(open_window: Open, desk: Desk) -> None:
    window = open_window(desk)
    window.shell.open_address("aid")
    fill(window, "aid-batch-form", programme="6", term="2026年春季学期", source="中央资金")
    assert isinstance(window.shell.page, AidPage)
    (batch,) = [b.batch.id for b in payments.batches(desk)]
    window.shell.open_address(f"aid-batch/{batch}")
    page = window.shell.page
    assert isinstance(page, BatchPage)
    assert {"增加一笔发放", "封账"} <= set(buttons(page))
    fill(window, f"aid-pay/{batch}", name="罗䶮", amount_fen="312.50")
    assert "1人，312.50元" in shown(page)
    page.close_batch()
    assert "安排抽查" in buttons(page)
    assert "增加一笔发放" not in buttons(page)
    (payment,) = payments.lines(desk, batch)
    page.table.opened.emit(payment.id)
    assert isinstance(window.shell.page, PaymentPage)
    fill(window, f"aid-sign/{payment.id}", name="罗建国", relation="51")
    fill(window, f"aid-correct/{payment.id}", amount="300", reason="标准弄错")
    assert isinstance(window.shell.page, PaymentPage)
    words = shown(window.shell.page)
    for said in ("罗建国于", "更正-12.50元：标准弄错", "发给罗䶮：312.50元", "批次：2026年春季"):
        assert said in words, said
    assert records.get(desk, Payment, payment.id).amount_fen == 31250, "the row itself stays as it was"


def test_a_grant_is_named_by_its_number(open_window: Open, desk: Desk) -> None:
    window = open_window(desk)
    fill(window, "aid-batch-form", programme="6", term="2026年春季", grant="没有12号")
    assert isinstance(window.shell.page, BatchFormPage)
    assert payments.batches(desk) == []
    assert "没有12号" in shown(window.shell)
    window.shell.page.form.editor("grant").set_text("")
    window.shell.page.save()
    assert len(payments.batches(desk)) == 1


def test_what_was_paid_twice_is_said_and_opened(open_window: Open, qtbot: QtBot, desk: Desk) -> None:
    batch = batch_of(desk, "许磊")
    rows = payments.add(desk, batch, [{"name": "何静", "identity_no": NUMBER, "amount_fen": "625"}] * 2)[0]
    window = open_window(desk)
    window.shell.open_address("aid")
    qtbot.waitUntil(lambda: "有1处重复发放" in shown(window.shell.page))
    window.shell.open_address("aid-doubles")
    page = window.shell.page
    assert isinstance(page, DoublesPage)
    qtbot.waitUntil(lambda: page.table.rows.ids() == [rows[1].id])
    assert page.table.rows.index(0, 5).data() == "身份证号相同"
    page.table.opened.emit(rows[1].id)
    fill(window, f"aid-correct/{rows[1].id}", amount="0", reason="重复，已收回")
    window.shell.open_address("aid-doubles")
    qtbot.waitUntil(lambda: "没有重复发放" in shown(window.shell.page))


def test_a_sample_is_planned_drawn_called_and_explained(
    open_window: Open, qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    batch = batch_of(desk, *[f"王小{c}" for c in "一二三四五六七八九"])
    payments.close(desk, batch)
    window = open_window(desk)
    fill(window, f"audit-plan/{batch}", lot="双色球 2026136期", lot_on=TOMORROW.isoformat())
    (sample,) = audits.samples(desk, batch)
    assert (sample.permille, sample.method) == (50, "by_school")
    fill(window, f"audit-number/{sample.id}", number="02 07 11 16 25 31 09")
    assert records.fetch(desk, type(sample), [sample.id])[0].drawn_on is None, "the draw was not held yet"
    window.shell.page.can_leave = lambda: True  # type: ignore[method-assign]

    class Later(date):
        @classmethod
        def today(cls) -> date:
            return TOMORROW

    monkeypatch.setattr(audits, "date", Later)
    audits.draw(desk, sample.id, "02 07 11 16 25 31 09")
    window.shell.open_address(f"aid-sample/{sample.id}")
    page = window.shell.page
    assert isinstance(page, SamplePage)
    assert page.table.rows.rowCount() == 3
    page.draw_again()
    assert "重抽的名单和记录的一样" in shown(page)
    first = page.table.current_id()
    for _ in range(3):
        page.table.select(first)
        page.missed()
    states = [page.table.rows.index(n, 4).data() for n in range(3)]
    assert states == ["三次未接通", "待拨打", "备选"]
    second = page.table.rows.ids()[1]
    fill(window, f"audit-answer/{second}", received_fen="500", satisfaction="3", answered_by="王建国")
    window.shell.open_address("aid")
    qtbot.waitUntil(lambda: "有1笔回访金额不符" in shown(window.shell.page))
    fill(window, f"audit-explain/{second}", words="分两次发")
    assert audits.flagged(desk) == []
    window.shell.open_address(f"aid-sample/{sample.id}")
    assert "0人足额收到" in shown(window.shell.page)
    data = drive(aid_papers.call_sheet_pdf(desk, sample.id))[0]
    page.papers.write(tmp_path / "回访.pdf", data)
    assert (tmp_path / "回访.pdf").read_bytes() == data


def test_who_only_reads_finds_no_button_to_change(open_window: Open, desk: Desk) -> None:
    batch = batch_of(desk, "许磊")
    users.add(desk, "张明", "viewer", "anders-09", PASSWORD)
    folder = desk.store.folder
    desk.close()
    viewer = opening.sign_in(folder, "anders-09", "张明")
    window = open_window(viewer)
    for address in ("aid", f"aid-batch/{batch}", f"aid-payment/{payments.lines(viewer, batch)[0].id}"):
        window.shell.open_address(address)
        assert set(buttons(window.shell.page)) <= {"重复发放", "资助项目", "打开", "显示"}, address
    viewer.close()


def test_the_district_takes_the_catalogue_up_and_adds_an_amount(
    open_window: Open, make_store: Callable[..., opening.NewStore]
) -> None:
    district = make_store("district", "江南区").desk
    window = open_window(district)
    window.shell.open_address("aid-catalogue")
    page = window.shell.page
    assert isinstance(page, CataloguePage)
    assert page.table.rows.rowCount() == 21
    assert buttons(page) == ["采用这份目录"]
    page.take_up()
    assert buttons(page) == ["增加标准"]
    window.shell.open_address("aid-amount")
    form = window.shell.page
    assert isinstance(form, AmountFormPage)
    for name, text in {"programme": "2", "amount_fen": "400", "per": "term", "from_on": "2026-01-01"}.items():
        form.form.editor(name).set_text(text)
    form.save()
    assert page.table.rows.index(1, 3).data() == "400/每学期（2026-01-01起）"
    assert page.table.rows.index(1, 4).data() == "330/每学期"


def test_a_room_reads_the_catalogue(open_window: Open, desk: Desk) -> None:
    window = open_window(desk)
    window.shell.open_address("aid-catalogue")
    page = window.shell.page
    assert "由区里定" in shown(page)
    assert buttons(page) == []
    assert page.table.rows.index(20, 2).data() == "各学段"
