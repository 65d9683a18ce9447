"""Seeded inputs of every design procedure that reach each branch; also rows that are refused or lack data."""

from __future__ import annotations

from typing import Any

import numpy as np

from integrity.core.codes import codes, index_of

Columns = dict[str, Any]
N = 400
rng = np.random.default_rng(20260801)
nan = float("nan")


def between(low: float, high: float, n: int = N) -> Any:
    return rng.uniform(low, high, n)


def some(values: Any, share: float = 0.1) -> Any:
    """Values with a share of them missing."""
    return np.where(rng.random(len(values)) < share, nan, values)


def vessel(n: int = N, **more: Any) -> Columns:
    return {
        "P": between(0.05, 3.0, n),
        "S": between(80.0, 190.0, n),
        "E": rng.choice([0.7, 0.85, 1.0], n),
        "D": between(400.0, 4000.0, n),
        "t": some(between(3.0, 40.0, n)),
        **more,
    }


def _outside() -> Columns:
    c = vessel()
    return {**{k: v for k, v in c.items() if k != "D"}, "D_o": c["D"] + 30.0}


def _torispherical(**more: Any) -> Columns:
    c = vessel(**more)
    return {**c, "D_o": c["D"] + 40.0, "L": c["D"] * rng.uniform(0.8, 1.0, N), "r": c["D"] * rng.uniform(0.05, 0.2, N)}


def _head_stress() -> Columns:
    return {"S_u": rng.choice([415.0, 485.0, 550.0, nan], N), "S_amb": rng.choice([200.0, 160.0, nan], N)}


def _gb_torispherical() -> Columns:
    c = vessel()
    return {**c, "L": c["D"] * rng.uniform(0.6, 1.0, N), "r": c["D"] * rng.uniform(0.09, 0.25, N)}


def pipe(**more: Any) -> Columns:
    return {
        "P": between(0.2, 12.0),
        "S": between(60.0, 140.0),
        "E": rng.choice([0.8, 0.85, 1.0], N),
        "W": rng.choice([0.9, 1.0], N),
        "D_o": rng.choice([33.4, 60.3, 168.3, 355.6, 610.0], N),
        "T": between(20.0, 640.0),
        "group": rng.integers(-1, 4, N),
        "MA": rng.choice([0.0, 1.2], N),
        "t": some(between(3.0, 25.0)),
        "CA_mm": some(between(0.0, 3.0)),
        "mill": rng.choice([0.125, nan], N),
        **more,
    }


def _bend() -> Columns:
    c = pipe()
    return {**c, "R_bend": c["D_o"] * rng.choice([0.45, 1.0, 1.5, 3.0, 5.0], N), "bend_position": rng.integers(0, 3, N)}


def _course() -> Columns:
    return {
        "D_tank": between(5.0, 70.0),
        "H": between(0.2, 22.0),
        "G": between(0.7, 1.1),
        "E": rng.choice([0.7, 0.85, 1.0], N),
        "course": rng.integers(-1, 8, N),
        "S_y": some(between(200.0, 260.0)),
        "S_u": between(380.0, 450.0),
        "S_owner": some(between(130.0, 160.0), 0.7),
        "T": some(between(10.0, 100.0)),
        "CA_mm": some(between(0.0, 2.0)),
        "t": some(between(3.0, 30.0)),
        "t1": some(between(3.0, 30.0)),
        "t2": some(between(2.0, 30.0)),
    }


def _bottom() -> Columns:
    return {
        "RT_bc": some(between(3.0, 8.0)),
        "RT_ip": some(between(3.0, 8.0)),
        "O_r": between(1.0, 15.0),
        "StP_r": between(0.0, 0.2),
        "UP_r": between(0.01, 0.3),
        "barrier": rng.integers(-1, 2, N),
    }


def external(**more: Any) -> Columns:
    D_o = between(300.0, 5000.0)
    return {
        "P_ext": 10.0 ** rng.uniform(-3.0, 1.0, N),
        "D_o": D_o,
        "L": D_o * 10.0 ** rng.uniform(-2.0, 1.5, N),
        "S_y": between(120.0, 350.0),
        "E_y": between(1.5e5, 2.05e5),
        "t": some(D_o * 10.0 ** rng.uniform(-2.8, -1.1, N)),
        **more,
    }


