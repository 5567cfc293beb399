"""Photos and scans in the window. What a user would lose: the picture that was dropped, or the way to it without a
mouse."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from carehub.gui.attachments.card import AttachmentsCard, Tile
from carehub.gui.attachments.picture import Photo
from carehub.gui.attachments.viewer import AttachmentPage
from carehub.gui.window import MainWindow
from carehub.services import attachments, children
from carehub.services.attachments import Owner
from carehub.services.desk import Desk

Open = Callable[..., MainWindow]


def picture(colour: int = 1, width: int = 400) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, 300), (colour, 90, 200)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def child(desk: Desk) -> str:
    return children.add(desk, {"name": "罗䶮", "sex": "女"})[0].child.id


def add(desk: Desk, child: str, name: str, colour: int = 1) -> str:
    return attachments.add_bytes(desk, Owner("child", child), picture(colour), f"{name}.png")[0].id


def card_of(window: MainWindow, child: str) -> AttachmentsCard:
    window.shell.open_address(f"child/{child}/photos")
    return shown_card(window)


def shown_card(window: MainWindow) -> AttachmentsCard:
    """The card of the page as it was read last; those before it are on their way out."""
    return window.shell.page.findChildren(AttachmentsCard)[-1]


def drop(card: AttachmentsCard, files: list[Path]) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, buttons, keys)
    card.dragEnterEvent(entered)
    assert entered.isAccepted()
    card.dropEvent(QDropEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, buttons, keys))


def test_a_dropped_picture_is_added_shown_and_taken_back(
    open_window: Open, qtbot: QtBot, desk: Desk, child: str, tmp_path: Path
) -> None:
    (tmp_path / "低保证.png").write_bytes(picture())
    (tmp_path / "说明.txt").write_text("no picture", "utf-8")
    window = open_window(desk)
    drop(card_of(window, child), [tmp_path / "低保证.png", tmp_path / "说明.txt"])
    qtbot.waitUntil(lambda: bool(shown_card(window).findChildren(Tile)))
    (tile,) = shown_card(window).findChildren(Tile)
    assert tile.accessibleName() == "照片或扫描件：低保证"
    qtbot.waitUntil(lambda: any("说明.txt" in x.text() for x in window.findChildren(QLabel)))
    tile.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: not shown_card(window).findChildren(Tile))
    assert attachments.of_child(desk, child) == []


def test_from_the_tile_to_the_picture_and_back_by_keyboard(
    open_window: Open, qtbot: QtBot, desk: Desk, child: str
) -> None:
    add(desk, child, "一", 1)
    add(desk, child, "二", 2)
    window = open_window(desk)
    tiles = card_of(window, child).tiles
    assert [t.text() for t in tiles] == ["二", "一"]
    tiles[0].setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(tiles[0], Qt.Key.Key_Space)
    page = window.shell.page
    assert isinstance(page, AttachmentPage)
    qtbot.waitUntil(lambda: not page.picture.pixmap().isNull())
    assert page.picture.accessibleName() == "照片或扫描件：二"
    qtbot.keyClick(page.picture, Qt.Key.Key_Right)
    assert page.picture.accessibleName() == "照片或扫描件：一"
    qtbot.keyClick(page.picture, Qt.Key.Key_Right)
    assert page.picture.accessibleName() == "照片或扫描件：二"
    qtbot.keyClick(page.picture, Qt.Key.Key_Escape)
    assert window.shell.address == f"child/{child}/photos"


def test_the_photo_stands_in_the_head(open_window: Open, qtbot: QtBot, desk: Desk, child: str) -> None:
    chosen = add(desk, child, "证件照")
    window = open_window(desk)
    card_of(window, child)
    assert not window.shell.page.findChildren(Photo)
    window.shell.open_address(f"attachment/{chosen}")
    page = window.shell.page
    assert isinstance(page, AttachmentPage)
    page._set_photo()
    window.shell.go_back()
    (photo,) = window.shell.page.findChildren(Photo)
    qtbot.waitUntil(lambda: not photo.pixmap().isNull())
    assert photo.accessibleName() == "孩子的照片"


def test_taking_away_goes_back_and_can_be_undone(open_window: Open, qtbot: QtBot, desk: Desk, child: str) -> None:
    chosen = add(desk, child, "旧照片")
    window = open_window(desk)
    card_of(window, child)
    window.shell.open_address(f"attachment/{chosen}")
    page = window.shell.page
    assert isinstance(page, AttachmentPage)
    page._void()
    assert window.shell.address == f"child/{child}/photos"
    assert not shown_card(window).findChildren(Tile)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: len(shown_card(window).findChildren(Tile)) == 1)


def test_a_picture_that_has_not_come_says_so(open_window: Open, qtbot: QtBot, desk: Desk, child: str) -> None:
    chosen = add(desk, child, "还在路上")
    with desk.store.unit(desk.user.id) as unit:
        unit.raw.execute("DELETE FROM blob")
    window = open_window(desk)
    (tile,) = card_of(window, child).tiles
    qtbot.waitUntil(lambda: "还没有到" in tile.accessibleName())
    window.shell.open_address(f"attachment/{chosen}")
    page = window.shell.page
    assert isinstance(page, AttachmentPage)
    qtbot.waitUntil(lambda: "还没有到" in page.picture.text())


def test_leaving_before_the_pictures_came_does_no_harm(open_window: Open, qtbot: QtBot, desk: Desk, child: str) -> None:
    for n in range(8):
        add(desk, child, str(n), n)
    window = open_window(desk)
    card_of(window, child)
    window.shell.open_address("children")
    window.shell.open_address(f"child/{child}/photos")
    qtbot.waitUntil(lambda: not window.jobs.busy)
