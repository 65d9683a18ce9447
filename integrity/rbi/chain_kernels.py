"""Chain of very many rows at once: thinning, cracking, outside loss, their total, flammable area over four holes.

For scripts over whole fleets, beside `kernels`; no number that a study keeps comes from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import cosh, exp, log, nan, pow, sinh, sqrt
from typing import Any

import numpy as np

from integrity.core.arrays import REL_TOL, FloatArray, IntArray
from integrity.core.codes import codes
from integrity.core.each import Each, one_by_one
from integrity.core.settings import DEFAULTS, Settings
from integrity.rbi import area, combine, consequence, release
from integrity.rbi import area_clauses as ar
from integrity.rbi import kernels as kn
from integrity.rbi import release_mass as ms
from integrity.rbi.data import EFFECTS, HOLES, constants, flammable, fluids, frequencies, keyed, number
from integrity.rbi.mechanisms import scc_clauses as sc
from integrity.rbi.mechanisms import scc_tables as st

CRACKING = ("SVI", "age_scc_y", "N_A_scc", "N_B_scc", "N_C_scc", "N_D_scc")
OUTSIDE = ("t_rde_mm", "age_ext_y", "C_r_ext", "SR_p_ext", "confidence_ext", *(f"N_{g}_ext" for g in "ABCD"))
RELEASE = ("D_ref_mm", "fluid", "phase", "P_s_MPa", "T_s_C", "mass_comp_kg", "detection", "isolation")
AREA = ("component_type", "mitigation")
GIVEN = ("mass_inv_kg", *release.GIVEN, "AIT_C")
COLUMNS = (*kn.COLUMNS, *CRACKING, *OUTSIDE, "local", *RELEASE, *AREA)
N_HOLES = len(HOLES)
CHUNK_ROWS = 4096

Part = Mapping[str, FloatArray]


@dataclass(frozen=True)
class Chain:
    """Damage factors, flammable areas in m2, and the kernel that made them: numpy or numba."""

    D_f_thin: FloatArray
    D_f_scc: FloatArray
    D_f_ext: FloatArray
    D_f_total: FloatArray
    CA_cmd: FloatArray
    CA_inj: FloatArray
    CA: FloatArray
    kernel: str


def chain(
    columns: Mapping[str, Any],
    kernel: str = "auto",
    settings: Settings = DEFAULTS,
    chunk_rows: int = CHUNK_ROWS,
    each: Each = one_by_one,
) -> Chain:
    """Factors of thinning, one cracking mechanism and outside corrosion, their total, and the flammable area.

    Parameters
    ----------
    columns : mapping of str to array_like, shape (n,)
        `COLUMNS` as the procedures of each mechanism have prepared them: severity index and years since cracks were
        ruled out; outside rate (mm/year) and years of exposure less the credit of a coating; strength ratios. Codes
        are indexes, fluids those of the property table. `GIVEN` may be left out.
    kernel : str
        "numpy" runs the clauses, "numba" the compiled kernels, "auto" the latter where numba is installed.
    settings : Settings
        Atmospheric pressure and the longest leak of a rupture; the equivalence of inspections is the literal one.
    chunk_rows : int
        Rows at a time; does not move a number.
    each : Each
        How the chunks are worked through.

    Returns
    -------
    Chain
        API RP 581 (2016): Part 2 eqs. (2.13), (2.19) to (2.25), (2.2) to (2.8), Part 3 section 4. NaN in a factor or
        area wherever its procedure refuses the row, and in an area also for a fluid without a flammable table:
        poison, steam and splash are not computed. The kernels agree to 1e-12 of the value.
    """
    in_numba = kn.uses_numba(kernel)
    arrays = {s: np.ascontiguousarray(columns[s], dtype=np.float64) for s in (*COLUMNS, *GIVEN) if s in columns}
    n = arrays[COLUMNS[0]].size
    blank = np.full(min(chunk_rows, n), np.nan)
    outs = [np.empty(n) for _ in range(7)]
    run = _numba if in_numba else _clauses

    def fill(rows: slice) -> None:
        part = {s: a[rows] for s, a in arrays.items()}
        part |= {s: blank[: rows.stop - rows.start] for s in GIVEN if s not in arrays}
        run(part, settings, tuple(out[rows] for out in outs))

    for _ in each(fill, [slice(start, min(start + chunk_rows, n)) for start in range(0, n, chunk_rows)]):
        pass
    thin, scc, ext, total, cmd, inj, CA = outs
    return Chain(thin, scc, ext, total, cmd, inj, CA, "numba" if in_numba else "numpy")


def _factors(x: Part, outs: tuple[FloatArray, ...], in_numba: bool) -> None:
    one = np.ones(outs[0].size)
    kn.state_factors(tuple(x[s] for s in kn.COLUMNS), outs[0], in_numba)
    kn.state_factors((*(x[s] for s in OUTSIDE), one), outs[2], in_numba, -np.inf)


def _codes(values: FloatArray) -> IntArray:
    return np.where(values >= 0.0, values, -1.0).astype(np.int64)


def _clauses(x: Part, settings: Settings, outs: tuple[FloatArray, ...]) -> None:
    """The same by the clauses, one after another."""
    with np.errstate(all="ignore"):
        _factors(x, outs, in_numba=False)
        outs[1][:] = _cracking(x)
        outs[3][:] = np.where(
            x["local"] == 1.0, combine.wall_local(outs[0], outs[2]), combine.wall_general(outs[0], outs[2])
        )
        outs[3][:] = combine.total_factor(outs[3], outs[1], *([np.zeros(one.size) for one in outs[:3]]))
        for out, CA in zip(outs[4:6], _areas(x, settings), strict=True):
            out[:] = CA
        outs[6][:] = consequence.final_area(outs[4], outs[5])


def _cracking(x: Part) -> FloatArray:
    N = [x[s] for s in CRACKING[2:]]
    ok = (x["age_scc_y"] >= 0.0) & np.all([(v >= 0.0) & (v <= kn.MOST) & (np.floor(v) == v) for v in N], axis=0)
    N = [np.where(ok, v, 0.0) for v in N]
    cell = sc.ranked().literal.take(sc.combination(N))
    factor = st.base().factor
    D_fB = factor.reshape(factor.shape[0], -1)[st.rows_of_index(x["SVI"]), cell]
    c = constants("scc")
    grown = sc.escalated(D_fB, x["age_scc_y"], c["age_least_y"].value, c["n_age"].value)
    return np.where(ok, grown, np.nan)


def _areas(x: Part, settings: Settings) -> list[FloatArray]:
    n = x["fluid"].size
    fluid, kind = _codes(x["fluid"]), _codes(x["component_type"])
    columns: dict[str, Any] = {s: np.repeat(x[s], N_HOLES) for s in (*RELEASE, *GIVEN)}
    for s in ("fluid", "phase", "detection", "isolation"):
        columns[s] = _codes(columns[s])
    columns["hole"] = np.tile(np.arange(N_HOLES), n)
    released = release.PROCEDURE.run({s: columns[s] for s in columns if s != "AIT_C"}, settings)
    handed = ("release_phase", "release_type", "rate_kg_s", "mass_kg")
    burnt = area.PROCEDURE.run(
        {
            **{s: columns[s] for s in ("fluid", "T_s_C", "isolation", "AIT_C")},
            **{s: released[s] for s in handed},
            "mitigation": np.repeat(_codes(x["mitigation"]), N_HOLES),
        },
        settings,
    )
    g1, g2, g3, g4 = _weights()[kind].T
    burns = fluids().fluid_type[fluid] >= 0
    out = []
    for effect in EFFECTS:
        small, medium, large, rupture = burnt[f"CA_{effect}"].reshape(n, N_HOLES).T
        mean = consequence.weighted_area(g1, g2, g3, g4, g1 + g2 + g3 + g4, small, medium, large, rupture)
        out.append(np.where(burns, mean, np.nan))
    return out


@cache
def _weights() -> FloatArray:
    """Generic frequencies by component type; NaN for tanks, which have a method of their own."""
    tank = np.array([c.startswith("COURSE") or c == "TANKBOTTOM" for c in (*codes("component_type"), "")])
    return np.ascontiguousarray(np.where(tank[:, None], np.nan, frequencies().by_hole))


def _numba(x: Part, settings: Settings, outs: tuple[FloatArray, ...]) -> None:
    n = outs[0].size
    _factors(x, outs, in_numba=True)
    kn.compiled(_crack_rows)(tuple(x[s] for s in CRACKING), *_crack_tables(), outs[1])
    kn.compiled(_total_rows)(outs[0], outs[1], outs[2], x["local"], outs[3])
    rate, mass, state = np.empty((n, N_HOLES)), np.empty((n, N_HOLES)), np.empty((n, N_HOLES + 1), np.int8)
    given = tuple(x[s] for s in GIVEN[:-1])
    fixed = (settings.number("atm.P_kPa"), settings.number("rbi.rupture_leak_duration_min"))
    hole = _hole_tables(*fixed)
    kn.compiled(_release_rows)(tuple(x[s] for s in RELEASE), given, _fluid_tables(), hole, rate, mass, state)
    heat = (x["T_s_C"], x["AIT_C"], x["fluid"], x["mitigation"], x["isolation"], x["component_type"])
    kn.compiled(_area_rows)(heat, rate, mass, state, *_area_tables(), *outs[4:])


@cache
def _crack_tables() -> tuple[Any, ...]:
    base, c = st.base(), constants("scc")
    row = np.full(int(base.index[-1]) + 1, -1)
    row[base.index.astype(np.int64)] = np.arange(base.index.size)
    return row, np.ascontiguousarray(base.factor), c["n_cap"].value, c["age_least_y"].value, c["n_age"].value, kn.MOST


@cache
def _fluid_tables() -> tuple[Any, ...]:
    f, at = fluids(), number("release", "NBP_gas_C")
    liquid = ms.phase_after_release(np.ones_like(f.toxic), np.arange(f.toxic.size), at)
    return np.ascontiguousarray(f.Cp), f.Cp_note, f.MW, f.rho_liq, liquid, at


@cache
def _hole_tables(P_atm: float, rupture_min: float) -> tuple[Any, ...]:
    v = {s: c.value for s, c in constants("release").items()}
    rates = ("Cd_liquid", "K_v", "C1", "g_c", "Cd_gas", "C2", "R_kmol", "R_gas", "mol_per_kmol")
    masses = ("pi", "A_max8_mm2", "t_add_s", "t_inst_s", "d_cont_mm", "C3")
    di, iso, hole = (i.ravel() for i in np.meshgrid(np.arange(3), np.arange(3), np.arange(N_HOLES), indexing="ij"))
    longest = ms.longest_leak(di, iso, hole, rupture_min).reshape(3, 3, N_HOLES)
    holes = np.ascontiguousarray(keyed("release", "hole").rows[:N_HOLES, 0])
    found = np.ascontiguousarray(keyed("release", "fact_di").rows[:3])
    constants_ = (P_atm, v["kPa_per_MPa"], v["T_zero_K"])
    return holes, found, longest, constants_, tuple(v[s] for s in rates), tuple(v[s] for s in masses)


@cache
def _area_tables() -> tuple[Any, ...]:
    t = flammable()
    a, b = (np.ascontiguousarray(v[:-1, :2]) for v in (t.a, t.b))
    # Fluids without instantaneous coefficients are never blended.
    continuous = np.isnan(a[:, :, :, 2]).all(axis=2)
    grid = np.meshgrid(np.arange(len(codes("mitigation"))), np.arange(3), indexing="ij")
    fact_mit = ar.mitigation_factor(grid[0].ravel(), grid[1].ravel()).reshape(grid[0].shape)
    v = {s: c.value for s, c in constants("release").items()}
    fixed = (v["C3"], v["C4A"], v["C5"], v["C6"], REL_TOL)
    gff = _weights()
    return a, b, continuous, fluids().fluid_type, fluids().AIT_C, fact_mit, gff, fixed


def _crack_rows(
    x: tuple[FloatArray, ...],
    row_of: IntArray,
    factor: FloatArray,
    cap: float,
    least_age: float,
    power: float,
    most: float,
    out: FloatArray,
) -> None:
    """Body of the compiled kernel of cracking; it is never run as Python."""
    SVI, age, N_A, N_B, N_C, N_D = x
    for j in range(SVI.size):
        s, years = SVI[j], age[j]
        a, b, c, d = N_A[j], N_B[j], N_C[j], N_D[j]
        ok = (s >= 0.0) & (s < row_of.size) & (s == np.floor(s)) & (years >= 0.0)
        ok &= (a >= 0.0) & (a <= most) & (a == np.floor(a)) & (b >= 0.0) & (b <= most) & (b == np.floor(b))
        ok &= (c >= 0.0) & (c <= most) & (c == np.floor(c)) & (d >= 0.0) & (d <= most) & (d == np.floor(d))
        if not ok or row_of[int(s)] < 0:
            out[j] = nan
            continue
        c_eq = c + np.floor(0.5 * d)
        b_eq = b + np.floor(0.5 * c_eq)
        a_eq = a + np.floor(0.5 * b_eq)
        grade, n = 4, 0.0
        if a > 0.0:
            grade, n = 0, a_eq
        elif b > 0.0:
            grade, n = 1, b_eq
        elif c > 0.0:
            grade, n = 2, c_eq
        elif d > 0.0:
            grade, n = 3, d
        D_fB = factor[row_of[int(s)], int(min(n, cap)), grade]
        out[j] = D_fB * exp(power * log(max(years, least_age)))


def _total_rows(thin: FloatArray, scc: FloatArray, ext: FloatArray, local: FloatArray, out: FloatArray) -> None:
    """Body of the compiled kernel of the total; it is never run as Python."""
    for j in range(thin.size):
        a, b = thin[j], ext[j]
        # Of two losses of which one is not known the greater is not known.
        greater = a if (a > b) | (a != a) else b
        out[j] = (greater if local[j] == 1.0 else a + b) + scc[j]


def _release_rows(
    x: tuple[FloatArray, ...],
    given: tuple[FloatArray, ...],
    fluid_tables: tuple[Any, ...],
    hole_tables: tuple[Any, ...],
    rate: FloatArray,
    mass: FloatArray,
    state: IntArray,
) -> None:
    """Body of the compiled kernel of the release: rate, mass, type of four holes, then phase; never run as Python."""
    D_ref, fluid, phase, P_s, T_s, mass_comp, detection, isolation = x
    mass_inv, MW_given, rho_given, k_given, NBP_given = given
    Cp, note, MW_of, rho_of, liquid_after, NBP_gas = fluid_tables
    hole_mm, fact_di, longest, (P_atm, kPa, T_zero), rates, masses = hole_tables
    Cd_liquid, K_v, C1, g_c, Cd_gas, C2, R_kmol, R_gas, per_kmol = rates
    pi, A_max8, t_add, t_inst, d_cont, C3 = masses
    for j in range(D_ref.size):
        f_, g, di, iso, inv = fluid[j], phase[j], detection[j], isolation[j], mass_inv[j]
        ok = (f_ >= 0.0) & (f_ < MW_of.size - 1) & ((g == 0.0) | (g == 1.0)) & (P_s[j] > 0.0) & (T_s[j] == T_s[j])
        ok &= (di >= 0.0) & (di <= 2.0) & (iso >= 0.0) & (iso <= 2.0) & (D_ref[j] > 0.0) & (mass_comp[j] > 0.0)
        ok &= (inv != inv) | (inv >= mass_comp[j] - 1e-9 * max(abs(inv), mass_comp[j]))
        MW, rho, k, NBP = MW_given[j], rho_given[j], k_given[j], NBP_given[j]
        ok &= not ((MW <= 0.0) | (rho <= 0.0) | (k <= 1.0))
        f = int(f_) if ok else 0
        P, T = P_s[j] * kPa + P_atm, T_s[j] + T_zero
        # Rate through one mm2.
        flux, after = nan, 0
        if ok and g == 1.0:
            rho = rho if rho == rho else rho_of[f]
            flux = Cd_liquid * K_v * rho / C1 * sqrt(2.0 * g_c * (P - P_atm) / rho)
            after = liquid_after[f] if NBP != NBP else 1 if NBP_gas < NBP else 0
        elif ok:
            MW = MW if MW == MW else MW_of[f]
            if k != k:
                A, B, C, D, E = Cp[f, 0], Cp[f, 1], Cp[f, 2], Cp[f, 3], Cp[f, 4]
                heat = nan
                if note[f] == 1:
                    heat = A + T * (B + T * (C + T * D))
                elif note[f] == 2:
                    a, b = C / T, E / T
                    heat = (A + B * (a / sinh(a)) ** 2 + D * (b / cosh(b)) ** 2) / per_kmol
                elif note[f] == 3:
                    heat = (A + T * (B + T * (C + T * (D + T * E)))) / per_kmol
                k = heat / (heat - R_gas) if heat > R_gas else nan
            if P_atm * pow((k + 1.0) / 2.0, k / (k - 1.0)) < P:
                flow = k * MW * g_c / (R_kmol * T) * pow(2.0 / (k + 1.0), (k + 1.0) / (k - 1.0))
                flux = Cd_gas / C2 * P * sqrt(flow)
            else:
                part = P_atm / P
                flow = MW * g_c / (R_kmol * T) * 2.0 * k / (k - 1.0) * pow(part, 2.0 / k)
                flux = Cd_gas / C2 * P * sqrt(flow * (1.0 - pow(part, (k - 1.0) / k)))
        state[j, 4] = after
        if not flux > 0.0 or after < 0:
            for h in range(4):
                rate[j, h], mass[j, h], state[j, h] = nan, nan, 0
            continue
        cut = fact_di[int(di), int(iso)]
        for h in range(4):
            d = min(hole_mm[h], D_ref[j])
            W = flux * (pi * d * d / 4.0)
            available = mass_comp[j] + t_add * min(W, flux * A_max8)
            available = available if inv != inv else min(available, inv)
            at_once = (d > d_cont * (1.0 + 1e-9)) & (t_inst * (1.0 + 1e-9) >= C3 / W)
            state[j, h] = 1 if at_once & (available > C3 * (1.0 + 1e-9)) else 0
            slow = W * (1.0 - cut)
            rate[j, h] = slow
            mass[j, h] = min(slow * min(available / slow, 60.0 * longest[int(di), int(iso), h]), available)


def _area_rows(
    x: tuple[FloatArray, ...],
    rate: FloatArray,
    mass: FloatArray,
    state: IntArray,
    a: FloatArray,
    b: FloatArray,
    continuous: Any,
    fluid_type: IntArray,
    AIT_of: FloatArray,
    fact_mit: FloatArray,
    gff: FloatArray,
    fixed: tuple[float, ...],
    CA_cmd: FloatArray,
    CA_inj: FloatArray,
    CA: FloatArray,
) -> None:
    """Body of the compiled kernel of the flammable area; it is never run as Python."""
    T_s, AIT_given, fluid, mitigation, isolation, component_type = x
    C3, C4A, C5, C6, tol = fixed
    per_decade, pounds = 1.0 / log(10.0), log(C4A) / log(10.0)
    for j in range(CA.size):
        known = (rate[j, 0] == rate[j, 0]) & (mitigation[j] >= 0.0) & (mitigation[j] < fact_mit.shape[0])
        known &= (component_type[j] >= 0.0) & (component_type[j] < gff.shape[0] - 1)
        CA_cmd[j] = CA_inj[j] = CA[j] = nan
        if not known or fluid_type[int(fluid[j])] < 0:
            continue
        f, phase = int(fluid[j]), int(state[j, 4])
        AIT = AIT_given[j] if AIT_given[j] == AIT_given[j] else AIT_of[f]
        share = min(max((T_s[j] - AIT + C6) / (2.0 * C6), 0.0), 1.0)
        if fluid_type[f] == 1:
            share = 1.0 if T_s[j] >= AIT else 0.0
        likely, unlikely = share > tol, share < 1.0 - tol
        credit = 1.0 - fact_mit[int(mitigation[j]), int(isolation[j])]
        cmd, inj, weight = 0.0, 0.0, 0.0
        # A blank cell that is used makes both areas unknown.
        blank = 0.0 if AIT == AIT else nan
        for h in range(4):
            W, m = rate[j, h], mass[j, h]
            blend = 1.0 if state[j, h] == 1 else 0.0
            if fluid_type[f] == 0:
                blend = 0.0 if continuous[f, phase] else 1.0 if state[j, h] == 1 else min(W / C5, 1.0)
            slow, quick = blend < 1.0 - tol, blend > tol
            log_W = log(W) if slow else 0.0
            log_m, eneff = 0.0, 1.0
            if quick:
                log_m = log(m)
                if m > C3 * (1.0 + 1e-9):
                    eneff = 4.0 * (pounds + per_decade * log_m) - 15.0
            w = gff[int(component_type[j]), h]
            weight += w
            for e in range(2):
                mean = 0.0
                for side in range(2):
                    if (side == 0 and unlikely) or (side == 1 and likely):
                        one, at_once = 0.0, 0.0
                        if slow:
                            one = a[f, phase, e, side] * exp(b[f, phase, e, side] * log_W) * credit
                        if quick:
                            at_once = a[f, phase, e, 2 + side] * exp(b[f, phase, e, 2 + side] * log_m) * credit / eneff
                        value = one
                        if quick:
                            value = at_once * blend + one * (1.0 - blend) if slow else at_once
                        if likely and unlikely:
                            value = value * share if side == 1 else value * (1.0 - share)
                        mean += value
                if e == 0:
                    cmd += w * mean
                else:
                    inj += w * mean
        blank += 0.0 * (cmd + inj)
        CA_cmd[j], CA_inj[j] = cmd / weight + blank, inj / weight + blank
        CA[j] = max(CA_cmd[j], CA_inj[j]) + blank
