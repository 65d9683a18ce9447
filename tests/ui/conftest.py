"""Fixtures of the window's tests: offscreen, a made-up plant, settings in a folder of the test."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parent))

import fake_study
import pytest
from fake_gateway import FakeGateway
from PySide6.QtCore import QCoreApplication, QEvent, QSettings

from integrity.services.types import Study
from integrity.ui.jobs import Jobs
from integrity.ui.screenshots import settle
from integrity.ui.shell import Shell
from integrity.ui.state import Preferences, State
from integrity.ui.theme import apply


@pytest.fixture(autouse=True)
def _no_old_windows(qapp: Any) -> None:
    """Windows of earlier tests are deleted only here: without a running event loop nothing else does it."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(scope="session")
def study() -> Study:
    return fake_study.make_study()


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def state(qapp: Any, preferences: Preferences) -> State:
    return State(preferences)


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def shell(qtbot: Any, qapp: Any, state: State, gateway: FakeGateway, study: Study) -> Iterator[Shell]:
    """A window with the study already shown."""
    apply(qapp, state.theme, state.sizes)
    window = Shell(gateway, state, Jobs())
    qtbot.addWidget(window)
    window.show()
    state.set_study(study)
    settle(qapp, window.jobs)
    yield window
    settle(qapp, window.jobs)
    window.jobs.close()
