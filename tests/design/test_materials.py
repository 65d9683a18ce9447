"""Allowable stress by own code and edition, aliases without substitution, strength and modulus, replaced tables."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrity.core.codes import index_of
from integrity.core.errors import InputError
from integrity.core.registry import procedure
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.verdict import Verdict
from integrity.design.materials import (
    STRESS_CASES,
    StressLookup,
    allowable_stress,
    canonical,
    edition_year,
    modulus,
    normalised,
    strength,
    yield_ratio,
)
from integrity.design.table_files import TABLES, table_info, tables_digest

KSI = 6.894757293168361
ASME, GB, B31 = (index_of("construction_code", c) for c in ("ASME_VIII_1", "GB_150", "ASME_B31_3"))


def look(material: str, code: int, edition: str, T: float, t_nom: float = 12.0, **more: object) -> StressLookup:
    return allowable_stress([material], np.array([code]), [edition], [T], [t_nom], **more)  # type: ignore[arg-type]


def case(found: StressLookup) -> str:
    return STRESS_CASES[int(found.case[0])]


# Typed in a second time, apart from the data file: material, code, edition, nominal, temperature and stress as printed.
RETYPED = [
    ("SA-516-70", ASME, "2004", 25.0, 500.0, "degF", 20.0, "ksi"),
    ("SA-516-70", ASME, "2004", 25.0, 700.0, "degF", 18.1, "ksi"),
    ("SA-516-70", ASME, "2021", 25.0, 850.0, "degF", 9.3, "ksi"),
    ("SA-106-B", ASME, "2010", 9.0, 750.0, "degF", 13.0, "ksi"),
    ("A106-B", B31, "2016", 9.0, 600.0, "degF", 17.9, "ksi"),
    ("A106-B", B31, "2016", 9.0, 1000.0, "degF", 2.5, "ksi"),
    ("SA-387-11-2", ASME, "2013", 30.0, 850.0, "degF", 20.2, "ksi"),
    ("SA-387-22-1", ASME, "2013", 30.0, 1000.0, "degF", 8.0, "ksi"),
    ("SA-240-304", ASME, "2013", 12.0, 600.0, "degF", 16.6, "ksi"),
    ("SA-240-316", ASME, "2013", 12.0, 1050.0, "degF", 15.1, "ksi"),
    ("Q345R", GB, "2011", 16.0, 300.0, "degC", 153.0, "MPa"),
    ("Q345R", GB, "2011", 20.0, 300.0, "degC", 143.0, "MPa"),
    ("Q345R", GB, "2011", 40.0, 400.0, "degC", 117.0, "MPa"),
    ("16MnR", GB, "1998", 12.0, 100.0, "degC", 170.0, "MPa"),
    ("16MnR", GB, "1998", 20.0, 350.0, "degC", 125.0, "MPa"),
    ("Q245R", GB, "2011", 10.0, 425.0, "degC", 85.0, "MPa"),
    ("15CrMoR", GB, "2011", 40.0, 500.0, "degC", 88.0, "MPa"),
    ("20# GB 9948", GB, "2011", 6.0, 250.0, "degC", 117.0, "MPa"),
    ("S30408", GB, "2011", 10.0, 700.0, "degC", 27.0, "MPa"),
]


@pytest.mark.parametrize("row", RETYPED, ids=lambda r: f"{r[0]}-{r[4]:g}")
def test_table_cells_typed_twice(row: tuple[str, int, str, float, float, str, float, str]) -> None:
    material, code, edition, t_nom, T, T_unit, S, S_unit = row
    T_C = (T - 32.0) / 1.8 if T_unit == "degF" else T
    found = look(material, code, edition, T_C, t_nom)
    assert case(found) == "table"
    assert found.S[0] == pytest.approx(S * KSI if S_unit == "ksi" else S, rel=1e-9)


def test_rows_claim_verified_only_where_two_sources_agree() -> None:
    for name in ("allowable_stress.csv", "strength.csv", "modulus.csv", "pipe_sizes.csv", "y_coefficient.csv"):
        with (TABLES / name).open(encoding="utf-8") as handle:
            for row in csv.DictReader(handle):
                assert (row["verified"] == "true") == (int(row["n_agree"]) >= 2), (name, row)
    assert {p.name for p in TABLES.iterdir()} - {"constants.json", "sources.json"} == set(table_info())


def test_linear_between_rows_and_the_cells_are_shown() -> None:
    found = look("16MnR", GB, "1998", 325.0)
    assert (found.T_lo[0], found.T_hi[0], found.S_lo[0], found.S_hi[0]) == (300.0, 350.0, 144.0, 134.0)
    assert found.S[0] == pytest.approx(139.0)
    assert found.source[0].startswith("engineering memory")
    assert found.verified[0] == 0


def test_below_the_first_row_the_first_value_holds_and_says_so() -> None:
    found = look("Q345R", GB, "2011", -19.0)
    assert (case(found), found.S[0]) == ("first_row", 189.0)


def test_never_beyond_the_last_row() -> None:
    assert look("16MnR", GB, "1998", 475.0).S[0] == 43.0
    beyond = look("16MnR", GB, "1998", 475.01)
    assert case(beyond) == "above_table"
    assert np.isnan(beyond.S[0])
    columns = {"material": ["16MnR"], "construction_code": GB, "code_edition": ["1998"], "T": 500.0, "t_nom": 12.0}
    result = procedure("materials.allowable_stress").run(columns, DEFAULTS)
    assert result.verdict[0] == Verdict.NOT_APPLICABLE
    assert np.isnan(result["S"][0])


def test_each_edition_has_its_own_stress_and_no_other_stands_in() -> None:
    assert look("16MnR", GB, "1998", 100.0).S[0] == 170.0
    assert look("Q345R", GB, "2011", 100.0).S[0] == 189.0
    for material, code, edition in (
        ("16MnR", GB, "2011"),
        ("16MnR", GB, "1989"),
        ("Q345R", GB, "1998"),
        ("SA-516-70", ASME, "1986"),
        ("SA-516-70", ASME, ""),
        ("A106-B", B31, "1990"),
    ):
        found = look(material, code, edition, 100.0)
        assert case(found) == "no_edition", (material, edition)
        assert np.isnan(found.S[0])


def test_missing_rows_lack_data_and_are_no_refusal_of_a_limit() -> None:
    columns = {
        "material": ["Hastelloy", "20#", "16MnR", "16MnR", "16MnR"],
        "construction_code": GB,
        "code_edition": ["1998"] * 5,
        "T": [100.0, 100.0, 100.0, np.nan, 100.0],
        "t_nom": [12.0, 12.0, np.nan, 12.0, 80.0],
    }
    result = procedure("materials.allowable_stress").run(columns, DEFAULTS)
    names = [STRESS_CASES[c] for c in result["S_case"]]
    assert names == ["no_material", "open_material", "no_thickness", "no_temperature", "no_band"]
    assert set(result.verdict) == {Verdict.INSUFFICIENT_DATA}
    assert np.isnan(result["S"]).all()


def test_thickness_band_is_chosen_by_nominal_and_the_border_belongs_to_the_thinner_band() -> None:
    stresses = [look("Q345R", GB, "2011", 20.0, t).S[0] for t in (3.0, 16.0, 16.1, 36.0, 36.1, 60.0)]
    assert stresses == [189.0, 189.0, 185.0, 185.0, 181.0, 181.0]
    assert case(look("Q345R", GB, "2011", 20.0, 2.0)) == "no_band"


def test_owner_overrides_the_table_and_even_a_missing_row() -> None:
    found = allowable_stress(["16MnR", "Hastelloy"], np.array([GB, GB]), ["1998", "1998"], 100.0, 12.0, [155.0, 120.0])
    assert list(found.S) == [155.0, 120.0]
    assert [STRESS_CASES[c] for c in found.case] == ["owner", "owner"]
    assert list(found.verified) == [-1, -1]


def test_austenitic_line_is_a_setting() -> None:
    columns = {"material": ["SA-240-304"], "construction_code": ASME, "code_edition": ["2013"], "T": (600 - 32) / 1.8}
    p = procedure("materials.allowable_stress")
    assert p.run(columns, DEFAULTS)["S"][0] == pytest.approx(16.6 * KSI)
    assert p.run(columns, Settings({"design.austenitic_line": "low"}))["S"][0] == pytest.approx(12.3 * KSI)


SAME_STEEL = [
    ("SA 516 Gr. 70", "SA-516-70"),
    ("sa516-70", "SA-516-70"),
    ("ASTM A106 Grade B", "SA-106-B"),
    ("A106-B", "SA-106-B"),
    ("A335-P5 (5Cr-0.5Mo)", "A335-P5"),
    ("SA-335 P9", "A335-P9"),
    ("20#(GB 9948)", "20# GB 9948"),
    ("06Cr19Ni10", "S30408"),
    ("16MnR", "16MnR"),
    ("Q345R", "Q345R"),
    ("q 345 r", "Q345R"),
]


@pytest.mark.parametrize(("name", "steel"), SAME_STEEL)
def test_alias_is_the_same_steel_written_otherwise(name: str, steel: str) -> None:
    assert canonical([name])[0] == [steel]


@pytest.mark.parametrize("name", ["20#", "304", "P11", "5Cr-0.5Mo", "20"])
def test_name_that_leaves_the_product_standard_open_is_no_material(name: str) -> None:
    materials, is_open, _ = canonical([name])
    assert materials == [""] and is_open == [True]


def test_no_alias_leads_to_another_steel() -> None:
    with (TABLES / "material_aliases.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    for old, new in (("16MNR", "Q345R"), ("Q345R", "16MnR"), ("A283C", "SA-516-70"), ("20GB3087", "20# GB 9948")):
        assert not [r for r in rows if normalised(r["alias"]) == old and r["material"] == new]
    keys = [normalised(r["alias"]) for r in rows]
    assert len({k: None for k in keys}) == len({(k, r["material"]) for k, r in zip(keys, rows, strict=True)})


def test_edition_year() -> None:
    assert edition_year("1998, amendment 2002") == 2002
    assert edition_year("2011") == 2011
    assert np.isnan(edition_year("third"))


@given(st.lists(st.sampled_from(["16MnR", "Q345R", "SA-516-70", "20#", "x", ""]), min_size=1, max_size=30), st.data())
def test_scalar_is_row_of_vector(names: list[str], data: st.DataObject) -> None:
    n = len(names)
    T = np.array(data.draw(st.lists(st.floats(-50, 700), min_size=n, max_size=n)))
    t = np.array(data.draw(st.lists(st.floats(1, 80), min_size=n, max_size=n)))
    editions = data.draw(st.lists(st.sampled_from(["1998", "2011", ""]), min_size=n, max_size=n))
    code = np.array(data.draw(st.lists(st.integers(-1, 4), min_size=n, max_size=n)))
    whole = allowable_stress(names, code, editions, T, t)
    for i in range(n):
        one = allowable_stress(names[i : i + 1], code[i : i + 1], editions[i : i + 1], T[i], t[i])
        assert one.case[0] == whole.case[i]
        assert one.S[0] == pytest.approx(whole.S[i], rel=1e-12, nan_ok=True)


@given(st.floats(20, 475), st.floats(20, 475), st.sampled_from([10.0, 20.0]))
def test_stress_never_rises_with_temperature(T_1: float, T_2: float, t: float) -> None:
    low, high = sorted((T_1, T_2))
    assert look("16MnR", GB, "1998", low, t).S[0] >= look("16MnR", GB, "1998", high, t).S[0] - 1e-9


def test_room_temperature_stress_is_strength_over_the_margin_of_its_edition() -> None:
    for material, code, edition, t_nom, margin in (
        ("SA-516-70", ASME, "2013", 20.0, 3.5),
        ("SA-106-B", ASME, "2013", 9.0, 3.5),
        ("SA-106-B", B31, "2013", 9.0, 3.0),
        ("16MnR", GB, "1998", 12.0, 3.0),
        ("16MnR", GB, "1998", 20.0, 3.0),
        ("Q345R", GB, "2011", 12.0, 2.7),
        ("Q345R", GB, "2011", 40.0, 2.7),
        ("Q245R", GB, "2011", 12.0, 2.7),
        ("15CrMoR", GB, "2011", 12.0, 2.7),
        ("20# GB 9948", GB, "2011", 8.0, 2.7),
    ):
        s = strength([material], t_nom)
        want = min(s.S_u[0] / margin, s.S_y[0] / 1.5)
        assert look(material, code, edition, 38.0, t_nom).S[0] == pytest.approx(want, rel=0.01), material


def test_strength_by_band_and_unknown_material() -> None:
    s = strength(["16MnR", "16MnR", "16MnR", "x"], [12.0, 20.0, np.nan, 12.0], 100.0)
    assert list(s.S_y[:2]) == [345.0, 325.0]
    assert np.isnan(s.S_y[2:]).all()
    assert list(s.group) == [1, 1, -1, -1]


def test_yield_ratio_and_modulus_against_their_published_points() -> None:
    curve = np.array(["medium_carbon"] * 4, dtype=object)
    ratio = yield_ratio(curve, [10.0, 21.0, 400.0, 700.0])
    assert list(ratio[:2]) == [1.0, 1.0]
    T_F = 752.0
    power = 0.014088389 - 0.00019932341 * T_F - 2.0694516e-08 * T_F**2 - 1.001372e-10 * T_F**3
    assert ratio[2] == pytest.approx(10.0**power)
    assert np.isnan(ratio[3])
    assert list(modulus(np.array(["carbon", "austenitic", "carbon", "x"], dtype=object), [200.0, 400.0, 501.0, 20.0]))[
        :2
    ] == [192000.0, 169000.0]
    E_y = modulus(np.array(["carbon", "x"], dtype=object), [501.0, 20.0])
    assert np.isnan(E_y).all()


@given(
    st.sampled_from(["low_carbon", "medium_carbon", "1.25Cr", "2.25Cr", "5Cr", "9Cr", "304", "316"]), st.floats(0, 500)
)
def test_yield_ratio_lies_between_a_third_and_one(curve: str, T: float) -> None:
    ratio = yield_ratio(np.array([curve], dtype=object), [T])[0]
    assert 1 / 3 < ratio <= 1.0


def test_owner_folder_of_tables_stands_before_the_shipped_one(tmp_path: Path) -> None:
    shipped = (TABLES / "allowable_stress.csv").read_text(encoding="utf-8")
    head = shipped.splitlines()[0]
    row = "16MnR,GB_150,1989,1997,6,16,,{},degC,{},MPa,licensed copy,2,true"
    lines = [head, row.format(20, 168), row.format(400, 120)]
    (tmp_path / "allowable_stress.csv").write_text("\n".join(lines), encoding="utf-8")
    found = look("16MnR", GB, "1989", 210.0, overlay=tmp_path)
    assert (found.S[0], found.verified[0], found.source[0]) == (144.0, 1, "licensed copy")
    assert case(look("16MnR", GB, "1998", 210.0, overlay=tmp_path)) == "no_edition"
    assert tables_digest(tmp_path) != tables_digest()


def test_table_without_a_column_is_refused(tmp_path: Path) -> None:
    (tmp_path / "allowable_stress.csv").write_text("material,S\nx,1\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        look("16MnR", GB, "1998", 100.0, overlay=tmp_path)
    assert caught.value.message.key == "design.bad_table"