def _external_wide() -> Columns:
    """Sizes that reach every length and buckling branch at the required and at the given thickness."""
    D_o = between(300.0, 5000.0, 4000)
    return {
        "P_ext": 10.0 ** rng.uniform(-3.0, 1.6, 4000),
        "D_o": D_o,
        "L": D_o * 10.0 ** rng.uniform(-2.5, 2.0, 4000),
        "S_y": between(120.0, 350.0, 4000),
        "E_y": between(1.5e5, 2.05e5, 4000),
        "t": D_o * 10.0 ** rng.uniform(-3.2, -1.0, 4000),
    }


def _external_cone() -> Columns:
    c = _external_wide()
    return {**c, "alpha_deg": between(0.0, 65.0, 4000), "L": c["D_o"] * 10.0 ** rng.uniform(-2.5, 1.5, 4000)}


def _external_sphere() -> Columns:
    c = _external_wide()
    return {
        "R_o": c["D_o"] / 2,
        "P_ext": 10.0 ** rng.uniform(-3.0, 2.5, 4000),
        "S_y": c["S_y"],
        "E_y": c["E_y"],
        "t": c["t"],
    }


_MATERIALS = np.array(
    ["SA-516-70", "16MnR", "Q345R", "SA-106-B", "A106-B", "20# GB 9948", "20#", "Inconel", ""], object
)
_EDITIONS = np.array(["1986", "1998", "2011", "2015 edition", ""], object)


def _stress() -> Columns:
    return {
        "material": rng.choice(_MATERIALS, 2000),
        "construction_code": rng.integers(-1, 5, 2000),
        "code_edition": rng.choice(_EDITIONS, 2000),
        "T": some(between(-30.0, 600.0, 2000)),
        "t_nom": some(between(2.0, 70.0, 2000)),
        "S_owner": some(between(90.0, 140.0, 2000), 0.8),
    }


def _strength() -> Columns:
    return {"material": rng.choice(_MATERIALS, N), "t_nom": some(between(2.0, 70.0)), "T": some(between(-100.0, 650.0))}


def _joint() -> Columns:
    return {"material": rng.choice(_MATERIALS, N), "E": some(between(0.6, 1.0), 0.5), "T": some(between(0.0, 600.0))}


def _required() -> Columns:
    return {
        "t_p": some(between(0.0, 20.0)),
        "t_p_case": rng.integers(0, 3, N),
        "t_ext": rng.choice([0.0, 8.0, 15.0], N),
        "t_struct": rng.choice([0.0, 1.8, 3.1], N),
        "t_code": rng.choice([0.0, 1.5, 3.0], N),
        "t_owner": rng.choice([0.0, 12.0], N),
        "t_alert_tab": rng.choice([0.0, 3.3], N),
        "t_nom": between(5.0, 30.0),
    }


def _rating() -> Columns:
    parts = {f"MAWP_part_{s}": some(between(0.3, 4.0)) for s in ("new", "now", "next", "next_1x")}
    return {
        **parts,
        "P_head": rng.choice([0.0, 0.05], N),
        "set_pressure": some(between(0.3, 4.0)),
        "t_now": between(5.0, 20.0),
        "t_p": between(2.0, 15.0),
        "CR_gov": rng.choice([0.0, 0.05, 0.3], N),
    }


