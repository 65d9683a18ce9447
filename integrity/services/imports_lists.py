"""From the lists of a plant to its records: equipment, components with ratings, lines, piping components, CMLs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from integrity.core.codes import codes
from integrity.db.models import (
    Chamber,
    Circuit,
    CircuitRegime,
    Cml,
    Component,
    CorrosionLoop,
    Equipment,
    InventoryGroup,
    Rating,
    Unit,
)
from integrity.db.tracking import table_of
from integrity.design.pipe_sizes import nominal_wall, outside_diameter
from integrity.exchange.text import has_cjk
from integrity.services.imports_book import Book, Entry, called
from integrity.services.imports_rows import Rows
from integrity.services.imports_types import RowDifference

_EQUIPMENT = (
    *("manufacturer", "product_number", "construction_code", "code_edition", "design_d", "in_service_d"),
    *("design_life_y", "vessel_class", "orientation", "height_m", "status", "sap_equipment", "inventory_kg"),
    *("detection", "isolation", "mitigation", "replaced_d", "remarks", "equipment_kind"),
)
_COMPONENT = (
    *("part_name", "component_type", "geometry", "D_mm", "D_o_mm", "t_nom_mm", "material", "E", "CA_mm", "fluid"),
    *("phase", "R_ell", "L_crown_mm", "r_knuckle_mm", "alpha_deg", "L_unsupported_mm", "tank_D_m", "tank_H_m"),
    *("course_height_m", "tank_G", "insulated", "H_liq_m", "rho_liq", "in_service_d", "replaced_d", "remarks"),
)
_LINE_RATING = ("P_MPa", "T_C", "T_min_C", "P_op_MPa", "T_op_C", "S_owner_MPa")
_RATING = (*_LINE_RATING, "P_ext_MPa")
_LINE = (
    *("from_point", "to_point", "service", "NPS_in", "schedule", "material", "construction_code", "code_edition"),
    *("CA_mm", "E", "t_nom_mm", "length_m", "piping_class_cn", "api570_class", "insulated", "in_service_d"),
    *("injection_point", "dead_leg", "small_bore", "inventory_kg", "remarks"),
)
_PIPING = ("fitting", "NPS_in", "schedule", "t_nom_mm", "D_o_mm", "material", "bend_radius_D", "replaced_d", "remarks")
_CML = ("location", "position_scheme", "positions", "t_nom_mm", "at_weld", "access", "remarks")


def equipment(rows: Rows) -> None:
    """Equipment list.

    Parameters
    ----------
    rows : Rows
    """
    book = rows.book
    units: set[Any] = set()
    for i in rows.live:
        tag = rows.get("equipment", i)
        values = rows.values(i, _EQUIPMENT) | _names(rows.get("name", i), rows.get("name_en", i))
        values["tag"] = tag
        values["unit_id"] = _by_name(book, Unit, rows.get("unit_name", i))
        values["loop_id"] = _by_name(book, CorrosionLoop, rows.get("loop", i))
        values["inventory_group_id"] = _group(rows, i)
        entry = rows.put(Equipment, (tag,), values, i)
        unit = entry.get("unit_id")
        units.add(unit.id if isinstance(unit, Entry) else unit)
    rows.gone_among = [e for e in _items(book) if e.cell("equipment_kind") != "piping" and e.cell("unit_id") in units]


def _items(book: Book) -> list[Entry]:
    return [e for e in book.all(Equipment).values() if not e.is_new]


def _names(name: str | None, name_en: str | None) -> dict[str, str | None]:
    """A name in Chinese characters is the Chinese one; another one is the English, where no column says so."""
    if name is None or has_cjk(name):
        return {"name_zh": name, "name_en": name_en}
    return {"name_zh": None, "name_en": name_en or name}


def _by_name(book: Book, model: Any, name: str | None, **values: Any) -> Entry | None:
    return None if name is None else book.put(model, (name,), {"name": name, **values})


def _group(rows: Rows, i: int) -> Entry | None:
    """The inventory group; the first mass that a file gives it stands, another one is shown as a difference."""
    name, mass = rows.get("inventory_group", i), rows.get("group_inventory_kg", i)
    if name is None:
        return None
    group = rows.book.find(InventoryGroup, (name,))
    if group is not None and group.touched:
        rows.book.fill(group, {"mass_kg": mass}, rows.file_rows[i])
        return group
    return rows.book.put(InventoryGroup, (name,), {"name": name, "mass_kg": mass}, rows.file_rows[i])


def component(rows: Rows) -> None:
    """Component list of vessels, exchangers, tanks and heaters.

    Parameters
    ----------
    rows : Rows
    """
    book = rows.book
    items = rows.resolve("equipment", book.all(Equipment))
    for i in rows.live:
        item = items[i]
        if item is None:
            continue
        name = rows.get("component", i)
        chamber = _chamber(rows, i, item, rows.get("chamber", i) or "main")
        values = rows.values(i, _COMPONENT)
        kind = values["component_type"] or ""
        if kind.startswith("COURSE-"):
            values["course"] = int(kind.removeprefix("COURSE-"))
        links = {"equipment_id": item, "chamber_id": chamber, "name": name}
        entry = rows.put(Component, (*item.key, name), {**links, **values}, i)
        _rating(rows, i, chamber, entry, rows.values(i, _RATING))
    _parts_gone(rows, items)


def _chamber(rows: Rows, i: int, item: Entry, chamber: str, **values: Any) -> Entry:
    named = {"equipment_id": item, "chamber": chamber, **values}
    return rows.book.put(Chamber, (*item.key, chamber), named, rows.file_rows[i])


def _rating(rows: Rows, i: int, chamber: Entry, part: Entry | None, values: Mapping[str, Any]) -> None:
    """A first rating holds as built; a changed one follows it from the day the caller names."""
    if all(v is None for v in values.values()):
        return
    name = "" if part is None else part.key[1]
    links = {"chamber_id": chamber, "component_id": part}
    entry = rows.put(Rating, (*chamber.key, name), {**links, **values}, i)
    if not entry.is_new:
        day = rows.table.rating_from_d
        entry.follow_d = rows.as_of_d if day is None else day


def _parts_gone(rows: Rows, items: Iterable[Entry | None]) -> None:
    """Components of the items in the file that the file does not name."""
    named = {item.key for item in items if item is not None}
    rows.gone_among = [c for c in rows.book.all(Component).values() if not c.is_new and c.key[:1] in named]


def line(rows: Rows) -> None:
    """Line list: each line is an item of kind piping with one chamber and its rating.

    Parameters
    ----------
    rows : Rows
    """
    book = rows.book
    for i in rows.live:
        tag = rows.get("line", i)
        loop = _by_name(book, CorrosionLoop, rows.get("loop", i))
        circuit = _by_name(book, Circuit, rows.get("circuit", i), loop_id=loop)
        values = rows.values(i, _LINE) | _names(rows.get("line_name", i), None)
        values |= {"equipment_kind": "piping", "loop_id": loop, "circuit_id": circuit, "tag": tag}
        entry = rows.put(Equipment, (tag,), values, i)
        chamber = _chamber(rows, i, entry, "main", fluid=rows.get("fluid", i), phase=rows.get("phase", i))
        rows.named[i].append(chamber)
        _rating(rows, i, chamber, None, rows.values(i, _LINE_RATING))
        _regime(rows, i, circuit)
    rows.gone_among = [e for e in _items(book) if e.cell("equipment_kind") == "piping"]


def _regime(rows: Rows, i: int, circuit: Entry | None) -> None:
    day = rows.get("process_change_d", i)
    if circuit is not None and day is not None:
        values = {"circuit_id": circuit, "from_d": day, "set_by": rows.author, "reason": rows.source(i)}
        if rows.book.find(CircuitRegime, (*circuit.key, day)) is None:
            rows.put(CircuitRegime, (*circuit.key, day), values, i)


def piping_component(rows: Rows) -> None:
    """Piping components: outside diameter and, where the file gives none, the wall come from size and schedule.

    Parameters
    ----------
    rows : Rows
    """
    book = rows.book
    items = rows.resolve("line", book.all(Equipment))
    found = []
    for i in rows.live:
        item = items[i]
        if item is None:
            continue
        name = rows.get("component", i)
        chamber = _chamber(rows, i, item, "main")
        values = rows.values(i, _PIPING)
        values["geometry"] = "bend" if values["fitting"] == "elbow" else "pipe"
        links = {"equipment_id": item, "chamber_id": chamber, "name": name}
        entry = rows.put(Component, (*item.key, name), {**links, **values}, i)
        found.append((entry, item))
    _dimensions(found)
    _parts_gone(rows, items)


def _dimensions(found: list[tuple[Entry, Entry]]) -> None:
    """Size, diameter, wall and API 581 type of piping components; the line gives what a component lacks."""

    def both(column: str) -> list[Any]:
        return [part.get(column) or item.get(column) for part, item in found]

    NPS = np.array([np.nan if v is None else v for v in both("NPS_in")], dtype=np.float64)
    D_o = outside_diameter(NPS) if found else NPS
    wall = nominal_wall(NPS, [str(s or "") for s in both("schedule")]) if found else NPS
    for (part, item), nps, od, t in zip(found, NPS.tolist(), D_o.tolist(), wall.tolist(), strict=True):
        if nps == nps:
            part.values["component_type"] = pipe_type(nps)
        resized = any("NPS_in" in e.changes() or "schedule" in e.changes() for e in (part, item))
        if od == od and "D_o_mm" not in part.values and (resized or part.cell("D_o_mm") is None):
            part.values["D_o_mm"] = od
        lacks = part.cell("t_nom_mm") is None and item.get("t_nom_mm") is None
        if t == t and "t_nom_mm" not in part.values and (resized or lacks):
            part.values["t_nom_mm"] = t


def pipe_type(NPS_in: float) -> str:
    """API 581 component type of a pipe: the listed size, or the next larger one.

    Parameters
    ----------
    NPS_in : float
        Nominal pipe size, in.

    Returns
    -------
    str
    """
    sizes = sorted(int(c.removeprefix("PIPE-")) for c in codes("component_type") if c.startswith("PIPE-"))
    return next((f"PIPE-{s}" for s in sizes if NPS_in <= s * (1 + 1e-9)), "PIPEGT16")


def cml(rows: Rows) -> None:
    """CML master list.

    Parameters
    ----------
    rows : Rows
    """
    book = rows.book
    items = rows.resolve("item", book.all(Equipment))
    parts = parts_of_items(book)
    for i in rows.live:
        item = items[i]
        if item is None:
            continue
        part = part_of(rows, i, item, parts, needed=True)
        if part is None:
            continue
        values = rows.values(i, _CML)
        status = rows.get("status", i)
        values["active"] = None if status is None else status == "in_service"
        name = rows.get("cml", i)
        values |= {"component_id": part, "name": name}
        rows.put(Cml, (*part.key, name), values, i)
    named = {item.key for item in items if item is not None}
    rows.gone_among = [c for c in book.all(Cml).values() if not c.is_new and c.key[:1] in named]


def parts_of_items(book: Book) -> dict[Any, dict[Any, Entry]]:
    """Components of each item by name.

    Parameters
    ----------
    book : Book

    Returns
    -------
    dict of tag to dict of component name to Entry
    """
    out: dict[Any, dict[Any, Entry]] = {}
    for (tag, name), entry in book.all(Component).items():
        out.setdefault(tag, {})[name] = entry
    return out


def part_of(
    rows: Rows, i: int, item: Entry, parts: Mapping[Any, Mapping[Any, Entry]], needed: bool = False
) -> Entry | None:
    """The component that a row names; the only one of the item where none is named and one is needed.

    Parameters
    ----------
    rows : Rows
    i : int
    item : Entry
    parts : mapping
        From `parts_of_items`.
    needed : bool
        A row without a component is rejected unless the item has just one.

    Returns
    -------
    Entry or None
        None where the row was rejected, or names none and needs none.
    """
    name, own = rows.get("component", i), parts.get(item.key[0], {})
    if name is None:
        if needed and len(own) == 1:
            return next(iter(own.values()))
        if needed:
            rows.note("component_needed", i, "component", item=item.key[0], known=_some(own))
        return None
    if name not in own:
        rows.note("unknown_component", i, "component", text=name, item=item.key[0], known=_some(own))
        return None
    return own[name]


def _some(names: Iterable[str], most: int = 8) -> str:
    listed = list(names)
    return ", ".join(listed[:most]) + (" …" if len(listed) > most else "")


def gone_rows(rows: Rows) -> list[RowDifference]:
    """Records of the plant that the file does not name, where it could have.

    Parameters
    ----------
    rows : Rows

    Returns
    -------
    list of RowDifference
    """
    return [
        RowDifference("gone", table_of(e.model).name, called(e), 0, ())
        for e in rows.gone_among
        if id(e) not in rows.touched
    ]
