"""Design life: its end, and whether an item beyond it has a valid assessment."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import NO_DATE, IntArray
from integrity.core.codes import index_of
from integrity.core.frames.plant import ComponentFrame
from integrity.core.settings import Settings
from integrity.regulation.dates import add_years


def life_end(components: ComponentFrame, settings: Settings) -> IntArray:
    """End of the design life: the stated life, else the 20-year rule, from the in-service date.

    Parameters
    ----------
    components : ComponentFrame
    settings : Settings
        Uses `plan.design_life_default_years`.

    Returns
    -------
    ndarray of int64
        Day numbers; `NO_DATE` where the in-service date is missing. Source: TSG 21-2016, clause on vessels that
        reached their design life.
    """
    stated = components.design_life_y
    years = np.where(np.isnan(stated), settings.number("plan.design_life_default_years"), stated)
    return add_years(components.in_service_d, years)


def life_state(components: ComponentFrame, as_of_d: int, settings: Settings) -> IntArray:
    """State of each component against its design life; reached on the anniversary itself.

    Parameters
    ----------
    components : ComponentFrame
    as_of_d : int
    settings : Settings

    Returns
    -------
    ndarray of int64
        Index into the enumeration `life_state`.
    """
    end = life_end(components, settings)
    reached = (end != NO_DATE) & (end <= as_of_d)
    stated = ~np.isnan(components.design_life_y)
    assessed = components.assessed_until_d > as_of_d

    def code(name: str) -> int:
        return index_of("life_state", name)

    state = np.where(stated, code("within_life"), code("no_stated_within_20"))
    state = np.where(reached & stated, code("beyond_no_assessment"), state)
    state = np.where(reached & ~stated, code("no_stated_beyond_20"), state)
    state = np.where(reached & assessed, code("beyond_assessed"), state)
    return np.where(end == NO_DATE, code("unknown"), state).astype(np.int64)
