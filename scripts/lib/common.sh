# shellcheck shell=bash
# What start and test share: messages, long steps, children that never outlive us, and the
# two tool boxes (.venv and node_modules). Sourced with the project as the working directory.

PYTHON_NEEDED=3.11
NODE_NEEDED=20.19

# A full disk behind our words, or nobody who reads them, ends nothing.
say() { printf '%s\n' "$*" 2>/dev/null || true; }

# Waits for so many seconds, or less: no fault of a mere pause ends a script by `set -e`.
pause() { sleep "$1" || true; }

die() {
  printf '\nerror: %s\n' "$*" >&2
  exit 1
}

# --- Configuration ----------------------------------------------------------------------------

# A value from the environment, else from .env, else the default; .env is read as data, not run.
setting() {
  local name=$1 default=$2 value="${!1-}"
  if [[ -z $value && -f .env ]]; then
    value=$(sed -nE "s/^(export +)?$name=//p" .env | tail -n 1 | sed -E "s/^[\"'](.*)[\"']\$/\1/")
  fi
  printf '%s' "${value:-$default}"
}

# --- Children ---------------------------------------------------------------------------------

children=()

# Starts a command in a process group of its own; it gets SIGTERM even if we die by SIGKILL. The
# kernel forgets who died before it was asked, so the command then does not begin.
spawn() {
  local parent=$BASHPID
  setsid setpriv --pdeathsig TERM sh -c '[ "$PPID" = "$0" ] && exec "$@"' "$parent" "$@" 9<&- &
  children+=("$!")
}

# A child that has ended: its number may become that of another process.
forget() {
  local pid kept=()
  for pid in "${children[@]}"; do [[ $pid == "$1" ]] || kept+=("$pid"); done
  children=("${kept[@]}")
}

alive() {
  kill -0 -- "-$1" 2>/dev/null
}

# How many tenths of a second a child may take to end: an installer has nothing to save.
grace=20

# Ends every child with all of its own children: politely first, then by force.
stop_children() {
  local pid tries=$grace
  for pid in "${children[@]}"; do kill -TERM -- "-$pid" 2>/dev/null || true; done
  for pid in "${children[@]}"; do
    while ((tries-- > 0)) && alive "$pid"; do
      pause 0.1
    done
    kill -KILL -- "-$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  children=()
}

log_of() { printf '%s/%s.log' "$LOG_DIR" "${1//[^A-Za-z]/-}"; }

# Runs one long command quietly: a line with its name and time, its output in a file.
attempt() {
  local name=$1 began=$SECONDS status=0
  shift
  printf -- '- %s … ' "$name"
  spawn "$@" >"$(log_of "$name")" 2>&1 </dev/null
  wait "$!" || status=1
  forget "${children[-1]}"
  if [[ $status -eq 0 ]]; then printf '%s s\n' "$((SECONDS - began))"; else printf 'failed\n'; fi
  return "$status"
}

# The same for a command without which nothing goes on; its output is shown when it fails.
step() {
  attempt "$@" && return
  printf '\n'
  tail -n 25 "$(log_of "$1")" >&2
  die "$1 failed; the lines above and $(log_of "$1") say why. Nothing is half done: run it again."
}

# --- Machine ----------------------------------------------------------------------------------

apt_allowed() { [[ $EUID -eq 0 ]] && command -v apt-get >/dev/null; }

# Installs Debian packages as root; anybody else is told what to ask for.
need_packages() {
  apt_allowed || die "Please install: $* (as root: apt-get install $*)."
  export DEBIAN_FRONTEND=noninteractive
  step "Refreshing the package list" apt-get update -q
  step "Installing $*" apt-get install -q -y --no-install-recommends "$@"
}

has_ffmpeg() { command -v ffmpeg >/dev/null && command -v ffprobe >/dev/null; }

# The shop opens without ffmpeg as well; uploaded videos then play as they are.
want_ffmpeg() {
  has_ffmpeg && return
  if apt_allowed; then
    (need_packages ffmpeg) && return
  fi
  say "- ffmpeg is missing, so uploaded videos play as they are, without several qualities or a poster." \
    "To change that: apt-get install ffmpeg, and start again."
}

python_fits() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# Whether it can make a .venv and compile what has to be compiled for it.
python_is_whole() {
  "$1" -c 'import ensurepip, os, sysconfig, venv
os.stat(os.path.join(sysconfig.get_path("include"), "Python.h"))' 2>/dev/null
}

# The distribution's own comes first: it was compiled with profiles of its use, and needs a sixth less
# processor time for the shop than one that was compiled without (as pyenv does by default).
find_python() {
  local name own=/usr/bin/python3
  if python_fits "$own" && python_is_whole "$own"; then
    echo "$own"
    return
  fi
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null && python_fits "$name"; then
      command -v "$name"
      return
    fi
  done
  return 1
}

check_python() {
  [[ -x .venv/bin/python ]] && python_fits .venv/bin/python && return
  find_python >/dev/null || die "Python $PYTHON_NEEDED or newer is needed;" \
    "this machine has $(python3 --version 2>/dev/null || echo none)."
}

