"""Compiles kernels in a process of its own, so that the window's thread is not held up.

numba compiles in Python, and so shares the interpreter's lock with the window: 30 milliseconds of
drawing take a hundred beside it. The other process compiles into the disk cache, from which this
one loads. It is started when a kernel is missing there, and ends when it was not asked for a while.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import cache  # (chooses the folder before numba is imported)

import numba  # isort: skip
from numba.core.caching import FunctionCache  # isort: skip
from numba.core.dispatcher import Dispatcher  # isort: skip

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FunctionType

log = logging.getLogger(__name__)
IDLE = 20  # seconds without an order after which the process ends
NICE = 10  # how much later than the window such a process has its turn
MADE, NOT_MADE = b"1", b"0"
_CODE = (
    "import sys; sys.path[:] = sys.argv[1:]; from explorer.engine import foundry; foundry.serve()"
)


class Foundry:
    """The other process; orders are carried out one after another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._rest: threading.Timer | None = None

    def order(self, function: FunctionType, signature: Any, options: dict[str, Any]) -> bool:
        """Have one function compiled into the cache; whether it was. Waits for it."""
        module, file = function.__module__, function.__code__.co_filename
        return self._order((module, file, function.__qualname__, signature, options))

    def order_module(self, name: str) -> bool:
        """Have all of a module compiled that is compiled when it is imported."""
        return self._order((name, "", "", None, {}))

    def _order(self, order: tuple[Any, ...]) -> bool:
        with self._lock:
            if self._closed:
                return False
            if self._rest:
                self._rest.cancel()
            try:
                done = self._ask(pickle.dumps(order))
            except OSError as error:  # it ended: nothing is lost, the kernel is compiled here
                if not self._closed:
                    log.warning("a kernel cannot be compiled in a process of its own: %s", error)
                self._end()
                done = False
            self._rest = threading.Timer(IDLE, self.rest)
            self._rest.daemon = True
            self._rest.start()
        return done

    def _ask(self, order: bytes) -> bool:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _CODE, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(order)
        process.stdin.flush()
        answer = process.stdout.read(1)
        if not answer:
            raise BrokenPipeError("the process ended")
        return answer == MADE

    def rest(self) -> None:
        """End the process until there is another order."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(OSError):  # what it was not told yet is not wanted any more
                process.communicate()

    def close(self) -> None:
        """End the process now, and take no more orders."""
        self._closed = True
        if (process := self._process) is not None:
            process.kill()
        self.rest()


class _Cache(FunctionCache):
    """The disk cache, filled by the foundry where it lacks something."""

    def __init__(self, foundry: Foundry, function: FunctionType, options: dict[str, Any]) -> None:
        super().__init__(function)
        self._foundry, self._options = foundry, options
        self.ordered = 0

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """What is in the cache; None where neither it nor the foundry has it."""
        found = super().load_overload(sig, target_context)
        if found is None and self._foundry.order(self._py_func, sig, self._options):
            found = super().load_overload(sig, target_context)
            self.ordered += 1
        return found


def use(foundry: Foundry) -> None:
    """From now on have this process's functions compiled by the foundry."""

    def enable_caching(self: Any) -> None:
        self._cache = _Cache(foundry, self.py_func, dict(self.targetoptions))

    Dispatcher.enable_caching = enable_caching  # type: ignore[method-assign]


def ahead(*modules: str) -> Foundry | None:
    """On the very first start, have a second process compile what these modules compile at import.

    None where the drivers, which take longest, are in the cache.
    """
    if any(cache.folder.rglob("drivers.record-*.nbi")):
        return None
    second = Foundry()

    def work() -> None:
        for name in modules:
            second.order_module(name)
        second.rest()

    threading.Thread(target=work, name="ahead", daemon=True).start()
    return second


def _find(module: str, file: str, qualname: str) -> Any:
    """A function by its module, or by its module's file where that was generated."""
    from .fuse import load

    if module not in sys.modules:
        try:
            importlib.import_module(module)
        except ImportError:
            load(Path(file), module)
    found = getattr(sys.modules[module], qualname, None)
    if found is None:
        # a model's kernel, whose mathematics are exchanged for those of vector code
        from .training import vectorised

        plain = getattr(sys.modules[module], qualname.rpartition("_")[0], None)
        found = vectorised(plain) if plain is not None else None
        if found is not None and found.__qualname__ != qualname:
            return None
    return found


def serve() -> None:
    """Carry out the orders on standard input until it ends; the window has its turn first."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    compile_one: Callable[..., Any] = numba.jit
    orders, answers = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            module, file, qualname, signature, options = pickle.load(orders)
        except EOFError:
            return
        if not qualname:
            importlib.import_module(module)
        function = _find(module, file, qualname) if qualname else serve
        if qualname and function is not None and not isinstance(function, Dispatcher):
            compile_one(signature, cache=True, **options)(function)
        # one with a decorator was compiled when its module was imported
        answers.write(NOT_MADE if function is None else MADE)
        answers.flush()
