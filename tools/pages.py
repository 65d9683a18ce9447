"""What the tools that write the documentation share: Markdown tables, marked blocks, a command run in this process."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

_LONG = re.compile(r"\d+\.\d{8,}")
_BLOCK = re.compile(r"(<!-- made: (?P<name>[\w-]+) -->\n)(?P<body>.*?)(<!-- end: (?P=name) -->)", re.DOTALL)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table.

    Parameters
    ----------
    head : sequence of str
    rows : iterable of sequences

    Returns
    -------
    str
        Ends with a line feed; a bar inside a cell is escaped.
    """
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(_cell(c) for c in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    return str(value).replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


def fence(text: str, language: str = "text") -> str:
    """A fenced code block.

    Parameters
    ----------
    text : str
    language : str

    Returns
    -------
    str
    """
    lines = "\n".join(line.rstrip() for line in text.rstrip().splitlines())
    return f"```{language}\n{lines}\n```\n"


def same(a: str, b: str) -> bool:
    """Whether two texts are the same, numbers with many digits up to the last ones, which differ between machines.

    Parameters
    ----------
    a, b : str

    Returns
    -------
    bool
    """
    return _LONG.sub(_nine_digits, a) == _LONG.sub(_nine_digits, b)


def _nine_digits(m: re.Match[str]) -> str:
    return f"{float(m[0]):.9g}"


def blocks(page: str) -> dict[str, str]:
    """Marked blocks of a page by name.

    Parameters
    ----------
    page : str

    Returns
    -------
    dict of str to str
    """
    return {m["name"]: m["body"] for m in _BLOCK.finditer(page)}


def with_blocks(page: str, made: Mapping[str, Callable[[], str]]) -> str:
    """A page with its marked blocks made anew; a block that nobody makes stays as it is.

    Parameters
    ----------
    page : str
    made : mapping of block name to function
        Called only for the blocks that the page has.

    Returns
    -------
    str
    """

    def anew(m: re.Match[str]) -> str:
        body = made[m["name"]]() if m["name"] in made else m["body"]
        return m[1] + body + m[4]

    return _BLOCK.sub(anew, page)


def run(arguments: Sequence[str], folder: Path) -> tuple[int, str, str]:
    """Run a command of the program in a folder, in this process.

    Parameters
    ----------
    arguments : sequence of str
        What stands after `integrity`.
    folder : Path

    Returns
    -------
    (int, str, str)
        Exit code, standard output, standard error.
    """
    from integrity.__main__ import main

    out, err = io.StringIO(), io.StringIO()
    before = Path.cwd()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(list(arguments))
    finally:
        os.chdir(before)
    return code, out.getvalue(), err.getvalue()


def write(path: Path, text: str) -> bool:
    """Write a page if it differs.

    Parameters
    ----------
    path : Path
    text : str

    Returns
    -------
    bool
        Whether it did.
    """
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return True


def report(stale: Sequence[str], check: bool) -> int:
    """Tell which pages were not up to date.

    Parameters
    ----------
    stale : sequence of str
    check : bool
        Only looked, wrote nothing.

    Returns
    -------
    int
        Exit code: 1 where something is out of date and was only looked at.
    """
    for name in stale:
        sys.stdout.write(f"{'out of date' if check else 'wrote'}: {name}\n")
    return 1 if check and stale else 0
