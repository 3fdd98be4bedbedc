# shellcheck shell=bash
# Sourced by packaging/run, packaging/test and .ci/run: makes the environment the program runs in.
# Written for bash 3.2 and later, so that the one of macOS will do. All it says goes to stderr.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
venv=${LOSS_EXPLORER_VENV:-$root/.venv}
case $venv in /*) ;; *) venv=$PWD/$venv ;; esac

# What Qt needs of the system: file, then its package for apt, dnf, pacman and zypper.
# An apt name with a bar has a newer name behind it.
libraries='
libglib-2.0.so.0        libglib2.0-0|libglib2.0-0t64  glib2              glib2              libglib-2_0-0
libGL.so.1              libgl1                        libglvnd-glx       libglvnd           Mesa-libGL1
libEGL.so.1             libegl1                       libglvnd-egl       libglvnd           Mesa-libEGL1
libfontconfig.so.1      libfontconfig1                fontconfig         fontconfig         libfontconfig1
libdbus-1.so.3          libdbus-1-3                   dbus-libs          dbus               libdbus-1-3
libxkbcommon.so.0       libxkbcommon0                 libxkbcommon       libxkbcommon       libxkbcommon0
libxkbcommon-x11.so.0   libxkbcommon-x11-0            libxkbcommon-x11   libxkbcommon-x11   libxkbcommon-x11-0
libX11-xcb.so.1         libx11-xcb1                   libX11-xcb         libx11             libX11-xcb1
libxcb-cursor.so.0      libxcb-cursor0                xcb-util-cursor    xcb-util-cursor    libxcb-cursor0
libxcb-icccm.so.4       libxcb-icccm4                 xcb-util-wm        xcb-util-wm        libxcb-icccm4
libxcb-image.so.0       libxcb-image0                 xcb-util-image     xcb-util-image     libxcb-image0
libxcb-keysyms.so.1     libxcb-keysyms1               xcb-util-keysyms   xcb-util-keysyms   libxcb-keysyms1
libxcb-render-util.so.0 libxcb-render-util0           xcb-util-renderutil xcb-util-renderutil libxcb-render-util0
libxcb-shape.so.0       libxcb-shape0                 libxcb             libxcb             libxcb-shape0
libxcb-xkb.so.1         libxcb-xkb1                   libxcb             libxcb             libxcb-xkb1
'
virtual_screen='Xvfb xvfb xorg-x11-server-Xvfb xorg-server-xvfb xorg-x11-server-Xvfb'

say() { printf '%s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }

# Say what the environment may choose.
explain_environment() {
  cat <<'TEXT'

environment of packaging/run and packaging/test:
  PYTHON                   the Python (3.11 or later) to make the virtual environment with
  LOSS_EXPLORER_VENV       where that environment is, instead of .venv in the checkout
  LOSS_EXPLORER_NO_SYSTEM  set: never install system packages, only say which are missing
  LOSS_EXPLORER_VERBOSE    set: show what pip does
  PIP_...                  pip's own settings apply
TEXT
}

# Say whether $1 is a Python that will do.
suits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

# Set `python` to an interpreter of 3.11 or later.
find_python() {
  if [ -n "${PYTHON:-}" ]; then
    suits "$PYTHON" || fail "PYTHON=$PYTHON is not Python 3.11 or later."
    python=$PYTHON
    return
  fi
  for python in python3 python3.13 python3.12 python3.11 python3.14 python; do
    suits "$python" && return
  done
  fail 'Python 3.11 or later was not found: install it, or name it with PYTHON=/path/to/python3.'
}

# The column of the table above that names this system's packages; empty where none does.
package_column() {
  if command -v apt-get >/dev/null; then echo 2
  elif command -v dnf >/dev/null; then echo 3
  elif command -v pacman >/dev/null; then echo 4
  elif command -v zypper >/dev/null; then echo 5
  fi
}

may_install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && [ -z "${LOSS_EXPLORER_NO_SYSTEM:-}" ]
}

# The newest of the names in a|b that apt knows.
apt_names() {
  local name choice one
  for name in "$@"; do
    choice=${name%%|*}
    for one in $(printf '%s' "$name" | tr '|' ' '); do
      apt-cache show "$one" >/dev/null 2>&1 && choice=$one
    done
    echo "$choice"
  done
}

# Install Debian packages, reading the package lists anew only where the known ones fall short.
apt_install() {
  local options='-y -qq --no-install-recommends -o DPkg::Lock::Timeout=120'
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2046,SC2086
  apt-get install $options $(apt_names "$@") >/dev/null 2>&1 </dev/null ||
    { apt-get update -qq >/dev/null </dev/null &&
      apt-get install $options $(apt_names "$@") >/dev/null </dev/null; }
}

# The rows of the table above whose file is not there. A program is looked for on the PATH.
missing_rows() {
  if [ "${1:-}" = screen ] && ! command -v Xvfb >/dev/null; then echo "$virtual_screen"; fi
  # The loader is asked, since it alone knows where it looks.
  printf '%s' "$libraries" | "$python" -c '
import ctypes, sys
for row in sys.stdin:
    if row.strip():
        try:
            ctypes.CDLL(row.split()[0])
        except OSError:
            print(row.strip())
'
}

# Install what Qt needs of the system, or say how; `screen` adds the virtual one for the tests.
system_packages() {
  local rows column names command
  [ "$(uname -s)" = Linux ] || return 0
  rows=$(missing_rows "${1:-}")
  rm -f "$venv/.incomplete"
  [ -n "$rows" ] || return 0
  column=$(package_column)
  if [ -z "$column" ]; then
    say "Install what provides: $(printf '%s\n' "$rows" | awk '{printf "%s ", $1}')"
    return 0
  fi
  names=$(printf '%s\n' "$rows" | awk -v c="$column" '{print $c}' | sort -u | tr '\n' ' ')
  # shellcheck disable=SC2086
  if may_install; then
    apt_install $names && return 0
    say "Some system libraries could not be installed."
  fi
  : >"$venv/.incomplete"
  case $column in
    2) command="apt-get install $(apt_names $names | tr '\n' ' ')" ;;
    3) command="dnf install $names" ;;
    4) command="pacman -S --needed $names" ;;
    5) command="zypper install $names" ;;
  esac
  say "System libraries are missing; without them windows may not open. To install them:"
  say "  sudo ${command% }"
}

# Make the virtual environment in $venv.
make_venv() {
  local package
  if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if may_install; then apt_install "$package" || true; fi
    "$python" -c 'import venv, ensurepip' >/dev/null 2>&1 || fail \
      "Python's venv module is missing: sudo apt-get install $package (or your system's package of it)."
  fi
  "$python" -m venv --clear "$venv" || fail "Could not make $venv; LOSS_EXPLORER_VENV chooses another place."
}

# What an installation depends on, as one word. A moved checkout is a new one.
fingerprint() {
  { printf '%s\n' "$root"; cat "$root/pyproject.toml" "$root/packaging/constraints.txt"; } | cksum | tr ' ' -
}

# Install the program and the extra $1 (run, test or dev: each holds the one before), then set
# `python` to the environment's own. Instant where nothing has changed.
prepare() {
  local level=$1 mark extras='' screen='' one quiet
  # Without compiled modules on disk every start would compile them all: seconds.
  unset PYTHONDONTWRITEBYTECODE
  mark=$(fingerprint)
  case $level in test | dev) extras="[$level]" screen=screen ;; esac
  if [ "$(cat "$venv/.prepared-$level" 2>/dev/null)" = "$mark" ] && suits "$venv/bin/python"; then
    python=$venv/bin/python
    # Whoever can read it is reminded of what is still missing.
    if [ -e "$venv/.incomplete" ] && [ -t 2 ]; then LOSS_EXPLORER_NO_SYSTEM=1 system_packages "$screen"; fi
    return 0
  fi
  find_python
  say "Setting up in $venv: about a minute, this once ..."
  suits "$venv/bin/python" && "$venv/bin/python" -m pip --version >/dev/null 2>&1 || make_venv
  # Downloads and system packages do not wait for each other.
  system_packages "$screen" &
  python=$venv/bin/python
  # Twice quiet: errors only. Modules are compiled when first imported, most never are.
  quiet='-qq'
  if [ -n "${LOSS_EXPLORER_VERBOSE:-}" ]; then quiet=''; fi
  # shellcheck disable=SC2086
  if ! "$python" -m pip install $quiet --no-input --no-compile --disable-pip-version-check \
    --constraint "$root/packaging/constraints.txt" --editable "$root$extras" </dev/null >&2; then
    wait
    fail 'Installing the Python packages failed (see above).'
  fi
  wait
  for one in run test dev; do
    echo "$mark" >"$venv/.prepared-$one"
    if [ "$one" = "$level" ]; then break; fi
  done
}
