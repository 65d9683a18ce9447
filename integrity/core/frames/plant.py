"""Frames of a plant as it stands in the database: components, CMLs, readings, inspections."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

import numpy as np

from integrity.core.arrays import FloatArray, IntArray, TextArray
from integrity.core.frame import Frame, col
from integrity.core.frames.facts import DamageFrame, Facts, no_damage
from integrity.core.group import Groups, groups_of

AnyFrame = TypeVar("AnyFrame", bound=Frame)


@dataclass(frozen=True, eq=False)
class ComponentFrame(Frame):
    """One row a component (a pressure-bearing part of one chamber), ordered by `component_id`.

    Ratings (P, T, S basis) are those of the dated rating record in force at the as-of date.
    """

    component_id: IntArray = col("id")
    component: TextArray = col("text")
    equipment_id: IntArray = col("id")
    tag: TextArray = col("text")
    name_en: TextArray = col("text")
    name_zh: TextArray = col("text")
    equipment_kind: IntArray = col("code", codes="equipment_kind")
    unit: TextArray = col("text")
    loop: TextArray = col("text")
    circuit: TextArray = col("text")
    circuit_id: IntArray = col("id")
    chamber: IntArray = col("code", codes="chamber")
    component_type: IntArray = col("code", codes="component_type")
    geometry: IntArray = col("code", codes="geometry")
    fitting: IntArray = col("code", codes="fitting")
    D_mm: FloatArray = col("length")
    D_o_mm: FloatArray = col("length")
    NPS_in: FloatArray = col("number")
    t_nom_mm: FloatArray = col("thickness")
    CA_mm: FloatArray = col("thickness")
    mill_tolerance: FloatArray = col("ratio")
    MA_mm: FloatArray = col("thickness")
    R_ell: FloatArray = col("ratio")
    L_crown_mm: FloatArray = col("length")
    r_knuckle_mm: FloatArray = col("length")
    alpha_deg: FloatArray = col("angle")
    L_unsupported_mm: FloatArray = col("length")
    R_bend_mm: FloatArray = col("length")
    H_liq_m: FloatArray = col("height")
    rho_liq: FloatArray = col("density")
    tank_D_m: FloatArray = col("height")
    tank_H_m: FloatArray = col("height")
    tank_G: FloatArray = col("number")
    course: IntArray = col("id")
    P_MPa: FloatArray = col("pressure")
    T_C: FloatArray = col("temperature")
    T_min_C: FloatArray = col("temperature")
    P_ext_MPa: FloatArray = col("pressure")
    P_op_MPa: FloatArray = col("pressure")
    T_op_C: FloatArray = col("temperature")
    set_pressure_MPa: FloatArray = col("pressure")
    material: TextArray = col("text")
    construction_code: IntArray = col("code", codes="construction_code")
    code_edition: TextArray = col("text")
    E: FloatArray = col("ratio")
    S_owner_MPa: FloatArray = col("stress")
    fluid: IntArray = col("code", codes="fluid")
    phase: IntArray = col("code", codes="phase")
    inventory_kg: FloatArray = col("mass")
    group_inventory_kg: FloatArray = col("mass")
    detection: IntArray = col("code", codes="detection")
    isolation: IntArray = col("code", codes="isolation")
    mitigation: IntArray = col("code", codes="mitigation")
    volume_m3: FloatArray = col("volume")
    in_service_d: IntArray = col("date")
    component_start_d: IntArray = col("date")
    regime_start_d: IntArray = col("date")
    design_life_y: FloatArray = col("time")
    assessed_until_d: IntArray = col("date")
    insulated: IntArray = col("flag")
    injection_point: IntArray = col("flag")
    dead_leg: IntArray = col("flag")
    small_bore: IntArray = col("flag")
    local_mechanism: IntArray = col("flag")
    internal_thinning: IntArray = col("flag")
    external_thinning: IntArray = col("flag")
    CR_owner: FloatArray = col("rate")
    CR_owner_reason: TextArray = col("text")
    rate_confidence: IntArray = col("code", codes="confidence")
    safety_grade: IntArray = col("id")
    vessel_class: IntArray = col("code", codes="vessel_class")
    piping_class_cn: IntArray = col("code", codes="piping_class_cn")
    api570_class: IntArray = col("code", codes="api570_class")
    monitored_days: IntArray = col("id")
    use_certificate: TextArray = col("text")
    registration_code: TextArray = col("text")
    equipment_code: TextArray = col("text")
    manufacturer: TextArray = col("text")
    product_number: TextArray = col("text")
    sap_equipment: TextArray = col("text")
    functional_location: TextArray = col("text")
    maximo_asset: TextArray = col("text")
    last_periodic_d: IntArray = col("date")
    next_stated_d: IntArray = col("date")
    last_internal_d: IntArray = col("date")
    last_external_d: IntArray = col("date")
    temp_repair_expiry_d: IntArray = col("date")
    row_version: IntArray = col("id")


@dataclass(frozen=True, eq=False)
class CmlFrame(Frame):
    """One row a condition monitoring location, ordered by component row, then `cml_id`.

    `start_d` is the latest of installation, replacement and process change: readings before it belong to an
    earlier baseline and are never joined with later ones.
    """

    cml_id: IntArray = col("id")
    cml: TextArray = col("text")
    component_row: IntArray = col("id")
    location: TextArray = col("text")
    t_nom_mm: FloatArray = col("thickness")
    at_weld: IntArray = col("flag")
    start_d: IntArray = col("date")
    active: IntArray = col("flag")


@dataclass(frozen=True, eq=False)
class ReadingFrame(Frame):
    """One row a thickness reading, ordered by CML row, position, date, `reading_id`.

    `position` is the reading position inside the CML (angle and row, or number); rates are per position.
    `accept_short` is 1 where an engineer has accepted a short-interval reading as an end of a rate.
    """

    reading_id: IntArray = col("id")
    cml_row: IntArray = col("id")
    position: IntArray = col("id")
    position_text: TextArray = col("text")
    date_d: IntArray = col("date")
    t_mm: FloatArray = col("thickness")
    quality: IntArray = col("code", codes="reading_quality")
    accept_short: IntArray = col("flag")
    is_nominal: IntArray = col("flag")
    survey: TextArray = col("text")
    T_surface_C: FloatArray = col("temperature")
    row_version: IntArray = col("id")


@dataclass(frozen=True, eq=False)
class InspectionFrame(Frame):
    """One row an inspection of a component, ordered by component row, then date."""

    inspection_id: IntArray = col("id")
    component_row: IntArray = col("id")
    date_d: IntArray = col("date")
    inspection_type: IntArray = col("code", codes="inspection_type")
    effectiveness: IntArray = col("code", codes="effectiveness")
    mechanism: TextArray = col("text")
    conclusion: TextArray = col("text")
    cracks_found: IntArray = col("flag")
    cracks_repaired: IntArray = col("flag")


def _members(frame: AnyFrame, owner: str, rows: IntArray) -> tuple[AnyFrame, IntArray]:
    """Rows of a frame that belong to some owners, renumbered to them, and which rows these were."""
    held = getattr(frame, owner)
    place = np.searchsorted(rows, held)
    inside = np.minimum(place, max(rows.size - 1, 0))
    kept = np.flatnonzero((place < rows.size) & (rows[inside] == held)) if rows.size else np.zeros(0, dtype=np.int64)
    return replace(frame.take(kept), **{owner: place[kept]}), kept


@dataclass(frozen=True)
class Plant:
    """A plant read once from the database; every calculation starts from it.

    `facts` and `damage` may be left out where nobody recorded anything of the kind.
    """

    site: str
    as_of_d: int
    components: ComponentFrame
    cmls: CmlFrame
    readings: ReadingFrame
    inspections: InspectionFrame
    facts: Facts = field(default_factory=lambda: Facts(0))
    damage: DamageFrame = field(default_factory=no_damage)

    def __post_init__(self) -> None:
        if not self.facts.columns and self.facts.n != self.components.n:
            object.__setattr__(self, "facts", Facts(self.components.n))

    def take(self, rows: IntArray) -> Plant:
        """A plant of some components only, with their CMLs, readings, inspections, facts and decisions.

        Parameters
        ----------
        rows : ndarray of int64
            Component rows, ascending, each once.

        Returns
        -------
        Plant
        """
        cmls, cml_rows = _members(self.cmls, "component_row", rows)
        readings, _ = _members(self.readings, "cml_row", cml_rows)
        return replace(
            self,
            components=self.components.take(rows),
            cmls=cmls,
            readings=readings,
            inspections=_members(self.inspections, "component_row", rows)[0],
            facts=self.facts.take(rows),
            damage=_members(self.damage, "component_row", rows)[0],
        )

    @cached_property
    def cmls_of_component(self) -> Groups:
        """CML rows of each component."""
        return groups_of(self.cmls.component_row, self.components.n)

    @cached_property
    def readings_of_cml(self) -> Groups:
        """Reading rows of each CML."""
        return groups_of(self.readings.cml_row, self.cmls.n)

    @cached_property
    def inspections_of_component(self) -> Groups:
        """Inspection rows of each component."""
        return groups_of(self.inspections.component_row, self.components.n)
