"""Sample inputs of the Level 2 procedures, so that every branch, step and refusal is reached."""

from __future__ import annotations

from typing import Any

from integrity.core.codes import codes, index_of
from integrity.rbi.data import HOLES
from integrity.rbi.level2.events import EVENTS
from integrity.rbi.level2.hole import MECHANISMS
from integrity.rbi.level2.pool_source import GROUNDS
from integrity.rbi.level2.toxic import SPECIES
from tests.rbi.samples import NAN, rows_of

GAS, LIQUID, TWO_PHASE = (codes("phase").index(p) for p in ("gas", "liquid", "two_phase"))
RUPTURE = HOLES.index("rupture")
SPARE = {
    "phase_given": -1,
    "hole": -1,
    "detection": -1,
    "isolation": -1,
    "release_phase": -1,
    "release_type": -1,
    "ground": -1,
    "toxic_species": -1,
    "profile_form": -1,
    "component_type": -1,
}

RELEASE_BASE: dict[str, Any] = {
    "hole": 1,
    "D_ref_mm": 600.0,
    "P_s_MPa": 1.8,
    "T_s_C": 40.0,
    "P_v_kPa": 20.0,
    "MW": 44.1,
    "k_ratio": 1.13,
    "rho_liq": 500.0,
    "mass_comp_kg": 12000.0,
    "mass_inv_kg": 60000.0,
    "detection": 1,
    "isolation": 1,
}
RELEASE = rows_of(
    RELEASE_BASE,
    [
        {},
        *({"hole": i} for i in range(4)),
        {"P_v_kPa": 1370.0, "hole": 3},
        {"P_v_kPa": 4000.0},
        {"P_v_kPa": 4000.0, "P_s_MPa": 0.03},
        {"P_v_kPa": 101.325},
        {"P_v_kPa": 101.325, "phase_given": LIQUID},
        {"P_v_kPa": 1901.325, "phase_given": TWO_PHASE},
        {"P_v_kPa": 1901.325},
        {"mass_inv_kg": NAN},
        {"mass_inv_kg": 900.0},
        {"P_s_MPa": 0.0},
        {"P_v_kPa": 4000.0, "k_ratio": 1.0},
        {"P_v_kPa": 4000.0, "MW": NAN},
        {"rho_liq": NAN},
        {"mass_comp_kg": 0.0},
        {"T_s_C": NAN},
        {"detection": -1},
        {"P_v_kPa": NAN},
        {"D_ref_mm": 4.0},
    ],
    SPARE,
)
PARTITION = rows_of(
    {"rate_kg_s": 12.0, "mass_kg": 4000.0, "frac_fsh": 0.3, "frac_l": 1.0},
    [
        {},
        {"frac_fsh": 0.0},
        {"frac_fsh": 0.5},
        {"frac_fsh": 0.8},
        {"frac_fsh": 1.0, "frac_l": 0.0},
        {"frac_fsh": 1.2},
        {"rate_kg_s": -1.0},
        {"rate_kg_s": 0.0},
        {"frac_l": NAN},
    ],
    SPARE,
)
POOL_SOURCE_BASE: dict[str, Any] = {
    "W_pool": 5.0,
    "T_b_C": -42.0,
    "T_ground_C": 20.0,
    "A_pool_max_m2": 5000.0,
    "ground": 0,
    "dHv_kJ_kg": 426.0,
    "rho_vap": 2.4,
    "ld_s": 3600.0,
    "P_bg_kPa": 20.0,
    "MW": 86.0,
    "T_s_C": 60.0,
    "wind_m_s": 3.0,
}
DRY = {"T_b_C": 69.0}
POOL_SOURCE = rows_of(
    POOL_SOURCE_BASE,
    [
        *({"ground": i} for i in range(len(GROUNDS))),
        {"W_pool": 60.0, "A_pool_max_m2": 20.0},
        {"ld_s": 0.5},
        {"ld_s": 0.5, "A_pool_max_m2": 0.5},
        {"T_b_C": 20.0},
        DRY,
        {**DRY, "A_pool_max_m2": 3.0},
        {**DRY, "wind_m_s": 0.0},
        {**DRY, "P_bg_kPa": 120.0},
        {**DRY, "P_bg_kPa": -1.0},
        {"W_pool": 0.0},
        {"ground": -1},
        {**DRY, "MW": NAN},
    ],
    SPARE,
)
EVENTS_BASE: dict[str, Any] = {
    "hole": 1,
    "release_phase": GAS,
    "release_type": 0,
    "rate_kg_s": 8.0,
    "mfrac_flam": 0.9,
    "frac_fsh": NAN,
    "T_fp_l_C": -20.0,
    "T_fp_v_C": -104.0,
    "MW": 44.1,
    "T_s_C": 60.0,
    "AIT_C": 450.0,
}
TWO = {"release_phase": TWO_PHASE, "frac_fsh": 0.35}
EVENTS_SAMPLE = rows_of(
    EVENTS_BASE,
    [
        *({"release_phase": p, "release_type": t, "hole": h} for p in (GAS, LIQUID) for t in (0, 1) for h in (1, 3)),
        *({**TWO, "release_type": t, "hole": h} for t in (0, 1) for h in (1, 3)),
        {**TWO, "release_type": 1, "hole": 3, "frac_fireball": 0.4},
        {**TWO, "release_type": 1, "hole": 1, "frac_fireball": 0.4},
        {"T_s_C": 600.0},
        {"T_s_C": -30.0},
        {"rate_kg_s": 300.0},
        {"rate_kg_s": 0.0},
        {"mfrac_flam": 1.4},
        {**TWO, "frac_fsh": 1.0},
        {"AIT_C": 15.0},
        {"AIT_C": -260.0},
        {"release_phase": LIQUID, "T_fp_l_C": -250.0},
        {"T_fp_v_C": -270.0, "rate_kg_s": 30.0},
        {"T_fp_v_C": NAN},
        {"release_type": -1},
        {**TWO, "T_fp_l_C": NAN},
    ],
    SPARE,
)
AIR: dict[str, Any] = {"T_air_C": 25.0, "RH_air_pct": 60.0, "tau_given": NAN, "x_at_m": NAN}
_AIR_ROWS: list[dict[str, Any]] = [
    {"tau_given": 0.8},
    {"tau_given": 1.0, "RH_air_pct": NAN},
    {"x_at_m": 80.0},
    {"x_at_m": 80.0, "tau_given": 0.7},
    {"RH_air_pct": 130.0},
    {"RH_air_pct": NAN},
    {"T_air_C": 160.0, "RH_air_pct": 100.0},
]
JET = rows_of(
    {"W_jet": 8.0, "mfrac_flam": 1.0, "LHV": 46.0, "beta_rad_given": NAN, **AIR},
    [{}, {"beta_rad_given": 0.2}, {"beta_rad_given": 1.2}, {"W_jet": 0.0}, {"W_jet": -1.0}, {"LHV": 0.0}, *_AIR_ROWS],
    SPARE,
)
FLASH = rows_of({"A_lfl_m2": 900.0}, [{}, {"A_lfl_m2": 0.0}, {"A_lfl_m2": -1.0}, {"A_lfl_m2": NAN}], SPARE)
POOL_BASE: dict[str, Any] = {
    "W_pool": 10.0,
    "mass_pool_kg": 4000.0,
    "rho_liq": 660.0,
    "LHV": 44.7,
    "dHv_kJ_kg": 335.0,
    "Cp_l_kJ_kgK": 2.27,
    "T_b_C": 69.0,
    "rho_vap": 3.0,
    "rho_air": 1.2,
    "wind_m_s": 4.0,
    "A_pool_max_m2": 900.0,
    "beta_rad_given": NAN,
    **AIR,
}
POOL = rows_of(
    POOL_BASE,
    [
        {},
        {"T_b_C": -42.0, "Cp_l_kJ_kgK": NAN},
        {"wind_m_s": 0.0},
        {"wind_m_s": 15.0},
        {"wind_m_s": 0.0, "x_at_m": 80.0},
        {"wind_m_s": 0.0, "x_at_m": 80.0, "tau_given": 0.7},
        {"beta_rad_given": 0.004},
        {"beta_rad_given": 0.2},
        {"beta_rad_given": 2.0},
        {"x_at_m": 0.01, "wind_m_s": 15.0},
        {"W_pool": 0.0},
        {"LHV": 0.0},
        {"wind_m_s": -2.0},
        {"Cp_l_kJ_kgK": NAN},
        {"W_pool": 0.2, "mass_pool_kg": 1.0},
        {"W_pool": 0.05, "wind_m_s": 9.0},
        {"W_pool": 500.0, "mass_pool_kg": 1e6},
        *_AIR_ROWS,
    ],
    SPARE,
)
FIREBALL_BASE: dict[str, Any] = {
    "mass_avail_kg": 20000.0,
    "mfrac_flam": 1.0,
    "LHV": 46.0,
    "P_burst_MPa": 1.7,
    **AIR,
}
FIREBALL = rows_of(
    FIREBALL_BASE,
    [
        {},
        {"mass_avail_kg": 80000.0},
        {"mass_avail_kg": 0.0},
        {"mfrac_flam": 1.5},
        {"P_burst_MPa": 90.0},
        {"LHV": 0.5},
        {"LHV": 2.0},
        *_AIR_ROWS,
    ],
    SPARE,
)
VCE = rows_of(
    {"mass_cloud_kg": 500.0, "eta_vce": 0.1, "LHV": 46.0, "x_at_m": NAN},
    [
        {},
        {"x_at_m": 120.0},
        {"x_at_m": 1.0},
        {"mass_cloud_kg": 0.0},
        {"mass_cloud_kg": -1.0},
        {"LHV": 0.0},
        {"eta_vce": 1.2},
        {"eta_vce": NAN},
    ],
    SPARE,
)
BURST_BASE: dict[str, Any] = {
    "hole": RUPTURE,
    "P_burst_MPa": 2.5,
    "V_gas_m3": 12.0,
    "k_ratio": 1.3,
    "mass_liq_kg": NAN,
    "frac_fsh": NAN,
    "MW": NAN,
    "T_s_C": NAN,
    "x_at_m": NAN,
}
BLEVE = {"mass_liq_kg": 9000.0, "frac_fsh": 0.4, "MW": 44.1, "T_s_C": 55.0}
BURST = rows_of(
    BURST_BASE,
    [
        {},
        BLEVE,
        {**BLEVE, "V_gas_m3": NAN, "k_ratio": NAN},
        {**BLEVE, "hole": 1},
        {**BLEVE, "x_at_m": 60.0},
        {**BLEVE, "x_at_m": 9e5},
        {"V_gas_m3": NAN},
        {"k_ratio": 1.0},
        {"k_ratio": NAN},
        {**BLEVE, "MW": 0.0},
        {**BLEVE, "MW": NAN},
        {**BLEVE, "frac_fsh": NAN},
        {**BLEVE, "T_s_C": NAN},
        {**BLEVE, "frac_fsh": 1.3},
        {"P_burst_MPa": -0.05},
        {"hole": -1},
    ],
    SPARE,
)
TOXIC_BASE: dict[str, Any] = {
    "toxic_species": SPECIES.index("hydrogen_sulfide"),
    "y_tox": 0.2,
    "W_n": 3.0,
    "mass_avail_kg": 6000.0,
    "ld_max_min": 40.0,
    "t_exposure_s": NAN,
    "C_at_ppm": NAN,
}
TOXIC = rows_of(
    TOXIC_BASE,
    [
        *({"toxic_species": i, "t_exposure_s": t} for i in range(len(SPECIES)) for t in (600.0, 1800.0, 3600.0)),
        {},
        {"C_at_ppm": 300.0},
        {"C_at_ppm": 2e6},
        {"toxic_species": SPECIES.index("styrene")},
        {"toxic_species": SPECIES.index("styrene"), "C_at_ppm": 20.0, "t_exposure_s": 1800.0},
        {"y_tox": 1.3},
        {"y_tox": 0.0},
        {"y_tox": 1e-4, "toxic_species": SPECIES.index("methanol"), "t_exposure_s": 600.0},
        {"W_n": NAN},
        {"toxic_species": -1},
    ],
    SPARE,
)
DOSE = rows_of(
    {"toxic_species": SPECIES.index("chlorine"), "profile_form": 0},
    [
        {},
        {"profile_form": 1},
        {"toxic_species": SPECIES.index("methanol")},
        {"profile_form": 1, "toxic_species": SPECIES.index("ammonia")},
        {},
        {},
        {"toxic_species": -1},
        {"profile_form": -1},
    ],
    SPARE,
)
PROFILE: dict[str, Any] = {
    "concentration": {
        "case": [0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 4, 5, 5, 6, 6, 7, 7],
        "time_s": [0, 60, 600, 0, 100, 300, 900, 0, 60, 0, 60, 90, 0, 0, 0, 0, 60, 0, 60],
        "C_ppm": [200, 400, 0, 0, 300, 300, 20, 5, 9, 900, 0, 0, 7, 8, 9, 4, 4, 5, 5],
    }
}
_NONE = {f"p_{e}": 0.0 for e in EVENTS}
HOLE_BASE: dict[str, Any] = {
    "hole": 1,
    **_NONE,
    "p_jet": 0.1,
    "p_vce": 0.05,
    "p_flash": 0.15,
    "p_none": 0.7,
    **{f"CA_{e}_{k}": 100.0 + 10 * i for e in ("cmd", "inj") for i, k in enumerate(("pool", "jet", "fireball", "vce"))},
    "CA_cmd_flash": 60.0,
    "CA_inj_flash": 240.0,
    "toxic_release": 0,
    "A_tox_m2": NAN,
    "CA_cmd_expl": NAN,
    "CA_inj_expl": NAN,
    "splash_release": 0,
    "CA_nfnt": NAN,
}
HOLE = rows_of(
    HOLE_BASE,
    [
        {},
        {"CA_cmd_pool": NAN, "CA_inj_pool": NAN, "CA_cmd_fireball": NAN, "CA_inj_fireball": NAN},
        {"p_jet": 0.0, "p_pool": 0.1},
        {"p_jet": 0.0, "p_jet_pool": 0.1},
        {"p_jet": 0.0, "p_fireball": 0.1, "hole": 3, "CA_cmd_expl": 50.0, "CA_inj_expl": 90.0},
        {"hole": 3},
        {"toxic_release": 1, "A_tox_m2": 800.0},
        {"toxic_release": 1},
        {"splash_release": 1, "CA_nfnt": 30.0},
        {"splash_release": 1},
        {"p_none": 0.6},
        {"p_jet": -0.1, "p_none": 0.9},
        {"CA_inj_jet": -5.0},
        {"CA_inj_jet": NAN},
        {"p_jet": 0.0, "p_vce": 0.0, "p_flash": 0.0, "p_none": 1.0},
        {"p_none": NAN},
        {"hole": -1},
        {"toxic_release": -1},
    ],
    {**SPARE},
)
SUMMARY_BASE: dict[str, Any] = {
    "component_type": index_of("component_type", "DRUM"),
    **{f"{m}_{h}": 10.0 * (i + 1) * (j + 1) for j, m in enumerate(MECHANISMS) for i, h in enumerate(HOLES)},
}
SUMMARY = rows_of(
    SUMMARY_BASE,
    [
        {},
        {f"CA_inj_tox_{h}": 0.0 for h in HOLES},
        {f"CA_cmd_flam_{h}": 1e5 for h in HOLES},
        {f"CA_inj_flam_{h}": 1e5 for h in HOLES},
        {f"CA_inj_tox_{h}": 900.0 for h in HOLES},
        {"component_type": index_of("component_type", "COURSE-2")},
        {"component_type": index_of("component_type", "HEATERTUBE")},
        {"component_type": -1},
        {"CA_inj_tox_large": NAN},
        {"CA_inj_tox_large": -1.0},
    ],
    SPARE,
)
CONTRIBUTION = rows_of(
    {"f_release": 1e-4, "p_weather": 0.3, "p_event": 0.1, "CA_cmd_event": 80.0, "CA_inj_event": 300.0},
    [{}, {"p_weather": 1.2}, {"CA_inj_event": -1.0}, {"f_release": NAN}, {"p_event": 0.0}],
    SPARE,
)

