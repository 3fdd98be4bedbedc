"""What a program of this kind needs at least: Qt, pyqtgraph and numba, and an empty plot."""

import numba  # noqa: F401
import pyqtgraph
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from tests.benchmarks.probe import memory, tell, wish


def main() -> None:
    app = QApplication([])
    plot = pyqtgraph.PlotWidget()
    plot.resize(*wish()["size"])
    plot.show()

    def done() -> None:
        tell(open=memory())
        app.quit()

    QTimer.singleShot(1500, done)
    app.exec()


if __name__ == "__main__":
    main()
