"""Consent and what follows from it: on notices, in statistics, on paper. What a family would lose: the word it took
back."""

import io
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from carehub.domain.care import ChildSheet
from carehub.domain.errors import InvalidInput, NotAllowed, NotFound
from carehub.domain.facts import Kind, facts_of
from carehub.domain.people import Child, FamilyMember
from carehub.domain.protection import Consent
from carehub.domain.sheet_number import grouped
from carehub.papers import public_notice
from carehub.papers.public_notice import NoticeLine, PublicNotice, write_notice
from carehub.services import (
    access,
    children,
    consents,
    notices,
    opening,
    printing,
    records,
    retention,
    sheet_numbers,
    statistics,
    undoing,
    users,
)
from carehub.services.consents import Standing, State
from carehub.services.desk import Desk
from carehub.sheets.figures import HIDDEN

from ..conftest import PASSWORD, drive

TODAY = date.today()


def born(years: int) -> str:
    """A birth date so many years ago, and a day."""
    return (TODAY.replace(year=TODAY.year - years, day=1) - timedelta(days=40)).isoformat()


@pytest.fixture
def child(desk: Desk) -> str:
    return children.add(desk, {"name": "周小雨", "birth_date": born(9), "guardian": "李桂花"})[0].child.id


def states(desk: Desk, child: str) -> dict[str, State]:
    return {s.purpose: s.state for s in consents.of_child(desk, child)}


