"""Properties of real mixtures: known values, sources, refusals, and the suggested representative fluid."""

from __future__ import annotations

import math

import pytest

from integrity.core.errors import InputError
from integrity.core.message import Message
from integrity.i18n import LANGUAGES, translate
from integrity.services import properties_libraries as lib
from integrity.services.properties import FluidProperties, Property, mapped_fluid, properties_of


def number(p: Property) -> float:
    assert isinstance(p.value, float)
    return p.value


def reason(p: Property) -> str:
    assert not p.known and isinstance(p.why, Message) and p.source == ""
    for language in LANGUAGES:
        assert "{" not in translate(p.why, language)
    return p.why.key


@pytest.fixture(scope="module")
def hexane() -> FluidProperties:
    return properties_of({"n-hexane": 1.0}, 25.0, 0.0)


def test_a_pure_substance(hexane: FluidProperties) -> None:
    assert hexane.phase.value == "liquid"
    assert number(hexane.MW) == pytest.approx(86.18, abs=0.01)
    assert number(hexane.rho_liq) == pytest.approx(655.0, abs=1.0)
    assert number(hexane.NBP_C) == pytest.approx(68.7, abs=0.1)
    assert number(hexane.AIT_C) == pytest.approx(225.0, abs=1.0)
    assert number(hexane.LHV) == pytest.approx(45.1, abs=0.1)
    assert number(hexane.k) == pytest.approx(1.062, abs=0.003)


def test_every_number_says_library_version_and_method(hexane: FluidProperties) -> None:
    for p in hexane.all():
        assert p.known and p.source, p.symbol
        library, version, *method = p.source.replace(",", "").split()
        assert library in ("chemicals", "CoolProp") and version[0].isdigit() and method, p.source


def test_water_is_water() -> None:
    w = properties_of({"water": 1.0}, 20.0, 0.0)
    assert number(w.rho_liq) == pytest.approx(998.2, abs=0.1)
    assert number(w.NBP_C) == pytest.approx(100.0, abs=0.05)
    assert number(w.LHV) == 0.0 and reason(w.AIT_C) == "properties.no_value"
    assert mapped_fluid(w).best == "Water"
    assert properties_of({"water": 1.0}, 150.0, 0.0).phase.value == "gas"


def test_a_mixture_by_mole_and_by_mass_is_one() -> None:
    mole = properties_of({"propane": 0.7, "n-butane": 0.3}, 20.0, 0.5)
    MW = number(mole.MW)
    by_mass = properties_of({"propane": 0.7 * 44.0956 / MW, "n-butane": 0.3 * 58.1222 / MW}, 20.0, 0.5, "mass")
    for a, b in zip(mole.all(), by_mass.all(), strict=True):
        assert a.known == b.known
        if isinstance(a.value, float) and a.known:
            assert number(b) == pytest.approx(a.value, rel=1e-4), a.symbol


def test_a_mixture_has_no_autoignition_temperature_of_its_own() -> None:
    m = properties_of({"propane": 0.7, "n-butane": 0.3}, 20.0, 0.5)
    assert reason(m.AIT_C) == "properties.mixture_AIT"
    assert number(m.AIT_least_C) == pytest.approx(372.0, abs=1.0)


def test_phases_of_a_mixture_follow_from_first_bubble_and_first_drop() -> None:
    feed = {"methane": 0.5, "n-hexane": 0.5}
    assert [properties_of(feed, 60.0, P).phase.value for P in (0.01, 2.0, 20.0)] == ["gas", "two_phase", "liquid"]


def test_gauge_pressure_is_not_absolute() -> None:
    boiling = {"water": 1.0}
    assert properties_of(boiling, 99.0, 0.0).phase.value == "liquid"
    assert properties_of(boiling, 99.0, -0.05).phase.value == "gas"
    with pytest.raises(InputError) as caught:
        properties_of(boiling, 99.0, -0.2)
    assert caught.value.message.key == "properties.state"


def test_a_heavy_mixture_takes_the_cubic_equation_and_says_so() -> None:
    m = properties_of({"n-hexadecane": 0.5, "n-dodecane": 0.5}, 200.0, 0.0)
    assert m.phase.value == "liquid" and "PR" in m.phase.source and "COSTALD" in m.rho_liq.source
    assert 216.0 < number(m.NBP_C) < 287.0 and 216.0 < number(m.NBP_mean_C) < 287.0
    assert mapped_fluid(m).best == "C13-C16"


def test_a_cubic_equation_without_coefficients_is_refused_for_polar_mixtures() -> None:
    m = properties_of({"water": 0.1, "n-hexadecane": 0.9}, 50.0, 0.0)
    assert {reason(p) for p in (m.phase, m.rho_liq, m.NBP_C)} == {"properties.polar"}
    assert m.MW.known and m.k.known


def test_above_the_critical_temperature_there_is_no_liquid() -> None:
    m = properties_of({"nitrogen": 1.0}, 20.0, 1.0)
    assert m.phase.value == "gas" and reason(m.rho_liq) == "properties.above_critical"
    assert number(m.k) == pytest.approx(1.4, abs=0.003)


@pytest.mark.parametrize(
    ("composition", "basis", "key"),
    [
        ({"unobtainium": 1.0}, "mole", "properties.unknown_substance"),
        ({"propane": 0.5}, "mole", "properties.fractions"),
        ({"propane": 1.5, "butane": -0.5}, "mole", "properties.fractions"),
        ({"propane": math.nan}, "mole", "properties.fractions"),
        ({}, "mole", "properties.fractions"),
        ({"propane": 1.0}, "volume", "properties.basis"),
        ({"propane": 0.5, "74-98-6": 0.5}, "mole", "properties.twice"),
    ],
)
def test_what_is_wrong_is_refused_with_a_message(composition: dict[str, float], basis: str, key: str) -> None:
    with pytest.raises(InputError) as caught:
        properties_of(composition, 20.0, 0.0, basis)
    assert caught.value.message.key == key
    for language in LANGUAGES:
        assert "{" not in translate(caught.value.message, language)


def test_a_missing_library_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(lib, "import_module", gone)
    lib.identity.cache_clear()
    with pytest.raises(InputError) as caught:
        properties_of({"propane": 1.0}, 20.0, 0.0)
    assert caught.value.message.key == "properties.library_missing"
    assert caught.value.message.params["library"] == "chemicals"


@pytest.mark.parametrize(
    ("composition", "fluid"),
    [
        ({"propane": 0.6, "n-butane": 0.4}, "C3-C4"),
        ({"n-pentane": 1.0}, "C5"),
        ({"n-heptane": 1.0}, "C6-C8"),
        ({"n-decane": 1.0}, "C9-C12"),
        ({"hydrogen": 1.0}, "H2"),
        ({"H2S": 1.0}, "H2S"),
        ({"methanol": 1.0}, "Methanol"),
    ],
)
def test_the_nearest_representative_fluid(composition: dict[str, float], fluid: str) -> None:
    found = mapped_fluid(properties_of(composition, 25.0, 0.5))
    assert found.best == fluid
    distances = [c.distance for c in found.candidates]
    assert distances == sorted(distances)


def test_nitrogen_is_not_taken_for_carbon_monoxide() -> None:
    found = mapped_fluid(properties_of({"nitrogen": 1.0}, 25.0, 0.5))
    assert found.best != "CO" and [m.key for m in found.remarks] == ["properties.foreign"]
    assert found.remarks[0].params["percent"] == 100.0
