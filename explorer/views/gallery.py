"""The landscape dock: a gallery to choose from, and everything set before a run begins."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from explorer.core import own, sampled
from explorer.core.catalog import catalog
from explorer.core.language import tr
from explorer.explain import expression
from explorer.widgets import groups, settings
from explorer.widgets.cardlist import CARD, GAP, CardList
from explorer.widgets.fold import Fold
from explorer.widgets.fonts import SEMIBOLD, px, variant
from explorer.widgets.formulafield import FormulaField
from explorer.widgets.panel import INSET, scrolled
from explorer.widgets.search import SearchField
from explorer.widgets.slider import ParameterRow

from .base import Dock, Frame, View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QResizeEvent

    from explorer.core.experiment import Experiment
    from explorer.core.spec import Landscape, Value

# Narrower than this, labels and number fields take less.
_WIDE = 280
# What stands in for the rows of a landscape while a model is trained.
_ASIDE = tr("A model is trained on data now. Choose a landscape to go back to test functions.")
_ROWS_SHOWN = 2.4


class Gallery(View):
    """Search, cards, and the rows that set the chosen landscape."""

    libraries = ("explorer.core.colormap", "explorer.core.levels")
    needs = ("explorer.widgets.thumbnail",)

    def __init__(self) -> None:
        super().__init__()
        self._specs = dict(catalog().landscapes)
        self._surfaces: dict[str, str] = {}  # the card of each surface from a file
        self._experiment: Experiment | None = None
        self._rows: list[tuple[settings.Setting, ParameterRow]] = []
        self._drawn: set[str] = set()
        self._begun = False
        self._timer = QTimer(self)
        self._slices: Iterator[None] = iter(())
        self.search = SearchField(
            tr("Search landscapes"),
            tr("Search {n} landscapes", n=len(self._specs)),
            tr("Show the landscapes whose name or lesson has these words"),
        )
        self.cards = CardList(tr("Landscapes"))
        for key, spec in self._specs.items():
            self.cards.add(key, spec.title, spec.teaches)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._choose_first)
        self.formula = FormulaField(expression.html)
        self.formula.entered.connect(lambda text: self._choose(own.PREFIX + text))
        self.formula.edit.textChanged.connect(lambda *_: self._share_height())
        self.search.left.connect(self.cards.setFocus)
        self.cards.chosen.connect(self._choose)
        self._nothing: QWidget | None = None
        self._form, self._form_rows = QWidget(), QVBoxLayout()
        self._title, self._teaches = QLabel(), QLabel()
        self._trains = False
        self._aside = QLabel(_ASIDE)
        self.folds = {g.title: Fold(g.title, partial(self._make_group, g)) for g in groups.GROUPS}
        self._lay_out()

    def _lay_out(self) -> None:
        self._title.setFont(variant(self.font(), SEMIBOLD))
        self._teaches.setWordWrap(True)
        self._teaches.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        form = QVBoxLayout(self._form)
        form.setContentsMargins(INSET - 1, 0, INSET - 1, 4)
        form.setSpacing(0)
        self._form_rows.setContentsMargins(0, 6, 0, 0)
        self._form_rows.setSpacing(0)
        form.addWidget(self._title)
        form.addWidget(self._teaches)
        form.addLayout(self._form_rows)
        for fold in self.folds.values():
            form.addWidget(fold)
            # once its rows are laid out
            fold.heading.clicked.connect(
                lambda _on, fold=fold: QTimer.singleShot(0, partial(self._reveal, fold))
            )
        form.addStretch(1)
        field, cards = QVBoxLayout(), QVBoxLayout()
        field.setContentsMargins(INSET - 1, 0, INSET - 1, 0)
        field.addWidget(self.search)
        field.addWidget(self.formula)
        cards.setContentsMargins(INSET - 5, 0, 0, 0)
        cards.addWidget(self.cards)
        self._cards_place = cards
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(field)
        column.addLayout(cards)
        self._area = scrolled(self._form)
        column.addWidget(self._area, 1)
        self._aside.setWordWrap(True)
        self._aside.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._aside.setContentsMargins(INSET - 1, 8, INSET - 1, 0)
        self._aside.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._aside.hide()
        column.addWidget(self._aside, 1)

    def build(self) -> None:
        """Begin to draw the pictures."""
        self._begun = True
        self._slices = self._draw()
        self._timer.timeout.connect(self._draw_slice)
        self._timer.start(0)

    def release(self) -> None:
        """Stop drawing pictures."""
        self._timer.stop()

    def _draw(self) -> Iterator[None]:
        """Draw one picture after the other, the chosen one first, in slices of milliseconds."""
        from explorer.widgets.thumbnail import paint, sample

        first = self._card(self._experiment.landscape) if self._experiment else ""
        for key in sorted(self._specs.keys() - self._drawn, key=lambda k: (k != first, k)):
            for losses in sample(self._specs[key]):
                if losses is not None:
                    self.cards.set_picture(key, paint(self._specs[key], losses))
                    self._drawn.add(key)
                yield

    def _draw_slice(self) -> None:
        if next(self._slices, self) is self:
            self._timer.stop()

    def show_frame(self, old: Frame | None, new: Frame) -> None:
        """Follow the experiment; nothing else is shown here."""
        if old is not None and old.experiment is new.experiment:
            return
        before, self._experiment = self._experiment, new.experiment
        trains = new.experiment.learning is not None
        if trains != self._trains:
            self._trains, before = trains, None
            self._area.setVisible(not trains)
            self._aside.setVisible(trains)
        if trains:
            self.cards.set_chosen("")
            return
        if before is None or before.landscape != new.experiment.landscape:
            self._show_landscape(new.experiment.landscape)
        self._show_values(new.experiment)

    def _show_values(self, experiment: Experiment) -> None:
        """Show the settings of an experiment, and of each group in a word how it is set."""
        for setting, row in self._rows:
            row.set_value(setting.read(experiment))
            row.setVisible(setting.applies(experiment))
        for group in groups.GROUPS:
            self.folds[group.title].heading.set_note(group.note(experiment))

    def describe(self) -> str:
        """Name the landscape and say what it teaches."""
        return f"{self._title.text()}: {self._teaches.text()}"

    def rows(self) -> dict[str, ParameterRow]:
        """The rows there are, by the name of what they set."""
        return {setting.hyper.name: row for setting, row in self._rows}

    def _show_landscape(self, key: str) -> None:
        """Make the rows of another landscape."""
        spec = catalog().landscape(key)
        if sampled.is_sampled(key):
            self._add_surface(key, spec)
        self.cards.set_chosen(self._card(key))
        self.formula.show_formula(spec.formula if own.is_own(key) else "")
        self._title.setText(tr("Your own") if own.is_own(key) else spec.title)
        self._teaches.setText(spec.teaches)
        for _, row in self._rows:
            row.hide()
            row.deleteLater()
        self._rows = []
        for setting in (
            *map(settings.parameter, spec.parameters),
            settings.steps(),
            *(settings.coordinate(spec, axis) for axis in range(spec.dimension)),
        ):
            self._form_rows.addWidget(self._make_row(setting))
        for fold in self.folds.values():
            fold.reset()

    def _card(self, key: str) -> str:
        """The name of a landscape's card: its key, or a short one for a whole surface."""
        return self._surfaces.get(key, key)

    def _add_surface(self, key: str, spec: Landscape) -> None:
        """Give a surface from a file a card of its own, which stays as long as the window."""
        if key in self._surfaces:
            return
        card = f"{sampled.PREFIX}{len(self._surfaces) + 1}"
        self._surfaces[key] = card
        self._specs[card] = spec
        self.cards.add(card, spec.title, spec.teaches)
        if self._begun:  # or its picture will be drawn with the others
            self._slices = self._draw()
            self._timer.start(0)

    def _reveal(self, fold: Fold) -> None:
        """Scroll until what was just opened shows, its heading first of all."""
        bar, room = self._area.verticalScrollBar(), self._area.viewport().height()
        bottom = fold.geometry().bottom()
        if fold.is_open() and bottom > bar.value() + room:
            bar.setValue(min(fold.y(), bottom - room))

    def _make_group(self, group: groups.Group) -> QWidget:
        rows = QWidget()
        column = QVBoxLayout(rows)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(0)
        if self._experiment is not None:
            for setting in group.settings(catalog().landscape(self._experiment.landscape)):
                row = self._make_row(setting)
                column.addWidget(row)
                row.setVisible(setting.applies(self._experiment))
        return rows

    def _make_row(self, setting: settings.Setting) -> ParameterRow:
        value = setting.read(self._experiment) if self._experiment else setting.hyper.default
        row = ParameterRow(setting.hyper, value)
        row.set_columns(*self._columns())
        row.changed.connect(lambda given, _held: self._edit(setting, given))
        self._rows.append((setting, row))
        return row

    def _edit(self, setting: settings.Setting, value: Value) -> None:
        if self._experiment is None:
            return
        changed = setting.put(self._experiment, value)
        if changed != self._experiment:
            # what is edited next, before the next frame comes, builds on this
            self._experiment = changed
            self._show_values(changed)
            self.edited.emit(changed, setting.words(value), setting.key)

    def _choose(self, key: str) -> None:
        if self._experiment is None:
            return
        key = next((text for text, card in self._surfaces.items() if card == key), key)
        if key != self._experiment.landscape or self._trains:
            changed = own.keep(self._experiment, settings.on_landscape(self._experiment, key))
            name = catalog().landscape(key).title
            self.edited.emit(
                changed, tr("Choose {name}", name=name), f"landscape:{self._card(key)}"
            )

    def _choose_first(self) -> None:
        if found := self.cards.shown():
            self._choose(found[0])

    def _filter(self, text: str) -> None:
        """Show the cards that have every word typed."""
        words = text.casefold().split()
        found = [
            key
            for key, spec in self._specs.items()
            if all(word in f"{spec.title} {key} {spec.teaches}".casefold() for word in words)
        ]
        self.cards.show_only(found)
        if not found and self._nothing is None:
            self._nothing = self._make_nothing()
            self._cards_place.addWidget(self._nothing)
        if self._nothing is not None:
            self._nothing.setVisible(not found)
        self.cards.setVisible(bool(found))
        self._share_height()

    def _make_nothing(self) -> QWidget:
        """What stands in for the cards where no name matches."""
        place = QWidget()
        column = QVBoxLayout(place)
        column.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        words = QLabel(tr("No landscape has these words."))
        words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        button = QPushButton(tr("Clear search"))
        button.clicked.connect(self.search.clear)
        column.addWidget(words)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        return place

    def _columns(self) -> tuple[int, bool]:
        """The width of the rows' labels, and whether their fields are narrow."""
        wide = self.width() >= px(self, _WIDE)
        return (82 if wide else 62), not wide

    def _share_height(self) -> None:
        """Give the cards two rows and a bit, more where there is room, never more than they fill.

        The rows below keep at least three.
        """
        card = px(self, CARD.height() + GAP)
        fields = self.search.height() + self.formula.sizeHint().height()
        room = self.height() - fields - px(self, 24)
        wanted = max(round(_ROWS_SHOWN * card), round(0.36 * self.height()))
        wanted = max(card, min(wanted, room - px(self, 96)))
        self.cards.setFixedHeight(min(wanted, self.cards.content_height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit columns and heights."""
        super().resizeEvent(event)
        label_width, narrow = self._columns()
        for _, row in self._rows:
            row.set_columns(label_width, narrow)
        self._share_height()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text's size."""
        if event.type() == QEvent.Type.FontChange:
            self._title.setFont(variant(self.font(), SEMIBOLD))
            self._share_height()
        super().changeEvent(event)


SPEC = Dock(
    key="landscape",
    title=tr("Landscape"),
    area="left",
    order=0,
    make=Gallery,
    summary=tr(
        "Choose a landscape; set its parameters, start and steps, penalty, noise and stopping."
    ),
)
