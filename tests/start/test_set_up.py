"""start.py from nothing to a running program, with one small package and no network."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

PROGRAM = '''"""Says what it was started with."""
import os, sys
import tiny
print("started", sys.argv[1:], tiny.VERSION, os.path.dirname(os.path.abspath(__file__)))
sys.exit(7)
'''


def make_wheel(folder: Path, version: str) -> str:
    """Write a wheel of a package `tiny` into `folder`; return the line of the lock file that pins it."""
    info = f"tiny-{version}.dist-info"
    files = {
        "tiny.py": f'VERSION = "{version}"\n',
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = []
    for name, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows.append(f"{name},sha256={digest},{len(text)}")
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""])
    wheel = folder / f"tiny-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return f"tiny=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


def start(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run start.py of a checkout from another folder, with the wheels beside it as pip's only source."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "DISPLAY", "WAYLAND_"))}
    wheels = (checkout / "wheels").as_uri()
    pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels, "PIP_CONFIG_FILE": os.devnull}
    return subprocess.run(
        [sys.executable, str(checkout / "start.py"), *words],
        cwd=checkout.parent,
        env={**kept, **pip, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
    )


def test_first_second_and_changed_start(root: Path, tmp_path: Path) -> None:
    checkout = tmp_path / "常减压 装置"
    (checkout / "wheels").mkdir(parents=True)
    (checkout / "integrity").mkdir()
    (checkout / "integrity" / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    shutil.copy(root / "start.py", checkout)
    lock = checkout / "requirements.lock"
    lock.write_text(make_wheel(checkout / "wheels", "1.0"), encoding="utf-8")

    first = start(checkout, "study", "a plant")
    assert "Setting up" in first.stdout and "正在安装" in first.stdout, first.stderr
    assert f"started ['study', 'a plant'] 1.0 {checkout / 'integrity'}" in first.stdout
    assert first.returncode == 7

    second = start(checkout, "study", "a plant")
    assert second.stdout == f"started ['study', 'a plant'] 1.0 {checkout / 'integrity'}\n"
    assert second.returncode == 7

    lock.write_text(make_wheel(checkout / "wheels", "1.1"), encoding="utf-8")
    changed = start(checkout, "study")
    assert "started ['study'] 1.1" in changed.stdout, changed.stderr

    make_wheel(checkout / "wheels", "1.2")
    lock.write_text(f"tiny==1.2 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    forged = start(checkout, "study")
    assert forged.returncode == 1
    assert "could not be installed" in forged.stdout and "依赖包安装失败" in forged.stdout
    assert "started" not in forged.stdout
