"""Reading positions: angles, ordinals and rows in a form that two files of the same point share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from integrity.exchange.text import plain

_ANGLE = re.compile(
    r"(?:^|[\s(])(\d{1,3})\s*(?:°|º|deg\.?|degrees?|度)\s*(?:or single|single|/\s*single|或单点|单点)?\)?$"
)
_ORDINAL = re.compile(
    r"^(?:readings?|rdg|thk|thickness|tml|ut|r|t|point|pt|测点|测厚点|读数|测量值|实测值|测值|值|壁厚|实测壁厚|测厚值|厚度)"
    r"(?:\s*\(?(?:mm|in|inch|毫米)\)?)?[\s_#.-]*(\d{1,2})(?:[\s_]*(?:mm|in|inch)|\s*\(.*\))?$"
)
_BARE = re.compile(r"^\d{1,3}$")
_TRAILING_ZERO = re.compile(r"^(\d+)\.0+$")


@lru_cache(maxsize=4096)
def angle_of(text: str) -> int | None:
    """Angle in degrees that a heading names: `0° or Single`, `45 deg`, `90度`.

    Parameters
    ----------
    text : str

    Returns
    -------
    int or None
    """
    m = _ANGLE.search(plain(text))
    return int(m[1]) if m and int(m[1]) < 360 else None


@lru_cache(maxsize=4096)
def ordinal_of(text: str) -> int | None:
    """Number of a reading column: `Reading_1`, `TML 2 (in)`, `测点3`.

    Parameters
    ----------
    text : str

    Returns
    -------
    int or None
    """
    m = _ORDINAL.match(plain(text))
    return int(m[1]) if m and int(m[1]) > 0 else None


def bare_angles(headings: Sequence[str]) -> dict[str, int]:
    """Headings that are bare numbers and together look like angles: three or more multiples of 15 from 0 on.

    Parameters
    ----------
    headings : sequence of str

    Returns
    -------
    dict of heading to degrees
    """
    found = {h: int(plain(h)) for h in headings if _BARE.match(plain(h))}
    fits = len(found) >= 3 and 0 in found.values() and all(a % 15 == 0 and a < 360 for a in found.values())
    return found if fits else {}


def bare_ordinals(headings: Sequence[str]) -> dict[str, int]:
    """Headings that are the bare numbers 1, 2, 3 ... in order, three or more of them.

    Parameters
    ----------
    headings : sequence of str

    Returns
    -------
    dict of heading to number
    """
    found = {h: int(plain(h)) for h in headings if _BARE.match(plain(h))}
    fits = len(found) >= 3 and list(found.values()) == list(range(1, len(found) + 1))
    return found if fits else {}


@lru_cache(maxsize=65536)
def position_key(text: str) -> str:
    """Common form of a position text: `0°`, `0 deg`, `000` give `0`; `Reading_1`, `R1` give `1`; empty stays empty.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    t = plain(text)
    if t in ("", "single", "单点", "-", "—"):
        return ""
    angle = angle_of(text)
    if angle is not None:
        return str(angle)
    ordinal = ordinal_of(text)
    if ordinal is not None:
        return str(ordinal)
    if m := _TRAILING_ZERO.match(t):
        t = m[1]
    return str(int(t)) if t.isdigit() else t.upper()
