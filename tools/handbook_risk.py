"""Marked blocks of the handbook on risk: mechanisms, rates, consequence, the finder, editions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from integrity.core.procedure import Param, Procedure
from integrity.core.registry import procedures
from integrity.i18n import catalogue, text
from integrity.i18n.formats import unit_label
from integrity.i18n.references import reference_words
from integrity.rbi.combine import GROUPS
from integrity.rbi.editions import known_rules
from integrity.rbi.finder import candidates
from integrity.rbi.mechanisms import mechanisms
from integrity.rbi.rates import rate_models
from tools.pages import table

# What records, dates and lists give; nobody types it for a mechanism.
RECORDED = frozenset(
    {"N_A", "N_B", "N_C", "N_D", "start_d", "service_d", "as_of_d", "age_given_y", "age_tk_y", "age_tke_y"}
    | {"cracks_reassigned", "cracks_found", "cracks_repaired", "age_coat_given_y"}
)
CONSEQUENCE = ("consequence", "release", "flammable_area", "toxic_area", "nfnt_area", "financial", "tank_", "level2_")
DEVICES = ("bundle_", "prd_")
ROOM = "api581.2016."


def _inputs(p: Procedure, language: str) -> str:
    shown = [_input(x, language) for x in p.inputs if x.symbol not in RECORDED]
    return "; ".join(shown) if language == "en" else "；".join(shown)


def _input(x: Param, language: str) -> str:
    unit = unit_label(x.quantity, "SI", language) if x.quantity not in ("code", "flag", "date", "text") else ""
    symbol = f"**`{x.symbol}`**" if x.required and x.needed is None else f"`{x.symbol}`"
    comma = ", " if language == "en" else "，"
    return f"{symbol} {text(f'sym.{x.symbol}', language)}{comma + unit if unit else ''}"


def _limits(p: Procedure, language: str) -> str:
    words = dict.fromkeys(text(f"limit.{limit.key}", language) for limit in p.limits)
    return "<br>".join(words) or "—"


def _rows(found: Iterable[tuple[str, Procedure]], language: str) -> list[tuple[str, str, str]]:
    return [
        (
            f"{text(p.title_key, language)}<br>`{key}`<br>{reference_words(p.ref, language, with_title=False)}",
            _inputs(p, language),
            _limits(p, language),
        )
        for key, p in found
    ]


def mechanisms_block(language: str, head: Callable[[str], list[str]]) -> str:
    """Every mechanism of the package, in the order of the groups, with what it takes and where it refuses.

    Parameters
    ----------
    language : str
    head : callable
        Headings of a table by its name.

    Returns
    -------
    str
    """
    own = sorted(_own_mechanisms(), key=lambda m: (GROUPS.index(m[2]), m[0]))
    return table(head("takes"), _rows(((key, p) for key, p, _ in own), language))


def _own_mechanisms() -> list[tuple[str, Procedure, str]]:
    return [(m.key, m.procedure, m.group) for m in mechanisms() if m.procedure.key.startswith(ROOM)]


def rates_block(language: str, head: Callable[[str], list[str]]) -> str:
    """Every rate model with what it takes and where it refuses.

    Parameters
    ----------
    language : str
    head : callable

    Returns
    -------
    str
    """
    return table(head("takes"), _rows(((m.key, m.procedure) for m in rate_models()), language))


def consequence_block(language: str, head: Callable[[str], list[str]], names: tuple[str, ...] = CONSEQUENCE) -> str:
    """Every calculation of consequence and cost.

    Parameters
    ----------
    language : str
    head : callable
    names : tuple of str
        Beginnings of the keys after the room.

    Returns
    -------
    str
    """
    found = [
        (p.key, p)
        for p in procedures()
        if p.key.startswith(tuple(ROOM + n for n in names)) and p.title_key in catalogue(language)
    ]
    return table(head("takes"), _rows(found, language))


def finder_block(language: str, head: Callable[[str], list[str]]) -> str:
    """Mechanisms that the finder knows, and what assesses each.

    Parameters
    ----------
    language : str
    head : callable

    Returns
    -------
    str
    """
    return table(
        head("finder"),
        (
            (
                *(text(f"mechanism.{c.key}", language), f"`{c.key}`", f"API RP 571 {c.clause}"),
                ", ".join(f"`{k}`" for k in c.assessed_by) or "—",
            )
            for c in candidates()
        ),
    )


def editions_block(language: str, head: Callable[[str], list[str]]) -> str:
    """Rules that are known to differ between editions.

    Parameters
    ----------
    language : str
    head : callable

    Returns
    -------
    str
    """
    return table(
        head("editions"),
        (
            (text(f"edition.rule.{r.key}", language), ", ".join(f"`{m}`" for m in r.mechanisms) or "—",
             "" if r.verified else "◇")
            for r in known_rules()
        ),
    )  # fmt: skip


def makers(language: str, head: Callable[[str], list[str]]) -> Mapping[str, Callable[[], str]]:
    """How each block of this module is made.

    Parameters
    ----------
    language : str
    head : callable

    Returns
    -------
    mapping of str to callable
    """
    return {
        "mechanisms": partial(mechanisms_block, language, head),
        "rates": partial(rates_block, language, head),
        "consequence": partial(consequence_block, language, head),
        "devices": partial(consequence_block, language, head, DEVICES),
        "finder": partial(finder_block, language, head),
        "editions": partial(editions_block, language, head),
    }
