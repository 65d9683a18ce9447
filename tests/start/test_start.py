"""start.py decides rightly: which Python, which command, which libraries, what to do with .venv."""

import ast
import os
from pathlib import Path
from types import ModuleType

import pytest


def test_compiles_under_an_old_python(root: Path) -> None:
    source = (root / "start.py").read_text(encoding="utf-8")
    assert ast.parse(source, feature_version=(3, 6)).body


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13), (3, 14)])
def test_python_accepted(start: ModuleType, version: tuple[int, int]) -> None:
    assert start.python_refusal(version, True) == ""


@pytest.mark.parametrize(
    ("version", "is_64_bit", "named"),
    [((3, 10), True, "3.10 (64-bit)"), ((3, 15), True, "3.15 (64-bit)"), ((3, 12), False, "3.12 (32-bit)")],
)
def test_python_refused_in_both_languages(
    start: ModuleType, version: tuple[int, int], is_64_bit: bool, named: str
) -> None:
    english, chinese = start.python_refusal(version, is_64_bit).splitlines()
    assert "needs a 64-bit Python 3.11 - 3.14" in english and named in english
    assert "工作台需要 64 位 Python 3.11 - 3.14" in chinese and named in chinese


@pytest.mark.parametrize(
    ("platform", "libc", "needed"),
    [
        ("linux-x86_64", "glibc 2.31", "2.34"),
        ("linux-aarch64", "glibc 2.36", "2.39"),
        ("linux-x86_64", "glibc 2.36", None),
        ("linux-x86_64", "", None),
        ("linux-riscv64", "glibc 2.31", None),
    ],
)
def test_c_library(start: ModuleType, platform: str, libc: str, needed: str | None) -> None:
    reason = start.glibc_refusal(platform, libc)
    if needed is None:
        assert reason is None
    else:
        assert all(f"glibc {needed}" in sentence for sentence in reason)


