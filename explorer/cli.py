"""The command line: it opens the window, or hands over to a command.

What only a command needs is loaded with it, so that the window need not wait for it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .core import language
from .core.errors import InputError
from .core.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = (*("run", "train", "map", "export", "animate", "convert", "verify", "check", "list"),)


def _window(arguments: Sequence[str]) -> int:
    from .gui.app import main as open_window

    if not arguments:
        return open_window()
    from pathlib import Path

    from . import __version__
    from .commands import Parser
    from .core.errors import unknown
    from .core.sessionfile import read

    parser = Parser(
        prog="loss-explorer",
        description=tr("Watch optimizers run down loss landscapes. No command opens the window."),
        epilog=tr(
            "commands: {names}; `loss-explorer COMMAND --help` tells more",
            names=", ".join(COMMANDS),
        ),
    )
    parser.add_argument("--version", action="version", version=__version__)
    surface = parser.add_mutually_exclusive_group()
    words = tr("draw the surface by OpenGL, even without a graphics card")
    surface.add_argument("--gl", dest="opengl", action="store_true", default=None, help=words)
    words = tr("draw the surface without OpenGL")
    surface.add_argument("--no-gl", dest="opengl", action="store_false", help=words)
    parser.add_argument("--theme", choices=("system", "light", "dark", "projector"), default="")
    words = tr("an experiment, an exported picture or film, or a surface to open")
    parser.add_argument("session", nargs="?", help=words)
    args = parser.parse_args(arguments)
    path = Path(args.session) if args.session else None
    if path is not None and not path.suffix and not path.exists():
        raise unknown(tr("command"), args.session, COMMANDS)
    session = None
    if path is not None:
        from . import surfaces

        if surfaces.is_trace(path):
            surfaces.check_trace(path)
        elif surfaces.is_session(path):
            session = read(path)
        else:
            session = surfaces.open_session(path)
        for message in session.messages if session else ():
            print(f"loss-explorer: {message}", file=sys.stderr)
    return open_window(session, path, args.theme, args.opengl)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status, 2 for what cannot be taken."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given and given[0] in COMMANDS:
            language.use(language.asked() or language.ENGLISH)
            from .commands import run_command

            return run_command(given[0], given[1:])
        from .core.tongue import preferred

        language.use(preferred())
        return _window(given)
    except InputError as error:
        print(f"loss-explorer: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        import os

        # whoever read our output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
