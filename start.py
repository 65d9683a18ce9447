"""Set the workbench up beside this file and start it, or test it: see python3 start.py -h."""

# Standard library only. This file must still compile under Python 3.6, so that an old Python gets a
# sentence and not a traceback.
import contextlib
import hashlib
import os
import shutil
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 14)


def python_refusal(version: "tuple[int, int]", is_64_bit: bool) -> str:
    """Return why this Python will not do, in both languages; empty if it will."""
    if OLDEST_PYTHON <= version <= NEWEST_PYTHON and is_64_bit:
        return ""
    span = "{}.{} - {}.{}".format(*OLDEST_PYTHON, *NEWEST_PYTHON)
    here = "{}.{} ({}-bit)".format(*version, 64 if is_64_bit else 32)
    return (
        f"The workbench needs a 64-bit Python {span}; this one is {here}. "
        f"Start it with another, for example: python3.12 start.py\n"
        f"工作台需要 64 位 Python {span}，当前为 {here}。请换用其他版本启动，例如：python3.12 start.py"
    )


_refusal = python_refusal((sys.version_info[0], sys.version_info[1]), sys.maxsize > 2**32)
if _refusal:
    sys.exit(_refusal)

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
LOCK = HERE / "requirements.lock"
STAMP = VENV / "start.stamp"
GUARD = HERE / ".venv.setup"
OLDEST_GLIBC = {"linux-x86_64": (2, 34), "linux-aarch64": (2, 39)}

# Shared libraries that Qt loads, with the Debian package of each: always, with X11, with Wayland.
QT_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
}
X11_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND_LIBRARIES = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}

HELP = """\
python3 start.py              set up once, then open the workbench; where there is no display, study
                              the sample plant and write the results to the folder out
python3 start.py test ...     run the tests; what follows goes to pytest
python3 start.py COMMAND ...  run a command of the workbench: python -m integrity COMMAND ...
python3 start.py -h           this text

python3 start.py              首次运行先自动安装，然后打开工作台；没有显示器时
                              计算示例装置，结果写入 out 文件夹
python3 start.py test ...     运行测试，其后的参数交给 pytest
python3 start.py COMMAND ...  运行工作台的命令：python -m integrity COMMAND ...
python3 start.py -h           显示本说明

Everything is installed into the folder .venv beside start.py; to be rid of it, delete that folder.
所有依赖都装在 start.py 旁的 .venv 文件夹内，删除该文件夹即可卸载。"""


class Refusal(Exception):
    """A reason not to go on: one sentence in English, one in Chinese."""


def say(english: str, chinese: str) -> None:
    """Print a sentence in both languages, even on a console that lacks some of the characters."""
    for line in f"{english}\n{chinese}".splitlines():
        try:
            print(line, flush=True)
        except UnicodeEncodeError:
            print(line.encode("ascii", "replace").decode("ascii"), flush=True)


# All tests, a process for each processor; the tests of a file stay together because they share what they build.
PARALLEL = ["-n", "auto", "--dist", "loadfile"]


