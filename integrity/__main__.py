"""Entry point of `python -m integrity` and of the `integrity` command."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program name.

    Returns
    -------
    int
        Exit code: 0 done, 1 done but something needs attention, 2 input cannot be used, 3 stopped by the user.
    """
    from integrity.cli import run

    return run(list(sys.argv[1:] if argv is None else argv))


if __name__ == "__main__":
    raise SystemExit(main())
