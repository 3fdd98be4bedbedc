"""Where compiled kernels are kept between starts. Imported before numba is.

numba would write beside the sources, which an installed package may not allow, or fail at import
where no folder is writable; so the folder is chosen here: the user's cache, else a temporary one.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import platformdirs


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _choose() -> Path:
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        return Path(given)
    user = Path(platformdirs.user_cache_dir("loss-landscape-explorer", appauthor=False)) / "kernels"
    if _writable(user):
        return user
    return Path(tempfile.mkdtemp(prefix="loss-landscape-explorer-"))


folder = _choose()
os.environ["NUMBA_CACHE_DIR"] = str(folder)
# numba reads the variable when it is first imported; a host program may have done so already.
if "numba" in sys.modules:
    sys.modules["numba"].config.CACHE_DIR = str(folder)
