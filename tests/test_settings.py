"""The settings: kept whole or not at all, and obeyed at once by everything that is shown."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget

from explorer.core import colormap
from explorer.gui import autosave, preferences
from explorer.gui.launch import Launch
from explorer.gui.preferences import Preferences, Stored, loads, place
from explorer.gui.settings_dialog import SettingsDialog
from explorer.widgets import fonts
from explorer.widgets.theme import THEMES
from tests.test_window import close, open_window, settled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from explorer.widgets.combo import Combo


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A settings folder of this test's own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path


@pytest.fixture
def launch(qtbot: QtBot, qapp: QApplication) -> Iterator[Launch]:
    made = Launch(qapp, None, None, "")
    yield open_window(made, qtbot)
    close(made)
    qapp.setFont(fonts.font())


def write(content: object) -> None:
    place().parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content)
    place().write_text(text, encoding="utf-8")


def stored() -> Any:
    return json.loads(place().read_text(encoding="utf-8"))


# -- the file


def test_what_is_preferred_survives_a_save() -> None:
    wish = Preferences("dark", "cividis", 150, "off", False, 60, True)
    preferences.save(Stored(wish))
    assert preferences.load() == Stored(wish)
    assert [path.name for path in place().parent.iterdir()] == ["settings.json"]


def test_without_a_file_all_is_as_at_first() -> None:
    assert preferences.load() == Stored(Preferences())


def test_every_choice_is_allowed_and_the_first_value_is_one_of_them() -> None:
    assert tuple(preferences.COLORMAPS) == colormap.NAMES
    assert set(THEMES) < set(preferences.CHOICES["theme"])
    for key, values in preferences.CHOICES.items():
        assert getattr(Preferences(), key) in values
        for value in values:
            found = loads(json.dumps({key: value}).encode())
            assert getattr(found.preferences, key) == value
            assert found.wrong == ""


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", "\x00", "[" * 90_000, '{"a":'])
def test_a_damaged_file_is_said_in_one_line_and_left_out(text: str) -> None:
    write(text)
    found = preferences.load()
    assert found.preferences == Preferences()
    assert "damaged" in found.wrong
    assert "\n" not in found.wrong


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("theme", "neon"), ("theme", None), ("text", 101), ("text", "150"), ("text", 150.0),
        ("text", 1e400), ("motion", True), ("autosave", 1), ("wait", -1), ("colormap", ["x"]),
        ("toured", "yes"), ("language", "klingon"),
    ],
)  # fmt: skip
def test_an_unknown_value_is_said_and_only_that_is_left_out(key: str, value: object) -> None:
    other = "motion" if key != "motion" else "theme"
    wish = {"motion": "off", "theme": "dark"}[other]
    write({key: value, other: wish})
    found = preferences.load()
    assert getattr(found.preferences, key) == getattr(Preferences(), key)
    assert getattr(found.preferences, other) == wish
    assert key in found.wrong
    assert "\n" not in found.wrong
    assert found.lost


def test_what_could_not_be_used_is_put_aside_and_never_overwritten() -> None:
    write("{ my notes")
    for number in (1, 2):
        preferences.save(preferences.load())
        kept = place().with_name(f"settings.unread-{number}.json")
        assert kept.read_text(encoding="utf-8") == "{ my notes"
        assert stored()["theme"] == "system"
        write("{ my notes")


def test_settings_of_another_version_stay_in_the_file() -> None:
    write({"theme": "dark", "holograms": {"on": True}})
    found = preferences.load()
    assert "holograms" in found.wrong
    assert not found.lost
    preferences.save(found)
    assert stored()["holograms"] == {"on": True}
    assert stored()["theme"] == "dark"
    assert len(list(place().parent.iterdir())) == 1


def test_a_file_that_cannot_be_read_is_said(home: Path) -> None:
    place().mkdir(parents=True)
    found = preferences.load()
    assert found.preferences == Preferences()
    assert "folder" in found.wrong


def test_a_folder_that_cannot_be_written_is_said_and_the_window_goes_on(
    launch: Launch, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    (home / "config" / "file").parent.mkdir(exist_ok=True)
    (home / "config" / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config" / "file"))
    with qtbot.waitSignal(launch.taste.said, timeout=5000) as said:
        launch.taste.prefer(motion="off")
    assert "not kept" in said.args[0]
    assert not launch.window.has_motion()


# -- the window


def test_a_window_starts_as_preferred(qtbot: QtBot, qapp: QApplication) -> None:
    write({"theme": "dark", "text": 150, "colormap": "cividis", "motion": "off"})
    launch = Launch(qapp, None, None, "")
    try:
        open_window(launch, qtbot)
        window = launch.window
        assert window.frame.theme.name == "dark"
        assert fonts.scale(window) == pytest.approx(1.5)
        assert window.frame.experiment.view.colormap == "cividis"
        assert not window.has_motion()
        window.menus["File"].actions()[0].trigger()  # New
        assert window.frame.experiment.view.colormap == "cividis"
    finally:
        close(launch)
        qapp.setFont(fonts.font())


def test_what_is_wrong_with_the_file_is_said_in_the_window(
    qtbot: QtBot, qapp: QApplication
) -> None:
    write({"theme": "neon"})
    launch = Launch(qapp, None, None, "light")
    try:
        open_window(launch, qtbot)
        assert 'theme = "neon"' in launch.window.status._message.text()
        assert stored() == {"theme": "neon"}  # untouched until something is changed
        launch.taste.prefer(motion="off")
    finally:
        close(launch)
    assert stored()["motion"] == "off"
    assert (place().parent / "settings.unread-1.json").exists()


def dialog_of(launch: Launch, qtbot: QtBot) -> SettingsDialog:
    """The dialog, open while the test goes on."""
    made = SettingsDialog(launch.window, launch.taste)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow, timeout=5000)
    return made


def choose(combo: Combo, key: str, qtbot: QtBot) -> None:
    """Choose by keys alone, as from a list that drops down."""
    combo.setFocus()
    now, wanted = combo.currentIndex(), combo.findData(key)
    assert wanted >= 0
    step = Qt.Key.Key_Down if wanted > now else Qt.Key.Key_Up
    for _ in range(abs(wanted - now)):
        qtbot.keyClick(combo, step)


def test_the_dialog_opens_by_its_key(launch: Launch, qtbot: QtBot) -> None:
    seen: list[QWidget | None] = []

    def look() -> None:
        seen.append(QApplication.activeModalWidget())
        if seen[-1] is not None:
            seen[-1].close()

    from PySide6.QtCore import QTimer

    QTimer.singleShot(600, look)
    qtbot.keyClick(launch.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(seen), timeout=5000)
    assert isinstance(seen[0], SettingsDialog)


def test_every_setting_applies_at_once_and_is_kept(launch: Launch, qtbot: QtBot) -> None:
    window, dialog = launch.window, dialog_of(launch, qtbot)
    choose(dialog.theme, "dark", qtbot)
    assert window.frame.theme.name == "dark"
    choose(dialog.colormap, "grey", qtbot)
    assert window.frame.experiment.view.colormap == "grey"
    choose(dialog.motion, "off", qtbot)
    assert not window.has_motion()
    assert not window.isAnimated()
    assert not QApplication.isEffectEnabled(Qt.UIEffect.UI_AnimateMenu)
    window.submit()
    qtbot.waitUntil(lambda: not window.result.request.motion, timeout=5000)  # type: ignore[union-attr]
    choose(dialog.motion, "on", qtbot)
    assert window.has_motion()
    assert window.isAnimated()
    choose(dialog.text, "125", qtbot)
    choose(dialog.language, "en", qtbot)
    assert fonts.scale(window) == pytest.approx(1.25)
    qtbot.mouseClick(dialog.autosave, Qt.MouseButton.LeftButton)
    assert not dialog.wait.isEnabled()
    qtbot.waitUntil(lambda: place().exists() and stored()["autosave"] is False, timeout=5000)
    assert stored() == {
        "theme": "dark", "colormap": "grey", "text": 125, "motion": "on", "autosave": False,
        "wait": 0, "toured": False, "language": "en",
    }  # fmt: skip
    (restore,) = [b for b in dialog.findChildren(QPushButton) if b.text() == "Restore All"]
    qtbot.mouseClick(restore, Qt.MouseButton.LeftButton)
    assert launch.taste.now == Preferences()
    assert dialog.theme.value() == "system"
    assert fonts.scale(window) == 1.0
    dialog.close()
    dialog.deleteLater()


def test_themes_are_those_there_are(launch: Launch, qtbot: QtBot) -> None:
    dialog = dialog_of(launch, qtbot)
    found = {str(dialog.theme.itemData(i)) for i in range(dialog.theme.count())}
    assert found == {"system", *THEMES}
    for control in (dialog.theme, dialog.colormap, dialog.text, dialog.motion, dialog.wait):
        assert control.accessibleName()
        assert control.toolTip()
    dialog.close()
    dialog.deleteLater()


def test_a_theme_of_the_command_line_is_not_kept(qtbot: QtBot, qapp: QApplication) -> None:
    launch = Launch(qapp, None, None, "dark")
    try:
        open_window(launch, qtbot)
        launch.taste.prefer(motion="off")
        assert launch.window.frame.theme.name == "dark"
    finally:
        close(launch)
    assert stored()["theme"] == "system"


def test_autosave_off_keeps_nothing_and_on_again_does(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    window.toggle_run(0)
    qtbot.waitUntil(autosave._own().exists, timeout=5000)
    launch.taste.prefer(autosave=False)
    qtbot.waitUntil(lambda: not autosave._own().exists(), timeout=5000)
    window.toggle_run(0)
    qtbot.wait(1200)
    assert not autosave._own().exists()
    launch.taste.prefer(autosave=True)
    qtbot.waitUntil(autosave._own().exists, timeout=5000)


def test_autosave_waits_as_long_as_preferred(launch: Launch, qtbot: QtBot) -> None:
    window, documents = launch.window, launch.documents
    launch.taste.prefer(wait=10)
    window.toggle_run(0)
    qtbot.waitUntil(autosave._own().exists, timeout=5000)
    first = autosave._own().stat().st_mtime_ns
    window.toggle_run(0)
    qtbot.wait(1200)
    assert autosave._own().stat().st_mtime_ns == first
    assert documents._pause.isActive()
    assert 7000 < documents._pause.remainingTime() < 10_000
    documents._last -= 10  # as if that time were over
    documents._pause.start(1)
    qtbot.waitUntil(lambda: autosave._own().stat().st_mtime_ns != first, timeout=5000)


def test_the_settings_file_is_nobody_elses_link(home: Path) -> None:
    preferences.save(Stored())
    place().chmod(0o600)
    preferences.save(Stored(Preferences(theme="dark")))
    assert stat.S_IMODE(place().stat().st_mode) == 0o600


# -- the size of text


def cut(window: QWidget) -> list[str]:
    """Texts of labels and buttons that have less room than they need, and parts out of sight."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.visibleRegion().isEmpty():
            continue
        if isinstance(widget, QLabel) and not widget.wordWrap() and widget.text():
            if widget.width() < widget.minimumSizeHint().width():
                found.append(f"label {widget.text()!r}")
        elif isinstance(widget, QAbstractButton):
            hint = widget.sizeHint()
            if widget.width() < hint.width() - 1 or widget.height() < hint.height() - 1:
                name = widget.accessibleName() or widget.text()
                found.append(f"button {name!r}: {widget.size()} < {hint}")
    return found


