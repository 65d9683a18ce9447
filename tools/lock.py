"""Make requirements.lock from pyproject.toml: one pinned, hashed list for every system and every Python."""

import argparse
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
LOCK = HERE / "requirements.lock"
EXTRAS = ("postgres", "properties", "test")
OLDEST_PYTHON = "3.11"
HEADER = """\
# Made by tools/lock.py from pyproject.toml; do not edit by hand.
# One version of each package for Windows, macOS and Linux, each file known by its SHA-256.
"""

# What a lock file of this project may consist of, line by line.
_NAME = r"[a-z0-9][a-z0-9-]*(\[[a-z0-9,-]+\])?==[A-Za-z0-9.!+]+"
_MARKER = r"( ; [^/\\#]+?)?"
PIN = re.compile(rf"^{_NAME}{_MARKER} \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def clean_environment() -> dict[str, str]:
    """Return this process's environment without what would turn the resolver to another index.

    Returns
    -------
    dict of str
        Proxies and certificates stay; settings of uv and pip go.
    """
    return {k: v for k, v in os.environ.items() if not k.startswith(("UV_", "PIP_"))}


def resolver() -> list[str]:
    """Return how uv is called here: as a module of this Python, else as a program on the path."""
    if importlib.util.find_spec("uv"):
        return [sys.executable, "-m", "uv"]
    program = shutil.which("uv")
    if program is None:
        sys.exit(f"The lock file is made by uv, which is not installed: {sys.executable} -m pip install uv")
    return [program]


def resolver_command(output: Path, upgrade: bool) -> list[str]:
    """Return what uv is told in order to resolve pyproject.toml into `output`.

    Parameters
    ----------
    output : Path
        File to write; the versions that it already holds are kept.
    upgrade : bool
        Take the newest versions that pyproject.toml allows instead.

    Returns
    -------
    list of str
        Arguments of uv, to be run in the root of the checkout.
    """
    command = ["pip", "compile", "pyproject.toml", "--no-config", "--quiet"]
    command += ["--universal", "--fork-strategy", "fewest", "--python-version", OLDEST_PYTHON]
    command += ["--generate-hashes", "--no-header", "--no-annotate"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--no-sources"]
    for extra in EXTRAS:
        command += ["--extra", extra]
    if upgrade:
        command.append("--upgrade")
    return [*command, "--output-file", str(output)]


def faults(text: str) -> list[str]:
    """Return what a lock file holds that it may not hold, empty for a sound one.

    Parameters
    ----------
    text : str
        The whole file.

    Returns
    -------
    list of str
        One entry a fault: a line that is neither a pin nor a hash (an address, a path, an option of
        pip), a pin without a hash, a package pinned twice.
    """
    found: list[str] = []
    seen: set[str] = set()
    open_pin = ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            if "://" in line:
                found.append(f"line {number}: {line}")
        elif PIN.match(line):
            if open_pin:
                found.append(f"no hash: {open_pin}")
            open_pin = line.split("==")[0].split("[")[0]
            if open_pin in seen:
                found.append(f"pinned twice: {open_pin}")
            seen.add(open_pin)
        elif HASH.match(line):
            open_pin = ""
        else:
            found.append(f"line {number}: {line}")
    if open_pin:
        found.append(f"no hash: {open_pin}")
    return found


def resolve(upgrade: bool) -> str:
    """Return the text of a new lock file, made without touching the one in the checkout."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, LOCK.name)
        if LOCK.exists():
            output.write_text(LOCK.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")
        command = [*resolver(), *resolver_command(output, upgrade)]
        subprocess.run(command, cwd=HERE, env=clean_environment(), check=True)
        body = output.read_text(encoding="utf-8")
    return HEADER + "".join(line for line in body.splitlines(True) if not line.startswith("#"))


def main() -> int:
    """Write the lock file, or with --check compare it; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest allowed versions")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the lock is out of date")
    options = parser.parse_args()
    text = resolve(options.upgrade)
    wrong = faults(text)
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 1
    if options.check:
        same = LOCK.exists() and LOCK.read_text(encoding="utf-8") == text
        print("up to date" if same else "out of date: run tools/lock.py")
        return 0 if same else 1
    LOCK.write_text(text, encoding="utf-8", newline="\n")
    print(f"{LOCK.name}: {sum(1 for line in text.splitlines() if PIN.match(line))} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
