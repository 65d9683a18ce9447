"""Identifiers: exact, look-alike, one edit away, and never repaired without a decision."""

from __future__ import annotations

import numpy as np
import pytest

from integrity.exchange.columns import column_of, object_array
from integrity.exchange.id_match import EXACT, LOOKALIKE, ONE_EDIT, folded, id_findings, match_ids, match_positions

KNOWN = ("P-1002-001", "P-1002-002", "C-101-012", "V-104-I1", "E-101B-004", "CML-77")


@pytest.mark.parametrize(
    ("text", "meant", "how"),
    [
        ("P-1O02-001", "P-1002-001", LOOKALIKE),
        ("p-1002-001", "P-1002-001", LOOKALIKE),
        ("P 1002 001", "P-1002-001", LOOKALIKE),
        ("P1002001", "P-1002-001", LOOKALIKE),
        ("V-104-l1", "V-104-I1", LOOKALIKE),
        ("V-104-11", "V-104-I1", LOOKALIKE),
        ("C-101-12", "C-101-012", ONE_EDIT),
        ("E-101-004", "E-101B-004", ONE_EDIT),
        ("E-10B1-004", "E-101B-004", ONE_EDIT),
        ("CML-777", "CML-77", ONE_EDIT),
    ],
)
def test_only_near_identifier_is_suggested(text: str, meant: str, how: int) -> None:
    match = match_ids(column_of([text]), KNOWN)
    assert match.index[0] == -1 and KNOWN[match.suggestion[0]] == meant and match.how[0] == how


@pytest.mark.parametrize("text", ["P-1002-003", "C-101-977", "X-999", "P-1003-001"])
def test_another_number_is_another_point_and_not_suggested(text: str) -> None:
    match = match_ids(column_of([text]), KNOWN)
    assert match.index[0] == -1 and match.suggestion[0] == -1


def test_several_near_ones_are_shown_but_none_is_suggested() -> None:
    match = match_ids(column_of(["P-1002-00"]), KNOWN)
    assert match.suggestion[0] == -1 and match.near.text(0) == "P-1002-001, P-1002-002"


def test_exact_match_ignores_only_blanks_around() -> None:
    match = match_ids(column_of([" C-101-012 ", "C-101-012"]), KNOWN)
    assert list(match.index) == [2, 2] and list(match.how) == [EXACT, EXACT]


def test_identifiers_that_fold_alike_are_no_single_suggestion() -> None:
    match = match_ids(column_of(["A 1"]), ("A-1", "A-I"))
    assert match.suggestion[0] == -1 and folded("A-I") == folded("a_l")


def test_suggestion_is_taken_only_by_decision() -> None:
    texts = column_of(["P-1O02-001", "X-999", "C-101-012", ""])
    match = match_ids(texts, KNOWN)
    assert list(match.resolved(False)) == [-1, -1, 2, -1]
    assert list(match.resolved(True)) == [0, -1, 2, -1]
    strict = {b.code: list(b.index) for b in id_findings(texts, match, KNOWN)}
    assert strict == {"id_typo": [0], "unknown_cml": [1]}
    taken = id_findings(texts, match, KNOWN, accept_suggestions=True)
    assert [b.code for b in taken] == ["id_repaired", "unknown_cml"]
    assert taken[0].param(0) == {"text": "P-1O02-001", "suggestion": "P-1002-001"}


def test_many_identifiers_are_matched_once_each() -> None:
    known = tuple(f"P-{i:05d}" for i in range(5000))
    texts = column_of([known[i % 5000] for i in range(20_000)] + ["P-O0001"])
    match = match_ids(texts, known)
    assert np.array_equal(match.index[:5000], np.arange(5000)) and match.suggestion[-1] == 1


def test_positions_are_brought_to_those_of_the_cml() -> None:
    rows = np.array([0, 0, 1, 1, 1, 2, -1, 3], dtype=np.int64)
    texts = object_array(["0", "", "90", "315", "100", "7", "5", "1"])
    known = (("",), ("0", "90", "315"), (), ("1",))
    match = match_positions(rows, texts, known)
    assert list(match.positions.texts()) == ["", "", "90", "315", "100", "7", "5", "1"]
    assert list(match.unknown) == [4]
    batch = match.findings()[0]
    assert batch.code == "unknown_position" and batch.param(0) == {"text": "100", "known": "0, 90, 315"}


def test_lone_position_with_a_name_takes_the_nameless_reading() -> None:
    match = match_positions(np.array([0]), object_array([""]), (("1",),))
    assert match.positions.text(0) == "1" and not match.unknown.size
