"""The device part of the program's gateway: services behind the calls of the screen of devices."""

from __future__ import annotations

from typing import Any

from integrity.core.progress import Progress
from integrity.services.types import Study, WorkingSheet


class RealDevices:
    """Calls services on the plant that is open; the gateway gives it `_open`."""

    def _open(self) -> Any:
        raise NotImplementedError

    def bundles(self, study: Study, matched: tuple[str, ...], mechanism: str, progress: Progress) -> Any:
        """Every bundle in service, fitted with those that agree with it in `matched`."""
        from integrity.services import bundles

        return bundles.assess(self._open(), study.settings, study.plant, bundles.same(*matched), mechanism)

    def bundle_working(self, study: Study, done: Any, row: int, column: str) -> tuple[WorkingSheet, ...]:
        """How a number of a bundle came about."""
        from integrity.services.device_workings import bundle_working

        return bundle_working(done, study.settings, row, column)

    def relief(self, study: Study, progress: Progress) -> Any:
        """Every relief device of the register."""
        from integrity.services import relief

        return relief.assess(self._open(), study)

    def relief_working(self, study: Study, done: Any, row: int, column: str) -> tuple[WorkingSheet, ...]:
        """How a number of a relief device came about."""
        from integrity.services.device_workings import relief_working

        return relief_working(done, study.settings, row, column)

    def demand_working(self, study: Study, done: Any, case: int, column: str) -> tuple[WorkingSheet, ...]:
        """How a number of an overpressure case came about."""
        from integrity.services.device_workings import case_working

        return case_working(done, study.settings, case, column)

    def test_working(self, study: Study, done: Any, test: int) -> tuple[WorkingSheet, ...]:
        """How the result of a test of a relief device came about."""
        from integrity.services.device_workings import test_working

        return test_working(done, study.settings, test)
