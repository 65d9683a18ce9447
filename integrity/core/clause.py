"""`@clause` ties a pure function to the formula it computes and to the place it comes from."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from integrity.core.errors import ContractError
from integrity.core.message import msg
from integrity.core.reference import Reference

F = TypeVar("F", bound=Callable[..., Any])

FORMULA, TABLE, REDUCTION, ITERATION = "formula", "table", "reduction", "iteration"


@dataclass(frozen=True)
class Clause:
    """Metadata of a clause function.

    `kind` is one of formula (the `expr` is evaluated by a test against the function), table (source, cells,
    interpolation, policy), reduction (over which group, which member governs) or iteration (residual, bracket,
    steps). `note` is a catalogue key that explains a table, reduction or iteration in words.
    """

    ref: Reference
    symbol: str
    expr: str
    quantity: str
    kind: str = FORMULA
    note: str = ""
    params: tuple[str, ...] = ()


def clause(
    ref: Reference,
    *,
    symbol: str,
    expr: str,
    quantity: str,
    kind: str = FORMULA,
    note: str = "",
) -> Callable[[F], F]:
    """Attach `Clause` metadata to a function and return the same function.

    Parameters
    ----------
    ref : Reference
        Where the formula comes from.
    symbol : str
        Result symbol in ASCII, equal to the result's column name (before any binding).
    expr : str
        Python expression in the function's own parameter names; allowed functions are those of `FUNCTIONS`.
    quantity : str
        Quantity of the result, a key of `core/tables/quantities.json`.
    kind : str
        formula, table, reduction or iteration.
    note : str
        Catalogue key of an explanation, for the kinds that a formula cannot say.

    Returns
    -------
    callable
        Decorator that returns the function unchanged.
    """

    def attach(function: F) -> F:
        params = tuple(inspect.signature(function).parameters)
        function.__clause__ = Clause(ref, symbol, expr, quantity, kind, note, params)  # type: ignore[attr-defined]
        CLAUSES.append(function)
        return function

    return attach


CLAUSES: list[Callable[..., Any]] = []


def clause_of(function: Callable[..., Any]) -> Clause:
    """Metadata of a clause function.

    Parameters
    ----------
    function : callable
        A function decorated with `clause`.

    Returns
    -------
    Clause
    """
    found = getattr(function, "__clause__", None)
    if not isinstance(found, Clause):
        raise ContractError(msg("core.not_a_clause", name=getattr(function, "__name__", str(function))))
    return found


def _phi(x: Any) -> Any:
    from math import sqrt

    x = np.asarray(x, dtype=np.float64)
    return 0.5 * _erfc(-x / sqrt(2.0))


def _erfc(x: Any) -> Any:
    from math import erfc

    return np.vectorize(erfc, otypes=[np.float64])(np.asarray(x, dtype=np.float64))


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "log10": np.log10,
    "abs": np.abs,
    "cos": np.cos,
    "sin": np.sin,
    "atan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "radians": np.radians,
    "min": lambda *a: np.minimum.reduce(np.broadcast_arrays(*a)),
    "max": lambda *a: np.maximum.reduce(np.broadcast_arrays(*a)),
    "where": np.where,
    "Phi": _phi,
    "floor": np.floor,
}


def evaluate(expr: str, names: Mapping[str, Any]) -> Any:
    """Evaluate a clause expression on arrays; only names, numbers, arithmetic, comparison and `FUNCTIONS`.

    Parameters
    ----------
    expr : str
        Expression of a clause.
    names : mapping of str to array_like
        Values of the parameters.

    Returns
    -------
    array_like
    """
    tree = ast.parse(expr, mode="eval")
    for node in ast.walk(tree):
        if not isinstance(
            node,
            ast.Expression
            | ast.BinOp
            | ast.UnaryOp
            | ast.Call
            | ast.Name
            | ast.Constant
            | ast.Compare
            | ast.operator
            | ast.unaryop
            | ast.cmpop
            | ast.expr_context,
        ):
            raise ContractError(msg("core.expr_not_allowed", expr=expr, what=type(node).__name__))
    scope: dict[str, Any] = {"__builtins__": {}, **FUNCTIONS, **names}
    return eval(compile(tree, "<clause>", "eval"), scope)
