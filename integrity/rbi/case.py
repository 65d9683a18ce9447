"""What an assessment starts from: the plant's frames, the inputs of other rooms, the day and the settings."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from integrity.core.arrays import BoolArray, FloatArray, IntArray, years_between
from integrity.core.codes import codes, index_of
from integrity.core.frames.facts import DamageFrame, Facts, no_damage
from integrity.core.frames.plant import ComponentFrame, InspectionFrame
from integrity.core.frames.risk import RiskInputFrame
from integrity.core.group import Groups, groups_of, members_of
from integrity.core.settings import Settings
from integrity.rbi.effectiveness import counts_for_coded

PIPE_LIKE = ("pipe", "bend")
BASES = codes("t_rdi_basis")
ACCEPTED = index_of("damage_decision", "accepted")


@dataclass(frozen=True)
class RiskCase:
    """Components, their inspections and inputs at one day; every mechanism works on this.

    `C_r` is the selected corrosion rate, mm/year; without a selection that of the inputs stands.
    """

    components: ComponentFrame
    inspections: InspectionFrame
    groups: Groups
    inputs: RiskInputFrame
    as_of_d: int
    settings: Settings
    facts: Facts = field(default_factory=lambda: Facts(0))
    damage: DamageFrame = field(default_factory=no_damage)
    C_r: FloatArray | None = None

    def __post_init__(self) -> None:
        if not self.facts.columns and self.facts.n != self.components.n:
            object.__setattr__(self, "facts", Facts(self.components.n))

    def accepted(self, mechanism: str) -> BoolArray:
        """Components for which an engineer has accepted a damage mechanism.

        Parameters
        ----------
        mechanism : str
            Key of a mechanism.

        Returns
        -------
        ndarray of bool, shape (n,)
            A decision for the component, its item, its circuit or its loop counts alike.
        """
        out = np.zeros(self.n, dtype=np.bool_)
        out[self.accepted_rows.get(mechanism, np.zeros(0, dtype=np.int64))] = True
        return out

    @cached_property
    def accepted_rows(self) -> dict[str, IntArray]:
        """Component rows of each accepted mechanism."""
        return {m: self.damage.component_row[self.decided(m)] for m in self.damage.coded("mechanism")[0]}

    def decided(self, mechanism: str) -> IntArray:
        """Rows of `damage` that accept a mechanism.

        Parameters
        ----------
        mechanism : str
            Key of a mechanism.

        Returns
        -------
        ndarray of int64
        """
        names, index = self.damage.coded("mechanism")
        if mechanism not in names:
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero((index == names.index(mechanism)) & (self.damage.decision == ACCEPTED))

    @cached_property
    def _decisions(self) -> Groups:
        """Rows of `damage` of each component."""
        return groups_of(self.damage.component_row, self.n)

    @property
    def n(self) -> int:
        """Number of components."""
        return self.components.n

    @property
    def rate(self) -> FloatArray:
        """Corrosion rate that thinning takes, mm/year."""
        return self.inputs.CR if self.C_r is None else self.C_r

    def take(self, rows: IntArray) -> RiskCase:
        """The case of some components only.

        Parameters
        ----------
        rows : ndarray of int64
            Component rows, in any order; one that comes twice is two components of the case.

        Returns
        -------
        RiskCase
            Its columns are gathered when they are first asked for.
        """
        member, groups = members_of(self.groups, rows)
        decided, decisions = members_of(self._decisions, rows)
        return replace(
            self,
            components=self.components.view(rows),
            inspections=self.inspections.view(member),
            groups=groups,
            inputs=self.inputs.view(rows),
            facts=self.facts.take(rows),
            C_r=None if self.C_r is None else self.C_r[rows],
            damage=self.damage.view(decided, component_row=decisions.owner),
        )


@dataclass(frozen=True)
class Baseline:
    """Thickness, its day and its age, and what they rest on."""

    t_rdi_mm: FloatArray
    t_rdi_d: IntArray
    age_tk_y: FloatArray
    basis: IntArray


def baseline(case: RiskCase) -> Baseline:
    """Thickness the wall loss counts from: the last valid survey, else the furnished thickness.

    Parameters
    ----------
    case : RiskCase

    Returns
    -------
    Baseline
        API RP 581 Part 2 §4.5.5; without a reading the age counts from installation.
    """
    c = case.components
    measured = ~np.isnan(case.inputs.t_rdi_mm)
    installed = service_start(c)
    t = np.where(measured, case.inputs.t_rdi_mm, c.t_nom_mm)
    day = np.where(measured, case.inputs.t_rdi_d, installed)
    age = years_between(day, np.full(case.n, case.as_of_d, dtype=np.int64))
    basis = np.where(np.isnan(t), BASES.index("none"), np.where(measured, 0, 1)).astype(np.int64)
    return Baseline(t, day, age, basis)


def service_start(c: ComponentFrame) -> IntArray:
    """Day the component went into service, as installed or replaced.

    Parameters
    ----------
    c : ComponentFrame

    Returns
    -------
    ndarray of int64
        `NO_DATE` where neither is known.
    """
    return np.maximum(c.in_service_d, c.component_start_d)


def counting_start(c: ComponentFrame) -> IntArray:
    """Day from which inspections count: latest of installation, replacement and process change.

    Parameters
    ----------
    c : ComponentFrame

    Returns
    -------
    ndarray of int64
        `NO_DATE` where none is known: then no bound.
    """
    return np.maximum(service_start(c), c.regime_start_d)


def strength_diameter(c: ComponentFrame) -> FloatArray:
    """Diameter of the strength ratio: outside for pipe and tube, inside for the rest.

    Parameters
    ----------
    c : ComponentFrame

    Returns
    -------
    ndarray of float64, mm
        Where only the other diameter is known, from it and twice the nominal thickness; a tank's own diameter.
    """
    pipe = np.isin(c.geometry, [index_of("geometry", g) for g in PIPE_LIKE])
    outside = np.where(np.isnan(c.D_o_mm), c.D_mm + 2.0 * c.t_nom_mm, c.D_o_mm)
    inside = np.where(np.isnan(c.D_mm), c.D_o_mm - 2.0 * c.t_nom_mm, c.D_mm)
    vessel = np.where(np.isnan(inside), 1000.0 * c.tank_D_m, inside)
    return np.where(pipe, outside, vessel)


def recorded(case: RiskCase, key: str) -> BoolArray:
    """Which recorded inspections count for a damage mechanism.

    Parameters
    ----------
    case : RiskCase
    key : str
        Key of the mechanism.

    Returns
    -------
    ndarray of bool
        One value a row of `case.inspections`, as of `effectiveness.counts_for`.
    """
    names, index = case.inspections.coded("mechanism")
    return counts_for_coded(key, names, index, case.inspections.inspection_type)


def inspection_table(case: RiskCase, keep: BoolArray) -> dict[str, IntArray]:
    """Some recorded inspections as the table `inspections` of a procedure.

    Parameters
    ----------
    case : RiskCase
    keep : ndarray of bool
        Rows of `case.inspections`, as of `recorded`.

    Returns
    -------
    dict of str to ndarray
        Columns `case`, `date_d`, `effectiveness`.
    """
    f = case.inspections
    return {"case": case.groups.owner[keep], "date_d": f.date_d[keep], "effectiveness": f.effectiveness[keep]}


def confidence_of(case: RiskCase, basis: IntArray) -> IntArray:
    """Confidence in the rate: as recorded, else the setting; always low without a reading.

    Parameters
    ----------
    case : RiskCase
    basis : ndarray of int64
        Index of `t_rdi_basis`.

    Returns
    -------
    ndarray of int64
        Index of the enumeration `confidence`.
    """
    default = index_of("confidence", case.settings.code("rbi.confidence_default"))
    stated = np.where(case.components.rate_confidence >= 0, case.components.rate_confidence, default)
    low = index_of("confidence", "low")
    return np.where(basis == BASES.index("reading"), stated, low).astype(np.int64)
