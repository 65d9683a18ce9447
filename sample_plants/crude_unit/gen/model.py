"""Records of the sample plant that the generator passes along."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

SEED = 19920901
AS_OF = date(2026, 11, 1)
YEAR_DAYS = 365.25
PSI = 0.00689476  # MPa
NOTE_EN = "generated sample, no real plant"
NOTE_ZH = "生成的示例，非真实工厂"


@dataclass
class Item:
    """One tagged item or one piping line."""

    tag: str
    name_zh: str
    name_en: str
    kind: str
    loop: str
    code: str
    edition: str
    in_service: date
    replaced: date | None = None
    life: str = ""
    vessel_class: str = ""
    orientation: str = ""
    length_m: float | None = None
    mdmt: float = -10.0
    maker: str = "A"
    inventory: float = 0.0
    group: str = ""
    remark: str = ""
    line: dict[str, str] = field(default_factory=dict)  # the raw line-list row of a piping line
    circuit: str = ""

    @property
    def short(self) -> str:
        """Return the part of the name that component and CML ids carry."""
        return "-".join(self.tag.split("-")[:2])


@dataclass
class Component:
    """One pressure part with its design basis and, from truth.py, its true state."""

    item: Item
    cid: str
    part_zh: str
    part_en: str
    chamber: str
    ctype: str
    geometry: str
    material: str
    nominal: float = 0.0
    ID: float | None = None
    OD: float | None = None
    E: float = 1.0
    CA: float = 3.0
    P: float = 0.0
    P_ext: float | None = None
    T: float = 100.0
    P_op: float = 0.0
    T_op: float = 50.0
    fluid: str = "Water"
    phase: str = "liquid"
    S: float = 100.0
    head_ratio: float | None = None
    crown: float | None = None
    knuckle: float | None = None
    alpha: float | None = None
    stiffener: float | None = None
    tank_D: float | None = None
    liquid_H: float | None = None
    course_H: float | None = None
    SG: float | None = None
    insulated: bool = False
    depth: float | None = None
    rho: float | None = None
    replaced: date | None = None
    in_service: date | None = None
    fitting: str = ""
    nps: str = ""
    schedule: str = ""
    bend: float | None = None
    remark: str = ""
    loop: str = ""
    n_cml: int = 4
    layout: str = "single"
    t_req: float = 0.0
    basis: str = ""
    is_plate: bool = True

    @property
    def start(self) -> date:
        """Return the day from which today's wall has been in service."""
        days = [d for d in (self.in_service, self.item.in_service, self.item.replaced, self.replaced) if d]
        return max(days)


@dataclass
class Cml:
    """One thickness measurement location; arrays run over its positions."""

    cid: str
    comp: Component
    where: str
    scheme: str
    positions: list[str]
    access: str
    at_weld: bool
    t0: np.ndarray
    rate: np.ndarray
    rate_before: np.ndarray | None = None
    changed: date | None = None
    removed_at: date | None = None  # covered by a temporary repair from this day

    def wall(self, day: date) -> np.ndarray:
        """True wall (mm) of each position on a day of the present instance."""
        years = (day - self.comp.start).days / YEAR_DAYS
        if self.changed is None or self.rate_before is None:
            return self.t0 - self.rate * years
        before = (self.changed - self.comp.start).days / YEAR_DAYS
        return self.t0 - self.rate_before * min(years, before) - self.rate * max(years - before, 0.0)


@dataclass
class Reading:
    """One measured value on its way to a file; the writer fills row and column."""

    cml: Cml
    pos: str
    day: date
    mm: float
    src: str
    text: str | None = None
    id_text: str | None = None
    unit: str = ""
    temp: float | None = None
    flags: str = ""
    nth: int = 1
    copy: int = 0
    sheet: str = ""
    row: int = 0
    column: str = ""
    cell: str = ""
    error: dict[str, object] | None = None
    old_instance: bool = False


@dataclass
class Plant:
    """Everything the writers need."""

    items: list[Item]
    lines: list[Item]
    comps: list[Component]
    cmls: list[Cml] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    errors: list[dict[str, object]] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)
