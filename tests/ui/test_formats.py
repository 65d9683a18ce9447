"""The fast writers write what the slow ones write."""

from __future__ import annotations

import numpy as np
import pytest

from integrity.core.quantities import quantities
from integrity.i18n.formats import format_number
from integrity.ui.models.columns import Column, symbol_parts
from integrity.ui.models.formats import number_writer, plain_number, writer

VALUES = (0.0, 1.0, -1.0, 0.004999, 1234.5678, -98765.4321, 1e7, 3.2e-9, 1e12, np.nan, np.inf, -np.inf, 0.30599)
PLAIN = {"code", "flag", "text", "id", "date"}


@pytest.mark.parametrize("unit_set", ["SI", "US"])
def test_number_writer_equals_format_number(unit_set: str) -> None:
    for key in set(quantities()) - PLAIN:
        write = number_writer(key, unit_set)
        for value in VALUES:
            assert write(value) == format_number(value, key, unit_set), (key, value)


def test_plain_number_is_what_a_spreadsheet_reads() -> None:
    assert plain_number(format_number(-98765.4321, "pressure")) == "-98765.432"
    assert plain_number(format_number(3.06e-5, "frequency")) == "3.06e-05"
    assert plain_number(format_number(float("nan"), "pressure")) == ""


def test_codes_and_flags_are_words_in_both_languages() -> None:
    kind = Column("equipment_kind", "code", "equipment_kind")
    assert writer(kind, "en", "SI")(0) == "column"
    assert writer(kind, "zh_CN", "SI")(0) == "塔器"
    assert writer(kind, "en", "SI")(-1) == "—"
    assert writer(Column("insulated", "flag"), "en", "SI")(1) == "yes"


@pytest.mark.parametrize(
    ("key", "quantity", "parts"),
    [
        ("t_min_mm", "thickness", ("t", "min")),
        ("MAWP_next", "pressure", ("MAWP", "next")),
        ("P_f", "frequency", ("P", "f")),
        ("D_f_thin", "damage_factor", ("D", "f,thin")),
        ("RL_today_y", "time", ("RL", "today")),
        ("next_d", "date", ("", "")),
        ("unit", "text", ("", "")),
        ("risk", "risk_area", ("", "")),
    ],
)
def test_symbols(key: str, quantity: str, parts: tuple[str, str]) -> None:
    assert symbol_parts(key, quantity) == parts
