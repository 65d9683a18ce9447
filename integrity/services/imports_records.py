"""From records about items to the plant: inspections, registry, maintenance system, streams, devices, repairs."""

from __future__ import annotations

from typing import Any

from integrity.core.arrays import NO_DATE
from integrity.db.fact_sql import STREAM_SYMBOLS
from integrity.db.models import (
    Chamber,
    Circuit,
    Cml,
    Component,
    CorrosionLoop,
    DamageAssignment,
    Equipment,
    Inspection,
    ProcessStream,
    ReliefDevice,
    TemporaryRepair,
)
from integrity.exchange.detect import read_code
from integrity.services.imports_book import Book, Entry, Key, subject_key
from integrity.services.imports_lists import part_of, parts_of_items
from integrity.services.imports_rows import Rows

_INSPECTION = (
    *("coverage", "effectiveness", "cracks_found", "cracks_repaired", "conclusion", "safety_grade"),
    *("inspection_body", "remarks"),
)
_STREAM = (
    *(
        "fluid",
        "phase",
        "T_C",
        "P_MPa",
        "MW",
        "density",
        "TAN",
        "sulfur_wt",
        "H2S_ppmw",
        "chloride_ppmw",
        "pH",
        "water_wt",
    ),
    *("amine_wt", "NH3_ppmw", "H2S_mol", "velocity_m_s", "remarks"),
)
# What a registry and a maintenance system are the owners of is taken over; the rest fills what is empty.
_REGISTRY_OWN = (
    *("use_certificate", "equipment_code", "registration_code", "device_category", "device_class"),
    *("device_variety", "made_d", "use_status", "safety_grade", "user_unit", "place"),
)
_REGISTRY_SHARED = ("model", "product_number", "manufacturer", "in_service_d", "design_life_y")
_SAP_OWN = ("functional_location", "sap_object_type", "sap_plant", "main_work_center", "abc_indicator")
_SAP_SHARED = ("sap_equipment", "manufacturer", "product_number", "model", "in_service_d")
_DEVICE = (
    *("protects", "set_pressure_MPa", "inlet_outlet", "orifice", "last_test_d", "as_found_MPa", "service", "remarks"),
)
_REPAIR = ("moc_number", "next_opening", "remarks")
_EXTERNAL_CAUSES = ("cui", "ext_corrosion", "external")


def inspection(rows: Rows) -> None:
    """Inspection history: one record a row, and the mechanisms it was made for.

    A periodic inspection that a registry has told of the same item and day is the same one: it is completed.

    Parameters
    ----------
    rows : Rows
    """
    book = rows.book
    items, parts = rows.resolve("item", book.all(Equipment)), parts_of_items(book)
    repeats: dict[Key, int] = {}
    for i in rows.live:
        item = items[i]
        if item is None:
            continue
        part = part_of(rows, i, item, parts)
        if part is None and rows.get("component", i) is not None:
            continue
        rows.check_future("date_d", i)
        day, kind = rows.get("date_d", i), rows.get("inspection_type", i)
        method, mechanism = rows.get("inspection_method", i) or "", rows.get("mechanism", i) or ""
        base: Key = (item.key[0], "" if part is None else part.key[1], day, kind, method, mechanism)
        repeats[base] = repeats.get(base, -1) + 1
        values = rows.values(i, _INSPECTION) | {"next_d": rows.day("next_d", i, after_d=day)}
        values |= {"equipment_id": item, "component_id": part, "date_d": day, "inspection_type": kind}
        values |= {"inspection_method": method or None, "mechanism": mechanism or None}
        told = _told_by_registry(book, item, day) if part is None else None
        if told is not None and book.find(Inspection, (*base, repeats[base])) is None:
            _rename(book, told, (*base, repeats[base]))
        rows.put(Inspection, (*base, repeats[base]), values, i)
        _assign(rows, i, item, part, mechanism)


def _registry_key(item: Entry, day: int) -> Key:
    return (item.key[0], "", day, "periodic", "", "", 0)


def _told_by_registry(book: Book, item: Entry, day: int) -> Entry | None:
    return book.find(Inspection, _registry_key(item, day))


def _rename(book: Book, told: Entry, key: Key) -> None:
    """The registry's record becomes that of the history, under its key."""
    entries = book.all(Inspection)
    del entries[told.key]
    told.key = key
    entries[key] = told


