"""Make the four pictures of the README from the sample plant, without a display.

    python tools/screenshots.py            docs/screenshots/home.png, cml.png, risk.png, plan.png
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from integrity import bootstrap
from integrity.window import FIRST_SAMPLE, window_wiring
from tools.pages import ROOT

FOLDER = ROOT / "docs" / "screenshots"
NAMES = {"home": "home", "cml": "cml", "board": "risk", "plan": "plan"}
SIZE = (1366, 768)


def main() -> int:
    """Open the sample plant in a folder that is thrown away and take the pictures."""
    from integrity.ui.real_gateway import RealGateway
    from integrity.ui.screenshots import make_screenshots

    with tempfile.TemporaryDirectory() as name:
        session = bootstrap.open_sample(FIRST_SAMPLE, "docs", Path(name))
        gateway = RealGateway(window_wiring("docs"), session)
        made = make_screenshots(gateway, Path(name), size=SIZE, screens=tuple(NAMES))
        FOLDER.mkdir(parents=True, exist_ok=True)
        for path, target in zip(made, NAMES.values(), strict=True):
            (FOLDER / f"{target}.png").write_bytes(path.read_bytes())
            sys.stdout.write(f"wrote: docs/screenshots/{target}.png\n")
        session.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
