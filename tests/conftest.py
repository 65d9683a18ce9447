"""What every test stands on: no window, no plotting into a window, no deadline that a busy machine breaks."""

import os
import sys

from hypothesis import settings

if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("MPLBACKEND", "Agg")

settings.register_profile("workbench", deadline=None)
# The same examples every time where a failure must be seen again elsewhere.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "workbench")