SAMPLES: dict[str, list[tuple[Any, ...]]] = {
    "asme8.2021.cylinder": [(vessel(), {})],
    "asme8.2021.cylinder_outside": [(_outside(), {})],
    "asme8.2021.sphere": [(vessel(), {})],
    "asme8.2021.ellipsoidal": [(vessel(R_ell=between(0.9, 3.1), **_head_stress()), {})],
    "asme8.2021.torispherical": [(_torispherical(**_head_stress()), {})],
    "asme8.2021.cone": [(vessel(alpha_deg=between(0.0, 40.0)), {})],
    "asme8.2021.external_cylinder": [(_external_wide(), {}), (external(), {})],
    "asme8.2021.external_cone": [(_external_cone(), {})],
    "asme8.2021.external_sphere": [(_external_sphere(), {})],
    "asme8.2021.code_minimum": [
        ({"fluid": rng.integers(-1, len(codes("fluid")), N), "group": rng.integers(-1, 4, N)}, {})
    ],
    "gb150.2011.cylinder": [(vessel(), {})],
    "gb150.2011.cylinder_outside": [(_outside(), {})],
    "gb150.2011.sphere": [(vessel(), {})],
    "gb150.2011.ellipsoidal": [(vessel(R_ell=between(0.9, 3.1)), {})],
    "gb150.2011.torispherical": [(_gb_torispherical(), {})],
    "gb150.2011.cone": [(vessel(alpha_deg=between(0.0, 65.0)), {})],
    "gb150.2011.code_minimum": [({"group": np.arange(-1, 4)}, {})],
    "b31_3.2020.pipe": [(pipe(), {})],
    "b31_3.2020.bend": [(_bend(), {})],
    "b31_3.2020.joint": [(_joint(), {})],
    "gb20801.2020.pipe": [(pipe(), {})],
    "gb20801.2020.bend": [(_bend(), {})],
    "api653.2014.course": [(_course(), {})],
    "api653.2014.bottom": [(_bottom(), {})],
    "api574.structural": [
        (
            {
                "NPS": rng.choice([0.25, 0.5, 1.0, 1.25, 2.0, 5.0, 6.0, 12.0, 24.0, 36.0, nan], N),
                "T": some(between(20.0, 400.0)),
                "group": rng.integers(-1, 4, N),
            },
            {},
        )
    ],
    "api510.2022.corroded_area": [
        (
            {
                "D": between(300.0, 5000.0),
                "t_req": between(3.0, 40.0),
                "t_pit": some(between(1.0, 20.0)),
                "A_pit": between(0.0, 0.009),
                "s_pit": between(0.0, 90.0),
            },
            {},
        )
    ],
    "api570.2016.mawp": [
        (
            {
                "S": between(80.0, 140.0),
                "E": 1.0,
                "D_o": between(60.0, 610.0),
                "t_now": between(3.0, 12.0),
                "CR_gov": between(0.0, 0.4),
                "years": between(0.0, 12.0),
            },
            {},
        ),
        (
            {"S": 137.9, "E": 1.0, "D_o": 406.4, "t_now": 8.0, "CR_gov": 0.25, "years": 5.0},
            {},
            {"design.mawp_loss_factor": 1.0},
        ),
    ],
    "design.static_head": [
        (
            {
                "P_top": some(between(0.0, 3.0)),
                "H_liq": rng.choice([0.0, 3.0, 12.0, -1.0, nan], N),
                "rho": some(between(500.0, 1000.0)),
            },
            {},
        )
    ],
    "design.wall_at_next": [
        ({"t_now": some(between(3.0, 20.0)), "CR_gov": between(-0.02, 0.4), "years": between(0.0, 10.0)}, {})
    ],
    "design.required_thickness": [(_required(), {}), (_required(), {}, {"design.alert_fraction": 0.5})],
    "design.rating": [(_rating(), {})],
    "materials.allowable_stress": [(_stress(), {}), (_stress(), {}, {"design.austenitic_line": "low"})],
    "materials.strength": [(_strength(), {})],
}
GB_150 = index_of("construction_code", "GB_150")


def _beyond(key: str, *changes: Columns) -> None:
    """Rows of a procedure outside its limits: a row that keeps them all, one thing in it changed."""
    columns = {k: np.broadcast_to(np.asarray(v), (np.max([np.size(x) for x in SAMPLES[key][0][0].values()]),))
               for k, v in SAMPLES[key][0][0].items()}  # fmt: skip
    whole = np.all([~np.isnan(v) for v in columns.values() if v.dtype.kind == "f"], axis=0)
    row = {k: v[np.flatnonzero(whole)[0]] for k, v in columns.items()}
    SAMPLES[key].append(({k: [{**row, **c}[k] for c in changes] for k in row}, {}))


for _code in ("asme8.2021", "gb150.2011"):
    for _shape, _size in (
        ("cylinder", "D"),
        ("cylinder_outside", "D_o"),
        ("sphere", "D"),
        ("ellipsoidal", "D"),
        ("torispherical", "D"),
        ("cone", "D"),
    ):
        _beyond(f"{_code}.{_shape}", {_size: -1.0}, {"t": 0.0}, {"P": 400.0}, {_size: 400.0, "t": 180.0})
    _beyond(f"{_code}.torispherical", {"L": 1.0e4})
for _code in ("b31_3.2020", "gb20801.2020"):
    for _shape in ("pipe", "bend"):
        _beyond(f"{_code}.{_shape}", {"D_o": -1.0}, {"t": 0.0}, {"P": 300.0})
_beyond("api653.2014.course", {"G": -1.0}, {"t": 0.0})
for _shape, _size in (("cylinder", "D_o"), ("cone", "D_o"), ("sphere", "R_o")):
    _beyond(f"asme8.2021.external_{_shape}", {"P_ext": -1.0}, {_size: 500.0, "t": 200.0}, {_size: 5000.0, "t": 0.1})
_beyond("api510.2022.corroded_area", {"D": 0.0})
_beyond("api570.2016.mawp", {"CR_gov": -0.1})
