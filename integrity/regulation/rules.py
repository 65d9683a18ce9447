"""Rule sets read from data files and checked against their schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from integrity.core.codes import codes
from integrity.core.errors import InputError
from integrity.core.message import msg
from integrity.core.tables import read_json

_FOLDER = Path(__file__).parent / "rules"
INTERVALS: Mapping[str, frozenset[str]] = {
    "fixed": frozenset({"years"}),
    "half_life": frozenset({"years_max"}),
    "life_share": frozenset({"share", "years_max"}),
    "cumulative": frozenset({"days_max"}),
    "stated": frozenset(),
}
SCOPES = ("vessel", "piping", "tank_shell", "tank_bottom", "tsg21", "tsgd")
ANCHORS = (
    "last_reading",
    "last_internal",
    "last_external",
    "last_periodic",
    "last_annual",
    "in_service",
    "as_of",
)
CONFIDENCE = ("verified", "memory-high", "memory-medium", "memory-low")


@dataclass(frozen=True)
class Rule:
    """One interval rule; `decides` is False for rules that inform only."""

    id: str
    set: str
    kind: str
    clause: str
    scope: tuple[str, ...]
    when: tuple[tuple[str, tuple[int | str, ...]], ...]
    interval: Mapping[str, Any]
    anchor: str
    anchor_fallback: str | None
    decides: bool
    confidence: str
    source: str
    note: str

    @property
    def verified(self) -> bool:
        """Whether the wording or number was seen in a public copy."""
        return self.confidence == "verified"


def parse_rules(data: Mapping[str, Any], file: str) -> tuple[Rule, ...]:
    """Rules of one file, refused with file, rule and remedy where the schema is not met.

    Parameters
    ----------
    data : mapping
        Content of a rule file.
    file : str
        Its name, for messages.

    Returns
    -------
    tuple of Rule
    """
    out = []
    for row in data["rules"]:
        _check(row, file)
        when = tuple((c["column"], tuple(c["in"])) for c in row["when"])
        out.append(
            Rule(
                id=row["id"],
                set=data["_meta"]["set"],
                kind=row["kind"],
                clause=row["clause"],
                scope=tuple(row["scope"]),
                when=when,
                interval=row["interval"],
                anchor=row["anchor"],
                anchor_fallback=row.get("anchor_fallback"),
                decides=bool(row["decides"]) and row["confidence"] != "memory-low",
                confidence=row["confidence"],
                source=row["source"],
                note=row.get("note", ""),
            )
        )
    return tuple(out)


def _check(row: Mapping[str, Any], file: str) -> None:
    problems = []
    if row.get("kind") not in codes("candidate_kind"):
        problems.append("kind")
    if not set(row.get("scope", ())) <= set(SCOPES) or not row.get("scope"):
        problems.append("scope")
    interval = row.get("interval", {})
    if interval.get("type") not in INTERVALS or not INTERVALS[interval["type"]] <= set(interval):
        problems.append("interval")
    if row.get("anchor") not in ANCHORS:
        problems.append("anchor")
    if row.get("confidence") not in CONFIDENCE:
        problems.append("confidence")
    if problems:
        raise InputError(msg("rule.bad_row", file=file, rule=str(row.get("id")), field=", ".join(problems)))


@cache
def rule_set(name: str) -> tuple[Rule, ...]:
    """Rules of a shipped set.

    Parameters
    ----------
    name : str
        "api", "cn" or "api+cn".

    Returns
    -------
    tuple of Rule
    """
    return tuple(
        r for part in name.split("+") for r in parse_rules(read_json(_FOLDER / f"{part}.json"), f"{part}.json")
    )
