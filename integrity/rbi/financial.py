"""Procedures `api581.2016.financial` and `api581.2016.financial_risk`: what a loss of containment costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Result, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi import financial_clauses as cl
from integrity.rbi import financial_cleanup as cu
from integrity.rbi import financial_money as money
from integrity.rbi import risk
from integrity.rbi.case import RiskCase
from integrity.rbi.data import HOLES, PHASES, constants, fluids, number
from integrity.rbi.financial_tables import evaporation, materials, outage, repair
from integrity.rbi.pof import CHECKS, frequency_columns, generic_frequency, total_frequency
from integrity.rbi.rows import on_rows

KEY = "api581.2016.financial"
RISK_KEY = "api581.2016.financial_risk"
PARTS = ("FC_cmd", "FC_affa", "FC_prod", "FC_inj", "FC_env")
OUT_CASES = ("table", "stated", "unused", "unknown")
CLEANUP = ("gas", "evaporates", "ignites", "spill", "suspect")
EVAPORATION = ("unused", "table", "formula", "none")
OUTAGE_MONEY = ("usd_2001", "usd_stated")
USED = ("unused", "used")
SPILL = CLEANUP.index("spill")
UNIT_COSTS = tuple(money.ECONOMIC)
CARRIED = frozenset({"CA_cmd", "CA_inj", "fluid", "release_phase", *(f"mass_{h}" for h in HOLES)})

_REF = API581_2016.at("Part 3 §4.12", "Financial consequence")


def tank_types() -> IntArray:
    """Indexes of the component types of atmospheric tanks.

    Returns
    -------
    ndarray of int64
    """
    types = codes("component_type")
    return np.array([i for i, c in enumerate(types) if c.startswith("COURSE") or c == "TANKBOTTOM"], dtype=np.int64)


def component_columns(x: Inputs) -> Columns:
    """Cost of the component and its days out of service, before any sum; shared with tanks.

    Parameters
    ----------
    x : Inputs
        With component_type, cost_material, outage_<hole>_d.

    Returns
    -------
    dict of str to ndarray
    """
    out = frequency_columns(x["component_type"])
    cost, days = cl.repair_cost(x["component_type"]), cl.outage_days(x["component_type"])
    for i, h in enumerate(HOLES):
        own = x[f"outage_{h}_d"]
        unused = out[f"gff_{h}"] == 0.0
        out[f"cost_{h}"] = cost[:, i]
        out[f"out_{h}_case"] = stack_codes((~np.isnan(own), 1), (~np.isnan(days[:, i]), 0), (unused, 2), default=3)
        out[f"out_{h}_d"] = np.where(~np.isnan(own), own, np.where(np.isnan(days[:, i]) & unused, 0.0, days[:, i]))
    out["mat_cost"] = cl.material_factor(x["cost_material"])
    out["cost_check"] = repair().verified[x["component_type"]]
    out["outage_check"] = outage().verified[x["component_type"]]
    out["cost_verified"], out["outage_verified"] = out["cost_check"], out["outage_check"]
    return out


def weights_of(c: Mapping[str, AnyArray]) -> dict[str, AnyArray]:
    """Generic frequencies of the holes and their sum, the weights of every mean.

    Parameters
    ----------
    c : mapping of symbol to ndarray

    Returns
    -------
    dict of str to ndarray
    """
    return {**{f"gff_{h}": c[f"gff_{h}"] for h in HOLES}, "gff_total": c["gff_total"]}


def area_outage(x: Inputs, c: Columns) -> Columns:
    """Days to repair the affected area, from its cost in the money of the correlation.

    Parameters
    ----------
    x : Inputs
    c : dict of str to ndarray
        With FC_affa, cost_index, exchange_rate.

    Returns
    -------
    dict of str to ndarray
    """
    basis = OUTAGE_MONEY.index(x.settings.code("rbi.outage_money"))
    if basis == 0:
        usd = cl.in_usd_of_2001(c["FC_affa"], c["cost_index"], c["exchange_rate"])
    else:
        usd = cl.in_usd(c["FC_affa"], c["exchange_rate"])
    days = cl.outage_of_area(number("costs", "a_out"), usd, number("costs", "USD_million"), number("costs", "b_out"))
    return {"outage_money": np.full(x.n, basis, dtype=np.int64), "FC_affa_usd": usd, "outage_affa_d": days}


def _environment(x: Inputs, c: Columns) -> Columns:
    e = {s: number("costs", s) for s in ("e_0", "e_1", "e_2", "e_3", "e_4")}
    fluid = x["fluid"]
    case = cu.cleanup_case(
        x["release_phase"],
        c["NBP_C"],
        number("costs", "NBP_clean_C"),
        x["fact_AIT"],
        c["NBP_suspect"],
    )
    spill = case == SPILL
    share = cu.evaporated_share(fluid)
    by_table = ~np.isnan(share) & (x.settings.code("rbi.evaporation_from") == "table")
    formula = evaporation().formula[fluid] == 1
    how = stack_codes((~spill, 0), (by_table, 1), (formula, 2), default=3)
    F = on_rows(how == 2, cu.in_fahrenheit, number("costs", "F_per_C"), c["NBP_C"], number("costs", "F_zero"))
    by_formula = cu.evaporated_by_formula(**e, NBP_F=F)
    frac = np.where(how == 1, share, np.where(by_formula >= 0.0, by_formula, np.nan))
    frac = np.where((how == 1) | (how == 2), frac, np.nan)
    out: Columns = {"cleanup_case": case, "spill": spill.astype(np.int64), "evap_case": how, "NBP_F": F}
    out["frac_evap"] = frac
    C13 = number("costs", "C13")
    for h in HOLES:
        out[f"vol_{h}"] = cu.spill_volume(C13, x[f"mass_{h}"], frac, c["rho_clean"])
    cost = cu.cleanup_cost(
        **weights_of(c), **{f"vol_{h}": out[f"vol_{h}"] for h in HOLES}, environment_cost_bbl=c["environment_cost_bbl"]
    )
    nothing = (case >= 0) & ~spill & (case != CLEANUP.index("suspect"))
    out["FC_env"] = np.where(nothing, cu.nothing_left(case), np.where(spill, cost, np.nan))
    return out


def total_columns(settings_ok: BoolArray, c: Columns, settings: Inputs) -> Columns:
    """Total, lower bound and category from the five parts; shared with tanks.

    Parameters
    ----------
    settings_ok : ndarray of bool
        Price level and currency are sound, and no unit cost is negative.
    c : dict of str to ndarray
    settings : Inputs

    Returns
    -------
    dict of str to ndarray
    """
    parts = [c[p] for p in PARTS]
    bounds = risk.bounds_in_force(settings.settings, "FC")
    n = settings.n
    out: Columns = {f"B_{i}": np.full(n, v) for i, v in enumerate(bounds.values, start=1)}
    out["FC_bounds"] = np.full(n, bounds.rule, dtype=np.int64)
    out["FC_case"] = np.where(settings_ok, money.known_parts(*parts), money.CASES.index("none"))
    out["FC"] = cl.total_cost(*parts)
    out["FC_bound"] = np.where(settings_ok, cl.cost_bound(*parts), np.nan)
    out["FC_usd"] = cl.in_usd(out["FC"], c["exchange_rate"])
    ranked = out["FC_usd"] if bounds.rule == risk.BOUND_RULES.index("table") else out["FC"]
    out["FC_category"] = cl.cost_category(ranked, *(out[f"B_{i}"] for i in range(1, 5)))
    return out


def _compute(x: Inputs) -> Columns:
    out = component_columns(x)
    out |= money.money_columns(x.settings, x.n) | money.economic_columns(x, UNIT_COSTS)
    property_ = cu.clean_up_property(x["fluid"])
    out |= {
        "NBP_C": property_[:, 0],
        "rho_clean": property_[:, 1],
        "NBP_suspect": fluids().NBP_suspect[x["fluid"]],
        "fluid_check": np.where(x["fluid"] >= 0, fluids().verified[x["fluid"]], -1),
        "evaporation_check": evaporation().verified[x["fluid"]],
        "evaporation_verified": evaporation().verified[x["fluid"]],
    }
    out["FC_cmd_2001"] = cl.component_cost_2001(
        **weights_of(out), **{f"cost_{h}": out[f"cost_{h}"] for h in HOLES}, mat_cost=out["mat_cost"]
    )
    out["FC_cmd"] = cl.escalated(out["FC_cmd_2001"], out["cost_index"], out["exchange_rate"])
    out["FC_affa"] = cl.surrounding_cost(x["CA_cmd"], out["equipment_cost_m2"])
    out |= area_outage(x, out)
    out["outage_cmd_d"] = cl.component_outage(
        **weights_of(out),
        **{f"out_{h}_d": out[f"out_{h}_d"] for h in HOLES},
        outage_multiplier=out["outage_multiplier"],
    )
    out["FC_prod"] = cl.production_cost(out["outage_cmd_d"], out["outage_affa_d"], out["production_cost_d"])
    out["FC_inj"] = cl.injury_cost_of(x["CA_inj"], out["population_m2"], out["injury_cost"])
    out |= _environment(x, out)
    return out | total_columns(money.basis_holds(out) & _not_negative({**x.columns, **out}), out, x)


def _not_negative(c: Mapping[str, AnyArray]) -> BoolArray:
    names = ("CA_cmd", "CA_inj", *(f"mass_{h}" for h in HOLES), *(f"outage_{h}_d" for h in HOLES), *UNIT_COSTS)
    return np.all([~(c[s] < 0.0) for s in names], axis=0)


def outage_known(c: Mapping[str, AnyArray]) -> BoolArray:
    """Whether the days out of service of every hole that counts are known.

    Parameters
    ----------
    c : mapping of symbol to ndarray

    Returns
    -------
    ndarray of bool
    """
    unknown = OUT_CASES.index("unknown")
    return np.asarray((c["component_type"] < 0) | np.all([c[f"out_{h}_case"] != unknown for h in HOLES], axis=0))


def _masses_known(c: Mapping[str, AnyArray]) -> BoolArray:
    counted = [(c[f"gff_{h}"] == 0.0) | ~np.isnan(c[f"mass_{h}"]) for h in HOLES]
    return np.asarray((c["spill"] != 1) | np.all(counted, axis=0))


_MEASURED = API581_2016.at("Part 3 §4.12.6")
_LIMITS = (
    Limit(
        "rbi.not_a_tank",
        API581_2016.at("Part 3 §6", "Atmospheric tanks"),
        lambda c: ~np.isin(c["component_type"], tank_types()),
    ),
    Limit(
        "rbi.has_generic_frequency",
        API581_2016.at("Part 2 §3.3 Table 3.1"),
        lambda c: (c["component_type"] < 0) | ~np.isnan(c["gff_total"]),
    ),
    money.MONEY_LIMIT,
    *money.economic_limits(UNIT_COSTS, {"environment_cost_bbl": "spill"}),
    Limit("financial.amounts_not_negative", _REF, _not_negative),
    Limit(
        "financial.outage_known", API581_2016.at("Part 3 §4.12.4 Table 4.17"), outage_known, Verdict.INSUFFICIENT_DATA
    ),
    Limit("financial.release_known", _MEASURED, _masses_known, Verdict.INSUFFICIENT_DATA),
    Limit(
        "financial.property_sound",
        _MEASURED,
        lambda c: c["cleanup_case"] != CLEANUP.index("suspect"),
        Verdict.INSUFFICIENT_DATA,
    ),
    Limit(
        "financial.evaporation_known",
        _MEASURED,
        lambda c: (c["spill"] != 1) | ~np.isnan(c["frac_evap"]),
        Verdict.INSUFFICIENT_DATA,
    ),
)

COMPONENT_INPUTS = (
    Param("component_type", "code", codes=codes("component_type")),
    Param("cost_material", "code", codes=materials().names),
    *(Param(f"outage_{h}_d", "number", required=False) for h in HOLES),
)

COMPONENT_OUTPUTS = (
    *(Param(f"gff_{h}", "frequency") for h in HOLES),
    Param("gff_total", "frequency"),
    Param("gff_printed", "frequency"),
    Param("gff_check", "code", codes=CHECKS),
    *(Param(f"cost_{h}", "money") for h in HOLES),
    Param("cost_check", "code", codes=CHECKS),
    Param("mat_cost", "ratio"),
    *(Param(f"out_{h}_case", "code", codes=OUT_CASES) for h in HOLES),
    *(Param(f"out_{h}_d", "number") for h in HOLES),
    Param("outage_check", "code", codes=CHECKS),
    Param("cost_verified", "flag"),
    Param("outage_verified", "flag"),
)

PART_OUTPUTS = (
    Param("FC_cmd_2001", "money"),
    Param("FC_cmd", "money"),
    Param("FC_affa", "money"),
    Param("outage_money", "code", codes=OUTAGE_MONEY),
    Param("FC_affa_usd", "money"),
    Param("outage_affa_d", "number"),
    Param("outage_cmd_d", "number"),
    Param("FC_prod", "money"),
    Param("FC_inj", "money"),
    Param("FC_env", "money"),
)

TOTAL_OUTPUTS = (
    Param("FC_case", "code", codes=money.CASES),
    Param("FC_bound", "money"),
    Param("FC", "money", conclusion=True),
    Param("FC_usd", "money", conclusion=True),
    Param("FC_bounds", "code", codes=risk.BOUND_RULES),
    *(Param(f"B_{i}", "money") for i in range(1, 5)),
    Param("FC_category", "id", conclusion=True),
)

FREQUENCY_STEPS = (
    *(Step(generic_frequency, f"gff_{h}", note_params=("component_type", "gff_check", "gff_printed")) for h in HOLES),
    Step(total_frequency, "gff_total"),
)

OUTAGE_STEPS = (
    *(
        Step(
            cl.outage_days,
            f"out_{h}_d",
            when=(f"out_{h}_case", "table"),
            note_params=("component_type", "outage_check", "outage_verified"),
        )
        for h in HOLES
    ),
    *(
        Step(cl.outage_stated, f"out_{h}_d", {"outage_stated_d": f"outage_{h}_d"}, when=(f"out_{h}_case", "stated"))
        for h in HOLES
    ),
    Step(cl.component_outage, "outage_cmd_d"),
)

AREA_STEPS = (
    Step(cl.surrounding_cost, "FC_affa"),
    Step(cl.in_usd_of_2001, "FC_affa_usd", when=("outage_money", "usd_2001")),
    Step(cl.in_usd, "FC_affa_usd", when=("outage_money", "usd_stated")),
    Step(cl.outage_of_area, "outage_affa_d"),
)

TOTAL_STEPS = (
    Step(cl.cost_bound, "FC_bound", note_params=("FC_case",)),
    Step(cl.total_cost, "FC"),
    Step(cl.in_usd, "FC_usd", {"FC_affa": "FC"}),
    Step(cl.cost_category, "FC_category", when=("FC_bounds", "table"), note_params=("FC_category", "FC_bounds")),
    Step(
        cl.cost_category,
        "FC_category",
        {"FC_usd": "FC"},
        when=("FC_bounds", "owner"),
        note_params=("FC_category", "FC_bounds"),
    ),
)

TOTAL_SETTINGS = (*money.MONEY_SETTINGS, "rbi.outage_money", "rbi.FC_bounds", "rbi.edition")

PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=(
        *COMPONENT_INPUTS,
        Param("CA_cmd", "area"),
        Param("CA_inj", "area"),
        Param("fluid", "code", codes=fluids().names),
        Param("release_phase", "code", codes=PHASES),
        Param("fact_AIT", "ratio", required=False),
        *(Param(f"mass_{h}", "mass", required=False) for h in HOLES),
        *money.economic_params(UNIT_COSTS),
    ),
    outputs=(
        *COMPONENT_OUTPUTS,
        *money.MONEY_OUTPUTS,
        *money.economic_outputs(UNIT_COSTS),
        Param("NBP_C", "temperature"),
        Param("rho_clean", "density"),
        Param("fluid_check", "code", codes=CHECKS),
        Param("NBP_suspect", "flag"),
        Param("cleanup_case", "code", codes=CLEANUP),
        Param("spill", "code", codes=USED),
        Param("evap_case", "code", codes=EVAPORATION),
        Param("evaporation_check", "code", codes=CHECKS),
        Param("evaporation_verified", "flag"),
        Param("NBP_F", "number"),
        Param("frac_evap", "ratio"),
        *(Param(f"vol_{h}", "oil_volume") for h in HOLES),
        *PART_OUTPUTS,
        *TOTAL_OUTPUTS,
    ),
    compute=_compute,
    limits=_LIMITS,
    steps=(
        *FREQUENCY_STEPS,
        *(
            Step(cl.repair_cost, f"cost_{h}", note_params=("component_type", "cost_check", "cost_verified"))
            for h in HOLES
        ),
        Step(cl.material_factor, "mat_cost", note_params=("cost_material",)),
        Step(cl.component_cost_2001, "FC_cmd_2001"),
        Step(cl.escalated, "FC_cmd"),
        *money.economic_steps(UNIT_COSTS),
        *AREA_STEPS,
        *OUTAGE_STEPS,
        Step(cl.production_cost, "FC_prod"),
        Step(cl.injury_cost_of, "FC_inj"),
        Step(cu.clean_up_property, "NBP_C", note_params=("fluid", "fluid_check")),
        Step(cu.clean_up_property, "rho_clean", when=("spill", "used"), note_params=("fluid", "fluid_check")),
        Step(
            cu.cleanup_case,
            "cleanup_case",
            {"suspect": "NBP_suspect"},
            note_params=("cleanup_case", "release_phase", "NBP_C", "fact_AIT"),
        ),
        *(
            Step(cu.nothing_left, "FC_env", when=("cleanup_case", case), note_params=("cleanup_case",))
            for case in ("gas", "evaporates", "ignites")
        ),
        Step(
            cu.evaporated_share,
            "frac_evap",
            when=("evap_case", "table"),
            note_params=("fluid", "evaporation_check", "evaporation_verified"),
        ),
        Step(cu.in_fahrenheit, "NBP_F", when=("evap_case", "formula")),
        Step(cu.evaporated_by_formula, "frac_evap", when=("evap_case", "formula")),
        *(Step(cu.spill_volume, f"vol_{h}", {"mass": f"mass_{h}"}, when=("spill", "used")) for h in HOLES),
        Step(cu.cleanup_cost, "FC_env", when=("spill", "used")),
        *TOTAL_STEPS,
    ),
    constants=constants("costs"),
    settings=(*TOTAL_SETTINGS, "rbi.evaporation_from", *money.economic_settings(UNIT_COSTS)),
)


def _risk_compute(x: Inputs) -> Columns:
    own = x.settings.code("rbi.matrix_cells")
    source = x.settings.code("rbi.category_from")
    likely = risk.bounds_in_force(x.settings, source)
    L = [np.full(x.n, v) for v in likely.values]
    out: Columns = {
        "category_from": np.full(x.n, risk.CATEGORY_FROM.index(source), dtype=np.int64),
        "likelihood_bounds": np.full(x.n, likely.rule, dtype=np.int64),
        "matrix_rule": np.full(x.n, risk.MATRIX_RULES.index("owner" if own else "table"), dtype=np.int64),
        "matrix": np.full(x.n, risk.packed(risk.risk_matrix(own)), dtype=np.int64),
        **{f"L_{i}": v for i, v in enumerate(L, start=1)},
        "risk_FC": cl.financial_risk(x["P_f"], x["FC"]),
    }
    out["P_f_category"] = risk.likelihood_category(x["P_f"], x["D_f_total"], out["category_from"], *L)
    out["FC_cell"] = risk.matrix_cell(out["P_f_category"], x["FC_category"], out["matrix"])
    return out


RISK_PROCEDURE = Procedure(
    key=RISK_KEY,
    ref=API581_2016.at("Part 1 §4.3", "Financial risk"),
    inputs=(
        Param("P_f", "frequency"),
        Param("FC", "money"),
        Param("FC_category", "id"),
        Param("D_f_total", "damage_factor", required=False),
    ),
    outputs=(
        Param("category_from", "code", codes=risk.CATEGORY_FROM),
        Param("likelihood_bounds", "code", codes=risk.BOUND_RULES),
        *(Param(f"L_{i}", "number") for i in range(1, 5)),
        Param("matrix_rule", "code", codes=risk.MATRIX_RULES),
        Param("matrix", "id"),
        Param("risk_FC", "money_rate", conclusion=True),
        Param("P_f_category", "id", conclusion=True),
        Param("FC_cell", "code", codes=codes("risk_category"), conclusion=True),
    ),
    compute=_risk_compute,
    limits=(
        Limit(
            "financial.risk_not_negative",
            API581_2016.at("Part 1 §4.3"),
            lambda c: ~((c["P_f"] < 0.0) | (c["FC"] < 0.0)),
        ),
    ),
    steps=(
        Step(cl.financial_risk, "risk_FC"),
        Step(
            risk.likelihood_category,
            "P_f_category",
            note_params=("category_from", "likelihood_bounds", "P_f_category"),
        ),
        *(
            Step(
                risk.matrix_cell,
                "FC_cell",
                {"CA_category": "FC_category"},
                when=("matrix_rule", rule),
                note_params=("P_f_category", "FC_category", "matrix_rule"),
            )
            for rule in ("table", "owner")
        ),
    ),
    settings=("rbi.category_from", "rbi.edition", "rbi.P_f_bounds", "rbi.D_f_bounds", "rbi.matrix_cells"),
)


@dataclass(frozen=True)
class Release:
    """What the consequence of each component hands to its cost, one row a component of the case.

    `mass_kg` has shape (n, 4), by hole; `fluid` is the index of the property table, as of `holes.fluid_index`.
    Areas are the final ones of the component: `CA_cmd` of damage, `CA_inj` of injury.
    """

    CA_cmd: FloatArray
    CA_inj: FloatArray
    fluid: IntArray
    release_phase: IntArray
    fact_AIT: FloatArray
    mass_kg: FloatArray

    def take(self, rows: IntArray) -> Release:
        """The same of some rows, for example of the governing stream of each component."""
        return Release(*(getattr(self, f.name)[rows] for f in fields(self)))


def release_of(released: Result, burnt: Result, judged: Result) -> Release:
    """What streams hand to their cost, from the results of their holes.

    Parameters
    ----------
    released, burnt : Result
        Of the release and the flammable area, one row a hole, four a stream.
    judged : Result
        Of the consequence, one row a stream.

    Returns
    -------
    Release
        One row a stream; the injury area is the greatest of fire, poison and splash.
    """
    n = len(HOLES)
    return Release(
        CA_cmd=judged["CA_cmd"],
        CA_inj=judged["CA_f_inj"],
        fluid=released["fluid"][::n],
        release_phase=released["release_phase"][::n],
        fact_AIT=burnt["fact_AIT"][::n],
        mass_kg=released["mass_kg"].reshape(-1, n),
    )


def joined(parts: Sequence[Release]) -> Release:
    """The releases of parts of the streams as one.

    Parameters
    ----------
    parts : sequence of Release
        In order.

    Returns
    -------
    Release
    """
    return Release(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Release)))


def assess(case: RiskCase, release: Release) -> Result:
    """Financial consequence of every component.

    Parameters
    ----------
    case : RiskCase
    release : Release

    Returns
    -------
    Result
        Of `PROCEDURE`, one row a component; tanks are refused there and have their own procedures. Unit costs are
        recorded facts of a component, else settings of the plant.
    """
    columns: dict[str, AnyArray] = {
        "component_type": case.components.component_type,
        "CA_cmd": release.CA_cmd,
        "CA_inj": release.CA_inj,
        "fluid": release.fluid,
        "release_phase": release.release_phase,
        "fact_AIT": release.fact_AIT,
        **{f"mass_{h}": release.mass_kg[:, i] for i, h in enumerate(HOLES)},
    }
    facts = {p.symbol: case.facts.column(p) for p in PROCEDURE.inputs if p.symbol not in columns}
    return PROCEDURE.run({**columns, **facts}, case.settings)


def unverified(result: Result) -> BoolArray:
    """Rows of a financial result that rest on a value without two agreeing sources.

    Parameters
    ----------
    result : Result

    Returns
    -------
    ndarray of bool
    """
    spill = result["spill"] == 1
    weak = (result["evaporation_check"] != 1) | (result["fluid_check"] != 1)
    return np.asarray((result["outage_check"] != 1) | (result["cost_check"] != 1) | (spill & weak))
