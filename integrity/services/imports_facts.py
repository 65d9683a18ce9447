"""From files of facts and of decisions on damage mechanisms to the records of the plant."""

from __future__ import annotations

from typing import Any

from integrity.db.models import Component, DamageAssignment, Fact
from integrity.exchange.facts import FactValues, fact_values
from integrity.services.imports_book import SUBJECTS, Book, Entry, Key, subject_key
from integrity.services.imports_rows import Rows
from integrity.services.known_facts import find_mechanism, known_mechanisms, known_symbols

LINKS = {kind: column for kind, column, _ in SUBJECTS}
EXTERNAL = ("ext_corrosion", "cui", "ext_clscc", "cui_clscc")
_NAMED = {"item": "equipment", "line": "equipment", "tag": "equipment"}


class Subjects:
    """What facts and decisions may be of, by name.

    Parameters
    ----------
    book : Book
    """

    def __init__(self, book: Book) -> None:
        self._parts: dict[str, list[Entry]] = {}
        for key, entry in book.all(Component).items():
            self._parts.setdefault(key[1], []).append(entry)
        self._of = {
            kind: {key[-1]: entry for key, entry in book.all(model).items()}
            for kind, _, model in SUBJECTS
            if kind != "component"
        }
        self._book = book

    def named(self, kind: str, name: str, item: str = "") -> list[Entry]:
        """Records of a kind that go by a name.

        Parameters
        ----------
        kind : str
            component, equipment, circuit or loop.
        name : str
        item : str
            Tag of the item of a component, where it is known.

        Returns
        -------
        list of Entry
        """
        if kind != "component":
            found = self._of[kind].get(name)
            return [] if found is None else [found]
        found_parts = self._parts.get(name, [])
        return [e for e in found_parts if not item or e.key[0] == item]

    def anything(self, text: str) -> list[tuple[str, Entry]]:
        """Every record that a text can mean: a name alone, or a kind and a name as in `loop:CL-07`.

        Parameters
        ----------
        text : str

        Returns
        -------
        list of (kind, Entry)
        """
        kind, colon, name = text.partition(":")
        kind = _NAMED.get(kind.strip().lower(), kind.strip().lower())
        if colon and kind in LINKS:
            return [(kind, e) for e in self.named(kind, name.strip())]
        return [(k, e) for k in LINKS for e in self.named(k, text.strip())]


def subject_of(rows: Rows, i: int, subjects: Subjects) -> tuple[str, Entry] | None:
    """What a row is about: its component, else its item, circuit, loop, else what its subject column names.

    Parameters
    ----------
    rows : Rows
    i : int
    subjects : Subjects

    Returns
    -------
    (kind, Entry) or None
        None where the row names nothing, or nothing that the plant knows; noted on the row.
    """
    item = rows.get("item", i) or ""
    for kind, column in (("component", "component"), ("equipment", "item"), ("circuit", "circuit"), ("loop", "loop")):
        name = rows.get(column, i)
        if name is not None:
            return _only(rows, i, column, name, [(kind, e) for e in subjects.named(kind, name, item)])
    name = rows.get("subject", i)
    if name is None:
        rows.note("subject_needed", i, "subject")
        return None
    return _only(rows, i, "subject", name, subjects.anything(name))


def _only(rows: Rows, i: int, column: str, name: str, found: list[tuple[str, Entry]]) -> tuple[str, Entry] | None:
    if len(found) == 1:
        rows.touch(found[0][1])
        return found[0]
    if found:
        kinds = ", ".join(f"{kind}:{' / '.join(str(p) for p in entry.key)}" for kind, entry in found[:4])
        rows.note("ambiguous_subject", i, column, text=name, known=kinds)
    else:
        rows.note("unknown_subject", i, column, text=name)
    return None


