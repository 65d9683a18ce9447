"""What the screen of devices asks of the program: bundles, relief devices and their workings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from integrity.core.progress import Progress
from integrity.services.types import Study, WorkingSheet

if TYPE_CHECKING:
    from integrity.services.bundles import BundleStudy
    from integrity.services.relief import ReliefStudy


class DeviceGateway(Protocol):
    """Blocking, thread-safe calls like those of `Gateway`, of which this is a part."""

    def bundles(self, study: Study, matched: tuple[str, ...], mechanism: str, progress: Progress) -> BundleStudy:
        """Every bundle in service, fitted with those that agree with it in `matched`; with a mechanism only failures
        by it count as failures."""
        ...

    def bundle_working(self, study: Study, done: BundleStudy, row: int, column: str) -> tuple[WorkingSheet, ...]:
        """How a number of a bundle came about."""
        ...

    def relief(self, study: Study, progress: Progress) -> ReliefStudy:
        """Every relief device of the register."""
        ...

    def relief_working(self, study: Study, done: ReliefStudy, row: int, column: str) -> tuple[WorkingSheet, ...]:
        """How a number of a relief device came about."""
        ...

    def demand_working(self, study: Study, done: ReliefStudy, case: int, column: str) -> tuple[WorkingSheet, ...]:
        """How a number of an overpressure case came about."""
        ...

    def test_working(self, study: Study, done: ReliefStudy, test: int) -> tuple[WorkingSheet, ...]:
        """How the result of a test of a relief device came about."""
        ...
