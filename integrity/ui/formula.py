"""Formulas of a working as rich text: indexes, powers, roots and products instead of program text."""

from __future__ import annotations

import ast
import html
from functools import lru_cache

from integrity.ui.models.columns import strip_unit

_RANK = {ast.Add: 1, ast.Sub: 1, ast.Mult: 2, ast.Div: 2, ast.Pow: 4}
_SIGN = {ast.Add: " + ", ast.Sub: " − ", ast.Mult: " · ", ast.Div: " / "}
_COMPARE = {ast.Lt: " < ", ast.LtE: " ≤ ", ast.Gt: " > ", ast.GtE: " ≥ ", ast.Eq: " = ", ast.NotEq: " ≠ "}
_GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "sigma": "σ",
    "lambda_": "λ",
    "rho": "ρ",
    "theta": "θ",
    "phi": "φ",
    "Phi": "Φ",
    "mu": "μ",
    "nu": "ν",
    "pi": "π",
    "eta": "η",
    "Delta": "Δ",
    "tau": "τ",
}
_UNARY = 3


@lru_cache(maxsize=4096)
def symbol(name: str) -> str:
    """A column name as letter and index.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
        Rich text.
    """
    head, _, tail = strip_unit(name).partition("_")
    letter = _GREEK.get(head, head)
    tail = tail.strip("_")
    if not tail:
        return html.escape(letter)
    index = ",".join(_GREEK.get(p, p) for p in tail.split("_"))
    return f"{html.escape(letter)}<sub>{html.escape(index)}</sub>"


@lru_cache(maxsize=4096)
def rich(expr: str) -> str:
    """A formula, or the same with numbers put in, as rich text; what is no formula is shown as it is.

    Parameters
    ----------
    expr : str

    Returns
    -------
    str
    """
    try:
        tree = ast.parse(expr.strip(), mode="eval")
    except SyntaxError:
        return html.escape(expr)
    return _write(tree.body)[0]


def _write(node: ast.AST) -> tuple[str, int]:
    """Text of a node and how tightly it binds."""
    if isinstance(node, ast.Name):
        return symbol(node.id), 9
    if isinstance(node, ast.Constant):
        return html.escape(str(node.value)).replace("-", "−"), 9
    if isinstance(node, ast.BinOp):
        return _binary(node)
    if isinstance(node, ast.UnaryOp):
        sign = {ast.USub: "−", ast.UAdd: "+", ast.Not: "¬", ast.Invert: "¬"}[type(node.op)]
        return sign + _within(node.operand, _UNARY), _UNARY
    if isinstance(node, ast.Compare):
        parts = [_within(node.left, 1)]
        parts += [_COMPARE.get(type(o), " ? ") + _within(c, 1) for o, c in zip(node.ops, node.comparators, strict=True)]
        return "".join(parts), 0
    if isinstance(node, ast.Call):
        return _call(node)
    return html.escape(ast.unparse(node)), 0


def _within(node: ast.AST, rank: int) -> str:
    text, own = _write(node)
    return text if own >= rank else f"({text})"


def _binary(node: ast.BinOp) -> tuple[str, int]:
    rank = _RANK.get(type(node.op), 0)
    if isinstance(node.op, ast.Pow):
        power, _ = _write(node.right)
        if power == "0.5":
            return f"√({_write(node.left)[0]})", 9
        return f"{_within(node.left, 5)}<sup>{power}</sup>", rank
    right_rank = rank + 1 if isinstance(node.op, ast.Sub | ast.Div) else rank
    if isinstance(node.op, ast.Mult) and isinstance(node.right, ast.BinOp) and isinstance(node.right.op, ast.Div):
        right_rank = rank + 1
    sign = _SIGN.get(type(node.op), " ? ")
    return _within(node.left, rank) + sign + _within(node.right, right_rank), rank


def _call(node: ast.Call) -> tuple[str, int]:
    name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
    args = [_write(a)[0] for a in node.args]
    if name == "sqrt" and len(args) == 1:
        return f"√({args[0]})", 9
    if name == "exp" and len(args) == 1:
        return f"e<sup>{args[0]}</sup>", 4
    if name == "abs" and len(args) == 1:
        return f"|{args[0]}|", 9
    if name == "where" and len(args) == 3:
        return f"{{ {args[1]} : {args[0]} ; {args[2]} }}", 9
    shown = {"log": "ln", "log10": "log<sub>10</sub>"}.get(name, _GREEK.get(name, html.escape(name)))
    return f"{shown}({', '.join(args)})", 9
