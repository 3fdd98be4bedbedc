"""What the command palette lists: commands, what there is to choose, and files opened lately."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from explorer.core import own
from explorer.core.catalog import catalog
from explorer.core.language import tr, trn
from explorer.core.naming import names
from explorer.views.optimizers import added, why_not
from explorer.widgets.settings import on_landscape

from .actions import LEVELS, RUNS, colormaps, theme_names
from .handover import palette_entries
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
        action = actions.actions[command.name]
        name = action.text().rstrip("…")
        about = command.tip
        if command.name.startswith(RUNS):
            at = int(command.name.removeprefix(RUNS)) - 1
            if at >= len(runs):
                continue
            run, shown = names(runs)[at], runs[at].visible
            name = tr("Hide {name}", name=run) if shown else tr("Show {name}", name=run)
            about = command.text
        why = "" if action.isEnabled() else tr("Not possible now")
        place = actions.menus[command.menu].title() if command.menu else ""
        yield Entry(name, command.do, place, command.key, about, why)


def _choices(actions: Actions) -> Iterator[Entry]:
    window, taste = actions.window, actions.taste
    view, settings = tr("View"), tr("Settings")
    for name, do in palette_entries(window):
        yield Entry(name, do, tr("Run"))
    for key, text in LEVELS:
        yield Entry(tr("Levels: {text}", text=text), partial(window.look, levels=key), view)
    for key, text in colormaps():
        yield Entry(tr("Colour Map: {text}", text=text), partial(window.look, colormap=key), view)
    for key, text in theme_names():
        yield Entry(tr("Theme: {text}", text=text), partial(taste.prefer, theme=key), settings)
    for size in TEXT:
        name = tr("Text Size: {size} %", size=size)
        yield Entry(name, partial(taste.prefer, text=size), settings)
    for key, text in (("system", tr("As the System Says")), ("on", tr("On")), ("off", tr("Off"))):
        yield Entry(tr("Motion: {text}", text=text), partial(taste.prefer, motion=key), settings)
    on = taste.now.autosave
    name = tr("Autosave: Turn Off") if on else tr("Autosave: Turn On")
    yield Entry(name, partial(taste.prefer, autosave=not on), settings)
    for speed in SPEEDS:
        name = tr("Speed: {speed:g}×", speed=speed)
        yield Entry(name, partial(_set_speed, window, speed), tr("Run"))
    for dock in window.arrangement.docks.values():
        panel = dock.windowTitle()
        if dock.visibleRegion().isEmpty():
            yield Entry(tr("Show the {panel} Panel", panel=panel), partial(_bring, dock), view)
        else:
            yield Entry(tr("Close the {panel} Panel", panel=panel), dock.close, view)


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
        name, about = tr("Add {name}", name=spec.title), f"{key} {spec.summary}"
        yield Entry(name, do, tr("Optimizers"), "", about, why)


def _add(window: Window, key: str) -> None:
    new = added(window.store.experiment, key)
    window.store.edit(new, tr("Add {name}", name=names(new.runs)[-1]))
    window.apply(selected=len(new.runs) - 1)


def _landscapes(window: Window) -> Iterator[Entry]:
    experiment = window.store.experiment
    for key, spec in catalog().landscapes.items():
        here = experiment.landscape == key and experiment.learning is None
        why = tr("It is shown") if here else ""
        do = partial(_go_to, window, key)
        name, about = tr("Go to {name}", name=spec.title), f"{key} {spec.teaches}"
        yield Entry(name, do, tr("Landscape"), "", about, why)


def _go_to(window: Window, key: str) -> None:
    experiment = window.store.experiment
    new = own.keep(experiment, on_landscape(experiment, key))
    window.store.edit(new, tr("Choose {name}", name=catalog().landscape(key).title))


def _files(actions: Actions) -> Iterator[Entry]:
    documents = actions.documents
    for path in documents.recent():
        name, do = tr("Open {name}", name=path.name), partial(documents.open_path, path)
        yield Entry(name, do, tr("File"), "", str(path))


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

    box.open(entries(actions), tr("What is to be done?"), last, do)


def open_history(actions: Actions) -> None:
    """Show what was changed, to go back or on to any of it at once."""
    store = actions.window.store
    done, undone = store.done, store.undone
    made = [
        Entry(tr("Redo to {name}", name=name), partial(store.undo_many, -i - 1), _count(i + 1))
        for i, name in reversed(list(enumerate(undone)))
    ]
    made += [
        Entry(tr("Undo {name}", name=name), partial(store.undo_many, i + 1), _count(i + 1))
        for i, name in enumerate(done)
    ]
    hint = tr("Nothing was changed yet")
    if made:
        hint = tr("Go back, or on, to before or after which change?")
    _box(actions.window).open(made, hint)


def _count(changes: int) -> str:
    return trn("{n} change", "{n} changes", changes)
