"""Columns of one component as tables show them: identity, wall, rates, design, life, risk, plan, state."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from integrity.core.arrays import NO_DATE, AnyArray, BoolArray, IntArray
from integrity.core.frames.plant import ComponentFrame
from integrity.core.frames.results import RESULT_FLAGS, ComponentResultFrame
from integrity.services.types import Study
from integrity.ui.models.columns import Column, Lazy, Marks, of_frame
from integrity.ui.state import State

GROUPS = ("identity", "wall", "rates", "design", "life", "risk", "plan", "state")
DEFAULT = (
    "component",
    "name",
    "unit",
    "equipment_kind",
    "t_nom_mm",
    "t_min_mm",
    "t_req_mm",
    "CR_gov",
    "rate_basis",
    "RL_today_y",
    "P_MPa",
    "MAWP_next",
    "D_f_total",
    "risk_category",
    "next_d",
    "next_kind",
    "remarks",
)
_PLANT = {
    "identity": (
        "component",
        "tag",
        "unit",
        "loop",
        "circuit",
        "equipment_kind",
        "component_type",
        "geometry",
        "fitting",
        "chamber",
        "material",
        "construction_code",
        "code_edition",
        "fluid",
        "phase",
        "insulated",
        "injection_point",
        "dead_leg",
        "small_bore",
        "safety_grade",
        "vessel_class",
        "piping_class_cn",
        "api570_class",
        "use_certificate",
    ),
    "wall": ("D_mm", "D_o_mm", "NPS_in", "t_nom_mm", "CA_mm"),
    "rates": ("CR_owner", "local_mechanism", "regime_start_d"),
    "design": ("P_MPa", "T_C", "P_ext_MPa", "P_op_MPa", "T_op_C", "set_pressure_MPa", "E"),
    "life": ("in_service_d", "component_start_d", "design_life_y"),
    "risk": ("inventory_kg", "group_inventory_kg", "detection", "isolation", "mitigation"),
    "plan": ("last_internal_d", "last_external_d", "last_periodic_d", "next_stated_d", "temp_repair_expiry_d"),
    "state": (),
}
_RESULT = {
    "identity": (),
    "wall": (
        "n_cml",
        "n_cml_read",
        "n_readings",
        "t_min_mm",
        "t_mean_mm",
        "t_cov",
        "last_reading_d",
        "t_req_mm",
        "t_req_case",
        "t_alert_mm",
        "t_retire_mm",
    ),
    "rates": ("CR_LT", "CR_ST", "CR_reg_hi", "CR_gov", "CR_max", "CR_mean", "rate_basis"),
    "design": ("S_MPa", "P_total_MPa", "MAWP_new", "MAWP_now", "MAWP_next"),
    "life": ("RL_y", "RL_lo_y", "RL_hi_y", "RL_today_y", "t_min_reached_d", "age_y", "design_life_end_d", "life_state"),
    "risk": (
        "C_r",
        "rate_source",
        "model_used",
        "A_rt",
        "SR_p",
        "D_f_thin",
        "D_f_lining",
        "D_f_ext",
        "D_f_scc",
        "D_f_htha",
        "D_f_brit_gov",
        "D_f_mfat",
        "D_f_total",
        "D_f_low",
        "acting",
        "unassessed",
        "P_f",
        "P_f_low",
        "P_f_owner",
        "P_f_local",
        "CA_cmd",
        "CA_inj",
        "CA_tox",
        "CA_nfnt",
        "CA",
        "CA_basis",
        "risk",
        "risk_low",
        "FC",
        "FC_bound",
        "FC_category",
        "risk_FC",
        "risk_FC_low",
        "P_f_category",
        "CA_category",
        "risk_category",
        "four_colour",
        "risk_target_d",
        "risk_at_next",
    ),
    "plan": ("next_d", "next_kind"),
    "state": (),
}


@lru_cache(maxsize=1)
def component_columns() -> tuple[Column, ...]:
    """All columns, in the order of the groups.

    Returns
    -------
    tuple of Column
    """
    out: list[Column] = []
    for group in GROUPS:
        out += of_frame(ComponentFrame, _PLANT[group], group)
        if group == "identity":
            out.insert(1, Column("name", "lazy", group=group, title="ui.column.name", width=150))
        out += of_frame(ComponentResultFrame, _RESULT[group], group)
    out.append(Column("remarks", "lazy", group="state", title="ui.column.remarks", width=320))
    risk = {"risk_category", "four_colour"}
    return tuple(Column(c.key, c.quantity, c.codes, kind="risk", group=c.group) if c.key in risk else c for c in out)


def pick(keys: tuple[str, ...]) -> tuple[Column, ...]:
    """Columns by key, in the order given.

    Parameters
    ----------
    keys : tuple of str

    Returns
    -------
    tuple of Column
    """
    known = {c.key: c for c in component_columns()}
    return tuple(known[k] for k in keys if k in known)


def component_arrays(study: Study) -> dict[str, AnyArray]:
    """Arrays of all columns by key.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict of str to ndarray
    """
    out = dict(study.plant.components.columns())
    out.update(study.components.columns())
    return out


def component_words(study: Study, state: State) -> Mapping[str, Lazy]:
    """Words made row by row: name in the language of the window, remarks from the flags.

    Parameters
    ----------
    study : Study
    state : State

    Returns
    -------
    mapping of column key to callable
    """
    flags = study.components.flags

    def name(row: int) -> str:
        return item_name(study, state, row)

    known: dict[tuple[str, int], str] = {}

    def remarks(row: int) -> str:
        bits = int(flags[row])
        found = known.get((state.language, bits))
        if found is None:
            words = (state.text(f"flag.{f}") for i, f in enumerate(RESULT_FLAGS) if bits >> i & 1)
            found = known[state.language, bits] = ", ".join(words)
        return found

    return {"name": name, "remarks": remarks}


def item_name(study: Study, state: State, row: int) -> str:
    """Name of the item of a component in the language of the window.

    Parameters
    ----------
    study : Study
    state : State
    row : int

    Returns
    -------
    str
    """
    c = study.plant.components
    first, second = (c.name_zh, c.name_en) if state.language == "zh_CN" else (c.name_en, c.name_zh)
    return str(first[row]) or str(second[row])


def flag(study: Study, name: str) -> BoolArray:
    """Rows with a result flag.

    Parameters
    ----------
    study : Study
    name : str
        One of `RESULT_FLAGS`.

    Returns
    -------
    ndarray of bool
    """
    return np.asarray(study.components.flags >> RESULT_FLAGS.index(name) & 1, dtype=np.bool_)


def component_marks(study: Study, stale: BoolArray) -> Marks:
    """Tones and marks of component columns.

    Parameters
    ----------
    study : Study
    stale : ndarray of bool

    Returns
    -------
    Marks
    """
    r, k = study.components, study.plant.components
    as_of = study.plant.as_of_d
    below, alert = flag(study, "below_t_req"), flag(study, "below_alert")
    wall: IntArray = np.where(below, 3, np.where(alert, 2, 0)).astype(np.int64)
    with np.errstate(invalid="ignore"):
        life = np.where(r.RL_today_y < 0, 3, np.where(r.RL_today_y < 2, 2, 0)).astype(np.int64)
        mawp = np.where(r.MAWP_next < k.P_MPa, 2, 0).astype(np.int64)
    over = flag(study, "set_pressure_above_mawp")
    due = np.where((r.next_d != NO_DATE) & (r.next_d < as_of), 2, 0).astype(np.int64)
    unverified_S = r.S_verified == 0
    return Marks(
        stale=stale if bool(stale.any()) else None,
        unverified={key: unverified_S for key in ("S_MPa", "t_req_mm", "MAWP_new", "MAWP_now", "MAWP_next")}
        if bool(unverified_S.any())
        else {},
        tone={
            "t_min_mm": wall,
            "RL_y": life,
            "RL_today_y": life,
            "MAWP_next": mawp,
            "set_pressure_MPa": np.where(over, 3, 0).astype(np.int64),
            "next_d": due,
            "rate_basis": np.where(flag(study, "assumed_rate"), 5, 0).astype(np.int64),
        },
    )
