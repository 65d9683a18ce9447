"""Bulk kernel of thinning: equal to the clauses, whichever kernel runs here, whatever the chunks and threads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.errors import InputError
from integrity.rbi import kernels
from integrity.rbi.data import constants, keyed
from integrity.rbi.effectiveness import evidence, posterior
from integrity.rbi.mechanisms import thinning_clauses as cl
from integrity.services.team import team

# Without numba both entries run the array functions: the entry point is tested all the same, and the id says which.
RUN_HERE = pytest.mark.parametrize(
    "kernel", ("numpy", "auto"), ids=("numpy", f"auto-is-{'numba' if kernels.available() else 'numpy'}")
)
REFUSED = (
    *(("t_rdi_mm", v) for v in (0.0, -1.0)),
    *(("confidence", v) for v in (-1.0, 3.0)),
    *(("age_tk_y", -0.1), ("C_r", -0.1), ("N_A", 1.5), ("N_B", -1.0), ("N_C", 101.0)),
    *(("C_r", 1e120), ("SR_p", 1e31)),
)
C = {s: v.value for s, v in constants("thinning").items()}


def rows(n: int = 20_000, seed: int = 3) -> dict[str, Any]:
    g = np.random.default_rng(seed)
    counts = {f"N_{x}": g.integers(0, 5, n).astype(float) for x in "ABCD"}
    return {
        "t_rdi_mm": g.uniform(3.0, 60.0, n),
        "age_tk_y": g.choice([0.0, 0.5, 10.0, 40.0], n) + g.uniform(0.0, 5.0, n),
        "C_r": np.where(g.random(n) < 0.05, 0.0, g.lognormal(np.log(0.1), 1.5, n)),
        "SR_p": g.uniform(0.01, 1.2, n),
        "confidence": g.integers(0, 3, n).astype(float),
        **counts,
        "F_adj": g.choice([1.0, 3.0, 9.0, 0.05], n),
    }


def edges() -> dict[str, Any]:
    """No loss, no wall left, greatest counts, least and greatest strength ratio, both ends of the table of Phi."""
    grid = np.meshgrid(
        [0.0, 1e-9, 1.0, 25.0, 1e4], [1e-6, 0.3, 0.999999, 1.0, 7.0, 1e3], [0.0, 1.0, 100.0], indexing="ij"
    )
    age, SR, N = (v.ravel() for v in grid)
    one = np.ones(age.size)
    return {
        "t_rdi_mm": 20.0 * one,
        "age_tk_y": age,
        "C_r": 0.2 * one,
        "SR_p": SR,
        "confidence": np.arange(age.size) % 3.0,
        "N_A": 0.0 * one,
        "N_B": 0.0 * one,
        "N_C": N,
        "N_D": one,
        "F_adj": one,
    }


def by_clauses(x: dict[str, Any]) -> np.ndarray:
    """The printed formulas one after another."""
    A_rt = cl.loss_unclad(x["C_r"], x["age_tk_y"], x["t_rdi_mm"])
    Pr = keyed("thinning", "prior").rows[np.asarray(x["confidence"], dtype=np.int64)]
    counts = {f"N_{g}": x[f"N_{g}"] for g in "ABCD"}
    I_p = [evidence(Pr[:, s - 1], **{f"Co_{g}": C[f"Co_{g}{s}"] for g in "ABCD"}, **counts) for s in (1, 2, 3)]
    Po = [posterior(i, *I_p) for i in I_p]
    named = (C["COV_dt"], C["COV_Sf"], C["COV_P"])
    beta = [cl.reliability_index(C[f"D_S{s}"], A_rt, x["SR_p"], *named) for s in (1, 2, 3)]
    D_fB = cl.base_factor(*Po, *beta, P_ref=C["P_ref"])
    return cl.with_floor(D_fB * x["F_adj"], C["D_f_min"])


@RUN_HERE
@pytest.mark.parametrize("case", (rows, edges))
def test_equal_to_the_clauses(kernel: str, case: Any) -> None:
    x = case()
    found = kernels.thinning_factors(x, kernel)
    expected = "numba" if kernel == "auto" and kernels.available() else "numpy"
    assert found.kernel == expected
    np.testing.assert_allclose(found.D_f_thin, by_clauses(x), rtol=1e-12, atol=0.0)


def test_many_inspections_of_every_grade() -> None:
    """Numbers on both sides of those whose posterior is tabulated."""
    x = rows(5000)
    g = np.random.default_rng(9)
    x |= {f"N_{s}": g.choice([0.0, 4.0, 5.0, 6.0, 7.0, 30.0], 5000) for s in "ABCD"}
    np.testing.assert_allclose(kernels.thinning_factors(x).D_f_thin, by_clauses(x), rtol=1e-12, atol=0.0)


def test_indexes_over_the_whole_table_and_beyond_it() -> None:
    """Reliability indices from -3.5 to 5 in small steps, without the floor hiding the least of them."""
    loss = np.linspace(0.0, 3.0, 30_001)
    one = np.ones(loss.size)
    x = {s: 0.0 * one for s in ("N_A", "N_B", "N_C", "N_D")}
    x |= {
        "t_rdi_mm": one,
        "age_tk_y": loss,
        "C_r": one,
        "SR_p": 0.001 * one,
        "confidence": 0.0 * one,
        "F_adj": 1e9 * one,
    }
    np.testing.assert_allclose(kernels.thinning_factors(x).D_f_thin, by_clauses(x), rtol=1e-12, atol=0.0)


@RUN_HERE
def test_chunks_and_threads_move_no_bit(kernel: str) -> None:
    x = rows(10_000)
    whole = kernels.thinning_factors(x, kernel, chunk_rows=1 << 30).D_f_thin
    assert np.array_equal(whole, kernels.thinning_factors(x, kernel, chunk_rows=777).D_f_thin)
    with team(3) as crew:
        assert np.array_equal(whole, kernels.thinning_factors(x, kernel, chunk_rows=1000, each=crew.each).D_f_thin)
    assert np.array_equal(whole[5:50], kernels.thinning_factors({k: v[5:50] for k, v in x.items()}, kernel).D_f_thin)


@RUN_HERE
@pytest.mark.parametrize(("symbol", "value"), [*REFUSED, *((s, np.nan) for s in kernels.COLUMNS)])
def test_what_the_procedure_refuses_has_no_factor(kernel: str, symbol: str, value: float) -> None:
    x = rows(3)
    x[symbol] = np.array([x[symbol][0], value, x[symbol][2]])
    assert np.isnan(kernels.thinning_factors(x, kernel).D_f_thin).tolist() == [False, True, False]


def test_no_rows_give_no_factors() -> None:
    assert kernels.thinning_factors({s: [] for s in kernels.COLUMNS}).D_f_thin.size == 0


def test_numba_is_refused_where_it_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "available", lambda: False)
    with pytest.raises(InputError):
        kernels.thinning_factors(rows(2), "numba")
    assert kernels.thinning_factors(rows(2)).kernel == "numpy"
