"""The Data panel: the rows a model learns from, and what the chosen run makes of them by now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from explorer.core.language import tr
from explorer.widgets.panel import INSET, scrolled
from explorer.widgets.segmented import Segmented
from explorer.widgets.stylesheet import theme_of

from ._databody import DataBody
from .base import Dock, Frame, View, same_picture

if TYPE_CHECKING:
    from explorer.core.diagnosis import Diagnosis
    from explorer.core.fitting import Fit, Judgement, Scene
    from explorer.core.plan import RunPlan
    from explorer.core.study import Study

_EMPTY = tr("Choose a model and data in the Model panel to see how it learns.")


class DataView(View):
    """Shows data and fit, or a table of them; below, metrics and a diagnosis at the cursor."""

    libraries = ("explorer.core.fitwords", "explorer.core.diagnosis")
    needs = ("explorer.views._datapicture",)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Data"))
        self.setMinimumWidth(200)
        self._frame: Frame | None = None
        self._forget()
        self.choice = Segmented(
            tr("Data as"),
            (
                ("plot", tr("Plot"), tr("The rows and what the model makes of them")),
                (
                    "table",
                    tr("Table"),
                    tr("Which class is taken for which, or rows with predictions"),
                ),
            ),
        )
        self.choice.hide()
        self.choice.changed.connect(self._turn)
        self.body = DataBody()
        self.empty = QLabel(_EMPTY)
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setContentsMargins(INSET, INSET, INSET, INSET)
        self._area = scrolled(self.body)
        self._area.hide()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)
        outer.addWidget(self.empty)

    def header(self) -> QWidget:
        """Plot or table."""
        return self.choice

    def build(self) -> None:
        """Make the picture."""
        self.body.build()

    def show_frame(self, old: Frame | None, new: Frame) -> None:
        """Show the chosen run's model at the cursor; coarsely while something moves."""
        if old is None or old.theme is not new.theme:
            self.empty.setStyleSheet(f"color: {theme_of(self).muted}")
            self.body.dress()
        rested = old is not None and old.moving and not new.moving
        if old is not None and self._frame is not None and same_picture(old, new) and not rested:
            return
        study = new.study
        if study is not None and new.selected >= len(study.traces):
            return  # the engine is at work on a run that was added
        shown = study is not None and self.body.picture is not None
        self._area.setVisible(shown)
        self.choice.setVisible(shown)
        self.empty.setVisible(study is None)
        if study is None:
            self._forget()
            self.setAccessibleDescription(_EMPTY)
        elif shown:
            self._frame = new
            self._show(new, study)

    def rest(self) -> None:
        """Let go of the frame, the study and all that was made of it."""
        self._forget()

    def _forget(self) -> None:
        """Let go of a study; and of what it was drawn from, each with what it belongs to."""
        self._frame = None
        self._scene: Scene | None = None
        self._scene_of: tuple[Study, int] | None = None
        self._judged: Judgement | None = None
        self._judged_at: tuple[Study, int, int] | None = None
        self._diagnosis: Diagnosis | None = None
        self._fit: Fit | None = None
        self._drawn: tuple[object, ...] = ()

    def _turn(self, _key: str) -> None:
        if self._frame is not None and self._frame.study is not None:
            self._show(self._frame, self._frame.study)

    def _show(self, frame: Frame, study: Study) -> None:
        from explorer.core import fitting, fitwords
        from explorer.core.diagnosis import diagnose

        run, body = frame.selected, self.body
        step = min(frame.step, study.traces[run].stop_step)
        if self._scene is None or self._scene_of != (study, run):
            self._scene, self._scene_of = fitting.scene(study, run), (study, run)
        if self._judged is None or self._judged_at != (study, run, step):
            self._judged, self._judged_at = fitting.judge(study, run, step), (study, run, step)
            self._diagnosis = diagnose(study.traces[run], study.plans[run], step)
            body.say(self._diagnosis)
        body.metrics.show_metrics(self._judged.metrics, _runs(frame, study)[run].label)
        plot = self.choice.value() == "plot"
        if plot:
            self._draw(frame, study, self._scene, self._judged)
        else:
            self._fit, self._drawn = None, ()
            if study.data.task == "regression":
                body.show_rows(study, run, step)
            else:
                body.show_confusion(study, self._judged)
        body.remark(fitwords.left_out(study, self._scene, self._fit, plot))
        self.setAccessibleDescription(self.describe())

    def _draw(self, frame: Frame, study: Study, scene: Scene, judged: Judgement) -> None:
        """Draw rows and fit, unless the very same is drawn already."""
        from explorer.core import fitting, fitwords

        from ._datapicture import Picture

        run, runs = frame.selected, _runs(frame, study)
        looks = tuple((each.label, each.style, each.visible) for each in runs)
        cells = fitting.COARSE if frame.moving else fitting.FINE
        drawn = study, run, frame.step, cells, looks
        if drawn == self._drawn:
            return
        self._fit, self._drawn = fitting.fit(study, scene, run, frame.step, judged, cells), drawn
        others = tuple(
            (each.style, fitting.curve(study, scene, i, frame.step, cells))
            for i, each in enumerate(runs)
            if scene.kind == "line" and each.visible and i != run and i < len(study.traces)
        )
        names = study.data.classes
        picture = Picture(scene, self._fit, runs[run].style, others, names)
        self.body.show_picture(picture, study, runs[run], fitwords.words(scene, self._fit, names))

    def describe(self) -> str:
        """The picture in words."""
        if self._frame is None or self._scene is None or self._frame.study is None:
            return _EMPTY
        from explorer.core import fitwords

        study, scene = self._frame.study, self._scene
        data, label = study.data, _runs(self._frame, study)[self._frame.selected].label
        head = tr(
            "{source}: {total:,} rows, {label} at step {step}.",
            source=data.source or tr("Data"),
            total=scene.total,
            label=label,
            step=self._frame.step,
        )
        parts = [head, fitwords.words(scene, self._fit, data.classes)]
        if self.choice.value() == "table" and data.task != "regression":
            parts.append(self.body.confusion.as_text())
        parts.append(self.body.metrics.as_text())
        if self._diagnosis is not None:
            parts.append(self._diagnosis.sentence)
        return "\n".join([*parts, self.body.note.text()]).strip()


def _runs(frame: Frame, study: Study) -> tuple[RunPlan, ...]:
    """Names and looks of the runs: as they are now, where the frame knows all of them."""
    made = tuple(plan.run for plan in study.plans)
    if frame.plan is not None and len(frame.plan.runs) == len(made):
        return frame.plan.runs
    return made


SPEC = Dock(
    key="data",
    title=tr("Data"),
    area="right",
    order=2,
    make=DataView,
    tab="inspector",
    trains=True,
    summary=tr("The rows a model learns from, its fit or boundary, its metrics and how it goes"),
)