def has_display(environment: "os._Environ[str] | dict[str, str]", platform: str) -> bool:
    """Return whether a window can be shown: always on Windows and macOS."""
    if not platform.startswith("linux"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def command_for(arguments: list[str], display: bool) -> list[str]:
    """Return what the Python of the .venv is to run for the words typed after start.py."""
    if arguments and arguments[0] == "test":
        return ["-m", "pytest", "-q", *(arguments[1:] or PARALLEL)]
    if arguments and (arguments[0] == "--version" or not arguments[0].startswith("-")):
        return ["-m", "integrity", *arguments]
    if display:
        return ["-m", "integrity", "window", *arguments]
    sample = str(HERE / "sample_plants" / "crude_unit")
    return ["-m", "integrity", "study", sample, "--out", "out", *arguments]


# --- the folder .venv ---------------------------------------------------------------------------------


def venv_python() -> Path:
    """Return the path of the Python inside .venv, there or not."""
    return VENV / "Scripts" / "python.exe" if os.name == "nt" else VENV / "bin" / "python"


def expected_stamp() -> str:
    """Return how the stamp of a finished set-up begins: the Python, the system, the lock file's digest."""
    python = f"{sys.implementation.name} {sys.version_info.major}.{sys.version_info.minor}"
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return f"{python} {sysconfig.get_platform()}\n{digest}\n"


def read_stamp() -> str:
    """Return what the last finished set-up left, empty if there was none."""
    try:
        return STAMP.read_text(encoding="utf-8")
    except OSError:
        return ""


def is_ready() -> bool:
    """Return whether .venv was set up by this Python from this lock file, to the end."""
    return read_stamp().startswith(expected_stamp()) and venv_python().exists()


def plan(exists: bool, ours: bool, usable: bool, unfinished: str) -> str:
    """Return what to do with the folder .venv.

    Parameters
    ----------
    exists : bool
        The folder is there.
    ours : bool
        start.py made it, so start.py may remove it.
    usable : bool
        Its Python runs, has pip and is of the version that runs start.py.
    unfinished : str
        What an interrupted set-up was at: "" for none, "own" in a folder made by start.py, "found" in
        one that was there before and is not ours to remove.

    Returns
    -------
    str
        "make", "keep", "renew" (remove and make), "repair" (install every package again), "refuse".
    """
    if not exists:
        return "make"
    if unfinished == "own":
        return "renew"
    if usable:
        return "repair" if unfinished else "keep"
    return "renew" if ours else "refuse"


def plain_environment() -> dict[str, str]:
    """Return the environment without settings that would send packages elsewhere."""
    stray = ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")
    return {**{k: v for k, v in os.environ.items() if k not in stray}, "PIP_USER": "0"}


def runs_with_this_version() -> bool:
    """Return whether the Python of .venv starts, has pip and is of the version that runs this file."""
    import subprocess

    command = [str(venv_python()), "-c", "import pip, sys; print(sys.version_info[:2])"]
    try:
        answer = subprocess.run(command, env=plain_environment(), capture_output=True, text=True)
    except OSError:
        return False
    return answer.stdout.strip() == str(sys.version_info[:2])


def run(command: list[str]) -> int:
    """Run a command of the set-up and return its exit code."""
    import subprocess

    # The child shares the lock on the guard file: should this process be killed, the lock lasts as long
    # as pip goes on.
    return subprocess.run(
        command, env=plain_environment(), stdin=subprocess.DEVNULL, close_fds=False
    ).returncode


def remove_venv() -> None:
    """Remove the folder .venv, or the link that stands for it."""
    try:
        VENV.unlink() if VENV.is_symlink() else shutil.rmtree(VENV)
    except OSError as error:
        raise Refusal(
            f"The folder {VENV} could not be removed ({error}); close what uses it and start again.",
            f"无法删除文件夹 {VENV}（{error}）；请关闭正在使用它的程序后重试。",
        ) from error


def make_venv() -> None:
    """Make the folder .venv with a Python and pip in it."""
    base = getattr(sys, "_base_executable", "") or sys.executable
    if run([base, "-m", "venv", str(VENV)]) != 0:
        raise Refusal(
            f"Python could not make the folder {VENV}; its reason stands above.",
            f"Python 无法创建文件夹 {VENV}，原因见上。",
        )


def install(again: bool) -> None:
    """Install what the lock file pins, each file checked against its digest."""
    command = [str(venv_python()), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--require-hashes", "--only-binary=:all:", "--requirement", str(LOCK)]
    command += ["--force-reinstall"] if again else []
    command += [] if sys.stdout.isatty() else ["-qq"]
    if run(command) != 0:
        raise Refusal(
            "The packages could not be installed; pip's reason stands above. Behind a proxy or with a "
            "mirror of your own, tell pip (pip config), then start again.",
            "依赖包安装失败，原因见上方 pip 的输出。如使用代理或内部镜像，"
            "请先用 pip config 设置，再重新启动。",
        )


def link_package() -> None:
    """Let the Python of .venv find the package in this checkout, which stays editable and movable."""
    places = {"base": str(VENV), "platbase": str(VENV)}
    site = Path(sysconfig.get_path("purelib", "venv", places))
    # A relative line is read from the folder of the .pth file and is ASCII whatever the checkout is called.
    (site / "integrity-workbench.pth").write_text(os.path.relpath(HERE, site) + "\n", encoding="ascii")


@contextlib.contextmanager
def alone() -> Iterator[IO[str]]:
    """Hold the guard file, so that two starts do not set up at once; yield it open."""
    try:
        guard = GUARD.open("a+", encoding="ascii")
    except OSError as error:
        raise Refusal(
            f"Nothing can be written to {HERE} ({error}); copy the workbench to a folder of your own.",
            f"无法写入 {HERE}（{error}）；请把工作台复制到您自己的文件夹。",
        ) from error
    with guard:
        if not lock_file(guard.fileno(), wait=False):
            say("Another start is setting up; waiting for it.", "另一个启动过程正在安装，请稍候。")
            lock_file(guard.fileno(), wait=True)
        os.set_inheritable(guard.fileno(), True)
        yield guard


def lock_file(descriptor: int, wait: bool) -> bool:
    """Lock an open file until it is closed; return whether that succeeded."""
    if sys.platform == "win32":
        import msvcrt

        while True:
            os.lseek(descriptor, 1 << 20, os.SEEK_SET)
            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
                return True
            except OSError:
                if not wait:
                    return False
                time.sleep(0.5)
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def write_guard(guard: IO[str], text: str) -> None:
    """Put in the guard file what a set-up is at, for the next start in case this one is interrupted."""
    guard.truncate(0)
    guard.write(text)
    guard.flush()


def set_up() -> None:
    """Bring .venv to the state that the lock file asks for, whatever state it is in."""
    with alone() as guard:
        if is_ready():
            return
        guard.seek(0)
        unfinished = guard.read()
        exists = VENV.exists() or VENV.is_symlink()
        ours = read_stamp().endswith("own\n")
        step = plan(exists, ours, exists and runs_with_this_version(), unfinished)
        if step == "refuse":
            raise Refusal(
                f"The folder {VENV} was not made by start.py and has no pip or another Python than "
                f"{sys.version_info.major}.{sys.version_info.minor}; rename or remove it, then start again.",
                f"文件夹 {VENV} 不是由 start.py 创建，且没有 pip 或 Python 版本不同；请改名或删除后重试。",
            )
        owner = "own" if step in ("make", "renew") or (step == "keep" and ours) else "found"
        write_guard(guard, owner)
        follow(step)
        STAMP.write_text(f"{expected_stamp()}{owner}\n", encoding="utf-8", newline="\n")
        write_guard(guard, "")


def follow(step: str) -> None:
    """Carry out a step that `plan` named."""
    began = time.monotonic()
    say(
        "Setting up; the first time this fetches about 200 MB and takes a minute or two.",
        "正在安装；首次约下载 200 MB，需要一两分钟。",
    )
    STAMP.unlink(missing_ok=True)
    if step == "renew":
        remove_venv()
    if step in ("make", "renew"):
        make_venv()
    install(again=step == "repair")
    link_package()
    seconds = round(time.monotonic() - began)
    say(f"Set up in {seconds} s.", f"安装完成，用时 {seconds} 秒。")


# --- what the system must have ------------------------------------------------------------------------


def may_install() -> bool:
    """Return whether start.py may call apt-get: as root on Debian, Ubuntu and their kin."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return is_root and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def advice(packages: list[str]) -> str:
    """Return the one command that installs Debian packages."""
    return "sudo apt-get update && sudo apt-get install -y " + " ".join(packages)


def install_system_packages(packages: list[str]) -> None:
    """Install Debian packages with apt-get where that is allowed, else refuse with the command to type."""
    import subprocess

    if not may_install():
        raise Refusal(
            f"Some parts of the system are missing. On Debian or Ubuntu: {advice(packages)}",
            f"系统缺少部分组件。Debian 或 Ubuntu 请执行：{advice(packages)}",
        )
    names = " ".join(packages)
    say(f"Installing with apt-get: {names}", f"正在用 apt-get 安装：{names}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]
    for action in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        result = subprocess.run(
            [*apt, *action],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    if result.returncode != 0:
        say(result.stdout, "")
        raise Refusal(f"apt-get could not install {names}.", f"apt-get 未能安装 {names}。")


def glibc_refusal(platform: str, libc: str) -> "tuple[str, str] | None":
    """Return why Qt cannot run with this C library, or None; other C libraries are left to pip."""
    name, _, version = libc.partition(" ")
    oldest = OLDEST_GLIBC.get(platform)
    if name != "glibc" or oldest is None or tuple(map(int, version.split(".")[:2])) >= oldest:
        return None
    need = "{}.{}".format(*oldest)
    return (
        f"Qt needs glibc {need} or newer (Debian 12, Ubuntu 22.04, RHEL 9; on ARM Debian 13, "
        f"Ubuntu 24.04); this system has {version}.",
        f"Qt 需要 glibc {need} 或更新版本（Debian 12、Ubuntu 22.04、RHEL 9；ARM 为 Debian 13、"
        f"Ubuntu 24.04），当前系统为 {version}。",
    )


def libraries_for(environment: "os._Environ[str] | dict[str, str]") -> dict[str, str]:
    """Return the shared libraries that Qt needs with the displays that the environment names."""
    libraries = dict(QT_LIBRARIES)
    if has_display(environment, "linux"):
        libraries.update(X11_LIBRARIES)
    if environment.get("WAYLAND_DISPLAY"):
        libraries.update(WAYLAND_LIBRARIES)
    return libraries


def missing_packages(libraries: dict[str, str]) -> list[str]:
    """Return the packages of those libraries that do not load, each once."""
    import ctypes

    packages: list[str] = []
    for soname, package in libraries.items():
        try:
            ctypes.CDLL(soname)
        except OSError:
            if package not in packages:
                packages.append(package)
    return packages


def missing_venv_package() -> list[str]:
    """Return Debian's package of the parts of Python that make .venv, if they are wanted and not there."""
    import importlib.util

    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return []
    return [] if runs_with_this_version() else ["python{}.{}-venv".format(*sys.version_info)]


def check_system(ready: bool, needs_qt: bool) -> None:
    """See that the system has what Python and Qt want, and install or name what is missing.

    Parameters
    ----------
    ready : bool
        .venv is set up: only the libraries of Qt are looked at, and only if they are needed.
    needs_qt : bool
        Qt must load. Calculating and reporting do without it, so that where it is missing only a
        sentence says so.
    """
    if ready and not needs_qt:
        return
    for_python = [] if ready else missing_venv_package()
    for_qt = missing_packages(libraries_for(os.environ))
    if not for_python and not for_qt:
        return
    try:
        install_system_packages(for_python + for_qt)
    except Refusal as refusal:
        if needs_qt or for_python:
            raise
        say(*refusal.args)
        return
    left = " ".join(missing_packages(libraries_for(os.environ)))
    if left and needs_qt:
        raise Refusal(f"These are installed but do not load: {left}.", f"已安装但仍无法加载：{left}。")


# --- start --------------------------------------------------------------------------------------------


def launch(command: list[str], environment: dict[str, str]) -> int:
    """Run the Python of .venv: in place of this process where the system can, else return its exit code."""
    sys.stdout.flush()
    program = [str(venv_python()), *command]
    if os.name == "posix":
        os.execve(program[0], program, environment)
    import subprocess

    with subprocess.Popen(program, env=environment) as child:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue


def prepare(command: list[str]) -> None:
    """Set up what is not set up yet."""
    ready = is_ready()
    if sys.platform.startswith("linux"):
        reason = glibc_refusal(sysconfig.get_platform(), os.confstr("CS_GNU_LIBC_VERSION") or "")
        if reason and not ready:
            raise Refusal(*reason)
        check_system(ready, needs_qt=command[1] == "pytest" or command[2] == "window")
    if not ready:
        set_up()


def main(arguments: list[str]) -> int:
    """Do what the words after start.py ask for; return the exit code."""
    if arguments and arguments[0] in ("-h", "--help", "help"):
        say(*HELP.split("\n\n", 1))
        return 0
    display = has_display(os.environ, sys.platform)
    command = command_for(arguments, display)
    try:
        prepare(command)
    except Refusal as refusal:
        say(*refusal.args)
        return 1
    except KeyboardInterrupt:
        say("Stopped; the next start goes on from here.", "已停止，下次启动会继续。")
        return 130
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONHOME"}
    if command[1] == "pytest":
        os.chdir(HERE)
        if not display:
            environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    return launch(command, environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