@pytest.mark.parametrize("percent", [100, 150, 200])
@pytest.mark.parametrize("size", [(1280, 700), (1920, 1060)])
def test_nothing_is_cut_or_covered_at_any_size_of_text(
    launch: Launch, qtbot: QtBot, percent: int, size: tuple[int, int]
) -> None:
    window = launch.window
    window.showNormal()
    window.resize(*size)
    qtbot.wait(50)
    launch.taste.prefer(text=percent)
    qtbot.wait(300)
    window.arrangement.reset()
    qtbot.wait(300)
    settled(window, qtbot)
    assert window.width() <= size[0]
    assert not cut(window)
    rects = {}
    for key, dock in window.arrangement.docks.items():
        if dock.isVisible() and not dock.visibleRegion().isEmpty():
            rects[key] = dock.geometry()
    for key, panel in window.arrangement.panels.items():
        if panel.isVisible():
            rects[key] = panel.rect().translated(panel.mapTo(window, QPoint(0, 0)))
    assert len(rects) >= 3
    names = list(rects)
    for i, a in enumerate(names):
        assert window.rect().contains(rects[a]), a
        for b in names[i + 1 :]:
            assert not rects[a].intersects(rects[b]), (a, b, rects[a], rects[b])


def test_the_layout_comes_back_with_the_normal_size(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    window.showNormal()
    window.resize(1280, 700)
    qtbot.wait(50)
    window.arrangement.reset()
    qtbot.wait(100)
    docks = window.arrangement.docks
    docks["inspector"].raise_()
    seen = {key: dock for key, dock in docks.items() if not dock.visibleRegion().isEmpty()}
    before = {key: dock.geometry() for key, dock in seen.items()}
    assert {"inspector", "standings", "curves"} < set(before)
    plus, control = Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier
    for _ in range(5):
        qtbot.keyClick(window, plus, control)
    assert launch.taste.now.text == 200
    qtbot.keyClick(window, plus, control)
    assert launch.taste.now.text == 200
    qtbot.wait(300)
    assert docks["inspector"] in window.tabifiedDockWidgets(docks["optimizers"])
    assert docks["standings"] in window.tabifiedDockWidgets(docks["optimizers"])
    qtbot.keyClick(window, Qt.Key.Key_Minus, control)
    assert launch.taste.now.text == 175
    qtbot.keyClick(window, Qt.Key.Key_0, control)
    assert launch.taste.now.text == 100
    qtbot.wait(300)
    after = {key: docks[key].geometry() for key in before}
    for key in before:
        assert abs(after[key].width() - before[key].width()) <= 2, key
        assert abs(after[key].height() - before[key].height()) <= 2, key
    assert not window.transport._few
    assert window.transport.counter._word == "step "