_K = "api581.2016.level2_"
SAMPLES: dict[str, Any] = {
    _K + "release": [(RELEASE, {})],
    _K + "partition": [(PARTITION, {})],
    _K + "pool_source": [(POOL_SOURCE, {})],
    _K + "events": [(EVENTS_SAMPLE, {})],
    _K + "jet_fire": [(JET, {})],
    _K + "flash_fire": [(FLASH, {})],
    _K + "pool_fire": [(POOL, {})],
    _K + "fireball": [(FIREBALL, {})],
    _K + "vce": [(VCE, {})],
    _K + "explosion": [(BURST, {})],
    _K + "toxic": [(TOXIC, {})],
    _K + "toxic_dose": [(DOSE, PROFILE)],
    _K + "hole": [(HOLE, {})],
    _K + "summary": [(SUMMARY, {})],
    _K + "contribution": [(CONTRIBUTION, {})],
}
SETTINGS: dict[str, Any] = {
    _K + "partition": [{"rbi.level2_entrainment": "printed"}],
    _K + "events": [
        {
            "rbi.level2_reference_temperature": "printed",
            "rbi.level2_phase_weight": "printed",
            "rbi.level2_continuous_rupture": "refuse",
        }
    ],
    _K + "pool_fire": [
        {"rbi.level2_pool_view": "printed"},
        {"rbi.level2_pool_view": "printed", "rbi.level2_pool_distance": "surface"},
        {"rbi.level2_pool_distance": "surface"},
    ],
    _K + "fireball": [{"rbi.level2_fireball_view": "sphere"}],
}
