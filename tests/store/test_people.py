"""Who may sign in and what for: roles, passwords, the recovery code, the access log."""

import io
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from carehub.domain import rights
from carehub.domain.attachments import Attachment
from carehub.domain.errors import InvalidInput, NotAllowed, StoreError
from carehub.domain.office import AccessSummary, User
from carehub.domain.people import Child
from carehub.domain.protection import Incident
from carehub.domain.rights import Right
from carehub.services import (
    access,
    attachments,
    cards,
    children,
    erasing,
    handover,
    helping,
    importing,
    merging,
    opening,
    records,
    undoing,
    users,
    visits,
    workbooks,
)
from carehub.services.desk import Desk
from carehub.services.opening import NewStore
from carehub.store import attempts, keyring
from tests.conftest import PASSWORD, drive

OTHER = "andere-Worte"


def as_role(desk: Desk, role: str) -> Desk:
    """The same store at the desk of a new person with a role."""
    person = users.add(desk, f"王{role}", role, OTHER, PASSWORD)
    folder = desk.store.folder
    desk.close()
    made = opening.sign_in(folder, OTHER)
    assert made.user.id == person.id
    return made


@pytest.fixture
def child(desk: Desk) -> Child:
    return children.add(desk, {"name": "周小雨", "guardian": "李桂花", "guardian_phone": "13800001111"})[0].child


class TestRights:
    """What a role could do beyond its work is what a child loses."""

    @pytest.mark.parametrize("level", rights.ROLES)
    def test_restricted_rights_are_the_heads_and_counsellors(self, level: str) -> None:
        for role, held in rights.ROLES[level].items():
            assert (held & {Right.TALKS, Right.INCIDENTS} != set()) == (role in ("head", "counsellor")), role
            assert (Right.ERASE in held) == (Right.USERS in held) == (Right.LOG in held) == (role == "head"), role

    def test_a_viewer_changes_nothing(self, desk: Desk, child: Child, tmp_path: Path) -> None:
        desk = as_role(desk, "viewer")
        ledger = tmp_path / "名单.csv"
        ledger.write_text("姓名,性别,年级\n周小雨,女,三年级\n", "utf-8")
        attempts_ = [
            lambda: children.add(desk, {"name": "王小明"}),
            lambda: children.edit(desk, child.id, {"remark": "x"}),
            lambda: records.void(desk, Child, child.id, "x"),
            lambda: visits.plan(desk, [child.id], date.today()),
            lambda: drive(importing.import_ledger(desk, ledger)),
            lambda: drive(handover.export(desk, tmp_path)),
            lambda: drive(workbooks.export(desk, tmp_path / "x.xlsx")),
            lambda: erasing.erase(desk, child.id, OTHER),
            lambda: users.add(desk, "赵六", "head", OTHER, OTHER),
            lambda: users.set_role(desk, desk.user.id, "head"),
            lambda: records.edit(desk, User, desk.user.id, {"role": "head"}),
            lambda: access.log(desk),
            lambda: access.looked(desk, child, "identity_no", "visit"),
            lambda: handover.write_identity(desk, OTHER, tmp_path / "key.txt"),
        ]
        for attempt in attempts_:
            with pytest.raises(NotAllowed):
                attempt()
        assert records.get(desk, Child, child.id).remark is None
        assert not list(tmp_path.glob("*.carebundle"))
        assert not (tmp_path / "key.txt").exists()
        desk.close()

    @pytest.mark.parametrize("role", ["recorder", "counsellor"])
    def test_nobody_makes_himself_head(self, desk: Desk, role: str) -> None:
        desk = as_role(desk, role)
        for attempt in (
            lambda: records.edit(desk, User, desk.user.id, {"role": "head"}),
            lambda: records.add(desk, User, {"name": "影子", "role": "head"}),
            lambda: records.void(desk, User, desk.user.id, "x"),
        ):
            with pytest.raises(NotAllowed):
                attempt()
        desk.close()

    def test_a_reviewer_takes_nothing_in(self, circle: tuple[Desk, NewStore], tmp_path: Path) -> None:
        office, room = circle
        file = drive(handover.export(room.desk, tmp_path / "stick")).file
        desk = as_role(office, "reviewer")
        with pytest.raises(NotAllowed):
            drive(merging.merge(desk, [file], approve=" ".join(room.words)))
        with pytest.raises(NotAllowed):
            cards.write(desk, tmp_path)
        desk.close()

    def test_only_the_person_who_did_it_takes_it_back(self, desk: Desk, child: Child) -> None:
        _, touched = children.edit(desk, child.id, {"remark": "wichtig"})
        desk = as_role(desk, "recorder")
        with pytest.raises(NotAllowed):
            undoing.undo(desk, touched)
        assert records.get(desk, Child, child.id).remark == "wichtig"
        desk.close()


