"""Consequence of every component in area and money: Level 1, its cost, and tanks, which have methods of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import BoolArray, FloatArray, IntArray, TextArray
from integrity.core.each import Each, one_by_one
from integrity.core.procedure import Result
from integrity.core.progress import SILENT, Progress
from integrity.rbi import consequence, financial, holes, tanks
from integrity.rbi.case import RiskCase

AREAS = ("CA", "CA_cmd", "CA_inj", "CA_tox", "CA_nfnt", "CA_f_inj")
MONEY = ("FC", "FC_bound")


@dataclass(frozen=True)
class Outcome:
    """Areas (m2) and cost of every component, one value a component, and the results they rest on.

    `tank_row` is the row of `tank` for each component, -1 for those that are no tank. `reasons` holds those of
    tanks; `unverified` marks rows that rest on a value without two agreeing sources.
    """

    level_1: holes.Consequences
    money: Result
    tank: tanks.TankConsequence
    tank_row: IntArray
    columns: Mapping[str, FloatArray]
    FC_category: IntArray
    CA_basis: IntArray
    reasons: TextArray
    unverified: BoolArray


def outcome_of(case: RiskCase, progress: Progress = SILENT, each: Each = one_by_one) -> Outcome:
    """Consequence of every component of a case.

    Parameters
    ----------
    case : RiskCase
    progress : Progress
    each : Each
        How parts of the plant are worked through.

    Returns
    -------
    Outcome
        A shell course of a tank has the areas of its own method, a tank bottom no area: its risk is money.
    """
    level_1 = holes.assess(case, progress, each=each)
    areas = {s: np.array(level_1.consequence[s][level_1.governing]) for s in AREAS}
    basis = np.array(level_1.consequence["CA_basis"][level_1.governing])
    money = financial.assess(case, level_1.release)
    cost = {s: np.array(money[s]) for s in MONEY}
    category = np.array(money["FC_category"])
    tank = tanks.assess(case)
    tank_row = np.full(case.n, -1, dtype=np.int64)
    tank_row[tank.component] = np.arange(tank.n)
    for s in AREAS:
        areas[s][tank.component] = getattr(tank, s) if s in ("CA", "CA_cmd", "CA_inj") else np.nan
    for s in MONEY:
        cost[s][tank.component] = getattr(tank, s)
    category[tank.component] = tank.FC_category
    basis[tank.component] = -1
    reasons = np.full(case.n, "", dtype=object)
    reasons[tank.component] = tank.reasons
    weak = np.asarray(level_1.unverified == 1)
    weak[tank.component] = tanks.unverified(tank)
    return Outcome(level_1, money, tank, tank_row, {**areas, **cost}, category, basis, reasons, weak)


def result_rows(outcome: Outcome) -> dict[str, tuple[Result, IntArray]]:
    """Results with one row a component or stream, and the row of each component (-1: none).

    Parameters
    ----------
    outcome : Outcome

    Returns
    -------
    dict of procedure key to (Result, ndarray of int64)
    """
    level_1, here = outcome.level_1, outcome.tank_row
    out = {
        consequence.KEY: (level_1.consequence, np.where(here < 0, level_1.governing, -1)),
        financial.KEY: (outcome.money, np.where(here < 0, np.arange(here.size), -1)),
    }
    for key, result in outcome.tank.results.items():
        if key.startswith("api581.2016.tank"):
            rows = np.full(here.size, -1, dtype=np.int64)
            rows[outcome.tank.component] = outcome.tank.rows[key]
            out[key] = (result, rows)
    return out
