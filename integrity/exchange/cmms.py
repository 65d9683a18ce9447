"""What all writers of maintenance-system files share: target codes, checks, and atomic files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integrity.core.arrays import NO_DATE
from integrity.core.dates import iso_of
from integrity.core.errors import InputError
from integrity.core.frames.plan import TaskFrame
from integrity.core.message import Message, msg
from integrity.core.tables import read_json

_FILE = Path(__file__).parent / "tables" / "cmms_targets.json"


@dataclass(frozen=True)
class Refused:
    """A task that was not written, and what to mend."""

    task: str
    reason: Message


@dataclass(frozen=True)
class Written:
    """Files written, tasks in them, tasks refused, texts shortened to the limit of the target."""

    files: tuple[Path, ...]
    tasks: int
    refused: tuple[Refused, ...]
    shortened: int


def target(system: str, changes: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Codes of the receiving system.

    Parameters
    ----------
    system : str
        "sap" or "maximo".
    changes : mapping, optional
        The site's own values.

    Returns
    -------
    dict
    """
    base: dict[str, Any] = dict(read_json(_FILE)[system])
    unknown = sorted(set(changes or {}) - set(base))
    if unknown:
        raise InputError(msg("exchange.unknown_target_field", system=system, field=unknown[0]))
    return {**base, **(changes or {})}


def shorten(text: str, limit: int) -> str:
    """Text cut to a limit with an ellipsis; the whole text belongs in the long text.

    Parameters
    ----------
    text : str
    limit : int

    Returns
    -------
    str
    """
    return text if len(text) <= limit else text[: limit - 1] + "…"


def check_tasks(tasks: TaskFrame, keys: Sequence[str]) -> tuple[list[int], list[Refused]]:
    """Rows that can be written and those that cannot, with the reason.

    Parameters
    ----------
    tasks : TaskFrame
    keys : sequence of str
        Columns of which at least one must be filled.

    Returns
    -------
    list of int, list of Refused
    """
    good, bad = [], []
    columns = [getattr(tasks, k) for k in keys]
    for i in range(tasks.n):
        name = str(tasks.task_key[i])
        if not any(str(c[i]) for c in columns):
            bad.append(Refused(name, msg("exchange.no_object_key", task=name, fields=" / ".join(keys))))
        elif int(tasks.due_d[i]) == NO_DATE:
            bad.append(Refused(name, msg("exchange.no_due_date", task=name)))
        else:
            good.append(i)
    return good, bad


def dotted(day: int) -> str:
    """Date as SAP upload sheets want it, DD.MM.YYYY.

    Parameters
    ----------
    day : int

    Returns
    -------
    str
    """
    iso = iso_of(day)
    return ".".join(reversed(iso.split("-"))) if iso else ""


def write_whole(path: Path, write: Callable[[Path], None]) -> Path:
    """Write through a partial file, so that nothing half-written stays under the final name.

    Parameters
    ----------
    path : Path
    write : callable
        Receives the partial path.

    Returns
    -------
    Path
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part{path.suffix}")
    try:
        write(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path
