"""What the command palette lists: commands, what there is to choose, and files opened lately."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from explorer.core import own
from explorer.core.catalog import catalog
from explorer.core.naming import names
from explorer.views.optimizers import added, why_not
from explorer.widgets.settings import on_landscape

from .actions import LEVELS, colormaps, theme_names
from .palette import Entry, Palette
from .player import SPEEDS
from .preferences import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QDockWidget

    from .actions import Actions
    from .window import Window

RECENT, KEPT = "palette/last", 20


def _commands(actions: Actions) -> Iterator[Entry]:
    runs = actions.window.store.experiment.runs
    for command in actions.commands:
        action = actions.actions[command.text]
        name = action.text().rstrip("…")
        about = command.tip
        if command.text.startswith("Show or Hide Run "):
            at = int(command.text.rsplit(" ", 1)[1]) - 1
            if at >= len(runs):
                continue
            name = f"{'Hide' if runs[at].visible else 'Show'} {names(runs)[at]}"
            about = command.text
        why = "" if action.isEnabled() else "Not possible now"
        yield Entry(name, command.do, command.menu, command.key, about, why)


def _choices(actions: Actions) -> Iterator[Entry]:
    window, taste = actions.window, actions.taste
    for key, text in LEVELS:
        yield Entry(f"Levels: {text}", partial(window.look, levels=key), "View")
    for key, text in colormaps():
        yield Entry(f"Colour Map: {text}", partial(window.look, colormap=key), "View")
    for key, text in theme_names():
        yield Entry(f"Theme: {text}", partial(taste.prefer, theme=key), "Settings")
    for size in TEXT:
        yield Entry(f"Text Size: {size} %", partial(taste.prefer, text=size), "Settings")
    for key, text in (("system", "As the System Says"), ("on", "On"), ("off", "Off")):
        yield Entry(f"Motion: {text}", partial(taste.prefer, motion=key), "Settings")
    on = taste.now.autosave
    name = f"Autosave: Turn {'Off' if on else 'On'}"
    yield Entry(name, partial(taste.prefer, autosave=not on), "Settings")
    for speed in SPEEDS:
        yield Entry(f"Speed: {speed:g}×", partial(_set_speed, window, speed), "Run")
    for dock in window.arrangement.docks.values():
        name, seen = f"{dock.windowTitle()} Panel", not dock.visibleRegion().isEmpty()
        do = dock.close if seen else partial(_bring, dock)
        yield Entry(f"{'Close' if seen else 'Show'} the {name}", do, "View")


def _bring(dock: QDockWidget) -> None:
    """Open a panel, or bring it to the front of its tabs."""
    dock.show()
    dock.raise_()


def _set_speed(window: Window, speed: float) -> None:
    window.player.speed = speed
    window.transport.speed.set_value(f"{speed:g}")


def _optimizers(window: Window) -> Iterator[Entry]:
    experiment = window.store.experiment
    found = sorted(catalog().optimizers.items(), key=lambda pair: pair[1].title.casefold())
    for key, spec in found:
        do = partial(_add, window, key)
        why = why_not(experiment, spec)
        yield Entry(f"Add {spec.title}", do, "Optimizers", "", f"{key} {spec.summary}", why)


def _add(window: Window, key: str) -> None:
    new = added(window.store.experiment, key)
    window.store.edit(new, f"Add {names(new.runs)[-1]}")
    window.apply(selected=len(new.runs) - 1)


def _landscapes(window: Window) -> Iterator[Entry]:
    experiment = window.store.experiment
    for key, spec in catalog().landscapes.items():
        here = experiment.landscape == key and experiment.learning is None
        why = "It is shown" if here else ""
        do = partial(_go_to, window, key)
        yield Entry(f"Go to {spec.title}", do, "Landscape", "", f"{key} {spec.teaches}", why)


def _go_to(window: Window, key: str) -> None:
    experiment = window.store.experiment
    new = own.keep(experiment, on_landscape(experiment, key))
    window.store.edit(new, f"Choose {catalog().landscape(key).title}")


def _files(actions: Actions) -> Iterator[Entry]:
    documents = actions.documents
    for path in documents.recent():
        yield Entry(f"Open {path.name}", partial(documents.open_path, path), "File", "", str(path))


def entries(actions: Actions) -> list[Entry]:
    """All there is to do now, commands first."""
    window = actions.window
    made = [*_commands(actions), *_choices(actions), *_landscapes(window)]
    return [*made, *_optimizers(window), *_files(actions)]


def _box(window: Window) -> Palette:
    found = window.findChild(Palette)
    return found if isinstance(found, Palette) else Palette(window)


def last_used(actions: Actions) -> list[str]:
    """The names of what was done by the palette, the latest first."""
    stored = actions.documents.settings.value(RECENT, [])
    # a list of one comes back from a settings file as a string
    names = [stored] if isinstance(stored, str) else stored
    return [str(name) for name in names] if isinstance(names, list) else []


def open_palette(actions: Actions) -> None:
    """Show the box with all there is to do; where it is open, close it."""
    box = _box(actions.window)
    if box.isVisible():
        box.close_box()
        return
    last = last_used(actions)

    def do(entry: Entry) -> None:
        names = [entry.name, *(name for name in last if name != entry.name)][:KEPT]
        actions.documents.settings.setValue(RECENT, names)
        entry.do()

    box.open(entries(actions), "What is to be done?", last, do)


def open_history(actions: Actions) -> None:
    """Show what was changed, to go back or on to any of it at once."""
    store = actions.window.store
    done, undone = store.done, store.undone
    made = [
        Entry(f"Redo to {name}", partial(store.undo_many, -i - 1), _count(i + 1))
        for i, name in reversed(list(enumerate(undone)))
    ]
    made += [
        Entry(f"Undo {name}", partial(store.undo_many, i + 1), _count(i + 1))
        for i, name in enumerate(done)
    ]
    hint = "Go back, or on, to before or after which change?" if made else "Nothing was changed yet"
    _box(actions.window).open(made, hint)


def _count(changes: int) -> str:
    return f"{changes} change{'s' * (changes != 1)}"
