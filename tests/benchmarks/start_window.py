"""Starts the program and tells when its window and its first trajectory were painted."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer

from tests.benchmarks import probe

# After the first trajectory the surface and the other panels follow; this long they may take.
REST = 2500


def main() -> None:
    found: dict[str, Any] = {}
    keep: list[Any] = []

    def prepare(app: Any, launch: Any) -> None:
        window = launch.window
        beat = probe.Heartbeat()

        def painted(when: float) -> None:
            found["painted"] = when
            beat.forget()

        def watch() -> None:
            furnish, add = window.furnish, window.add

            def furnished(store: Any) -> None:
                furnish(store)
                watch_engine()

            def added(dock: Any) -> None:
                add(dock)
                if dock.key == "contour":
                    watch_map()

            window.furnish, window.add = furnished, added

        def watch_map() -> None:
            view = window.views["contour"]
            plain = view.build

            def build() -> None:
                from explorer.widgets.mappane import MapPane

                paint = MapPane.paint_overlay

                def watched(pane: Any, painter: Any) -> None:
                    paint(pane, painter)
                    drawn = any(len(p.points) > 1 for p in pane._plot.paths)
                    if drawn and pane._image is not None and "trajectory" not in found:
                        found["trajectory"] = probe.since_start()
                        QTimer.singleShot(REST, end)

                MapPane.paint_overlay = watched
                plain()

            view.build = build
            keep.append(view)

        def watch_engine() -> None:
            begin = window.worker.start

            def start() -> None:
                # numba is imported by now; its own events tell of what no counter of ours sees
                from numba.core import event

                compiled = event.RecordingListener()
                event.register("numba:compile", compiled)
                found["compiled"] = 0
                keep.append(compiled)
                begin()

            window.worker.start = start

        def end() -> None:
            from explorer.engine.compile import counters

            found["hits"], found["misses"] = counters().hits, counters().misses
            for listener in keep:
                if hasattr(listener, "buffer"):
                    found["compiled"] = sum(event.is_start for _, event in listener.buffer)
            found["gap"], found["own_gap"] = beat.worst()
            found["gaps"] = [g for g in beat.gaps if g[1] > 25]
            probe.tell(**found)
            window.close()
            app.quit()

        probe.FirstPaint(window, painted)
        launch.started.connect(watch)
        keep.append(beat)

    probe.in_window(prepare, ["--no-gl"] if probe.wish()["no_gl"] else [])


if __name__ == "__main__":
    main()
