"""Models of the site around the equipment: units, loops, circuits, streams, materials, people."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from integrity.db.models.base import (
    Base,
    Code,
    No,
    OptDay,
    OptFlag,
    OptNumber,
    ReqDay,
    Versioned,
    Words,
    link,
    not_negative,
    positive,
    table_args,
)


class Site(Versioned, Base):
    """A site; every plant record belongs to one."""

    __tablename__ = "site"
    __table_args__ = table_args(UniqueConstraint("name"))

    name: Mapped[str]
    name_zh: Mapped[Words]
    owner: Mapped[Words]
    credit_code: Mapped[Words]
    address: Mapped[Words]
    sap_plant: Mapped[Words]
    maximo_site: Mapped[Words]
    maximo_org: Mapped[Words]
    remarks: Mapped[Words]


class Unit(Versioned, Base):
    """A process unit of a site."""

    __tablename__ = "unit"
    __table_args__ = table_args(UniqueConstraint("site_id", "name"))

    site_id: Mapped[int] = mapped_column(link("site"))
    name: Mapped[str]
    name_zh: Mapped[Words]
    remarks: Mapped[Words]


class CorrosionLoop(Versioned, Base):
    """A corrosion loop (system): items with the same environment and mechanisms."""

    __tablename__ = "corrosion_loop"
    __table_args__ = table_args(UniqueConstraint("site_id", "name"))

    site_id: Mapped[int] = mapped_column(link("site"))
    unit_id: Mapped[int | None] = mapped_column(link("unit"))
    name: Mapped[str]
    description: Mapped[Words]
    mechanisms: Mapped[Words]
    iow: Mapped[Words]
    remarks: Mapped[Words]


class Circuit(Versioned, Base):
    """A piping circuit: components whose rates are judged together."""

    __tablename__ = "circuit"
    __table_args__ = table_args(UniqueConstraint("site_id", "name"))

    site_id: Mapped[int] = mapped_column(link("site"))
    loop_id: Mapped[int | None] = mapped_column(link("corrosion_loop"))
    name: Mapped[str]
    description: Mapped[Words]
    remarks: Mapped[Words]


class CircuitRegime(Versioned, Base):
    """A process change of a circuit: from this day a new corrosion-rate regime begins, with its reason."""

    __tablename__ = "circuit_regime"
    __table_args__ = table_args(UniqueConstraint("circuit_id", "from_d"))

    circuit_id: Mapped[int] = mapped_column(link("circuit"))
    from_d: Mapped[ReqDay]
    reason: Mapped[Words]
    set_by: Mapped[Words]
    moc_number: Mapped[Words]


class InventoryGroup(Versioned, Base):
    """Items that empty through one another until somebody closes a valve."""

    __tablename__ = "inventory_group"
    __table_args__ = table_args(UniqueConstraint("site_id", "name"), *not_negative("mass_kg"))

    site_id: Mapped[int] = mapped_column(link("site"))
    name: Mapped[str]
    mass_kg: Mapped[OptNumber]
    valves: Mapped[Words]
    remarks: Mapped[Words]


class ProcessStream(Versioned, Base):
    """A process stream with the analysis that damage mechanisms ask for."""

    __tablename__ = "process_stream"
    __table_args__ = table_args(
        UniqueConstraint("site_id", "name"),
        *positive("MW", "density"),
        *not_negative("TAN", "sulfur_wt", "H2S_ppmw", "chloride_ppmw", "water_wt", "NH3_ppmw", "H2S_mol"),
    )

    site_id: Mapped[int] = mapped_column(link("site"))
    loop_id: Mapped[int | None] = mapped_column(link("corrosion_loop"))
    circuit_id: Mapped[int | None] = mapped_column(link("circuit"))
    name: Mapped[str]
    description: Mapped[Words]
    fluid: Mapped[Words]
    phase: Mapped[str | None] = mapped_column(Code("phase"))
    T_C: Mapped[OptNumber]
    P_MPa: Mapped[OptNumber]
    MW: Mapped[OptNumber]
    density: Mapped[OptNumber]
    TAN: Mapped[OptNumber]
    sulfur_wt: Mapped[OptNumber]
    H2S_ppmw: Mapped[OptNumber]
    chloride_ppmw: Mapped[OptNumber]
    pH: Mapped[OptNumber]
    water_wt: Mapped[OptNumber]
    amine_wt: Mapped[OptNumber]
    NH3_ppmw: Mapped[OptNumber]
    H2S_mol: Mapped[OptNumber]
    velocity_m_s: Mapped[OptNumber]
    remarks: Mapped[Words]


class Material(Versioned, Base):
    """A material as the site names it, with what its name does not say."""

    __tablename__ = "material"
    __table_args__ = table_args(UniqueConstraint("site_id", "name"))

    site_id: Mapped[int] = mapped_column(link("site"))
    name: Mapped[str]
    standard: Mapped[Words]
    edition: Mapped[Words]
    product_form: Mapped[Words]
    low_silicon: Mapped[OptFlag]
    remarks: Mapped[Words]


class Person(Versioned, Base):
    """A person who writes, checks or approves, with the certificates that entitle to it."""

    __tablename__ = "person"
    __table_args__ = table_args(UniqueConstraint("name"))

    name: Mapped[str]
    name_zh: Mapped[Words]
    role: Mapped[Words]
    certificate: Mapped[Words]
    certificate_until_d: Mapped[OptDay]
    inspection_body: Mapped[Words]
    inactive: Mapped[No]


class DocumentReference(Versioned, Base):
    """A document kept elsewhere: where it is, what it is, and its digest."""

    __tablename__ = "document_reference"
    __table_args__ = table_args(Index(None, "equipment_id"))

    site_id: Mapped[int] = mapped_column(link("site"))
    equipment_id: Mapped[int | None] = mapped_column(link("equipment"))
    component_id: Mapped[int | None] = mapped_column(link("component"))
    inspection_id: Mapped[int | None] = mapped_column(link("inspection"))
    title: Mapped[str]
    kind: Mapped[Words]
    number: Mapped[Words]
    revision: Mapped[Words]
    location: Mapped[Words]
    sha256: Mapped[Words]
    date_d: Mapped[OptDay]
