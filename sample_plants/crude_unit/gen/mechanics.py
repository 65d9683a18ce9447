"""Required thickness, allowable stress and stock sizes used to design the sample plant."""

from __future__ import annotations

import bisect
import math

KSI = 6.894757

# Stress at temperature (degC, MPa). Values as an old data book would print them, from engineering memory:
# a generated plant needs plausible numbers, not an authority.
_F = [38.0, 93.0, 149.0, 204.0, 260.0, 316.0, 343.0, 371.0, 399.0, 427.0]
_C = [20.0, 100.0, 150.0, 200.0, 250.0, 300.0, 350.0, 400.0, 425.0, 450.0]


def _ksi(*values: float) -> list[float]:
    return [v * KSI for v in values]


STRESS: dict[tuple[str, str], tuple[list[float], list[float]]] = {
    ("ASME VIII-1", "SA-516-70"): (_F, _ksi(17.5, 17.5, 17.5, 17.5, 17.5, 17.5, 17.5, 16.6, 14.8, 12.0)),
    ("ASME VIII-1", "SA-106-B"): (_F, _ksi(15.0, 15.0, 15.0, 15.0, 15.0, 15.0, 15.0, 14.4, 13.0, 10.8)),
    ("ASME VIII-1", "SA-240-304"): (_F, _ksi(18.8, 17.8, 16.6, 16.2, 15.9, 15.9, 15.9, 15.9, 15.6, 15.2)),
    ("ASME VIII-1", "SA-240-316"): (_F, _ksi(18.8, 18.8, 18.4, 18.1, 18.0, 17.0, 16.7, 16.3, 16.1, 15.9)),
    ("ASME VIII-1", "SA-179"): (_F, _ksi(11.8, 11.8, 11.8, 11.8, 11.8, 11.8, 11.7, 11.5, 10.7, 9.2)),
    ("GB 150", "16MnR<=16"): (_C, [170, 170, 170, 170, 156, 144, 134, 125, 93, 66]),
    ("GB 150", "16MnR>16"): (_C, [163, 163, 163, 159, 147, 134, 125, 119, 93, 66]),
    ("GB 150", "Q345R<=16"): (_C, [189, 189, 189, 183, 167, 153, 143, 125, 93, 66]),
    ("GB 150", "Q345R>16"): (_C, [185, 185, 183, 170, 157, 143, 133, 125, 93, 66]),
    ("GB 150", "Q245R<=16"): (_C, [148, 147, 140, 131, 117, 108, 98, 91, 85, 61]),
    ("GB 150", "Q245R>16"): (_C, [148, 140, 133, 124, 111, 102, 93, 86, 84, 61]),
    ("GB 150", "15CrMoR"): (_C, [167, 167, 160, 150, 140, 133, 126, 122, 119, 117]),
    ("GB 150", "S30408"): (_C, [137, 137, 137, 130, 122, 114, 111, 107, 105, 103]),
    ("GB 150", "20# GB 9948"): (_C, [152, 147, 140, 131, 117, 108, 98, 88, 83, 61]),
    ("GB/T 20801", "20# GB 9948"): (_C, [152, 147, 140, 131, 117, 108, 98, 88, 83, 61]),
    ("ASME B31.3", "A106-B"): (_F, _ksi(20, 20, 20, 19.9, 19.0, 17.9, 17.3, 16.7, 13.9, 11.4)),
    ("ASME B31.3", "A335-P5 (5Cr-0.5Mo)"): (
        _F,
        _ksi(20.0, 18.1, 17.4, 17.2, 17.1, 16.8, 16.6, 16.3, 13.2, 12.8),
    ),
    ("ASME B31.3", "A335-P9 (9Cr-1Mo)"): (
        _F,
        _ksi(20.0, 18.1, 17.4, 17.2, 17.1, 16.8, 16.6, 16.3, 15.9, 15.0),
    ),
    ("ASME B31.3", "SA-240-304"): (_F, _ksi(20, 20, 18.9, 18.3, 17.5, 16.6, 16.2, 15.8, 15.5, 15.2)),
    ("ASME B31.3", "SA-240-316"): (_F, _ksi(20, 20, 20, 19.3, 18.0, 17.0, 16.6, 16.3, 16.1, 15.9)),
    ("API 530", "A335-P5 (5Cr-0.5Mo)"): ([20.0, 370.0, 480.0, 540.0, 600.0], [130, 110, 95, 60, 32]),
    ("API 530", "A335-P9 (9Cr-1Mo)"): ([20.0, 370.0, 480.0, 540.0, 600.0], [130, 112, 100, 72, 42]),
    ("API 650", "A283-C"): ([20.0, 200.0], [137, 137]),
}
_TWO_BANDS = {"16MnR", "Q345R", "Q245R"}

