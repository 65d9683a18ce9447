"""Models of what is found and decided: inspections, mechanisms, grades, repairs, devices, recommendations."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from integrity.db.models.base import (
    Base,
    Code,
    Json,
    No,
    OptDay,
    OptFlag,
    OptNumber,
    ReqDay,
    Versioned,
    Words,
    check,
    link,
    positive,
    table_args,
)


class Inspection(Versioned, Base):
    """An inspection of an item, or of one component; one row a mechanism and method.

    A statutory periodic inspection is one marked `statutory` or one that ended in a safety grade.
    """

    __tablename__ = "inspection"
    __table_args__ = table_args(
        Index(None, "equipment_id", "component_id"),
        check("grade", "safety_grade BETWEEN 1 AND 5"),
        check("coverage_ratio", "coverage BETWEEN 0 AND 1"),
        check("next_after", "next_d IS NULL OR next_d >= date_d"),
    )

    equipment_id: Mapped[int] = mapped_column(link("equipment"))
    component_id: Mapped[int | None] = mapped_column(link("component"))
    batch_id: Mapped[int | None] = mapped_column(link("import_batch"))
    date_d: Mapped[ReqDay]
    inspection_type: Mapped[str] = mapped_column(Code("inspection_type"))
    inspection_method: Mapped[Words]
    coverage: Mapped[OptNumber]
    mechanism: Mapped[Words]
    effectiveness: Mapped[str | None] = mapped_column(Code("effectiveness"))
    cracks_found: Mapped[OptFlag]
    cracks_repaired: Mapped[OptFlag]
    statutory: Mapped[OptFlag]
    conclusion: Mapped[Words]
    safety_grade: Mapped[int | None]
    next_d: Mapped[OptDay]
    inspection_body: Mapped[Words]
    report_number: Mapped[Words]
    inspector: Mapped[Words]
    remarks: Mapped[Words]


_ONE_SUBJECT = (
    "(CASE WHEN component_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN equipment_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN circuit_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN loop_id IS NULL THEN 0 ELSE 1 END) = 1"
)


class DamageAssignment(Versioned, Base):
    """A damage mechanism accepted or rejected for a component, an item, a circuit or a loop (exactly one of them)."""

    __tablename__ = "damage_assignment"
    __table_args__ = table_args(
        Index(None, "component_id"),
        Index(None, "equipment_id"),
        Index(None, "circuit_id"),
        Index(None, "loop_id"),
        check("side", "side IN ('', 'internal', 'external', 'both')"),
        check("one_subject", _ONE_SUBJECT),
    )

    component_id: Mapped[int | None] = mapped_column(link("component"))
    equipment_id: Mapped[int | None] = mapped_column(link("equipment"))
    circuit_id: Mapped[int | None] = mapped_column(link("circuit"))
    loop_id: Mapped[int | None] = mapped_column(link("corrosion_loop"))
    mechanism: Mapped[str]
    cause: Mapped[Words]
    side: Mapped[Words]
    local: Mapped[OptFlag]
    susceptibility: Mapped[Words]
    from_d: Mapped[OptDay]
    until_d: Mapped[OptDay]
    reason: Mapped[Words]
    set_by: Mapped[Words]
    decision: Mapped[str] = mapped_column(
        Code("damage_decision"), default="accepted", server_default="accepted", nullable=False
    )
    decided_d: Mapped[OptDay]


class Fact(Versioned, Base):
    """One thing known of a component, an item, a circuit or a loop (exactly one of them), from a day on.

    `symbol` is that of an input of a calculation; the value is a number in its internal unit, the text of a code (a
    flag is "yes" or "no"), or a day. A fact of a component holds for that instance only, not for its replacement.
    """

    __tablename__ = "fact"
    __table_args__ = table_args(
        Index(None, "component_id"),
        Index(None, "equipment_id"),
        Index(None, "circuit_id"),
        Index(None, "loop_id"),
        check("one_subject", _ONE_SUBJECT),
        check(
            "one_value",
            '(CASE WHEN "number" IS NULL THEN 0 ELSE 1 END)'
            " + (CASE WHEN \"text\" = '' THEN 0 ELSE 1 END)"
            ' + (CASE WHEN "day" IS NULL THEN 0 ELSE 1 END) = 1',
        ),
        check("until_after", "until_d >= from_d"),
    )

    component_id: Mapped[int | None] = mapped_column(link("component"))
    equipment_id: Mapped[int | None] = mapped_column(link("equipment"))
    circuit_id: Mapped[int | None] = mapped_column(link("circuit"))
    loop_id: Mapped[int | None] = mapped_column(link("corrosion_loop"))
    symbol: Mapped[str]
    number: Mapped[OptNumber]
    text: Mapped[Words]
    day: Mapped[OptDay]
    entered_text: Mapped[Words]
    entered_unit: Mapped[Words]
    from_d: Mapped[OptDay]
    until_d: Mapped[OptDay]
    source: Mapped[Words]
    reason: Mapped[Words]
    set_by: Mapped[Words]


class SafetyGradeRecord(Versioned, Base):
    """Safety grade of an item from a day on; a reset of the monitored days is a decision that is recorded here."""

    __tablename__ = "safety_grade_record"
    __table_args__ = table_args(
        UniqueConstraint("equipment_id", "from_d"),
        check("grade", "grade BETWEEN 1 AND 5"),
        check("reset_decision", "reset_monitored = 0 OR decided_by <> ''"),
    )

    equipment_id: Mapped[int] = mapped_column(link("equipment"))
    inspection_id: Mapped[int | None] = mapped_column(link("inspection"))
    from_d: Mapped[ReqDay]
    grade: Mapped[int]
    reset_monitored: Mapped[No]
    decided_by: Mapped[Words]
    reference: Mapped[Words]


class LifeAssessment(Versioned, Base):
    """An assessment that lets an item, or a component, run on until a day."""

    __tablename__ = "life_assessment"
    __table_args__ = table_args(Index(None, "equipment_id"), check("until_after", "valid_until_d >= assessed_d"))

    equipment_id: Mapped[int] = mapped_column(link("equipment"))
    component_id: Mapped[int | None] = mapped_column(link("component"))
    assessed_d: Mapped[ReqDay]
    valid_until_d: Mapped[ReqDay]
    assessed_by: Mapped[Words]
    reference: Mapped[Words]
    conclusion: Mapped[Words]


class TemporaryRepair(Versioned, Base):
    """A clamp, wrap or patch that must go on a day; open until `closed_d`."""

    __tablename__ = "temporary_repair"
    __table_args__ = table_args(UniqueConstraint("site_id", "number"), Index(None, "equipment_id"))

    site_id: Mapped[int] = mapped_column(link("site"))
    equipment_id: Mapped[int] = mapped_column(link("equipment"))
    component_id: Mapped[int | None] = mapped_column(link("component"))
    cml_id: Mapped[int | None] = mapped_column(link("cml"))
    number: Mapped[str]
    kind: Mapped[Words]
    installed_d: Mapped[OptDay]
    expiry_d: Mapped[OptDay]
    closed_d: Mapped[OptDay]
    moc_number: Mapped[Words]
    next_opening: Mapped[Words]
    deferral: Mapped[Words]
    remarks: Mapped[Words]


class ReliefDevice(Versioned, Base):
    """A pressure relief device and the chamber (or the whole item) that it protects."""

    __tablename__ = "relief_device"
    __table_args__ = table_args(
        UniqueConstraint("site_id", "tag"),
        Index(None, "equipment_id"),
        Index(None, "chamber_id"),
        *positive("set_pressure_MPa"),
    )

    site_id: Mapped[int] = mapped_column(link("site"))
    equipment_id: Mapped[int | None] = mapped_column(link("equipment"))
    chamber_id: Mapped[int | None] = mapped_column(link("chamber"))
    tag: Mapped[str]
    protects: Mapped[Words]
    kind: Mapped[Words]
    set_pressure_MPa: Mapped[OptNumber]
    inlet_outlet: Mapped[Words]
    orifice: Mapped[Words]
    installed_d: Mapped[OptDay]
    removed_d: Mapped[OptDay]
    last_test_d: Mapped[OptDay]
    as_found_MPa: Mapped[OptNumber]
    next_test_d: Mapped[OptDay]
    service: Mapped[Words]
    remarks: Mapped[Words]


class Recommendation(Versioned, Base):
    """From finding to action to closed, with owner, due day and deferral."""

    __tablename__ = "recommendation"
    __table_args__ = table_args(
        Index(None, "equipment_id"),
        check("state", "state IN ('open', 'deferred', 'done', 'closed', 'rejected')"),
        check("deferral_reason", "state <> 'deferred' OR deferral_reason <> ''"),
    )

    site_id: Mapped[int] = mapped_column(link("site"))
    equipment_id: Mapped[int | None] = mapped_column(link("equipment"))
    component_id: Mapped[int | None] = mapped_column(link("component"))
    inspection_id: Mapped[int | None] = mapped_column(link("inspection"))
    finding: Mapped[Words]
    action: Mapped[str]
    owner: Mapped[Words]
    priority: Mapped[Words]
    state: Mapped[str] = mapped_column(default="open")
    raised_d: Mapped[OptDay]
    due_d: Mapped[OptDay]
    closed_d: Mapped[OptDay]
    closed_by: Mapped[Words]
    deferred_to_d: Mapped[OptDay]
    deferral_reason: Mapped[Words]
    deferral_approved_by: Mapped[Words]
    work_order: Mapped[Words]


class Flaw(Versioned, Base):
    """A flaw to be assessed for fitness for service: where it is, its size, and all inputs of the assessment."""

    __tablename__ = "flaw"
    __table_args__ = table_args(Index(None, "component_id"), UniqueConstraint("component_id", "name"))

    component_id: Mapped[int] = mapped_column(link("component"))
    inspection_id: Mapped[int | None] = mapped_column(link("inspection"))
    name: Mapped[str]
    kind: Mapped[Words]
    part: Mapped[Words]
    location: Mapped[Words]
    found_d: Mapped[OptDay]
    state: Mapped[Words]
    s_mm: Mapped[OptNumber]
    c_mm: Mapped[OptNumber]
    a_mm: Mapped[OptNumber]
    t_mm: Mapped[OptNumber]
    inputs: Mapped[Any] = mapped_column(Json(), nullable=True)
    grid: Mapped[Any] = mapped_column(Json(), nullable=True)
    remarks: Mapped[Words]


class SettingRecord(Versioned, Base):
    """A setting that differs from its default at this site, with the reason."""

    __tablename__ = "setting_record"
    __table_args__ = table_args(UniqueConstraint("site_id", "key"), check("reason_given", "reason <> ''"))

    site_id: Mapped[int] = mapped_column(link("site"))
    key: Mapped[str]
    value: Mapped[Any] = mapped_column(Json(), nullable=True)
    reason: Mapped[str]
    set_by: Mapped[Words]
    set_d: Mapped[OptDay]


class Waiver(Versioned, Base):
    """A named waiver that overrides a limit or a value: who, why, until when; it prints."""

    __tablename__ = "waiver"
    __table_args__ = table_args(
        UniqueConstraint("site_id", "name"),
        Index(None, "component_id"),
        check("reason_given", "reason <> ''"),
    )

    site_id: Mapped[int] = mapped_column(link("site"))
    equipment_id: Mapped[int | None] = mapped_column(link("equipment"))
    component_id: Mapped[int | None] = mapped_column(link("component"))
    name: Mapped[str]
    limit_key: Mapped[str]
    value: Mapped[Any] = mapped_column(Json(), nullable=True)
    reason: Mapped[str]
    granted_by: Mapped[str]
    from_d: Mapped[OptDay]
    expiry_d: Mapped[ReqDay]
    withdrawn_d: Mapped[OptDay]


class Plan(Versioned, Base):
    """An inspection plan of a site, made from one snapshot."""

    __tablename__ = "plan"
    __table_args__ = table_args(UniqueConstraint("site_id", "name"))

    site_id: Mapped[int] = mapped_column(link("site"))
    snapshot_id: Mapped[int | None] = mapped_column(link("assessment_snapshot"))
    name: Mapped[str]
    as_of_d: Mapped[OptDay]
    window_start_d: Mapped[OptDay]
    window_end_d: Mapped[OptDay]
    state: Mapped[Words]
    remarks: Mapped[Words]


class PlanTask(Versioned, Base):
    """One task of a plan: what, where, by when, under which rule, and its number in the maintenance system."""

    __tablename__ = "plan_task"
    __table_args__ = table_args(Index(None, "plan_id"), Index(None, "component_id"))

    plan_id: Mapped[int] = mapped_column(link("plan"))
    equipment_id: Mapped[int] = mapped_column(link("equipment"))
    component_id: Mapped[int | None] = mapped_column(link("component"))
    candidate_kind: Mapped[str | None] = mapped_column(Code("candidate_kind"))
    rule: Mapped[Words]
    due_d: Mapped[OptDay]
    planned_d: Mapped[OptDay]
    done_d: Mapped[OptDay]
    inspection_type: Mapped[str | None] = mapped_column(Code("inspection_type"))
    inspection_method: Mapped[Words]
    coverage: Mapped[OptNumber]
    effectiveness: Mapped[str | None] = mapped_column(Code("effectiveness"))
    mechanism: Mapped[Words]
    state: Mapped[Words]
    deferral_reason: Mapped[Words]
    sap_plan: Mapped[Words]
    sap_item: Mapped[Words]
    maximo_pm: Mapped[Words]
    work_order: Mapped[Words]
    remarks: Mapped[Words]
