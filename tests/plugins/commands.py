"""Run several commands of the program in one process: argument lists as JSON in, exit codes and outputs as JSON out."""

from __future__ import annotations

import contextlib
import io
import json
import sys

from integrity.__main__ import main


def run(arguments: list[str]) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of one command."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(arguments)
    return code, out.getvalue(), err.getvalue()


if __name__ == "__main__":
    sys.stdout.write(json.dumps([run(a) for a in json.loads(sys.argv[1])]))