PLATE_MM = [6, 8, 10, 12, 14, 16, 18, 20, 22, 25, 28, 30, 32, 36, 40, 45, 50, 56, 60]

# NPS -> (outside diameter mm, {schedule: wall mm}), ASME B36.10.
PIPE: dict[str, tuple[float, dict[str, float]]] = {
    '3/4"': (26.7, {"40": 2.87, "80": 3.91, "160": 5.56}),
    '1"': (33.4, {"40": 3.38, "80": 4.55, "160": 6.35}),
    '1-1/2"': (48.3, {"40": 3.68, "80": 5.08, "160": 7.14}),
    '2"': (60.3, {"40": 3.91, "80": 5.54, "160": 8.74}),
    '3"': (88.9, {"40": 5.49, "80": 7.62, "160": 11.13}),
    '4"': (114.3, {"40": 6.02, "80": 8.56, "160": 13.49}),
    '6"': (168.3, {"40": 7.11, "80": 10.97, "160": 18.26}),
    '8"': (219.1, {"20": 6.35, "40": 8.18, "60": 10.31, "80": 12.70}),
    '10"': (273.0, {"20": 6.35, "40": 9.27, "60": 12.70, "80": 15.09}),
    '12"': (323.8, {"20": 6.35, "STD": 9.53, "40": 10.31, "XS": 12.70}),
    '14"': (355.6, {"10": 6.35, "STD": 9.53, "40": 11.13, "XS": 12.70}),
    '16"': (406.4, {"10": 6.35, "STD": 9.53, "XS": 12.70}),
    '18"': (457.0, {"10": 6.35, "STD": 9.53, "XS": 12.70}),
    '20"': (508.0, {"10": 6.35, "STD": 9.53, "XS": 12.70}),
    '24"': (610.0, {"10": 6.35, "STD": 9.53, "XS": 12.70, "40": 17.48}),
}
# Default structural minimum (mm) of carbon and low-alloy pipe by NPS, as API 574 lists it; from memory.
_STRUCTURAL = {
    '3/4"': 1.8,
    '1"': 1.8,
    '1-1/2"': 1.8,
    '2"': 1.8,
    '3"': 2.0,
    '4"': 2.3,
    '6"': 2.8,
    '8"': 2.8,
    '10"': 2.8,
    '12"': 2.8,
    '14"': 2.8,
    '16"': 2.8,
    '18"': 2.8,
    '20"': 3.1,
    '24"': 3.1,
}


def stress(code: str, material: str, T_degC: float, thk_mm: float = 10.0) -> float:
    """Allowable stress (MPa, one decimal) of the item's own code at metal temperature."""
    key = material
    if material in _TWO_BANDS and code == "GB 150":
        key = f"{material}<=16" if thk_mm <= 16.0 else f"{material}>16"
    temps, values = STRESS[(code, key)]
    if T_degC <= temps[0]:
        return round(float(values[0]), 1)
    i = min(bisect.bisect_right(temps, T_degC), len(temps) - 1)
    w = min((T_degC - temps[i - 1]) / (temps[i] - temps[i - 1]), 1.0)
    return round(float(values[i - 1] + w * (values[i] - values[i - 1])), 1)


def cylinder(code: str, P: float, D: float, S: float, E: float) -> float:
    """Circumferential or longitudinal, the greater; GB 150 uses PD/(2S phi - P)."""
    if code == "GB 150":
        return P * D / (2.0 * S * E - P)
    R = D / 2.0
    return max(P * R / (S * E - 0.6 * P), P * R / (2.0 * S * E + 0.4 * P))


