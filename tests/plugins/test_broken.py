"""Plug-ins that fail: told with distribution and error, passed over as a whole, and the program goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from integrity.core.registry import plugin_problems, procedures
from integrity.i18n import LANGUAGES
from tests.plugins.install import install, integrity, python

GROUP = "integrity.procedures"
HALF = """
from integrity.core.procedure import Param, Procedure
from integrity.core.reference import OWN_METHOD
from integrity.core.registry import register
from integrity.rbi.mechanisms import Mechanism, register_mechanism

P = register(Procedure("half.1", OWN_METHOD.at("half"), (Param("age_y", "time"),),
    (Param("D_f_half", "damage_factor", conclusion=True),), lambda x: {"D_f_half": x["age_y"]}))
register_mechanism(Mechanism("half", "scc", P, "D_f_half", lambda c: c.accepted("half"), None, None))
raise LookupError("table 7 is not there")
"""
GROUPLESS = HALF.replace('"half", "scc"', '"half", "of_its_own"').replace("half.1", "groupless.1")
OWN_ERROR = "class Odd(Exception):\n    pass\n\nraise Odd('licence server')\n"
SAID = """
from integrity.core.registry import plugin_problems, procedures
from integrity.i18n import text
from integrity.rbi.mechanisms import mechanisms

assert not {"half.1", "groupless.1"} & {p.key for p in procedures()}
assert "half" not in {m.key for m in mechanisms()}
assert text("sym.D_f_thin", "en") != text("sym.D_f_thin", "zh_CN")
print(*[dict(m.params)["distribution"] for m in plugin_problems()], sep="\\n")
"""


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Distributions of every kind of failure, and one that is well."""
    site = tmp_path_factory.mktemp("broken")
    for name, code in (("half", HALF), ("groupless", GROUPLESS), ("odd", OWN_ERROR), ("bad_syntax", "def f(:\n")):
        (site / f"{name}.py").write_text(code, encoding="utf-8")
        install(site, f"a-{name}", "2.1", {GROUP: {name: name}})
    install(site, "a-absent", "1", {GROUP: {"absent": "no_such_module"}})
    (site / "words_only").mkdir()
    (site / "words_only" / "en.json").write_text('{"sym.x": ["no", "text"]}', encoding="utf-8")
    place = f"from pathlib import Path\nWORDS = Path({str(site / 'words_only')!r})\nUNITS = WORDS / 'none.json'\n"
    (site / "places.py").write_text(place, encoding="utf-8")
    install(
        site,
        "a-places",
        "3",
        {"integrity.words": {"w": "places:WORDS"}, "integrity.quantities": {"q": "places:UNITS"}},
    )
    (site / "well.py").write_text(HALF[: HALF.index("raise")].replace("half", "well"), encoding="utf-8")
    install(site, "z-well", "1", {GROUP: {"well": "well"}})
    return site


def test_each_is_told_on_stderr_and_the_rest_is_there(broken: Path) -> None:
    for language, done in zip(
        LANGUAGES, integrity(broken, *(["procedures", "--lang", x] for x in LANGUAGES)), strict=True
    ):
        assert done.code == 1
        listed = {line.split()[0] for line in done.out.splitlines()}
        assert listed == {p.key for p in procedures()} | {"well.1"}
        lines = done.err.splitlines()
        for said in (
            ("a-half 2.1", "LookupError: table 7 is not there"),
            ("a-groupless 2.1", "of_its_own"),
            ("a-odd 2.1", "Odd: licence server"),
            ("a-bad_syntax 2.1", "SyntaxError"),
            ("a-absent 1", "ModuleNotFoundError: No module named 'no_such_module'"),
            ("a-places 3", "TypeError: en.json"),
        ):
            assert [x for x in lines if all(part in x for part in said)], (language, said)
        assert not [x for x in lines if "z-well" in x]


def test_nothing_of_a_failed_one_is_left(broken: Path) -> None:
    done = python(broken, "-c", SAID)
    assert done.returncode == 0, done.stderr[-2000:]
    assert {"a-half 2.1", "a-odd 2.1"} <= set(done.stdout.splitlines())


def test_other_commands_go_on(broken: Path) -> None:
    described, unknown = integrity(broken, ["describe", "plan.interval"], ["describe", "half.1"])
    assert described.code == 0 and '"plan.interval"' in described.out
    assert unknown.code == 2 and "half.1" in unknown.err


def test_units_of_a_broken_file_are_told_when_units_are_asked_for(broken: Path) -> None:
    code = (
        "from integrity.core.quantities import quantities; from integrity.core.registry import plugin_problems;"
        "assert 'thickness' in quantities();"
        "print(*[dict(m.params)['error'] for m in plugin_problems() if m.params['group'] == 'integrity.quantities'])"
    )
    done = python(broken, "-c", code)
    assert done.returncode == 0 and "FileNotFoundError" in done.stdout, done.stderr[-2000:]


def test_without_plug_ins_there_is_nothing_to_tell() -> None:
    assert plugin_problems() == ()
