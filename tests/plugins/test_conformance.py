"""The conformance suite: it passes what is right, and each of its checks finds what it is for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from integrity import conformance
from integrity.__main__ import main
from integrity.conformance import Sample, problems, samples_of
from integrity.conformance_mechanism import mechanism_problems
from integrity.core.clause import TABLE, clause
from integrity.core.frames.facts import DamageFrame, Facts
from integrity.core.procedure import Limit, Param, Procedure, Result, Step
from integrity.core.reference import OWN_METHOD, Edition
from integrity.core.registry import procedure
from integrity.core.settings import DEFAULTS
from integrity.core.tables import Constant
from integrity.i18n import PluginWords
from integrity.rbi.assess import make_case
from integrity.rbi.case import RiskCase
from integrity.rbi.mechanisms import Mechanism, bound
from tests.plan.samples import SAMPLES as PLAN
from tests.rbi.plants import TODAY, many

REF = OWN_METHOD.at("governing thickness", "Greatest of the cases that compete")


@clause(REF, symbol="D_f_thin", expr="2*age_tk_y + CR_owner", quantity="damage_factor")
def factor(age_tk_y: Any, CR_owner: Any) -> Any:
    """Factor of a test.

    Parameters
    ----------
    age_tk_y, CR_owner : ndarray

    Returns
    -------
    ndarray
    """
    return 2.0 * age_tk_y + CR_owner


@clause(REF, symbol="D_f_thin", expr="3*age_tk_y + CR_owner", quantity="damage_factor")
def misprinted(age_tk_y: Any, CR_owner: Any) -> Any:
    return 2.0 * age_tk_y + CR_owner


@clause(REF, symbol="D_f_thin", expr="", quantity="damage_factor", kind=TABLE)
def unexplained() -> Any:
    """Number from nowhere."""


GOOD = Procedure(
    key="plan.interval",  # a key that has words
    ref=REF,
    inputs=(Param("age_tk_y", "time"), Param("CR_owner", "rate")),
    outputs=(Param("D_f_thin", "damage_factor", conclusion=True),),
    compute=lambda x: {"D_f_thin": 2.0 * x["age_tk_y"] + x["CR_owner"]},
    limits=(Limit("rbi.age_not_negative", REF, lambda c: ~(c["age_tk_y"] < 0.0)),),
    steps=(Step(factor, "D_f_thin"),),
)
ROWS = [Sample({"age_tk_y": [1.0, 2.5, -1.0, 4.0], "CR_owner": [0.1, 0.2, 0.3, 0.4]})]


def changed(**changes: Any) -> Procedure:
    return replace(GOOD, **changes)


def test_what_is_right_passes() -> None:
    assert problems(GOOD, ROWS) == ()
    key = "plan.interval"
    assert problems(procedure(key), samples_of({"SAMPLES": PLAN})[key]) == ()


BAD: dict[str, tuple[Procedure, list[Sample], str]] = {
    "no sample": (GOOD, [], "no sample"),
    "misprint": (changed(steps=(Step(misprinted, "D_f_thin"),)), ROWS, "D_f_thin = 3*age_tk_y + CR_owner: row 0"),
    "docstring": (changed(steps=(Step(misprinted, "D_f_thin"),)), ROWS, "misprinted: no docstring"),
    "binding": (changed(steps=(Step(factor, "D_f_thin", {"CR_owner": "CR"}),)), ROWS, "factor: CR is no column"),
    "note": (changed(steps=(Step(unexplained, "D_f_thin"),)), ROWS, "unexplained: a table needs a note"),
    "limit never broken": (GOOD, [Sample({"age_tk_y": 1.0, "CR_owner": 0.1})], "no sample row is outside"),
    "limit never kept": (GOOD, [Sample({"age_tk_y": -1.0, "CR_owner": 0.1})], "no sample row is inside"),
    "input never needed": (
        changed(
            inputs=(Param("age_tk_y", "time"), Param("CR_owner", "rate", needed=lambda c: c["age_tk_y"] > 99.0)),
        ),
        ROWS,
        "required input CR_owner: no sample row needs it",
    ),
    "raises": (changed(compute=lambda x: {"D_f_thin": x["no_such"]}), ROWS, "raises KeyError"),
    "blank raises": (
        changed(
            compute=lambda x: {
                "D_f_thin": 2.0 * x["age_tk_y"] + x["CR_owner"] + [0.0][int(np.isnan(x["CR_owner"]).any())]
            }
        ),
        ROWS,
        "raises IndexError",
    ),
    "rows lean on one another": (
        changed(compute=lambda x: {"D_f_thin": 2.0 * x["age_tk_y"] + x["CR_owner"].mean()}),
        ROWS,
        "D_f_thin: another value alone, row 0",
    ),
    "order": (
        changed(compute=lambda x: {"D_f_thin": np.arange(x.n) + x["age_tk_y"]}, steps=()),
        ROWS,
        "D_f_thin: another value in reverse order",
    ),
    "constant": (
        changed(constants={"k": Constant("k", 1.0, "number", "", "", verified=False)}),
        ROWS,
        "constant k: no source",
    ),
    "words": (changed(key="test.no_words"), ROWS, "no words in zh_CN: procedure.test.no_words"),
    "symbol": (changed(outputs=(*GOOD.outputs, Param("D_f_thin", "no_such"))), ROWS, "unknown quantity no_such"),
    "reference": (
        changed(ref=Edition("Works standard", "7").at("2.1", "A title that nobody knows")),
        ROWS,
        "no words in en: ref.A title that nobody knows",
    ),
    "code": (
        changed(inputs=(*GOOD.inputs, Param("geometry", "code", required=False, codes=("left", "right")))),
        ROWS,
        "no words in en: code.geometry.left",
    ),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_each_check_finds_what_it_is_for(name: str) -> None:
    tried, samples, told = BAD[name]
    found = problems(tried, samples)
    assert [x for x in found if told in x], found


def test_a_conclusion_that_is_not_withheld_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Procedure.run

    def leaks(self: Procedure, *given: Any, **named: Any) -> Result:
        result = run(self, *given, **named)
        return replace(result, columns={**result.columns, "D_f_thin": np.ones(result.n)}, verdict=result.verdict * 0)

    monkeypatch.setattr(Procedure, "run", leaks)
    found = conformance.missing_problems(GOOD, ROWS)
    assert "without age_tk_y the verdict is not INSUFFICIENT_DATA" in found
    assert "without CR_owner the conclusion D_f_thin is not blank" in found


def test_words_of_a_plug_in(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = PluginWords("mine 1", {
        "en": {"mine.a": "{n} rows", "mine.b": "only here", "sym.D_mm": "bore", "mine.c": "of both"},
        "zh_CN": {"mine.a": "{m} 行", "sym.D_mm": "内径", "mine.c": "{"},
    })  # fmt: skip
    other = PluginWords("other 1", {"en": {"mine.c": "another"}, "zh_CN": {}})
    monkeypatch.setattr(conformance, "plugin_words", lambda: (mine, other))
    assert conformance.plugin_word_problems("mine 1") == [
        "words mine.a: unequal placeholders",
        "words mine.b: not in every language",
        "words mine.c: Single '{' encountered in format string",
        "words mine.c: other 1 has others in en",
        "words sym.D_mm: the package has others in en",
    ]
    assert conformance.plugin_word_problems("") == []


# --- mechanisms

N = 24


def case() -> RiskCase:
    components, inspections, inputs = many(N, seed=3)
    damage = DamageFrame.from_columns(
        {
            "component_row": np.arange(N),
            "mechanism": np.full(N, "test", object),
            "decision": np.zeros(N, dtype=np.int64),
        }
    )
    age = np.where(np.arange(N) % 6 == 5, np.nan, np.where(np.arange(N) % 6 == 4, -1.0, 2.0 + np.arange(N)))
    facts = Facts(N, {"age_tk_y": age, "CR_owner": np.full(N, 0.2)})
    return make_case(components, inspections, inputs, TODAY, DEFAULTS, facts, damage)


def growing(slope: float = 2.0, with_plan: Callable[..., Any] | None = None, **wrong: Any) -> Any:
    """Factor along time; `wrong` spoils it."""

    def at_dates(result: Result, rows: slice, years: Any, dates_d: Any, planned: Any) -> Any:
        now = result["D_f_thin"][rows][:, None]
        plain = now + slope * (years + wrong.get("late", 0.0)) * (
            1.0 + 0.1 * wrong.get("chunked", 0) * (rows.start or 0)
        )
        plain = plain + wrong.get("days", 0.0) * years.size * (years > 0)
        if wrong.get("filled"):
            plain = np.nan_to_num(plain)
        if wrong.get("flat"):
            plain = plain[:, 0]
        if wrong.get("always"):
            return plain, plain
        better = None if planned is None or with_plan is None else plain.copy()
        for k in range(0 if better is None else planned.date_d.shape[1]):
            with_plan(better, planned, k, dates_d)
        return plain, better

    return at_dates


def helps(better: Any, planned: Any, k: int, dates_d: Any) -> None:
    share = 1.0 - 0.1 * (5 - planned.effectiveness[:, k][:, None]) * (planned.effectiveness[:, k][:, None] >= 0)
    np.copyto(better, better * share, where=planned.done(k, dates_d))


def mechanism(**changes: Any) -> Mechanism:
    def columns(c: RiskCase) -> Any:
        return bound(c, GOOD, {}), {}

    good = Mechanism("test", "scc", GOOD, "D_f_thin", lambda c: c.accepted("test"), columns, growing(with_plan=helps))
    return replace(good, **changes)


def test_a_right_mechanism_passes() -> None:
    assert mechanism_problems(mechanism(), case()) == []
    assert problems(GOOD, ROWS, mechanism(), case()) == ()
    assert mechanism_problems(mechanism(at_dates=growing(-0.01), never_falls=False), case()) == []


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "group": ({"group": "own"}, "unknown group own"),
    "output": ({"output": "D_f"}, "D_f is no output of plan.interval"),
    "kept": (
        {"procedure": changed(outputs=(Param("D_f_thin", "damage_factor"),))},
        "D_f_thin is no conclusion: it would stay where the row is refused",
    ),
    "quantity": (
        {"procedure": changed(outputs=(Param("D_f_thin", "ratio", conclusion=True),))},
        "D_f_thin is no damage_factor",
    ),
    "applies": ({"applies": lambda c: c.accepted("test").astype(int)}, "applies: not one flag a component"),
    "nowhere": ({"applies": lambda c: c.accepted("other")}, "acts on no component of the case"),
    "lacking": ({"columns": lambda c: ({"age_tk_y": np.ones(c.n)}, {})}, "column CR_owner is lacking"),
    "too many": (
        {"columns": lambda c: ({**bound(c, GOOD, {}), "x": np.ones(c.n)}, {})},
        "column x is no input",
    ),
    "length": (
        {"columns": lambda c: ({"age_tk_y": np.ones(c.n), "CR_owner": np.ones(3)}, {})},
        "column CR_owner has not one value a component",
    ),
    "table": ({"columns": lambda c: (bound(c, GOOD, {}), {"readings": {"case": []}})}, "table readings is none"),
    "blank": (
        {"columns": lambda c: ({**bound(c, GOOD, {}), "CR_owner": np.full(c.n, np.nan)}, {})},
        "no component of the case gets a factor",
    ),
    "part": (
        {"columns": lambda c: ({**bound(c, GOOD, {}), "CR_owner": np.full(c.n, float(c.n))}, {})},
        "D_f_thin: another value in a part of the case",
    ),
    "today": ({"at_dates": growing(late=1.0)}, "at_dates: on the as-of day not the output"),
    "filled": ({"at_dates": growing(filled=True)}, "at_dates: a refused row has a factor"),
    "flat": ({"at_dates": growing(flat=True)}, "at_dates: shape"),
    "always": ({"at_dates": growing(always=True)}, "at_dates: a second factor where nothing is planned"),
    "chunked": ({"at_dates": growing(chunked=1)}, "at_dates: another value in chunks of rows"),
    "days": ({"at_dates": growing(days=0.1)}, "at_dates: another value where other days are not asked for"),
    "younger": ({"at_dates": growing(-0.01)}, "finding: older is safer somewhere"),
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_each_check_of_a_mechanism_finds_what_it_is_for(name: str) -> None:
    changes, told = WRONG[name]
    found = mechanism_problems(mechanism(**changes), case())
    assert [x for x in found if told in x], found


def _raises(better: Any, planned: Any, k: int, dates_d: Any) -> None:
    np.copyto(better, 2.0 * better, where=planned.done(k, dates_d) & (planned.effectiveness[:, k] >= 0)[:, None])


def _early(better: Any, planned: Any, k: int, dates_d: Any) -> None:
    np.copyto(better, 0.5 * better, where=(planned.effectiveness[:, k] >= 0)[:, None])


def _upside_down(better: Any, planned: Any, k: int, dates_d: Any) -> None:
    grade = planned.effectiveness[:, k][:, None]
    share = np.where(grade >= 0, 0.9 - 0.1 * grade, 1.0)
    np.copyto(better, share * better, where=planned.done(k, dates_d))


def _blank_helps(better: Any, planned: Any, k: int, dates_d: Any) -> None:
    better *= 0.9


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (_raises, "finding: an inspection of grade A raises the factor"),
        (_early, "planned: grade B acts before its day"),
        (_upside_down, "finding: grade A is worth less than the grade below it"),
        (_blank_helps, "planned: a blank inspection moves the factor"),
    ],
)
def test_planned_inspections(plan: Any, told: str) -> None:
    found = mechanism_problems(mechanism(at_dates=growing(with_plan=plan)), case())
    assert told in found, found


def test_a_mechanism_needs_a_case_and_its_own_procedure() -> None:
    assert problems(GOOD, ROWS, mechanism()) == ("test: no case to check the mechanism on",)
    other = mechanism(procedure=changed(key="plan.other"))
    assert problems(GOOD, ROWS, other, case()) == ("test: belongs to plan.other",)


# --- the command


def samples_file(folder: Path, text: str) -> str:
    path = folder / "own_samples.py"
    path.write_text(text, encoding="utf-8")
    return str(path)


ROW = '{"anchor_d": [18000], "by_life": [0], "years_max": [6.0], "RL_y": [20.0]}'


def test_the_command_lists_problems(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = samples_file(tmp_path, f"SAMPLES = {{'plan.interval': [({ROW}, {{}})]}}\n")
    assert main(["conform", "plan.interval", path]) == 1
    said = capsys.readouterr()
    assert "limit plan.remaining_life_known: no sample row is outside" in said.out.splitlines()
    assert f"1 samples, {len(said.out.splitlines())} problems" in said.err
    assert main(["conform", "plan.interval", path, "--json", "--lang", "zh_CN"]) == 1
    said = capsys.readouterr()
    assert len(json.loads(said.out)) > 1 and "个问题" in said.err


def test_the_command_passes_what_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(Path(__file__).parents[1] / "plan" / "samples.py")
    assert main(["conform", "plan.interval", path]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [("SAMPLES = {}\n", "no samples of plan.interval"), ("x = 1\n", "no samples"), ("x =\n", "SyntaxError")],
)
def test_the_command_refuses_a_file_it_cannot_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    assert main(["conform", "plan.interval", samples_file(tmp_path, text)]) == 2
    assert told in capsys.readouterr().err
    assert main(["conform", "no.such", samples_file(tmp_path, text)]) == 2
    assert main(["conform", "plan.interval", str(tmp_path / "absent.py")]) == 2
