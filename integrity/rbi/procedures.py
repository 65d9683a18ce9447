"""Registered procedures of risk-based inspection, and the mechanisms that belong to the package."""

from __future__ import annotations

from integrity.core.registry import register
from integrity.rbi import (
    area,
    bundle,
    bundle_fit,
    calibration,
    consequence,
    financial,
    management,
    nfnt,
    pof,
    release,
    relief,
    relief_risk,
    risk,
    tanks_cost,
    tanks_release,
    toxic,
)
from integrity.rbi.level2 import (
    events,
    explosion,
    fireball,
    flash_fire,
    hole,
    jet_fire,
    partition,
    pool_fire,
    pool_source,
    source,
    summary,
    vce,
)
from integrity.rbi.level2 import toxic as level2_toxic
from integrity.rbi.mechanisms import (
    brittle,
    embrittlement_885,
    external_cracking,
    external_plant,
    fatigue,
    htha,
    lining,
    scc_alkaline,
    scc_hf,
    scc_stainless,
    scc_wet_h2s,
    sigma,
    temper,
    thinning_plant,
)
from integrity.rbi.rates import (
    acid_sour_water,
    alkaline_sour_water,
    amine,
    co2,
    cooling_water,
    groundwater,
    h2s_h2,
    hcl,
    hf,
    oxidation,
    selection,
    soil,
    sulfidic,
    sulfuric,
)
from integrity.rbi.rates import tank_bottom as rate_tank_bottom

THINNING = register(thinning_plant.PROCEDURE)
EXT_CORROSION = register(external_plant.EXT_MECHANISM.procedure)
CUI = register(external_plant.CUI_MECHANISM.procedure)
LINING = register(lining.PROCEDURE)
HTHA = register(htha.PROCEDURE)
BRITTLE = register(brittle.PROCEDURE)
TEMPER = register(temper.PROCEDURE)
EMBRITTLEMENT_885 = register(embrittlement_885.PROCEDURE)
SIGMA = register(sigma.PROCEDURE)
FATIGUE = register(fatigue.PROCEDURE)
SCC_CAUSTIC = register(scc_alkaline.CAUSTIC_PROCEDURE)
SCC_AMINE = register(scc_alkaline.AMINE_PROCEDURE)
SCC_SSC = register(scc_wet_h2s.SSC_PROCEDURE)
SCC_HIC_H2S = register(scc_wet_h2s.HIC_PROCEDURE)
SCC_CARBONATE = register(scc_alkaline.CARBONATE_PROCEDURE)
SCC_PTA = register(scc_stainless.PTA_PROCEDURE)
SCC_CLSCC = register(scc_stainless.CLSCC_PROCEDURE)
SCC_HSC_HF = register(scc_hf.HSC_PROCEDURE)
SCC_HIC_HF = register(scc_hf.HIC_PROCEDURE)
EXT_CLSCC = register(external_cracking.EXT_CLSCC)
CUI_CLSCC = register(external_cracking.CUI_CLSCC)
MANAGEMENT_FACTOR = register(management.PROCEDURE)
OWNER_FACTOR = register(management.OWNER_PROCEDURE)
RELEASE = register(release.PROCEDURE)
FLAMMABLE_AREA = register(area.PROCEDURE)
TOXIC_AREA = register(toxic.PROCEDURE)
NFNT_AREA = register(nfnt.PROCEDURE)
CONSEQUENCE = register(consequence.PROCEDURE)
POF = register(pof.PROCEDURE)
RISK = register(risk.PROCEDURE)
RATE_HCL = register(hcl.PROCEDURE)
RATE_SULFIDIC = register(sulfidic.PROCEDURE)
RATE_H2S_H2 = register(h2s_h2.PROCEDURE)
RATE_SULFURIC = register(sulfuric.PROCEDURE)
RATE_HF = register(hf.PROCEDURE)
RATE_ALKALINE_SOUR_WATER = register(alkaline_sour_water.PROCEDURE)
RATE_ACID_SOUR_WATER = register(acid_sour_water.PROCEDURE)
RATE_AMINE = register(amine.PROCEDURE)
RATE_OXIDATION = register(oxidation.PROCEDURE)
RATE_CO2 = register(co2.PROCEDURE)
RATE_COOLING_WATER = register(cooling_water.PROCEDURE)
RATE_GROUNDWATER = register(groundwater.PROCEDURE)
RATE_SOIL = register(soil.PROCEDURE)
RATE_TANK_BOTTOM = register(rate_tank_bottom.PROCEDURE)
RATE_SELECTION = register(selection.PROCEDURE)
LOCAL_CALIBRATION = register(calibration.PROCEDURE)
FINANCIAL = register(financial.PROCEDURE)
FINANCIAL_RISK = register(financial.RISK_PROCEDURE)
TANK_SHELL = register(tanks_release.SHELL)
TANK_BOTTOM = register(tanks_release.BOTTOM_PROCEDURE)
TANK_AREA = register(tanks_cost.AREA)
TANK_FINANCIAL = register(tanks_cost.PROCEDURE)
BUNDLE_LIFE = register(bundle_fit.LIFE)
BUNDLE_WEIBULL = register(bundle_fit.PROCEDURE)
BUNDLE_POF = register(bundle.POF)
BUNDLE_COST = register(bundle.COST)
BUNDLE_RISK = register(bundle.RISK)
BUNDLE_REPLACEMENT = register(bundle.REPLACEMENT)
PRD_FAIL = register(relief.FAIL)
PRD_LEAK = register(relief.LEAK)
PRD_TEST = register(relief.TEST)
PRD_CASE = register(relief_risk.CASE)
PRD_LEAK_COST = register(relief_risk.LEAK_COST)
PRD_RISK = register(relief_risk.RISK)
LEVEL2_RELEASE = register(source.PROCEDURE)
LEVEL2_PARTITION = register(partition.PROCEDURE)
LEVEL2_POOL_SOURCE = register(pool_source.PROCEDURE)
LEVEL2_EVENTS = register(events.PROCEDURE)
LEVEL2_JET_FIRE = register(jet_fire.PROCEDURE)
LEVEL2_FLASH_FIRE = register(flash_fire.PROCEDURE)
LEVEL2_POOL_FIRE = register(pool_fire.PROCEDURE)
LEVEL2_FIREBALL = register(fireball.PROCEDURE)
LEVEL2_VCE = register(vce.PROCEDURE)
LEVEL2_EXPLOSION = register(explosion.PROCEDURE)
LEVEL2_TOXIC = register(level2_toxic.PROCEDURE)
LEVEL2_TOXIC_DOSE = register(level2_toxic.DOSE)
LEVEL2_HOLE = register(hole.PROCEDURE)
LEVEL2_SUMMARY = register(summary.PROCEDURE)
LEVEL2_CONTRIBUTION = register(summary.CONTRIBUTION)
