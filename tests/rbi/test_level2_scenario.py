"""The whole Level 2 consequence of components, part by part."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.codes import index_of
from integrity.core.settings import DEFAULTS
from integrity.core.verdict import Verdict
from integrity.rbi.data import HOLES
from integrity.rbi.level2.scenario import PARTS, Level2, level2

DONE = int(Verdict.CALCULATED)
# A propane vessel, stored warm under its own pressure, and what a dispersion study gave for each hole.
PROPANE: dict[str, Any] = {
    "component_type": index_of("component_type", "DRUM"),
    "D_ref_mm": 1800.0,
    "P_s_MPa": 1.5,
    "T_s_C": 38.0,
    "P_v_kPa": 1310.0,
    "MW": 44.1,
    "k_ratio": 1.13,
    "rho_liq": 470.0,
    "mass_comp_kg": 9000.0,
    "mass_inv_kg": 40000.0,
    "detection": 1,
    "isolation": 1,
    "frac_fsh": 0.38,
    "frac_l": 0.95,
    "mfrac_flam": 1.0,
    "T_fp_l_C": -104.0,
    "T_fp_v_C": -104.0,
    "AIT_C": 450.0,
    "LHV": 46.3,
    "dHv_kJ_kg": 426.0,
    "T_b_C": -42.0,
    "rho_vap": 2.3,
    "rho_air": 1.19,
    "wind_m_s": 4.0,
    "A_pool_max_m2": 929.0,
    "T_air_C": 25.0,
    "RH_air_pct": 60.0,
    "P_burst_MPa": 1.77,
    "eta_vce": 0.05,
    "V_gas_m3": 4.0,
    "mass_liq_kg": 9000.0,
    "toxic_release": 0,
    "splash_release": 0,
    **{f"A_lfl_m2_{h}": a for h, a in zip(HOLES, (30.0, 600.0, 6000.0, 15000.0), strict=True)},
    **{f"mass_cloud_kg_{h}": m for h, m in zip(HOLES, (2.0, 60.0, 900.0, 5000.0), strict=True)},
}


def of(**changes: Any) -> Level2:
    return level2({**PROPANE, **changes}, DEFAULTS)


def test_a_component_gets_its_areas() -> None:
    found = of()
    assert found.summary.verdict[0] == DONE and found.summary["CA"][0] > 0.0
    assert (found.parts["hole"].verdict == DONE).all()
    assert found.summary["CA"][0] == max(found.summary["CA_cmd"][0], found.summary["CA_inj"][0])
    # Greater holes hurt more.
    assert (np.diff(found.parts["hole"]["CA_inj_flam"]) > 0.0).all()


def test_the_area_of_a_hole_is_what_its_events_give() -> None:
    parts = of().parts
    j = HOLES.index("medium")
    tree, fire = parts["events"], {k: parts[k][f"CA_inj_{k}"][j] for k in ("jet", "pool", "vce", "flash")}
    assert parts["release"]["phase_open"][j] == 2 and tree["p_jet_pool"][j] > 0.0
    want = tree["p_jet_pool"][j] * max(fire["jet"], fire["pool"])
    want += tree["p_vce"][j] * fire["vce"] + tree["p_flash"][j] * fire["flash"]
    assert parts["hole"]["CA_inj_flam"][j] == pytest.approx(want, rel=1e-12)


def test_components_do_not_feel_each_other() -> None:
    P = np.array([0.9, 1.5, 2.4])
    together = level2({**PROPANE, "P_s_MPa": P, "P_v_kPa": np.array([20.0, 1310.0, 9000.0])}, DEFAULTS)
    for i, v in enumerate((20.0, 1310.0, 9000.0)):
        alone = of(P_s_MPa=float(P[i]), P_v_kPa=v)
        for symbol in ("CA_cmd", "CA_inj", "CA"):
            np.testing.assert_allclose(
                together.summary[symbol][i], alone.summary[symbol][0], rtol=1e-12, equal_nan=True
            )


def test_a_gas_needs_no_pool() -> None:
    gas = {k: np.nan for k in ("dHv_kJ_kg", "T_b_C", "rho_vap", "rho_air", "A_pool_max_m2", "T_fp_l_C", "mass_liq_kg")}
    found = of(P_v_kPa=9000.0, frac_l=0.0, **gas)
    assert found.summary.verdict[0] == DONE
    assert (found.parts["events"]["p_pool"] == 0.0).all() and (found.parts["hole"].verdict == DONE).all()


def test_what_lacks_is_told_by_part_and_hole() -> None:
    found = of(A_lfl_m2_large=np.nan)
    assert found.summary.verdict[0] == int(Verdict.INSUFFICIENT_DATA) and np.isnan(found.summary["CA"][0])
    assert ("flash", "large", "missing", "A_lfl_m2") in found.lacking(0)
    assert ("flash", "small", "missing", "A_lfl_m2") not in found.lacking(0)
    assert of().parts.keys() == PARTS.keys() - {"toxic"}


def test_the_concentration_of_a_toxic_cloud_is_told_with_it() -> None:
    toxic = {f"A_tox_m2_{h}": 100.0 * (i + 1) for i, h in enumerate(HOLES)}
    found = of(toxic_release=1, toxic_species=15, y_tox=0.1, t_exposure_s=600.0, **toxic)
    assert (found.parts["toxic"].verdict == DONE).all() and found.summary["CA_inj_tox"][0] > 0.0
    assert found.summary["CA_inj"][0] >= of().summary["CA_inj"][0]
