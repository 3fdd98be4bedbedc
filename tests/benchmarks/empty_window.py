"""The least a window can be: an empty QMainWindow, and when it was painted."""

from PySide6.QtWidgets import QApplication, QMainWindow

from tests.benchmarks.probe import FirstPaint, tell, wish


def main() -> None:
    size = wish()["size"]
    app = QApplication([])
    window = QMainWindow()
    window.resize(*size)

    def done(when: float) -> None:
        tell(painted=when)
        app.quit()

    FirstPaint(window, done)
    window.show()
    app.exec()


if __name__ == "__main__":
    main()