def fact(rows: Rows) -> None:
    """Facts, long (a row a fact) or wide (a column a symbol): one record a subject, symbol and first day.

    Parameters
    ----------
    rows : Rows
    """
    values = _values(rows)
    subjects = Subjects(rows.book)
    seen: dict[Key, int] = {}
    for i in rows.live:
        if values.bad[i]:
            continue
        found = subject_of(rows, i, subjects)
        if found is None:
            continue
        kind, entry = found
        from_d = rows.get("from_d", i)
        key: Key = (*subject_key(kind, entry.key), values.symbol[i], from_d)
        if key in seen:
            rows.note("duplicate_key", i, "symbol", text=values.symbol[i], first_row=seen[key])
            continue
        seen[key] = rows.file_rows[i]
        put = rows.put(Fact, key, _fact(rows, i, values, kind, entry, from_d), i)
        _signed(rows, i, put, source=rows.source(i))


def _values(rows: Rows) -> FactValues:
    """What the cells say; their findings are noted on the rows."""
    columns = rows.parsed.columns
    for name in ("symbol", "value", "unit_text"):
        rows.use(name)
    unit = columns.get("unit_text")
    heading = rows.parsed.outcome.headings.get("value", "")
    symbol, value = columns["symbol"].entered, columns["value"].entered
    found = fact_values(symbol, value, None if unit is None else unit.entered, heading, known_symbols())
    live = set(rows.live)
    for batch in found.findings:
        for k, i in enumerate(batch.index.tolist()):
            if i in live:
                rows.note(batch.code, i, batch.field, **batch.param(k))
    return found


def _fact(rows: Rows, i: int, values: FactValues, kind: str, entry: Entry, from_d: int | None) -> dict[str, Any]:
    symbol = values.symbol[i]
    number = float(values.number[i])
    is_number = number == number
    is_day = known_symbols().by_key[symbol].quantity == "date"
    entered = rows.parsed.columns["value"].entered.text(i).strip()
    return {
        LINKS[kind]: entry,
        "symbol": symbol,
        "number": number if is_number else None,
        "text": values.text[i] or None,
        "day": int(values.day[i]) if is_day else None,
        "entered_text": entered,
        "entered_unit": values.unit[i] if is_number else None,
        "from_d": from_d,
        "until_d": rows.day("until_d", i, after_d=from_d),
        "source": rows.get("source", i),
        "reason": rows.get("reason", i),
        "set_by": rows.get("set_by", i),
    }


def _signed(rows: Rows, i: int, entry: Entry, **otherwise: str) -> None:
    """Who says it and where it stands, for a new or changed record of which the file itself does not say so."""
    if not entry.is_new and not entry.changes():
        return
    lacking = {"set_by": rows.author, **otherwise}
    rows.put(entry.model, entry.key, {c: v for c, v in lacking.items() if not entry.values.get(c)}, i)


def damage(rows: Rows) -> None:
    """Decisions on damage mechanisms: one record a subject, mechanism, cause and first day.

    Parameters
    ----------
    rows : Rows
    """
    subjects = Subjects(rows.book)
    seen: dict[Key, int] = {}
    for i in rows.live:
        name, colon, told = str(rows.get("mechanism", i)).partition(":")
        mechanism = find_mechanism(name)
        if not mechanism:
            rows.note("unknown_mechanism", i, "mechanism", text=name, allowed=", ".join(known_mechanisms()))
            continue
        found = subject_of(rows, i, subjects)
        if found is None:
            continue
        kind, entry = found
        cause = rows.get("cause", i) or (told.strip() if colon else "")
        from_d = rows.get("from_d", i)
        key: Key = (*subject_key(kind, entry.key), mechanism, cause, from_d)
        if key in seen:
            rows.note("duplicate_key", i, "mechanism", text=mechanism, first_row=seen[key])
            continue
        seen[key] = rows.file_rows[i]
        rows.check_future("decided_d", i)
        values = {
            LINKS[kind]: entry,
            "mechanism": mechanism,
            "decision": rows.get("decision", i),
            "cause": cause or None,
            "side": rows.get("side", i) or ("external" if mechanism in EXTERNAL else None),
            "susceptibility": rows.get("susceptibility", i),
            "reason": rows.get("reason", i),
            "set_by": rows.get("set_by", i),
            "decided_d": rows.get("decided_d", i),
            "from_d": from_d,
            "until_d": rows.day("until_d", i, after_d=from_d),
        }
        _signed(rows, i, rows.put(DamageAssignment, key, values, i), reason=rows.source(i))
