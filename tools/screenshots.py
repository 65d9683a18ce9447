"""Make the four pictures of the README from the sample plant, without a display.

python tools/screenshots.py            docs/screenshots/home.png, cml.png, risk.png, plan.png
                                       and every view in both languages and both looks below it
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image

from integrity import bootstrap
from integrity.i18n import LANGUAGES
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
        for language in LANGUAGES:
            for look in ("light", "dark"):
                folder = FOLDER / f"{language}_{look}"
                shutil.rmtree(folder, ignore_errors=True)
                for path in make_screenshots(gateway, folder, language, look, SIZE):
                    path.rename(folder / f"{path.name.split('_')[1]}.png")
        session.close()
    for picture in FOLDER.rglob("*.png"):
        Image.open(picture).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(picture, optimize=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