def ellipsoidal(code: str, P: float, D: float, S: float, E: float, ratio: float) -> float:
    K = (2.0 + ratio**2) / 6.0
    return P * D * K / (2.0 * S * E - (0.5 if code == "GB 150" else 0.2) * P)


def torispherical(code: str, P: float, crown: float, knuckle: float, S: float, E: float) -> float:
    M = 0.25 * (3.0 + math.sqrt(crown / knuckle))
    return P * crown * M / (2.0 * S * E - (0.5 if code == "GB 150" else 0.2) * P)


def sphere(code: str, P: float, D: float, S: float, E: float) -> float:
    if code == "GB 150":
        return P * D / (4.0 * S * E - P)
    return P * D / 2.0 / (2.0 * S * E - 0.2 * P)


def cone(code: str, P: float, D: float, S: float, E: float, alpha_deg: float) -> float:
    cos_a = math.cos(math.radians(alpha_deg))
    if code == "GB 150":
        return P * D / ((2.0 * S * E - P) * cos_a)
    return P * D / (2.0 * cos_a * (S * E - 0.6 * P))


def flat(P: float, span: float, S: float, E: float) -> float:
    return float(span * math.sqrt(0.33 * P / (S * E)))


def pipe(P: float, D_o: float, S: float, nps: str | None) -> float:
    """B31.3 304.1.2 with E = W = 1, Y = 0.4; the structural minimum of the size governs when greater."""
    t = P * D_o / (2.0 * (S + 0.4 * P))
    return max(t, _STRUCTURAL[nps]) if nps else t


def tank_course(H_m: float, D_m: float, G: float, S: float, E: float) -> float:
    """API 653 one-foot form in SI, not less than 2.54 mm."""
    return max(4.9 * (H_m - 0.3) * D_m * G / (S * E), 2.54)


def tube(P: float, D_o: float, S: float) -> float:
    return P * D_o / 2.0 / (S + 0.4 * P)


def external_pressure_capacity(t: float, D_o: float, L: float, S_y: float, E_y: float) -> float:
    """Allowable external pressure (MPa) of a cylinder, VIII-2 4.4.5 form."""
    R_o = D_o / 2.0
    M_x = L / math.sqrt(R_o * t)
    if M_x >= 2.0 * (D_o / t) ** 0.94:
        C_h = 0.55 * t / D_o
    elif M_x > 13.0:
        C_h = 1.12 * M_x**-1.058
    elif M_x > 1.5:
        C_h = 0.92 / (M_x - 0.579)
    else:
        C_h = 1.0
    F_he = 1.6 * C_h * E_y * t / D_o
    ratio = F_he / S_y
    F_ic = S_y if ratio >= 2.439 else 0.7 * S_y * ratio**0.4 if ratio > 0.552 else F_he
    FS = 2.0 if F_ic <= 0.55 * S_y else 2.407 - 0.741 * F_ic / S_y
    return 2.0 * (F_ic / FS) * (t / D_o)


def external_t_req(P_ext: float, D_i: float, L: float, S_y: float = 245.0, E_y: float = 180000.0) -> float:
    """Least wall (mm) that carries the external pressure; bisection to 1e-6 mm."""
    low, high = 2.0, 60.0
    while high - low > 1e-6:
        mid = 0.5 * (low + high)
        if external_pressure_capacity(mid, D_i + 2.0 * mid, L, S_y, E_y) >= P_ext:
            high = mid
        else:
            low = mid
    return high


def plate_up(t_mm: float) -> float:
    return float(next(p for p in PLATE_MM if p >= t_mm))


def schedule_up(nps: str, t_mm: float) -> tuple[str, float]:
    """Lightest schedule whose wall less 12.5 % mill tolerance carries t_mm (small bore: never under 80)."""
    _, walls = PIPE[nps]
    for name, wall in walls.items():
        if nps in ('3/4"', '1"', '1-1/2"') and name == "40":
            continue
        if wall * 0.875 >= t_mm:
            return name, wall
    name = list(walls)[-1]
    return name, walls[name]