@pytest.mark.parametrize(
    ("environment", "platform", "shown"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_display(start: ModuleType, environment: dict[str, str], platform: str, shown: bool) -> None:
    assert start.has_display(environment, platform) is shown


def test_command_without_words_depends_on_the_display(start: ModuleType, tmp_path: Path) -> None:
    sample = str(tmp_path / "sample_plants" / "crude_unit")
    assert start.command_for([], True) == ["-m", "integrity", "window"]
    assert start.command_for([], False) == ["-m", "integrity", "study", sample, "--out", "out"]
    assert start.command_for(["--x", "y"], True) == ["-m", "integrity", "window", "--x", "y"]
    assert start.command_for(["--x"], False)[-3:] == ["--out", "out", "--x"]


def test_words_are_passed_on(start: ModuleType) -> None:
    test = start.command_for(["test", "tests/core", "-x"], False)
    assert test == ["-m", "pytest", "-q", "tests/core", "-x"]
    assert start.command_for(["test"], display=False)[3:] == start.PARALLEL
    assert start.command_for(["--version"], True) == ["-m", "integrity", "--version"]
    study = start.command_for(["study", "a plant", "-h"], True)
    assert study == ["-m", "integrity", "study", "a plant", "-h"]


def test_help_sets_nothing_up(
    start: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "prepare", lambda command: pytest.fail("help must not set up"))
    assert start.main(["-h"]) == 0
    printed = capsys.readouterr().out
    assert "python3 start.py test" in printed and "运行测试" in printed


@pytest.mark.parametrize(
    ("exists", "ours", "usable", "unfinished", "step"),
    [
        (False, False, False, "", "make"),
        (False, False, False, "own", "make"),
        (True, True, True, "", "keep"),
        (True, False, True, "", "keep"),
        (True, True, False, "", "renew"),
        (True, False, False, "", "refuse"),
        (True, False, True, "own", "renew"),
        (True, False, False, "own", "renew"),
        (True, False, True, "found", "repair"),
        (True, False, False, "found", "refuse"),
    ],
)
def test_plan(start: ModuleType, exists: bool, ours: bool, usable: bool, unfinished: str, step: str) -> None:
    assert start.plan(exists, ours, usable, unfinished) == step


def fake_venv(start: ModuleType) -> None:
    """Make a folder that looks like a finished .venv to `is_ready`."""
    python = start.venv_python()
    python.parent.mkdir(parents=True, exist_ok=True)
    python.touch()


def test_ready_until_the_lock_file_changes(start: ModuleType) -> None:
    assert not start.is_ready()
    fake_venv(start)
    start.STAMP.write_text(start.expected_stamp() + "own\n", encoding="utf-8")
    assert start.is_ready()
    start.LOCK.write_text("numpy==2.4.7\n", encoding="utf-8")
    assert not start.is_ready()


def test_not_ready_once_its_python_is_gone(start: ModuleType) -> None:
    fake_venv(start)
    start.STAMP.write_text(start.expected_stamp() + "own\n", encoding="utf-8")
    start.venv_python().unlink()
    assert not start.is_ready()


def record_steps(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the set-up go through its motions without a network; return the list it writes them to."""
    steps: list[str] = []

    def make() -> None:
        steps.append("make")
        fake_venv(start)

    monkeypatch.setattr(start, "make_venv", make)
    monkeypatch.setattr(start, "install", lambda again: steps.append("again" if again else "install"))
    monkeypatch.setattr(start, "link_package", lambda: steps.append("link"))
    monkeypatch.setattr(start, "runs_with_this_version", lambda: True)
    return steps


def test_interrupted_set_up_is_made_anew(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = record_steps(start, monkeypatch)

    def interrupted(again: bool) -> None:
        (start.VENV / "half a package").touch()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(start, "install", interrupted)
        with pytest.raises(KeyboardInterrupt):
            start.set_up()
    assert not start.is_ready()
    assert start.GUARD.read_text() == "own"

    start.set_up()
    assert steps == ["make", "make", "install", "link"]
    assert not (start.VENV / "half a package").exists()
    assert start.is_ready()
    assert start.GUARD.read_text() == ""


def test_changed_lock_file_keeps_the_folder(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = record_steps(start, monkeypatch)
    start.set_up()
    start.set_up()
    start.LOCK.write_text("numpy==2.4.7\n", encoding="utf-8")
    start.set_up()
    assert steps == ["make", "install", "link", "install", "link"]
    assert start.read_stamp().endswith("own\n")


def test_folder_of_another_maker_is_used_and_never_removed(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = record_steps(start, monkeypatch)
    fake_venv(start)
    theirs = start.VENV / "theirs"
    theirs.touch()
    start.set_up()
    assert steps == ["install", "link"] and start.is_ready()

    start.LOCK.write_text("numpy==2.4.7\n", encoding="utf-8")
    start.GUARD.write_text("found")
    start.set_up()
    assert steps[2:] == ["again", "link"]

    start.LOCK.write_text("numpy==2.4.8\n", encoding="utf-8")
    monkeypatch.setattr(start, "runs_with_this_version", lambda: False)
    with pytest.raises(start.Refusal, match="was not made by"):
        start.set_up()
    assert theirs.exists()


def test_two_starts_do_not_set_up_at_once(start: ModuleType) -> None:
    with start.alone(), start.GUARD.open("a+") as second:
        assert not start.lock_file(second.fileno(), wait=False)
    with start.GUARD.open("a+") as third:
        assert start.lock_file(third.fileno(), wait=False)


def test_every_library_names_a_package_once(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_loads(soname: str) -> None:
        raise OSError(soname)

    monkeypatch.setattr("ctypes.CDLL", nothing_loads)
    assert start.missing_packages(start.libraries_for({})) == [
        "libgl1", "libegl1", "libxkbcommon0", "libfontconfig1", "libglib2.0-0", "libdbus-1-3",
    ]  # fmt: skip
    with_x11 = start.missing_packages(start.libraries_for({"DISPLAY": ":0"}))
    assert "libxcb-cursor0" in with_x11 and "libwayland-cursor0" not in with_x11
    assert "libwayland-cursor0" in start.missing_packages(start.libraries_for({"WAYLAND_DISPLAY": "w"}))


def break_system(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one library of Qt be missing and apt-get be out of reach."""
    monkeypatch.setattr(start, "missing_packages", lambda libraries: ["libegl1"])
    monkeypatch.setattr(start, "missing_venv_package", lambda: [])
    monkeypatch.setattr(start, "may_install", lambda: False)


def test_missing_library_stops_a_window_with_the_command_to_type(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_system(start, monkeypatch)
    with pytest.raises(start.Refusal) as refusal:
        start.check_system(ready=True, needs_qt=True)
    command = "sudo apt-get update && sudo apt-get install -y libegl1"
    assert all(command in sentence for sentence in refusal.value.args)


def test_missing_library_does_not_stop_a_calculation(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    break_system(start, monkeypatch)
    start.check_system(ready=False, needs_qt=False)
    assert "libegl1" in capsys.readouterr().out
    start.check_system(ready=True, needs_qt=False)
    assert capsys.readouterr().out == ""


def test_missing_part_of_python_stops_everything(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    break_system(start, monkeypatch)
    monkeypatch.setattr(start, "missing_venv_package", lambda: ["python3.11-venv"])
    with pytest.raises(start.Refusal, match=r"apt-get install -y python3\.11-venv libegl1"):
        start.check_system(ready=False, needs_qt=False)


def test_settings_that_lead_elsewhere_are_dropped(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_TARGET", "elsewhere")
    monkeypatch.setenv("PYTHONHOME", "elsewhere")
    monkeypatch.setenv("PIP_PROXY", "kept")
    environment = start.plain_environment()
    assert "elsewhere" not in environment.values()
    assert environment["PIP_PROXY"] == "kept" and environment["PIP_USER"] == "0"


def test_sentences_print_on_a_narrow_console(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with (tmp_path / "console").open("w", encoding="cp1252") as console:
        monkeypatch.setattr("sys.stdout", console)
        start.say("Set up.", "安装完成。")
    assert (tmp_path / "console").read_text(encoding="cp1252") == f"Set up.{os.linesep}?????{os.linesep}"
