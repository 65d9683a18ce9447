"""Models of equipment: items, pressure chambers, dated ratings, component instances, linings."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from integrity.db.models.base import (
    Base,
    Code,
    OptDay,
    OptFlag,
    OptNumber,
    Versioned,
    Words,
    check,
    link,
    not_negative,
    positive,
    table_args,
)


class Equipment(Versioned, Base):
    """An item with a tag: vessel, exchanger, tank, heater or a piping line (kind `piping`).

    What a component does not say itself (material, allowances, flags of a line), it takes from its item.
    """

    __tablename__ = "equipment"
    __table_args__ = table_args(
        UniqueConstraint("site_id", "tag"),
        Index(None, "unit_id"),
        Index(None, "loop_id"),
        *positive("t_nom_mm", "NPS_in", "height_m"),
        *not_negative("design_life_y", "inventory_kg", "CA_mm"),
        check("e_ratio", '"E" > 0 AND "E" <= 1'),
        check("grade", "safety_grade BETWEEN 1 AND 5"),
    )

    site_id: Mapped[int] = mapped_column(link("site"))
    unit_id: Mapped[int | None] = mapped_column(link("unit"))
    loop_id: Mapped[int | None] = mapped_column(link("corrosion_loop"))
    circuit_id: Mapped[int | None] = mapped_column(link("circuit"))
    inventory_group_id: Mapped[int | None] = mapped_column(link("inventory_group"))
    tag: Mapped[str]
    name_en: Mapped[Words]
    name_zh: Mapped[Words]
    equipment_kind: Mapped[str] = mapped_column(Code("equipment_kind"))
    status: Mapped[Words]
    construction_code: Mapped[Words]
    code_edition: Mapped[Words]
    manufacturer: Mapped[Words]
    product_number: Mapped[Words]
    model: Mapped[Words]
    orientation: Mapped[Words]
    height_m: Mapped[OptNumber]
    design_d: Mapped[OptDay]
    made_d: Mapped[OptDay]
    in_service_d: Mapped[OptDay]
    replaced_d: Mapped[OptDay]
    out_of_service_d: Mapped[OptDay]
    design_life_y: Mapped[OptNumber]
    registration_code: Mapped[Words]
    use_certificate: Mapped[Words]
    equipment_code: Mapped[Words]
    device_category: Mapped[Words]
    device_class: Mapped[Words]
    device_variety: Mapped[Words]
    use_status: Mapped[Words]
    user_unit: Mapped[Words]
    place: Mapped[Words]
    vessel_class: Mapped[str | None] = mapped_column(Code("vessel_class"))
    piping_class_cn: Mapped[str | None] = mapped_column(Code("piping_class_cn"))
    api570_class: Mapped[str | None] = mapped_column(Code("api570_class"))
    safety_grade: Mapped[int | None]
    sap_equipment: Mapped[Words]
    functional_location: Mapped[Words]
    sap_object_type: Mapped[Words]
    sap_plant: Mapped[Words]
    main_work_center: Mapped[Words]
    abc_indicator: Mapped[Words]
    maximo_assetnum: Mapped[Words]
    pmi_status: Mapped[Words]
    heat_batch: Mapped[Words]
    detection: Mapped[str | None] = mapped_column(Code("detection"))
    isolation: Mapped[str | None] = mapped_column(Code("isolation"))
    mitigation: Mapped[str | None] = mapped_column(Code("mitigation"))
    inventory_kg: Mapped[OptNumber]
    service: Mapped[Words]
    from_point: Mapped[Words]
    to_point: Mapped[Words]
    length_m: Mapped[OptNumber]
    NPS_in: Mapped[OptNumber]
    schedule: Mapped[Words]
    material: Mapped[Words]
    t_nom_mm: Mapped[OptNumber]
    CA_mm: Mapped[OptNumber]
    E: Mapped[OptNumber]
    insulated: Mapped[OptFlag]
    injection_point: Mapped[OptFlag]
    dead_leg: Mapped[OptFlag]
    small_bore: Mapped[OptFlag]
    soil_to_air: Mapped[OptFlag]
    cui_suspect: Mapped[OptFlag]
    low_silicon: Mapped[OptFlag]
    remarks: Mapped[Words]

    chambers: Mapped[list[Chamber]] = relationship(back_populates="equipment", passive_deletes="all")
    components: Mapped[list[Component]] = relationship(back_populates="equipment", passive_deletes="all")


class Chamber(Versioned, Base):
    """A pressure chamber of an item; an exchanger has two or three (shell, tube, channel)."""

    __tablename__ = "chamber"
    __table_args__ = table_args(UniqueConstraint("equipment_id", "chamber"), *not_negative("inventory_kg", "volume_m3"))

    equipment_id: Mapped[int] = mapped_column(link("equipment"))
    stream_id: Mapped[int | None] = mapped_column(link("process_stream"))
    chamber: Mapped[str] = mapped_column(Code("chamber"))
    fluid: Mapped[Words]
    phase: Mapped[str | None] = mapped_column(Code("phase"))
    inventory_kg: Mapped[OptNumber]
    volume_m3: Mapped[OptNumber]
    remarks: Mapped[Words]

    equipment: Mapped[Equipment] = relationship(back_populates="chambers")


class Rating(Versioned, Base):
    """What a chamber, or one component of it, is rated for from a day on; never changed, only followed.

    `from_d` missing means as built. The latest record in force counts; on the same day that of the component
    itself goes before that of the chamber. Joint efficiency, code and edition given here replace the component's.
    """

    __tablename__ = "rating"
    __table_args__ = table_args(
        Index(None, "chamber_id", "component_id"),
        *positive("S_owner_MPa"),
        *not_negative("P_ext_MPa"),
        check("e_ratio", '"E" > 0 AND "E" <= 1'),
    )

    chamber_id: Mapped[int] = mapped_column(link("chamber"))
    component_id: Mapped[int | None] = mapped_column(link("component"))
    from_d: Mapped[OptDay]
    P_MPa: Mapped[OptNumber]
    T_C: Mapped[OptNumber]
    P_ext_MPa: Mapped[OptNumber]
    T_min_C: Mapped[OptNumber]
    P_op_MPa: Mapped[OptNumber]
    T_op_C: Mapped[OptNumber]
    S_owner_MPa: Mapped[OptNumber]
    E: Mapped[OptNumber]
    construction_code: Mapped[Words]
    code_edition: Mapped[Words]
    set_by: Mapped[Words]
    reason: Mapped[Words]


class Component(Versioned, Base):
    """One instance of a pressure-bearing part; a replacement is a new instance of the same name.

    `replaced_d` records a replacement whose removed part is not kept as an instance of its own.
    """

    __tablename__ = "component"
    __table_args__ = table_args(
        UniqueConstraint("equipment_id", "name", "instance"),
        Index(None, "chamber_id"),
        Index(None, "circuit_id"),
        *positive("D_mm", "D_o_mm", "NPS_in", "t_nom_mm", "L_crown_mm", "r_knuckle_mm", "R_bend_mm"),
        *not_negative("CA_mm", "MA_mm", "H_liq_m", "rho_liq", "CR_owner", "inventory_kg", "volume_m3"),
        check("e_ratio", '"E" > 0 AND "E" <= 1'),
        check("service_dates", "out_of_service_d >= in_service_d"),
        check("override_reason", '"CR_owner" IS NULL OR "CR_owner_reason" <> \'\''),
    )

    equipment_id: Mapped[int] = mapped_column(link("equipment"))
    chamber_id: Mapped[int] = mapped_column(link("chamber"))
    circuit_id: Mapped[int | None] = mapped_column(link("circuit"))
    loop_id: Mapped[int | None] = mapped_column(link("corrosion_loop"))
    replaced_by_id: Mapped[int | None] = mapped_column(link("component"))
    name: Mapped[str]
    instance: Mapped[int] = mapped_column(default=1)
    part_name: Mapped[Words]
    component_type: Mapped[str | None] = mapped_column(Code("component_type"))
    geometry: Mapped[str | None] = mapped_column(Code("geometry"))
    fitting: Mapped[str | None] = mapped_column(Code("fitting"))
    in_service_d: Mapped[OptDay]
    replaced_d: Mapped[OptDay]
    out_of_service_d: Mapped[OptDay]
    D_mm: Mapped[OptNumber]
    D_o_mm: Mapped[OptNumber]
    NPS_in: Mapped[OptNumber]
    schedule: Mapped[Words]
    t_nom_mm: Mapped[OptNumber]
    CA_mm: Mapped[OptNumber]
    mill_tolerance: Mapped[OptNumber]
    MA_mm: Mapped[OptNumber]
    R_ell: Mapped[OptNumber]
    L_crown_mm: Mapped[OptNumber]
    r_knuckle_mm: Mapped[OptNumber]
    alpha_deg: Mapped[OptNumber]
    L_unsupported_mm: Mapped[OptNumber]
    R_bend_mm: Mapped[OptNumber]
    bend_radius_D: Mapped[OptNumber]
    H_liq_m: Mapped[OptNumber]
    rho_liq: Mapped[OptNumber]
    tank_D_m: Mapped[OptNumber]
    tank_H_m: Mapped[OptNumber]
    tank_G: Mapped[OptNumber]
    course: Mapped[int | None]
    course_height_m: Mapped[OptNumber]
    material: Mapped[Words]
    construction_code: Mapped[Words]
    code_edition: Mapped[Words]
    E: Mapped[OptNumber]
    fluid: Mapped[Words]
    phase: Mapped[str | None] = mapped_column(Code("phase"))
    inventory_kg: Mapped[OptNumber]
    volume_m3: Mapped[OptNumber]
    insulated: Mapped[OptFlag]
    injection_point: Mapped[OptFlag]
    dead_leg: Mapped[OptFlag]
    small_bore: Mapped[OptFlag]
    local_mechanism: Mapped[OptFlag]
    internal_thinning: Mapped[OptFlag]
    external_thinning: Mapped[OptFlag]
    CR_owner: Mapped[OptNumber]
    CR_owner_reason: Mapped[Words]
    rate_confidence: Mapped[str | None] = mapped_column(Code("confidence"))
    pmi_status: Mapped[Words]
    heat_batch: Mapped[Words]
    remarks: Mapped[Words]

    equipment: Mapped[Equipment] = relationship(back_populates="components")
    chamber: Mapped[Chamber] = relationship()


class Lining(Versioned, Base):
    """A lining, cladding or weld overlay of a component; readings are not joined across its day."""

    __tablename__ = "lining"
    __table_args__ = table_args(Index(None, "component_id"), *positive("thickness_mm"))

    component_id: Mapped[int] = mapped_column(link("component"))
    kind: Mapped[Words]
    material: Mapped[Words]
    thickness_mm: Mapped[OptNumber]
    installed_d: Mapped[OptDay]
    removed_d: Mapped[OptDay]
    inspected_d: Mapped[OptDay]
    condition: Mapped[Words]
    ut_from: Mapped[Words]
    remarks: Mapped[Words]