check_node() {
  command -v node >/dev/null || die "Node.js $NODE_NEEDED or newer is needed; this machine has none."
  node -e "const [a, b] = process.versions.node.split('.').map(Number)
    process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)" ||
    die "Node.js $NODE_NEEDED or newer is needed; this machine has $(node --version)."
  command -v npm >/dev/null || die "npm is needed beside Node.js (Debian: apt-get install npm)."
}

free_port() {
  "$(find_python)" -c 'import socket
with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    print(s.getsockname()[1])'
}

# --- Tool boxes -------------------------------------------------------------------------------
# A stamp holds the hash of what was installed or built. It is written last, so whatever was
# interrupted is done again.

hash_of() { cat -- "$@" | sha256sum | cut -c 1-64; }

# The hash of every file below the given paths, names included.
hash_of_tree() {
  find "$@" -type f -not -name '*.pyc' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum |
    sha256sum | cut -c 1-64
}

stamped() { [[ -f $1 && $(<"$1") == "$2" ]]; }

# Only one start or test at a time may install or build in this folder.
lock_project() {
  exec 9<"$PWD"
  flock -n 9 && return
  say "- Waiting for another start or test in this folder to finish installing"
  flock 9
}

unlock_project() { exec 9<&-; }

make_venv() {
  local python
  [[ -x .venv/bin/python ]] && .venv/bin/python -m pip --version >/dev/null 2>&1 && return
  python=$(find_python)
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    apt_allowed || die "Python's venv module is missing (Debian: apt-get install python3-venv)."
    need_packages "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
  fi
  step "Creating .venv" "$python" -m venv --clear .venv
}

# mysqlclient is compiled on the spot.
need_mysql_headers() {
  local missing=()
  command -v mariadb_config >/dev/null || command -v mysql_config >/dev/null || missing+=(default-libmysqlclient-dev)
  command -v pkg-config >/dev/null || missing+=(pkg-config)
  command -v gcc >/dev/null || missing+=(gcc libc6-dev)
  "$(find_python)" -c 'import os, sys, sysconfig
sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))' ||
    missing+=(python3-dev)
  [[ ${#missing[@]} -eq 0 ]] || need_packages "${missing[@]}"
}

# uv installs what the tests need in a fifth of pip's processor time; decision 0033. Of pip's
# configuration it is told the index; where that is not enough, pip does it.
install_with_uv() {
  local wanted=$1 index options=(--quiet --python .venv/bin/python)
  index=$(.venv/bin/python -m pip config list | sed -nE "s/^.*\.index-url='(.*)'$/\1/p" | tail -n 1)
  [[ -z $index ]] || options+=(--default-index "$index")
  attempt "Installing uv" .venv/bin/python -m pip install --disable-pip-version-check --no-input -q \
    "$(grep '^uv==' "$wanted")" &&
    attempt "Installing Python packages ($wanted)" .venv/bin/uv pip install "${options[@]}" -r "$wanted"
}

# Installs requirements.txt, requirements-prod.txt or requirements-dev.txt when it has changed;
# each contains the ones before.
install_python() {
  local wanted=$1 chain=() each
  for each in requirements.txt requirements-prod.txt requirements-dev.txt; do
    chain+=("$each")
    [[ $each != "$wanted" ]] || break
  done
  stamped ".venv/.installed-$wanted" "$(hash_of "${chain[@]}")" &&
    .venv/bin/python -c 'import django' 2>/dev/null && return
  make_venv
  [[ $wanted == requirements.txt ]] || need_mysql_headers
  if [[ $wanted != requirements-dev.txt ]] || ! install_with_uv "$wanted"; then
    step "Installing Python packages ($wanted)" \
      .venv/bin/python -m pip install --disable-pip-version-check --no-input -q -r "$wanted"
  fi
  while ((${#chain[@]})); do
    hash_of "${chain[@]}" >".venv/.installed-${chain[-1]}"
    unset 'chain[-1]'
  done
}

install_web() {
  local stamp=luffy_web/node_modules/.installed hash
  hash=$(hash_of luffy_web/package-lock.json)
  stamped "$stamp" "$hash" && return
  # Parts of one run of the tests may ask for it at the same time.
  exec 8<luffy_web/package-lock.json
  flock 8
  if ! stamped "$stamp" "$hash"; then
    step "Installing the front end's packages" \
      npm --prefix luffy_web ci --no-audit --no-fund
    printf '%s' "$hash" >"$stamp"
  fi
  exec 8<&-
}

# Builds beside the old pages and swaps them in whole, with .gz and .br copies of every text.
build_web() {
  local stamp=luffy_web/node_modules/.built draft=node_modules/.dist hash
  hash=$(cd luffy_web && hash_of_tree src public index.html package-lock.json vite.config.ts)
  stamped "$stamp" "$hash" && [[ -f luffy_web/dist/index.html.gz ]] && return
  step "Building the pages" \
    npm --prefix luffy_web run build-only -- --outDir "$draft" --emptyOutDir --logLevel warn
  step "Compressing them" .venv/bin/python -m whitenoise.compress -q "luffy_web/$draft"
  rm -rf luffy_web/dist
  mv "luffy_web/$draft" luffy_web/dist
  printf '%s' "$hash" >"$stamp"
}
