#!/bin/sh
# Usage: requirements/install.sh PYTHON VENV LOCK
#
# Makes VENV with PYTHON where it is not there yet, installs exactly what LOCK pins, and the project itself in editable form.
# On a Debian without python3-venv it installs that package when it may (root), and names it when it may not.
set -eu

python=$1
venv=$2
lock=$3

fail() {
    echo "set-up: $1" >&2
    exit 1
}

command -v "$python" >/dev/null || fail "there is no $python; install Python 3.11 or later, or name one: make … PYTHON=python3.12"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$python" --version) is too old; Python 3.11 or later is needed: make … PYTHON=python3.12"

# Debian keeps ensurepip, which fills a new environment, in a package of its own.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        fail "$python cannot make virtual environments; install it first: apt-get install $package (python3-venv elsewhere)"
    fi
    echo "set-up: installing $package"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -qq -y --no-install-recommends "$package" >/dev/null 2>&1 || {
        apt-get update -qq
        apt-get install -qq -y --no-install-recommends "$package" >/dev/null
    }
fi

"$venv/bin/python" -m pip --version >/dev/null 2>&1 || {
    echo "set-up: making $venv"
    "$python" -m venv --clear "$venv"
}

echo "set-up: installing $lock into $venv"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
# The lock is complete. Left to itself, pip before 23.3 looks past a pin for what is wanted with an extra, as in coverage[toml].
"$venv/bin/python" -m pip install --quiet --require-hashes --no-deps -r "$lock"
"$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable .
