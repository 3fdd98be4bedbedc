"""Keeps the kernels of a person's formulas as files in the user's cache.

Each is a plain module, so that the source of its kernels can be read like that of any other, and
code compiled from it is found again on the next start. It is named by all that went into it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from . import algebra

if TYPE_CHECKING:
    from .expression import Expression
    from .spec import Kernel

# Raised whenever the files would be written differently.
VERSION = 1
_lock = threading.Lock()


def kernels(given: Expression) -> tuple[Kernel, Kernel]:
    """The gradient and the Hessian kernel of a formula; slow the first time, then from the file."""
    digest = hashlib.sha256(f"{VERSION}\n{given.text}".encode()).hexdigest()[:16]
    with _lock:
        path = _folder() / f"{digest}.py"
        if not _complete(path):
            _write(path, algebra.generate(given))
        module = _load(path, f"explorer_expression_{digest}")
    return module.gradient, module.hessian


@cache
def _folder() -> Path:
    """The cache's folder of formulas, or a temporary one where that cannot be written to."""
    cache_home = platformdirs.user_cache_dir("loss-landscape-explorer", appauthor=False)
    folder = Path(cache_home) / "expressions"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="loss-landscape-explorer-"))


def _complete(path: Path) -> bool:
    try:
        return path.read_text(encoding="utf-8").endswith(f"{algebra.END}\n")
    except (OSError, UnicodeDecodeError):
        return False


def _write(path: Path, text: str) -> None:
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _load(path: Path, name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