def pdf_text(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as pdf:
        return "".join(page.get_textpage().get_text_bounded() for page in pdf)


class TestConsent:
    def test_what_is_missing_given_running_out_and_withdrawn(self, desk: Desk, child: str) -> None:
        assert states(desk, child) == {"care": State.MISSING}
        consents.record(desk, child, ["care", "photo", "notice"], {"name": "李桂花", "relation": "62"})
        assert set(states(desk, child).values()) == {State.GIVEN}
        consents.withdraw(desk, child, ["notice"], "李桂花")
        assert states(desk, child) == {"care": State.GIVEN, "photo": State.GIVEN, "notice": State.WITHDRAWN}
        consents.record(desk, child, ["aid"], {"expires_on": TODAY + timedelta(days=12)})
        assert states(desk, child)["aid"] is State.EXPIRING
        assert consents.of_child(desk, child, TODAY + timedelta(days=13))[1] == Standing(
            "aid", State.EXPIRED, TODAY + timedelta(days=12)
        )

    def test_one_paper_is_one_step_and_is_taken_back_in_one(self, desk: Desk, child: str) -> None:
        touched = consents.record(desk, child, ["care", "photo"], {"name": "李桂花"})
        assert len(touched.rows) == 2
        undoing.undo(desk, touched)
        assert states(desk, child) == {"care": State.MISSING}

    def test_from_fourteen_the_child_is_asked_as_well(self, desk: Desk) -> None:
        older = children.add(desk, {"name": "周大山", "birth_date": born(14)})[0].child.id
        consents.record(desk, older, ["care"], {"name": "李桂花"})
        assert states(desk, older) == {"care": State.OWN_MISSING}
        consents.record(desk, older, ["care"], {"given_by": "child", "name": "周大山"})
        assert states(desk, older) == {"care": State.GIVEN}

    def test_the_child_can_withdraw_what_the_guardian_gave(self, desk: Desk) -> None:
        older = children.add(desk, {"name": "周大山", "birth_date": born(14)})[0].child.id
        for giver in ("guardian", "child"):
            consents.record(desk, older, ["notice"], {"given_by": giver})
        (own,) = [i for i in records.ids(desk, Consent) if records.get(desk, Consent, i).given_by == "child"]
        records.edit(desk, Consent, own, {"withdrawn_on": TODAY})
        assert states(desk, older)["notice"] is State.WITHDRAWN

    def test_given_again_after_a_withdrawal_counts(self, desk: Desk, child: str) -> None:
        consents.record(desk, child, ["care"], {"given_on": TODAY - timedelta(days=9)})
        consents.withdraw(desk, child, ["care"])
        consents.record(desk, child, ["care"], {})
        assert states(desk, child) == {"care": State.GIVEN}

    def test_nonsense_is_refused_and_nothing_is_kept(self, desk: Desk, child: str) -> None:
        for purposes, values in (
            ([], {}),
            (["care"], {"expires_on": TODAY - timedelta(days=1)}),
            (["nothing"], {}),
            (["care"], {"given_on": TODAY + timedelta(days=1)}),
        ):
            with pytest.raises(InvalidInput):
                consents.record(desk, child, purposes, values)
        with pytest.raises(InvalidInput):
            consents.withdraw(desk, child, ["care"])
        assert records.ids(desk, Consent) == []

    def test_every_withdrawal_says_what_follows(self, desk: Desk) -> None:
        assert consents.EFFECTS.keys() == {code.code for code in desk.codes["consent_purpose"]}

    def test_the_form_names_purposes_and_asks_both_for_signatures(self, desk: Desk, child: str) -> None:
        older = children.add(desk, {"name": "周大山", "birth_date": born(14)})[0].child.id
        data, count = drive(printing.consent_form_pdf(desk, [child, older]))
        text = pdf_text(data)
        assert count == 2
        for code in desk.codes["consent_purpose"]:
            assert text.replace("\r\n", "").count(code.zh[:6]) >= 2, code
        for words in ("同意书", "周小雨", "李桂花", "周大山", desk.site.name[:4]):
            assert words in text, words
        assert text.count("孩子本人签字") == 1
        with pypdfium2.PdfDocument(data) as pdf:
            assert len(pdf) == 2, "one page each"

    def test_the_number_of_a_signed_form_finds_its_child(self, desk: Desk, child: str) -> None:
        """A stack of signed forms is typed in by number, not by looking for names."""
        drive(printing.consent_form_pdf(desk, [child], preview=True))
        assert records.ids(desk, ChildSheet) == [], "a look at it keeps nothing"
        text = pdf_text(drive(printing.consent_form_pdf(desk, [child]))[0])
        (sheet,) = records.fetch(desk, ChildSheet, records.ids(desk, ChildSheet))
        assert grouped(sheet.sheet_no or "") in text
        found = sheet_numbers.find(desk, sheet.sheet_no or "")
        assert isinstance(found, ChildSheet)
        assert (found.child_id, found.kind) == (child, "consent")
        drive(printing.consent_form_pdf(desk, [child]))
        assert len(records.ids(desk, ChildSheet)) == 1, "printed again on the same day it keeps its number"


SECRET = "绝密字样"


def full_of_secrets(desk: Desk) -> Child:
    """A child whose every other fact says something that may not hang out."""
    made = children.add(desk, {"name": "周小雨", "school": "中心小学", "grade": "三年级", "class_name": "2班",
                               "guardian": SECRET, "guardian_phone": "13912345678"})[0].child  # fmt: skip
    texts = {
        name: SECRET for name, fact in facts_of(Child).items()
        if fact.kind in (Kind.TEXT, Kind.LONG) and not fact.system and name not in public_notice.FIELDS
    }  # fmt: skip
    numbers = {"identity_no": "500199201210126725", "birth_date": "2012-10-12", "sex": "女"}
    return children.edit(desk, made.id, {**texts, **numbers})[0]


class TestPublicNotice:
    def test_a_line_has_four_fields_and_takes_no_fifth(self) -> None:
        assert (
            tuple(NoticeLine.__dataclass_fields__) == public_notice.FIELDS == ("name", "school", "grade", "class_name")
        )
        with pytest.raises(TypeError):
            NoticeLine("周小雨", "中心小学", "三年级", "2班", phone="13912345678")  # type: ignore[call-arg]
        with pytest.raises((AttributeError, TypeError)):
            object.__setattr__(NoticeLine("周小雨", "", "", ""), "phone", "13912345678")

    def test_no_other_type_of_line_is_printed(self) -> None:
        """A line with more on it, handed over by a later hand, does not get through."""

        class Longer(NoticeLine):
            phone = "13912345678"

        for line in (Longer("周小雨", "", "", ""), Child(site_id="s", name="周小雨")):
            notice = PublicNotice("aid", "新民村", TODAY, TODAY, [line])  # type: ignore[list-item]
            with pytest.raises(TypeError):
                write_notice(io.BytesIO(), notice, printing.press(bundled=True))

    def test_nothing_else_of_the_child_hangs_out(self, desk: Desk) -> None:
        child = full_of_secrets(desk)
        text = pdf_text(notices.draw(desk, [child.id]).data)
        for words in ("周小雨", "中心小学", "三年级", "2班", "公示"):
            assert words in text
        for words in (SECRET, "13912345678", "500199201210126725", "6725", "2012", "女", child.id):
            assert words not in text, words

    def test_there_is_no_free_text_to_put_anything_into(self, desk: Desk) -> None:
        full_of_secrets(desk)
        with pytest.raises(InvalidInput):
            notices.draw(desk, subject=f"资助 {SECRET} 13912345678")

    @pytest.mark.parametrize("purpose", ["notice", "care"])
    def test_who_has_withdrawn_does_not_hang_out(self, desk: Desk, child: str, purpose: str) -> None:
        other = children.add(desk, {"name": "罗䶮"})[0].child.id
        consents.record(desk, child, [purpose], {})
        assert "周小雨" in pdf_text(notices.draw(desk, [child, other]).data)
        consents.withdraw(desk, child, [purpose])
        drawn = notices.draw(desk, [child, other])
        assert "周小雨" not in pdf_text(drawn.data)
        assert (drawn.children, drawn.left_out) == ((other,), ("周小雨",))
        with pytest.raises(NotFound):
            notices.draw(desk, [child])

    def test_it_is_logged_and_not_for_everybody(self, desk: Desk, child: str, tmp_path: Path) -> None:
        notices.write(desk, tmp_path / "公示.pdf", [child])
        assert [(line.what, line.about) for line in access.log(desk)] == [("打印", "周小雨")]
        users.add(desk, "王看", "viewer", "andere-Worte", PASSWORD)
        folder = desk.store.folder
        desk.close()
        viewer = opening.sign_in(folder, "andere-Worte")
        with pytest.raises(NotAllowed):
            notices.draw(viewer, [child])
        viewer.close()


class TestStatistics:
    def village(self, desk: Desk) -> None:
        """Two small groups among larger ones."""
        for n in range(30):
            children.add(desk, {"name": f"王{n}", "sex": "男" if n % 2 else "女", "birth_date": born(7 + n % 5),
                                "school": "中心小学", "risk_level": "low", "guardianship": "good"})  # fmt: skip
        for n in range(12):
            children.add(desk, {"name": f"李{n}", "sex": "男", "birth_date": born(14), "school": "第二初中",
                                "risk_level": "high" if n < 2 else "low", "guardianship": "poor" if n == 0 else "good",
                                "identity_no": ""})  # fmt: skip
        children.add(desk, {"name": "独此一家", "sex": "女", "birth_date": born(3), "school": "跟着奶奶"})

    def test_no_small_number_and_no_person_is_in_the_workbook(self, desk: Desk, tmp_path: Path) -> None:
        self.village(desk)
        statistics.export(desk, tmp_path / "统计.xlsx")
        book = openpyxl.load_workbook(tmp_path / "统计.xlsx")
        assert book.sheetnames == ["性别", "监护情况", "风险等级", "学校", "是否住校"]
        cells = [c.value for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
        assert HIDDEN in cells
        assert [v for v in cells if isinstance(v, int) and 0 < v < 5] == []
        told = " ".join(map(str, cells))
        assert not [n for n in ("王", "李", "独此一家", "跟着奶奶", born(14), born(3)[:7]) if n in told]
        assert 43 in cells

    def test_all_tables_share_totals_that_are_all_shown(self, desk: Desk) -> None:
        """What one table hides the next must not tell: bands are joined until none is small."""
        self.village(desk)
        found = statistics.tables(desk)
        assert {t.rows for t in found} == {("0–5岁、6–13岁", "14–15岁")}
        assert {t.counts.row_totals for t in found} == {(31, 12)}
        for table in found:
            for row in table.counts.cells:
                assert sum(cell is None for cell in row) != 1, table.title

    def test_who_has_withdrawn_is_not_counted(self, desk: Desk) -> None:
        self.village(desk)
        (alone,) = [i for i in records.ids(desk, Child) if records.get(desk, Child, i).name == "王3"]
        consents.record(desk, alone, ["figures"], {})
        assert statistics.tables(desk)[0].counts.total == 43
        consents.withdraw(desk, alone, ["figures"])
        assert statistics.tables(desk)[0].counts.total == 42

    def test_too_few_children_tell_nothing(self, desk: Desk, child: str) -> None:
        with pytest.raises(NotFound):
            statistics.tables(desk)

    def test_the_township_sets_the_threshold(self, desk: Desk) -> None:
        self.village(desk)
        assert statistics.threshold(desk) == 5
        statistics.set_threshold(desk, 12)
        shown = {c for t in statistics.tables(desk) for row in t.counts.cells for c in row if c}
        assert min(shown) >= 12
        for bad in (0, 2, 101):
            with pytest.raises(InvalidInput):
                statistics.set_threshold(desk, bad)


class TestRetention:
    def later(self, years: int) -> date:
        return TODAY.replace(year=TODAY.year + years, day=min(TODAY.day, 28)) + timedelta(days=5)

    def test_a_closed_file_is_listed_when_its_years_are_over(self, desk: Desk, child: str) -> None:
        assert retention.due(desk, self.later(9)) == []
        children.edit(desk, child, {"status": "closed"})
        assert retention.due(desk, self.later(2)) == []
        (due,) = retention.due(desk, self.later(3))
        assert (due.kind, due.row, due.name, due.after, due.counted_from, due.records) == (
            "child", child, "周小雨", "closed", TODAY, 2
        )  # fmt: skip

    def test_a_file_waits_for_its_incident(self, desk: Desk, child: str) -> None:
        """Until three years after the eighteenth birthday somebody may need it before a court."""
        children.edit(desk, child, {"status": "moved"})
        told = {"child_id": child, "police_on": TODAY, "police_time": "9:05", "seen_on": TODAY, "seen": "伤痕"}
        from carehub.services import incidents

        incidents.add(desk, told)
        assert retention.due(desk, self.later(5)) == []
        (due,) = retention.due(desk, self.later(13))
        assert (due.kind, due.records) == ("child", 3), "one line for the whole file"

    def test_only_who_may_erase_sees_it(self, desk: Desk, child: str) -> None:
        children.edit(desk, child, {"status": "closed"})
        users.add(desk, "王记", "recorder", "andere-Worte", PASSWORD)
        folder = desk.store.folder
        desk.close()
        recorder = opening.sign_in(folder, "andere-Worte")
        with pytest.raises(NotAllowed):
            retention.due(recorder, self.later(9))
        recorder.close()

    def test_every_rule_names_a_record_and_where_it_comes_from(self) -> None:
        from carehub import resources
        from carehub.domain.records import RECORDS
        from carehub.domain.retention import COMES_OF_AGE, STATUSES

        assert {r.kind for r in resources.retention()} >= {"child", "talk", "incident"}
        for rule in resources.retention():
            assert rule.after in (*STATUSES, COMES_OF_AGE) or rule.after in facts_of(RECORDS[rule.kind])
            assert rule.zh
            assert rule.en
            assert rule.years > 0


def test_a_family_of_a_child_is_no_child(desk: Desk, child: str) -> None:
    """Erasing, notices and statistics speak of children by their own record only."""
    assert len(records.ids(desk, FamilyMember)) == 1
    assert notices.draw(desk, [child]).children == (child,)
