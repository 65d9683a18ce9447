"""The selects behind a plant's frames: what is in force on the as-of day, told once in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, literal, or_, select

from integrity.core.arrays import NO_CODE, NO_DATE
from integrity.db.models import (
    Base,
    Chamber,
    Circuit,
    Cml,
    CmlEvent,
    Component,
    CorrosionLoop,
    Equipment,
    Inspection,
    InventoryGroup,
    LifeAssessment,
    Lining,
    ProcessStream,
    Rating,
    Reading,
    ReliefDevice,
    SafetyGradeRecord,
    Site,
    Survey,
    TemporaryRepair,
    Unit,
)
from integrity.db.models.plant import CircuitRegime
from integrity.db.sql_parts import begun as _begun
from integrity.db.sql_parts import columns_of as _t
from integrity.db.sql_parts import known as _known
from integrity.db.sql_parts import not_ended as _not_ended
from integrity.db.sql_parts import number as _number

Sql = ColumnElement[Any]


def live_components(site_id: int, as_of_d: int) -> CTE:
    """Instances in service on the day: id, and by which item and name the instances of one part are known.

    Parameters
    ----------
    site_id : int
    as_of_d : int

    Returns
    -------
    CTE
    """
    c, e = _t(Component), _t(Equipment)
    return (
        select(c.id, c.equipment_id, c.name, c.chamber_id, c.circuit_id, c.loop_id)
        .select_from(c.id.table.join(e.id.table, e.id == c.equipment_id))
        .where(
            e.site_id == _number(site_id),
            _begun(e.in_service_d, as_of_d),
            _not_ended(e.out_of_service_d, as_of_d),
            _begun(c.in_service_d, as_of_d),
            _not_ended(c.out_of_service_d, as_of_d),
        )
        .cte("live")
    )


def _own_or_item(live: CTE, model: type[Base], columns: list[str], *where: Sql) -> CTE:
    """Rows of a record that names an item, or one of its components, spread over the components they concern.

    A record of an earlier instance counts for the instance now in the same place.
    """
    r, named = _t(model), _t(Component)
    picked = [r[name] for name in ("id", *columns)]
    of_item = (
        select(live.c.id.label("component_id"), *picked)
        .select_from(r.id.table.join(live, live.c.equipment_id == r.equipment_id))
        .where(r.component_id.is_(None), *where)
    )
    of_part = (
        select(live.c.id.label("component_id"), *picked)
        .select_from(
            r.id.table.join(named.id.table, named.id == r.component_id).join(
                live, and_(live.c.equipment_id == named.equipment_id, live.c.name == named.name)
            )
        )
        .where(*where)
    )
    return sa.union_all(of_item, of_part).cte(f"{model.__tablename__}_of")


def _rating_in_force(live: CTE, as_of_d: int) -> Any:
    r = _t(Rating)
    latest = func.row_number().over(
        partition_by=live.c.id,
        order_by=[_known(r.from_d).desc(), case((r.component_id.is_(None), 1), else_=0), r.id.desc()],
    )
    ranked = (
        select(live.c.id.label("component_id"), r.id.label("rating_id"), latest.label("rank_"))
        .select_from(
            live.join(
                r.id.table,
                and_(
                    r.chamber_id == live.c.chamber_id,
                    or_(r.component_id.is_(None), r.component_id == live.c.id),
                ),
            )
        )
        .where(_begun(r.from_d, as_of_d))
        .subquery("rating_ranked")
    )
    return select(ranked.c.component_id, ranked.c.rating_id).where(ranked.c.rank_ == 1).cte("rating_now")


def _grades(as_of_d: int) -> CTE:
    """Grade now and days accumulated under grade 4, by item, from grade records and inspections that ended in one."""
    s, i = _t(SafetyGradeRecord), _t(Inspection)
    zero, one = _number(0), _number(1)
    from_records = select(
        s.equipment_id, s.from_d, s.grade, s.reset_monitored.label("reset_"), one.label("order_"), s.id
    ).where(s.from_d <= _number(as_of_d))
    from_inspections = select(
        i.equipment_id, i.date_d, i.safety_grade, zero.label("reset_"), zero.label("order_"), i.id
    ).where(i.safety_grade.is_not(None), i.date_d <= _number(as_of_d))
    g = sa.union_all(from_records, from_inspections).subquery("grade_events")
    # On one day a record goes before an inspection, and the worse grade before the better.
    order = [g.c.from_d, g.c.order_, g.c.grade, g.c.id]
    item = g.c.equipment_id
    steps = select(
        g.c.equipment_id,
        g.c.from_d,
        g.c.grade,
        func.lead(g.c.from_d).over(partition_by=item, order_by=order).label("until_d"),
        func.max(case((g.c.reset_ == 1, g.c.from_d))).over(partition_by=item).label("reset_d"),
        func.row_number().over(partition_by=item, order_by=[o.desc() for o in order]).label("rank_"),
    ).subquery("grade_steps")
    counts = and_(steps.c.grade == 4, steps.c.from_d >= func.coalesce(steps.c.reset_d, steps.c.from_d))
    days = func.coalesce(steps.c.until_d, _number(as_of_d)) - steps.c.from_d
    return (
        select(
            steps.c.equipment_id,
            func.max(case((steps.c.rank_ == 1, steps.c.grade))).label("grade"),
            func.sum(case((counts, days), else_=0)).label("monitored_days"),
        )
        .group_by(steps.c.equipment_id)
        .cte("grade_now")
    )


def _inspected(live: CTE, as_of_d: int) -> CTE:
    columns = ["date_d", "inspection_type", "statutory", "safety_grade", "next_d"]
    seen = _own_or_item(live, Inspection, columns, _t(Inspection).date_d <= _number(as_of_d)).c
    periodic = case((or_(seen.statutory == 1, seen.safety_grade.is_not(None)), 1), else_=0)
    latest = func.row_number().over(
        partition_by=[seen.component_id, periodic], order_by=[seen.date_d.desc(), seen.id.desc()]
    )
    ranked = select(
        seen.component_id,
        seen.date_d,
        seen.inspection_type,
        seen.next_d,
        periodic.label("periodic"),
        latest.label("rank_"),
    ).subquery("inspection_ranked")
    r = ranked.c
    return (
        select(
            r.component_id,
            func.max(case((r.periodic == 1, r.date_d))).label("last_periodic_d"),
            func.max(case((and_(r.periodic == 1, r.rank_ == 1), r.next_d))).label("next_stated_d"),
            func.max(case((r.inspection_type == "internal", r.date_d))).label("last_internal_d"),
            func.max(case((r.inspection_type == "external", r.date_d))).label("last_external_d"),
        )
        .group_by(r.component_id)
        .cte("inspected")
    )


def _assessed(live: CTE, as_of_d: int) -> CTE:
    columns = ["assessed_d", "valid_until_d"]
    a = _own_or_item(live, LifeAssessment, columns, _t(LifeAssessment).assessed_d <= _number(as_of_d)).c
    latest = func.row_number().over(partition_by=a.component_id, order_by=[a.assessed_d.desc(), a.id.desc()])
    ranked = select(a.component_id, a.valid_until_d, latest.label("rank_")).subquery("assessed_ranked")
    return select(ranked.c.component_id, ranked.c.valid_until_d).where(ranked.c.rank_ == 1).cte("assessed")


def _repaired(live: CTE, as_of_d: int) -> CTE:
    t = _t(TemporaryRepair)
    open_ = and_(_begun(t.installed_d, as_of_d), _not_ended(t.closed_d, as_of_d))
    r = _own_or_item(live, TemporaryRepair, ["expiry_d"], open_).c
    return select(r.component_id, func.min(r.expiry_d).label("expiry_d")).group_by(r.component_id).cte("repaired")


def _protected(as_of_d: int) -> CTE:
    """Lowest set pressure by chamber; a device that names only an item protects all its chambers."""
    d, c = _t(ReliefDevice), _t(Chamber)
    there = and_(_begun(d.installed_d, as_of_d), _not_ended(d.removed_d, as_of_d))
    of_chamber = select(d.chamber_id.label("chamber_id"), d.set_pressure_MPa).where(d.chamber_id.is_not(None), there)
    of_item = (
        select(c.id, d.set_pressure_MPa)
        .select_from(d.id.table.join(c.id.table, c.equipment_id == d.equipment_id))
        .where(d.chamber_id.is_(None), there)
    )
    both = sa.union_all(of_chamber, of_item).subquery("devices")
    lowest = func.min(both.c.set_pressure_MPa).label("set_pressure")
    return select(both.c.chamber_id, lowest).group_by(both.c.chamber_id).cte("protected")


def _regime(as_of_d: int) -> Any:
    r = _t(CircuitRegime)
    return (
        select(r.circuit_id, func.max(r.from_d).label("from_d"))
        .where(r.from_d <= _number(as_of_d))
        .group_by(r.circuit_id)
        .cte("regime")
    )


def _latest(*days: Sql) -> Sql:
    """Latest of several days, each missing one counting as never."""
    out = _known(days[0])
    for day in days[1:]:
        other = _known(day)
        out = case((other > out, other), else_=out)
    return out


def _up_to(day: Sql, as_of_d: int) -> Sql:
    return case((day <= _number(as_of_d), day))


def _filled(*texts: Sql) -> Sql:
    """First text that is not empty."""
    return func.coalesce(*(func.nullif(t, "") for t in texts), literal(""))


def component_select(site_id: int, as_of_d: int) -> tuple[Select[Any], list[str]]:
    """The select of the component frame and the names of its columns; flags as the component itself has them.

    Parameters
    ----------
    site_id : int
    as_of_d : int

    Returns
    -------
    statement : Select
    names : list of str
        Columns of `ComponentFrame`, in the order of the select.
    """
    live = live_components(site_id, as_of_d)
    c, e, h, s = _t(Component), _t(Equipment), _t(Chamber), _t(ProcessStream)
    u, circuit, loop, group, r = _t(Unit), _t(Circuit), _t(CorrosionLoop), _t(InventoryGroup), _t(Rating)
    picked, grade, seen = _rating_in_force(live, as_of_d), _grades(as_of_d), _inspected(live, as_of_d)
    assessed, repaired = _assessed(live, as_of_d), _repaired(live, as_of_d)
    protected, regime = _protected(as_of_d), _regime(as_of_d)
    circuit_id = func.coalesce(c.circuit_id, e.circuit_id)
    part = func.coalesce

    columns: dict[str, Sql] = {
        "component_id": c.id,
        "component": c.name,
        "equipment_id": e.id,
        "tag": e.tag,
        "name_en": e.name_en,
        "name_zh": e.name_zh,
        "equipment_kind": e.equipment_kind,
        "unit": u.name,
        "loop": loop.name,
        "circuit": circuit.name,
        "circuit_id": circuit_id,
        "chamber": h.chamber,
        "component_type": c.component_type,
        "geometry": c.geometry,
        "fitting": c.fitting,
        "NPS_in": part(c.NPS_in, e.NPS_in),
        "t_nom_mm": part(c.t_nom_mm, e.t_nom_mm),
        "CA_mm": part(c.CA_mm, e.CA_mm),
        "R_bend_mm": part(c.R_bend_mm, c.bend_radius_D * part(c.NPS_in, e.NPS_in) * 25.4),
        "set_pressure_MPa": protected.c.set_pressure,
        "material": _filled(c.material, e.material),
        "construction_code": _filled(r.construction_code, c.construction_code, e.construction_code),
        "code_edition": _filled(r.code_edition, c.code_edition, e.code_edition),
        "E": part(r.E, c.E, e.E),
        "fluid": _filled(c.fluid, h.fluid, s.fluid),
        "phase": _filled(c.phase, h.phase, s.phase),
        "inventory_kg": part(c.inventory_kg, h.inventory_kg, e.inventory_kg),
        "group_inventory_kg": group.mass_kg,
        "volume_m3": part(c.volume_m3, h.volume_m3),
        # An item replaced as a whole begins its life anew; a new part does not make the item younger.
        "in_service_d": _latest(part(e.in_service_d, c.in_service_d), _up_to(e.replaced_d, as_of_d)),
        "component_start_d": _latest(
            e.in_service_d, c.in_service_d, _up_to(e.replaced_d, as_of_d), _up_to(c.replaced_d, as_of_d)
        ),
        "regime_start_d": regime.c.from_d,
        "assessed_until_d": assessed.c.valid_until_d,
        "insulated": part(c.insulated, e.insulated),
        "injection_point": part(c.injection_point, case((c.fitting == "injection", 1)), e.injection_point),
        "dead_leg": part(c.dead_leg, case((c.fitting == "deadleg", 1)), e.dead_leg),
        "small_bore": part(c.small_bore, e.small_bore),
        "local_mechanism": c.local_mechanism,
        "internal_thinning": c.internal_thinning,
        "external_thinning": c.external_thinning,
        "safety_grade": part(grade.c.grade, e.safety_grade),
        "monitored_days": grade.c.monitored_days,
        "last_periodic_d": seen.c.last_periodic_d,
        "next_stated_d": seen.c.next_stated_d,
        "last_internal_d": seen.c.last_internal_d,
        "last_external_d": seen.c.last_external_d,
        "temp_repair_expiry_d": repaired.c.expiry_d,
        "maximo_asset": e.maximo_assetnum,
        "row_version": c.row_version,
    }
    columns |= {name: c[name] for name in _OF_COMPONENT}
    columns |= {name: e[name] for name in _OF_ITEM}
    columns |= {name: r[name] for name in _OF_RATING}
    tables = (
        live.join(c.id.table, c.id == live.c.id)
        .join(e.id.table, e.id == c.equipment_id)
        .join(h.id.table, h.id == c.chamber_id)
        .outerjoin(s.id.table, s.id == h.stream_id)
        .outerjoin(u.id.table, u.id == e.unit_id)
        .outerjoin(circuit.id.table, circuit.id == circuit_id)
        .outerjoin(loop.id.table, loop.id == part(c.loop_id, circuit.loop_id, e.loop_id))
        .outerjoin(group.id.table, group.id == e.inventory_group_id)
        .outerjoin(picked, picked.c.component_id == live.c.id)
        .outerjoin(r.id.table, r.id == picked.c.rating_id)
        .outerjoin(grade, grade.c.equipment_id == e.id)
        .outerjoin(seen, seen.c.component_id == live.c.id)
        .outerjoin(assessed, assessed.c.component_id == live.c.id)
        .outerjoin(repaired, repaired.c.component_id == live.c.id)
        .outerjoin(protected, protected.c.chamber_id == c.chamber_id)
        .outerjoin(regime, regime.c.circuit_id == circuit_id)
    )
    labelled = [sql.label(name) for name, sql in columns.items()]
    return select(*labelled).select_from(tables).order_by(c.id), list(columns)


_OF_COMPONENT = (
    *("D_mm", "D_o_mm", "mill_tolerance", "MA_mm", "R_ell", "L_crown_mm", "r_knuckle_mm", "alpha_deg"),
    *("L_unsupported_mm", "H_liq_m", "rho_liq", "tank_D_m", "tank_H_m", "tank_G", "course"),
    *("CR_owner", "CR_owner_reason", "rate_confidence"),
)
_OF_ITEM = (
    *("detection", "isolation", "mitigation", "design_life_y", "vessel_class", "piping_class_cn"),
    *("api570_class", "use_certificate", "registration_code", "equipment_code", "manufacturer"),
    *("product_number", "sap_equipment", "functional_location"),
)
_OF_RATING = ("P_MPa", "T_C", "T_min_C", "P_ext_MPa", "P_op_MPa", "T_op_C", "S_owner_MPa")


def cml_select(site_id: int, as_of_d: int) -> tuple[Select[Any], list[str]]:
    """The select of the CML frame; `component_row` holds the component id, `start_d` the CML's own baseline.

    A location of a removed instance belongs to the instance now in its place, unless that has one of the same name.

    Parameters
    ----------
    site_id : int
    as_of_d : int

    Returns
    -------
    statement : Select
    names : list of str
    """
    live = live_components(site_id, as_of_d)
    m, own, e, v, lining = _t(Cml), _t(Component), _t(Equipment), _t(CmlEvent), _t(Lining)
    now = sa.table("component", *(sa.column(n) for n in ("id", "t_nom_mm"))).alias("now_")
    same = sa.table("cml", *(sa.column(n) for n in ("id", "component_id", "name"))).alias("same_")
    state = v.kind.in_(["retired", "reinstated"])
    ranked = (
        select(
            v.cml_id,
            v.kind,
            func.row_number().over(partition_by=v.cml_id, order_by=[v.date_d.desc(), v.id.desc()]).label("rank_"),
        )
        .where(state, v.date_d <= _number(as_of_d))
        .subquery("states")
    )
    event = (
        select(
            v.cml_id,
            func.max(case((and_(v.kind == "relocated", v.date_d <= _number(as_of_d)), v.date_d))).label("moved_d"),
            func.max(case((state, 1), else_=0)).label("has_state"),
        )
        .group_by(v.cml_id)
        .cte("events")
    )
    lined = (
        select(
            lining.component_id,
            func.max(_latest(_up_to(lining.installed_d, as_of_d), _up_to(lining.removed_d, as_of_d))).label("d"),
        )
        .group_by(lining.component_id)
        .cte("lined")
    )
    active = case(
        (ranked.c.kind == "retired", 0), (ranked.c.kind == "reinstated", 1), (event.c.has_state == 1, 1), else_=m.active
    )
    columns: dict[str, Sql] = {
        "cml_id": m.id,
        "cml": m.name,
        "component_row": live.c.id,
        "location": m.location,
        "t_nom_mm": func.coalesce(m.t_nom_mm, now.c.t_nom_mm, e.t_nom_mm),
        "at_weld": m.at_weld,
        "start_d": _latest(lined.c.d, event.c.moved_d, _up_to(m.installed_d, as_of_d)),
        "active": active,
    }
    twin = select(same.c.id).where(same.c.component_id == live.c.id, same.c.name == m.name)
    tables = (
        m.id.table.join(own.id.table, own.id == m.component_id)
        .join(live, and_(live.c.equipment_id == own.equipment_id, live.c.name == own.name))
        .join(now, now.c.id == live.c.id)
        .join(e.id.table, e.id == live.c.equipment_id)
        .outerjoin(lined, lined.c.component_id == live.c.id)
        .outerjoin(event, event.c.cml_id == m.id)
        .outerjoin(ranked, and_(ranked.c.cml_id == m.id, ranked.c.rank_ == 1))
    )
    statement = (
        select(*(sql.label(name) for name, sql in columns.items()))
        .select_from(tables)
        .where(or_(m.component_id == live.c.id, ~twin.exists()))
        .order_by(live.c.id, m.id)
    )
    return statement, list(columns)


def site_select(site_id: int) -> Select[Any]:
    """Name of a site, how many sites there are, and id and name of each of its surveys (one row a survey).

    Parameters
    ----------
    site_id : int

    Returns
    -------
    Select
    """
    site, s = _t(Site), _t(Survey)
    sites = select(func.count()).select_from(sa.table("site")).scalar_subquery()
    return (
        select(site.name, sites, s.id, s.name)
        .select_from(site.id.table.outerjoin(s.id.table, s.site_id == site.id))
        .where(site.id == _number(site_id))
    )


DAY_SHIFT = 2**31
PLACE_STEP = 2**32
VERSION_STEP = 16


def reading_select(site_id: int | None, as_of_d: int, runs: Sequence[tuple[int, int]] | None = None) -> Select[Any]:
    """The select of the readings, unordered; what is small is packed, because each cell costs as much as a row.

    Columns: id, CML id, thickness, `position * PLACE_STEP + date + DAY_SHIFT`,
    `row_version * VERSION_STEP + quality + 4 * accept_short + 8 * is_nominal`, survey id, position text, temperature.

    Parameters
    ----------
    site_id : int or None
        None where the database holds no other site, which saves a look for every row.
    as_of_d : int
    runs : sequence of (first, last), optional
        Only readings with these ids.

    Returns
    -------
    Select
    """
    r, m, c, e = _t(Reading), _t(Cml), _t(Component), _t(Equipment)
    wide = sa.cast(r.position, sa.BigInteger) * literal(PLACE_STEP, sa.BigInteger)
    place = wide + r.date_d + literal(DAY_SHIFT, sa.BigInteger)
    state = r.row_version * _number(VERSION_STEP) + r.quality + r.accept_short * 4 + r.is_nominal * 8
    columns = (r.id, r.cml_id, r.t_mm, place, state, r.survey_id, r.position_text, r.T_surface_C)
    statement = select(*columns).where(r.date_d <= _number(as_of_d))
    if runs is not None:
        statement = statement.where(or_(sa.false(), *(r.id.between(_number(a), _number(b)) for a, b in runs)))
    if site_id is None:
        return statement
    of_site = (
        select(m.id)
        .select_from(m.id.table.join(c.id.table, c.id == m.component_id).join(e.id.table, e.id == c.equipment_id))
        .where(e.site_id == _number(site_id))
    )
    return statement.where(r.cml_id.in_(of_site))


def inspection_select(site_id: int, as_of_d: int) -> tuple[Select[Any], list[str]]:
    """The select of the inspection frame; `component_row` holds the component id.

    Parameters
    ----------
    site_id : int
    as_of_d : int

    Returns
    -------
    statement : Select
    names : list of str
    """
    live = live_components(site_id, as_of_d)
    columns = ["date_d", "inspection_type", "effectiveness", "mechanism", "conclusion"]
    columns += ["cracks_found", "cracks_repaired"]
    i = _own_or_item(live, Inspection, columns, _t(Inspection).date_d <= _number(as_of_d)).c
    picked = [i.id.label("inspection_id"), i.component_id.label("component_row"), *(i[n] for n in columns)]
    names = ["inspection_id", "component_row", *columns]
    return select(*picked).order_by(i.component_id, i.date_d, i.id), names


MISSING = {"flag": NO_CODE, "id": NO_CODE, "count": NO_CODE, "date": NO_DATE}
