"""Whether OpenGL can be used here, and what must be settled before the application starts."""

from __future__ import annotations

import json
import os
import sys

from PySide6.QtCore import QCoreApplication, Qt

# Qt's platforms that have no window to show OpenGL in, whatever a context may claim.
_BLIND = frozenset({"offscreen", "minimal", "minimalegl", "vnc", "linuxfb", "vkkhrdisplay"})
# Renderers that are programs, not graphics cards: smoothing edges costs them three times the work.
_SOFTWARE = ("llvmpipe", "softpipe", "swiftshader", "gdi generic")
_OFF, _ON = "EXPLORER_NO_GL", "EXPLORER_GL"
PATIENCE = 20  # seconds for a process to tell of its OpenGL


def prepare() -> None:
    """Settle how OpenGL is reached. Call it before the application object is made.

    Contexts are shared, or a panel that is floated loses its picture and the program crashes. On
    Linux Qt and PyOpenGL must agree on EGL; each would choose for itself.
    """
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    if sys.platform == "linux":
        os.environ.setdefault("QT_XCB_GL_INTEGRATION", "xcb_egl")
        os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
    elif sys.platform == "darwin":
        _ask_for_core()


def _ask_for_core() -> None:
    """Without being asked macOS gives OpenGL 2.1, which lacks the shading language needed."""
    from PySide6.QtGui import QSurfaceFormat

    wanted = QSurfaceFormat()
    wanted.setVersion(3, 3)
    wanted.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    wanted.setDepthBufferSize(24)
    QSurfaceFormat.setDefaultFormat(wanted)


def switch_off() -> None:
    """Do without OpenGL from now on, as --no-gl asks; so do programs started from this one."""
    os.environ[_OFF] = "1"


def switch_on() -> None:
    """Take OpenGL even where it is a program, as --gl asks."""
    os.environ[_ON] = "1"


def gl_probe() -> tuple[bool, str]:
    """Whether the surface can be drawn by OpenGL, and the renderer's name or why not.

    Needs the application object. OpenGL 3.1 or OpenGL ES 3.0 is enough.
    """
    return _said(*_probe())


def _probe() -> tuple[str, str]:
    """What is wrong, a key of what `_said` says, or nothing; and the name of what it is about."""
    from PySide6.QtGui import QOffscreenSurface, QOpenGLContext

    if (ruled := _ruled_out())[0]:
        return ruled
    context = QOpenGLContext()
    if not context.create():
        return "none", ""
    surface = QOffscreenSurface()
    surface.setFormat(context.format())
    surface.create()
    if not surface.isValid() or not context.makeCurrent(surface):
        return "unusable", ""
    try:
        found = context.format()
        version = found.majorVersion(), found.minorVersion()
        embedded = context.isOpenGLES()
        # 0x1F01 is GL_RENDERER
        renderer = context.functions().glGetString(0x1F01)
    finally:
        context.doneCurrent()
    name = f"OpenGL {'ES ' if embedded else ''}{version[0]}.{version[1]}, {renderer}"
    return "old" * (version < ((3, 0) if embedded else (3, 1))), name


def _ruled_out() -> tuple[str, str]:
    """Why there is no need to ask OpenGL itself, or nothing; as `_probe`."""
    from PySide6.QtGui import QGuiApplication

    if os.environ.get(_OFF, "") not in {"", "0"}:
        return "off", _OFF
    platform = QGuiApplication.platformName()
    return "blind" * (platform in _BLIND), platform


def _said(wrong: str, name: str) -> tuple[bool, str]:
    """Whether OpenGL is to be used, and by what or, in the language in use, why not."""
    # not for the process that `ask` starts, which has nothing of this program but this file
    from explorer.core.language import tr

    words = {
        "": name,
        "off": tr("switched off ({name} or --no-gl)", name=name),
        "blind": tr("the platform {name!r} shows no OpenGL", name=name),
        "none": tr("no OpenGL context can be made"),
        "unusable": tr("the OpenGL context cannot be used"),
        "old": tr("{name} is too old", name=name),
        "slow": tr(
            "{name}, runs on the processor ({variable}=1 or --gl uses it all the same)",
            name=name,
            variable=_ON,
        ),
    }
    return not wrong, words[wrong]


def software(renderer: str) -> bool:
    """Whether a renderer is a program, not a graphics card."""
    return any(name in renderer.lower() for name in _SOFTWARE)


def samples(renderer: str) -> int:
    """How many samples a pixel takes for smooth edges: none where a program does the drawing."""
    return 0 if software(renderer) else 4


def choose() -> tuple[bool, str]:
    """Whether the window draws its surface by OpenGL, and by what or why not.

    Where OpenGL is a program our own renderer is as quick, and the rest of the window is spared:
    one OpenGL widget has Qt put the whole window together by OpenGL. EXPLORER_GL=1, or --gl, takes
    it all the same.
    """
    return _said(*_choice())


def _choice() -> tuple[str, str]:
    wrong, name = _probe()
    if not wrong and software(name) and os.environ.get(_ON, "") in {"", "0"}:
        wrong = "slow"
    return wrong, name


def ask() -> tuple[bool, str]:
    """As `choose`, found out by a process of its own; may be called on any thread.

    A program that draws OpenGL takes tens of megabytes, and keeps them, for no more than telling
    its name; and a driver that crashes when it is asked takes only that process with it.
    """
    import subprocess

    if (ruled := _ruled_out())[0]:
        return _said(*ruled)
    try:
        # -P: the folder of this file is not a place to import from
        told = subprocess.run(
            [sys.executable, "-P", __file__],
            capture_output=True,
            check=True,
            timeout=PATIENCE,
            text=True,
        ).stdout
        wrong, name = json.loads(told.splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
        from explorer.core.language import tr

        return False, tr("asking for OpenGL failed: {error}", error=error)
    return _said(wrong, name)


def _tell() -> None:
    from PySide6.QtGui import QGuiApplication

    prepare()
    app = QGuiApplication(sys.argv[:1])
    print(json.dumps(_choice()))
    del app


if __name__ == "__main__":
    _tell()