class TestUsers:
    def test_a_colleague_signs_in_with_a_password_of_his_own(self, desk: Desk) -> None:
        person = users.add(desk, "王建国", "recorder", OTHER, PASSWORD)
        folder = desk.store.folder
        desk.close()
        for name in ("", "王建国"):
            with opening.sign_in(folder, OTHER, name).store:
                pass
        with pytest.raises(NotAllowed, match="not right"):
            opening.sign_in(folder, OTHER, "李秀英")
        again = opening.sign_in(folder, OTHER)
        assert again.user.id == person.id
        assert again.user.role == "recorder"
        again.close()

    def test_two_people_with_one_password_are_told_apart_by_name(self, desk: Desk) -> None:
        users.add(desk, "王建国", "recorder", PASSWORD, PASSWORD)
        folder = desk.store.folder
        desk.close()
        with pytest.raises(NotAllowed) as asked:
            opening.sign_in(folder, PASSWORD)
        assert asked.value.message == opening.NAME_NEEDED
        second = opening.sign_in(folder, PASSWORD, "王建国")
        assert second.user.role == "recorder"
        second.close()

    def test_a_removed_person_does_not_get_in(self, desk: Desk) -> None:
        person = users.add(desk, "王建国", "recorder", OTHER, PASSWORD)
        users.remove(desk, "王建国")
        assert [p.active for p in users.people(desk) if p.id == person.id] == [False]
        folder = desk.store.folder
        desk.close()
        with pytest.raises(NotAllowed):
            opening.sign_in(folder, OTHER)

    def test_the_last_head_stays(self, desk: Desk) -> None:
        users.add(desk, "王建国", "recorder", OTHER, PASSWORD)
        for attempt in (lambda: users.remove(desk, desk.user.id), lambda: users.set_role(desk, desk.user.id, "viewer")):
            with pytest.raises(InvalidInput):
                attempt()
        users.set_role(desk, "王建国", "head")
        users.set_role(desk, desk.user.id, "viewer")

    def test_own_password(self, desk: Desk) -> None:
        with pytest.raises(NotAllowed):
            users.change_password(desk, "falsch-falsch", OTHER)
        for weak in ("kurz", "13800001111"):
            with pytest.raises(InvalidInput):
                users.change_password(desk, PASSWORD, weak)
        users.change_password(desk, PASSWORD, OTHER)
        folder = desk.store.folder
        desk.close()
        with pytest.raises(NotAllowed):
            opening.sign_in(folder, PASSWORD)
        opening.sign_in(folder, OTHER).close()

    def test_a_head_gives_a_colleague_a_new_password(self, desk: Desk) -> None:
        users.add(desk, "王建国", "recorder", OTHER, PASSWORD)
        users.set_password(desk, "王建国", "drittes-Wort", PASSWORD)
        folder = desk.store.folder
        desk.close()
        opening.sign_in(folder, "drittes-Wort", "王建国").close()

    def test_a_full_disk_changes_no_password(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(keyring, "save_private", full)
        with pytest.raises(StoreError):
            users.add(desk, "王建国", "recorder", OTHER, PASSWORD)
        monkeypatch.undo()
        assert [p.name for p in users.people(desk)] == ["李秀英"]

    def test_the_new_code_counts_only_once_it_was_typed(self, make_store: Callable[..., NewStore]) -> None:
        new = make_store("room", "新民村")
        desk, code = new.desk, keyring.new_recovery_code()
        with pytest.raises(InvalidInput):
            users.renew_code(desk, code, code[:-1] + ("2" if code[-1] == "X" else "X"), PASSWORD)
        folder = desk.store.folder
        keyring.unwrap(keyring.load(folder), new.recovery_code, recovery=True)
        users.renew_code(desk, code, code.lower().replace("-", " "), PASSWORD)
        desk.close()
        with pytest.raises(NotAllowed):
            helping.recover_with_code(folder, new.recovery_code, "", OTHER)
        assert helping.recover_with_code(folder, code, "", OTHER) == "李秀英"
        opening.sign_in(folder, OTHER).close()


class TestAttempts:
    def test_wrong_passwords_slow_down_and_survive_a_restart(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = desk.store.folder
        desk.close()
        clock = [time.time()]
        monkeypatch.setattr(attempts.time, "time", lambda: clock[0])
        for _ in range(attempts.FREE):
            with pytest.raises(NotAllowed, match="not right"):
                opening.sign_in(folder, "falsch-falsch")
        with pytest.raises(NotAllowed) as asked:
            opening.sign_in(folder, PASSWORD)
        assert asked.value.message == attempts.WAIT
        assert asked.value.values["seconds"] == attempts.FIRST
        clock[0] += attempts.FIRST
        with pytest.raises(NotAllowed, match="not right"):
            opening.sign_in(folder, "falsch-falsch")
        with pytest.raises(NotAllowed) as asked:
            opening.sign_in(folder, PASSWORD)
        assert asked.value.values["seconds"] == attempts.FIRST * 2
        clock[0] -= 20 * 365 * 86400  # a clock that was set right must not lock anybody out for years
        with pytest.raises(NotAllowed):
            opening.sign_in(folder, PASSWORD)
        clock[0] += attempts.FIRST * 2
        opening.sign_in(folder, PASSWORD).close()
        assert not (folder / attempts.FILE).exists()

    def test_nothing_says_whether_a_user_exists(self, desk: Desk) -> None:
        users.add(desk, "王建国", "recorder", OTHER, PASSWORD)
        folder = desk.store.folder
        desk.close()
        told = set()
        for password, name in (("falsch-falsch", "李秀英"), ("falsch-falsch", "没有人")):
            with pytest.raises(NotAllowed) as error:
                opening.sign_in(folder, password, name)
            told.add(error.value.message)
        assert told == {keyring.WRONG_PASSWORD}


class TestAccessLog:
    def test_a_look_has_a_name_and_a_reason(self, desk: Desk, child: Child) -> None:
        access.looked(desk, child, "identity_no", "visit")
        found = access.log(desk)[0]
        assert (found.author, found.about, found.reason) == ("李秀英", "周小雨", "走访联系")
        assert found.detail == "身份证号"

    def test_lines_stay_as_they_are(self, desk: Desk, child: Child) -> None:
        access.looked(desk, child, "identity_no", "visit")
        for statement in ("DELETE FROM access_log", "UPDATE access_log SET author = 'x'"):
            with pytest.raises(Exception, match="only grows"), desk.unit() as unit:
                unit.raw.execute(statement)
        assert len(access.log(desk)) == 1

    def test_the_office_learns_how_often(self, circle: tuple[Desk, NewStore], tmp_path: Path) -> None:
        office, room = circle
        made = children.add(room.desk, {"name": "周小雨"})[0].child
        for _ in range(3):
            access.looked(room.desk, made, "home_address", "check")
        file = drive(handover.export(room.desk, tmp_path / "stick")).file
        drive(merging.merge(office, [file], approve=" ".join(room.words)))
        told = records.fetch(office, AccessSummary, records.ids(office, AccessSummary))
        assert [(t.what, t.count, t.user_id) for t in told] == [("look", 3, room.desk.user.id)]
        (shown,) = access.summaries(office)
        assert (shown.site, shown.author, shown.what, shown.count) == ("新民村", "李秀英", "查看隐去内容", 3)
        drive(handover.export(room.desk, tmp_path / "stick"))
        assert len(records.ids(room.desk, AccessSummary)) == 1  # nothing is counted twice
        clerk = as_role(office, "clerk")
        with pytest.raises(NotAllowed):
            records.ids(clerk, AccessSummary)
        clerk.close()


def test_sentences_are_there_for_every_right() -> None:
    """Whoever may not do something is told whom to ask."""
    assert set(rights.FORBIDDEN) == set(Right)


def test_a_photo_of_a_report_is_as_restricted_as_the_report(desk: Desk, child: Child) -> None:
    """A list of photos must not tell that there was a report at all."""
    today = date.today().isoformat()
    told = {"child_id": child.id, "police_on": today, "police_time": "15:20", "seen_on": today, "seen": "x"}
    incident, _ = records.add(desk, Incident, told)
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(picture, "PNG")
    owner = attachments.Owner("incident", incident.id)
    photo, _ = attachments.add_bytes(desk, owner, picture.getvalue(), "photo.png")
    assert records.ids(desk, Attachment) == [photo.id]
    desk = as_role(desk, "recorder")
    assert records.ids(desk, Attachment) == []
    assert records.fetch(desk, Attachment, [photo.id]) == []
    for attempt in (
        lambda: records.get(desk, Attachment, photo.id),
        lambda: records.edit(desk, Attachment, photo.id, {"title": "x"}),
        lambda: records.void(desk, Attachment, photo.id, "x"),
        lambda: records.resolve_ids(desk, Incident, [incident.id]),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    desk.close()