def _assign(rows: Rows, i: int, item: Entry, part: Entry | None, mechanism: str) -> None:
    """How a wall thins is taken from what was inspected for; any other mechanism an engineer decides on."""
    name, _, cause = (p.strip() for p in mechanism.partition(":"))
    if not name.startswith("thinning"):
        return
    kind, entry = ("equipment", item) if part is None else ("component", part)
    key: Key = (*subject_key(kind, entry.key), name, cause, None)
    if rows.book.find(DamageAssignment, key) is not None:
        return
    values: dict[str, Any] = {"mechanism": name, "cause": cause or None}
    values |= {"side": "external" if cause in _EXTERNAL_CAUSES else None, f"{kind}_id": entry}
    rows.put(DamageAssignment, key, {**values, "reason": rows.source(i), "set_by": rows.author}, i)


def registry(rows: Rows) -> None:
    """Registry of special equipment: matched by tag, else by certificate.

    Parameters
    ----------
    rows : Rows
    """
    book = rows.book
    by_certificate = {e.get("use_certificate"): e for e in book.all(Equipment).values() if e.get("use_certificate")}
    certified = {i: by_certificate.get(rows.get("use_certificate", i)) for i in rows.live}
    items = _resolved(rows, "internal_no", certified)
    for i in rows.live:
        item = items[i]
        if item is None:
            continue
        rows.put(Equipment, item.key, rows.values(i, _REGISTRY_OWN), i)
        rows.fill(item, rows.values(i, _REGISTRY_SHARED, name="name_zh"), i)
        _periodic(rows, i, item)
    rows.gone_among = _vessels(book)


def _resolved(rows: Rows, field: str, otherwise: dict[int, Entry | None]) -> list[Entry | None]:
    """Items by their tag; by another key where the plant does not know the tag."""
    known = rows.book.all(Equipment)
    rescued = {i for i, e in otherwise.items() if e is not None and (rows.get(field, i),) not in known}
    keep, rows.live = rows.live, [i for i in rows.live if i not in rescued]
    items = rows.resolve(field, known)
    rows.live = keep
    for i in rescued:
        entry = otherwise[i]
        items[i] = None if entry is None else rows.touch(entry)
    return items


def _vessels(book: Book) -> list[Entry]:
    return [e for e in book.all(Equipment).values() if not e.is_new and e.cell("equipment_kind") != "piping"]


def _periodic(rows: Rows, i: int, item: Entry) -> None:
    """The last periodic inspection as the registry knows it, unless the history has one of that day with a grade."""
    day = rows.get("inspection_d", i)
    if day is None:
        return
    rows.check_future("inspection_d", i)
    values = {
        "safety_grade": rows.get("safety_grade", i),
        "conclusion": rows.get("conclusion", i),
        "next_d": rows.day("next_d", i, after_d=day),
        "inspection_body": rows.get("inspection_body", i),
    }
    known = _graded(rows, item, day)
    if known is not None and known.key != _registry_key(item, day):
        rows.fill(known, values, i)
        return
    links = {"equipment_id": item, "date_d": day, "inspection_type": "periodic", "statutory": True}
    rows.put(Inspection, _registry_key(item, day), {**links, **values}, i)


def _graded(rows: Rows, item: Entry, day: int) -> Entry | None:
    """An inspection of the whole item on that day that the registry has told of or that ended in a grade."""
    alike = _by_item_and_day(rows).get((item.key[0], day), ())
    return next((e for e in alike if e.get("safety_grade") is not None or e.get("statutory")), None)


def _by_item_and_day(rows: Rows) -> dict[Key, list[Entry]]:
    if not rows.index:
        for key, entry in rows.book.all(Inspection).items():
            if key[1] == "":
                rows.index.setdefault((key[0], key[2]), []).append(entry)
        rows.index.setdefault(("", NO_DATE), [])
    return rows.index


def sap_equipment(rows: Rows) -> None:
    """Extract of the maintenance system: matched by the tag in the sort field, else by its number, else by place.

    Parameters
    ----------
    rows : Rows
    """
    book = rows.book
    by_number = {e.get("sap_equipment"): e for e in book.all(Equipment).values() if e.get("sap_equipment")}
    by_place = {e.get("functional_location"): e for e in book.all(Equipment).values() if e.get("functional_location")}
    numbered = {i: by_number.get(rows.get("sap_equipment", i)) for i in rows.live}
    placed = {i: e or by_place.get(rows.get("functional_location", i)) for i, e in numbered.items()}
    field = "sort_field" if "sort_field" in rows.parsed.columns else "sap_equipment"
    for i, item in enumerate(_resolved(rows, field, placed)):
        if item is None:
            continue
        rows.put(Equipment, item.key, rows.values(i, _SAP_OWN), i)
        rows.fill(item, rows.values(i, _SAP_SHARED), i)
    rows.gone_among = _vessels(book)


