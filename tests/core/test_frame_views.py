"""Views and patched frames equal frames made at once; facts of some rows equal those of all, row by row."""

from __future__ import annotations

import numpy as np
import pytest

from integrity.core.frame import FEW, MOST_PATCHES
from integrity.core.frames.facts import Facts
from integrity.core.frames.plant import InspectionFrame
from integrity.core.group import groups_of, members_of
from integrity.core.procedure import Param


def frame(n: int = 40) -> InspectionFrame:
    return InspectionFrame.from_columns(
        {
            "inspection_id": np.arange(n),
            "date_d": np.arange(n) * 7,
            "mechanism": np.array([("cui", "", "htha")[i % 3] for i in range(n)], dtype=object),
        }
    )


@pytest.mark.parametrize("rows", (np.array([3, 1, 1, 39]), slice(5, 20), np.zeros(0, dtype=np.int64), np.arange(40)))
def test_a_view_has_the_columns_of_a_frame_taken(rows: np.ndarray | slice) -> None:
    view, taken = frame().view(rows), frame().take(rows)
    assert view.n == taken.n
    for name, column in taken.columns().items():
        assert getattr(view, name).tolist() == column.tolist() and not getattr(view, name).flags.writeable
    names, index = view.coded("mechanism")
    assert [names[i] for i in index] == taken.mechanism.tolist()
    with pytest.raises(AttributeError):
        _ = view.nothing  # type: ignore[attr-defined]


def test_a_view_may_be_given_a_column_and_viewed_again() -> None:
    view = frame().view(np.array([5, 6, 7]), component_row=np.array([1, 2, 3])).view(np.array([2, 0]))
    assert view.component_row.tolist() == [3, 1] and view.inspection_id.tolist() == [7, 5]


def test_patches_lie_on_one_another() -> None:
    base = frame()
    now, wanted = base, base.date_d.copy()
    for i in range(MOST_PATCHES + 3):
        rows = np.array([i % 40, (i + 5) % 40])
        part = base.view(rows, date_d=np.array([1000 + i, 2000 + i]))
        now = now.patched(rows, part)
        wanted[rows] = part.date_d
    assert now.n == base.n and now.date_d.tolist() == wanted.tolist()
    assert now.inspection_id.tolist() == base.inspection_id.tolist()
    assert base.date_d.tolist() == frame().date_d.tolist()
    assert now.coded("mechanism")[1].tolist() == base.coded("mechanism")[1].tolist()


@pytest.mark.parametrize("k", (1, int(FEW * 100) + 1, 100))
def test_facts_of_some_rows_are_those_of_all(k: int) -> None:
    g = np.random.default_rng(k)
    held = {
        "grade": np.array(["A", "", "C", "other"], dtype=object)[g.integers(0, 4, 100)],
        "pH": g.uniform(1.0, 9.0, 100),
    }
    facts, rows = Facts(100, held), g.integers(0, 100, k)
    grade, pH = Param("grade", "code", codes=("A", "B", "C")), Param("pH", "number")
    part = facts.take(rows)
    assert part.n == k and set(part.columns) == set(held) and "absent" not in part.columns
    assert part.column(grade).tolist() == facts.column(grade)[rows].tolist()
    assert part.column(pH).tolist() == held["pH"][rows].tolist()
    assert facts.column(grade) is facts.column(grade) and not part.column(pH).flags.writeable
    other = part.with_({"pH": 7.0, "new": 1.0})
    assert set(other.column(pH).tolist()) == {7.0} and set(other.columns) == {"grade", "pH", "new"}
    assert other.column(grade).tolist() == part.column(grade).tolist()


def test_members_of_groups_in_any_order_and_twice() -> None:
    groups = groups_of(np.array([0, 0, 2, 2, 2, 3]), 5)
    rows, part = members_of(groups, np.array([2, 4, 0, 2]))
    assert rows.tolist() == [2, 3, 4, 0, 1, 2, 3, 4] and part.counts.tolist() == [3, 0, 2, 3]