def stream(rows: Rows) -> None:
    """Process streams.

    Parameters
    ----------
    rows : Rows
    """
    book = rows.book
    for i in rows.live:
        row, name = rows.file_rows[i], rows.get("stream", i)
        loop, circuit = rows.get("loop", i), rows.get("circuit", i)
        values = rows.values(i, _STREAM, name="description") | {"name": name}
        if loop is not None:
            values["loop_id"] = book.put(CorrosionLoop, (loop,), {"name": loop}, row)
        if circuit is not None:
            values["circuit_id"] = book.put(Circuit, (circuit,), {"name": circuit}, row)
        rows.put(ProcessStream, (name,), values, i)
    _streams_that_differ(rows)
    rows.gone_among = [e for e in book.all(ProcessStream).values() if not e.is_new]


def _streams_that_differ(rows: Rows) -> None:
    """Two streams of one circuit, or of one loop, that differ give no fact; each row that takes part is told so."""
    places: dict[Any, list[Entry]] = {}
    for entry in rows.book.all(ProcessStream).values():
        place = _place_of(entry)
        if place is not None:
            places.setdefault(place, []).append(entry)
    for i in rows.live:
        own = rows.book.find(ProcessStream, (rows.get("stream", i),))
        for other in places.get(_place_of(own), []) if own is not None else []:
            column = next((c for c in STREAM_SYMBOLS if _differ(own, other, c)), "")
            if other is not own and column:
                rows.note("stream_conflict", i, column, text=rows.get("stream", i), other=other.key[0], symbol=column)
                break


def _place_of(stream: Entry | None) -> Any:
    """Circuit of a stream, else its loop, by id or as a new record."""
    if stream is None:
        return None
    for column in ("circuit_id", "loop_id"):
        held = stream.get(column)
        if held is not None:
            return (column, (held.id if held.id is not None else id(held)) if isinstance(held, Entry) else held)
    return None


def _differ(one: Entry | None, other: Entry, column: str) -> bool:
    a, b = None if one is None else one.get(column), other.get(column)
    return a is not None and b is not None and a != b


def relief_device(rows: Rows) -> None:
    """Relief devices; one that names no chamber protects all chambers of its item.

    Parameters
    ----------
    rows : Rows
    """
    book = rows.book
    tags = {key[0]: e for key, e in book.all(Equipment).items()}
    for i in rows.live:
        tag = rows.get("prd", i)
        next_test = rows.day("next_test_d", i, after_d=rows.get("last_test_d", i))
        values = rows.values(i, _DEVICE, prd_type="kind") | {"tag": tag, "next_test_d": next_test}
        protects = rows.get("protects", i)
        if protects is not None:
            item, chamber = _protected(book, protects, tags)
            if item is None:
                rows.note("unknown_item", i, "protects", text=protects, near="")
                continue
            values |= {"equipment_id": item, "chamber_id": chamber}
        rows.put(ReliefDevice, (tag,), values, i)
    rows.gone_among = [e for e in book.all(ReliefDevice).values() if not e.is_new]


def _protected(book: Book, text: str, tags: dict[Any, Entry]) -> tuple[Entry | None, Entry | None]:
    """The item a device protects, and its chamber where the text names one or the item has only one."""
    name = text if text in tags else text.split()[0].rstrip(",;:/")
    item = tags.get(name)
    if item is None:
        return None, None
    chambers = {key[1]: e for key, e in book.all(Chamber).items() if key[0] == name}
    rest = text.removeprefix(name).strip(" ,;:/()（）")
    code = read_code(rest, "chamber") if rest else ""
    if code and code in chambers:
        return item, chambers[code]
    return item, next(iter(chambers.values())) if len(chambers) == 1 else None


def temporary_repair(rows: Rows) -> None:
    """Temporary repairs with what they cover and when they must be gone.

    Parameters
    ----------
    rows : Rows
    """
    book = rows.book
    items, parts = rows.resolve("item", book.all(Equipment)), parts_of_items(book)
    cmls: dict[Key, Entry] = {(k[0], k[2]): e for k, e in book.all(Cml).items()}
    for i in rows.live:
        item = items[i]
        if item is None:
            continue
        part = part_of(rows, i, item, parts)
        if part is None and rows.get("component", i) is not None:
            continue
        name, number = rows.get("cml", i), rows.get("repair_no", i)
        point = None if name is None else cmls.get((item.key[0], name))
        if name is not None and point is None:
            rows.note("unknown_cml", i, "cml", text=name, near="")
            continue
        if part is None and point is not None:
            part = book.find(Component, point.key[:2])
        installed = rows.get("installed_d", i)
        values = rows.values(i, _REPAIR, repair_kind="kind") | {"number": number, "installed_d": installed}
        values |= {"expiry_d": rows.day("expiry_d", i, after_d=installed)}
        values |= {"equipment_id": item, "component_id": part, "cml_id": point}
        rows.put(TemporaryRepair, (number,), values, i)
    rows.gone_among = [e for e in book.all(TemporaryRepair).values() if not e.is_new]
