"""The jail from outside: bubblewrap around a server that holds NumPy and matplotlib ready.

Inside there is the system's and Python's own read-only files, ``course_utils``, and the folder ``inside``; no network,
no other file, no process but its own, no rights. The questions, their answers and the other submissions are not there.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from course_tools.pythons import ROOT

HERE = Path(__file__).parent
SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives")
"""What of the system is shown inside, to be read only."""
SCRATCH = "/scratch"
"""The one folder inside that can be written to; not /tmp, where this project itself may lie."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Seconds are of the wall clock unless said otherwise."""

    cell: float = 20.0
    question: float = 10.0
    submission: float = 60.0
    processor: int = 60
    """Seconds of processor time of one run."""
    memory: int = 2048 * 2**20
    """Bytes of address space, what the libraries need (about 700 MB, most of it never touched) included."""
    file: int = 16 * 2**20
    scratch: int = 64 * 2**20


class NoJail(RuntimeError):
    """Bubblewrap is absent, or the system does not let it work."""


class Jail:
    """One server; submissions enter it one after the other. A context manager."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self.limits = limits
        self.process: subprocess.Popen[bytes] | None = None
        self.closed = False
        """Whether it was left: a thread that is still at work in it gets no new server."""
        self.exit_code: int | None = None
        """How the last child ended: 0, a signal's number below 0, or what it chose."""

    def __enter__(self) -> Jail:
        self.closed = False
        self.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.closed = True
        self.stop()

    def start(self) -> None:
        """Start the server and wait until everything is loaded."""
        self.control, theirs = socket.socketpair()
        with theirs:
            os.set_inheritable(theirs.fileno(), True)
            command = bubble(self.limits, str(theirs.fileno()))
            self.process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE, env={},
            )  # fmt: skip
        self.control.settimeout(60)
        if self._answer() != "ready":
            assert self.process.stderr is not None
            told = self.process.stderr.read().decode(errors="replace").strip().splitlines()[-3:]
            self.stop()
            raise NoJail(f"the jail did not start: {' '.join(told) or 'it said nothing'}")

    def stop(self) -> None:
        """End the server, and with it whatever is in the jail."""
        process, self.process = self.process, None                      # two threads may want to end it
        if process is not None:
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                self.control.shutdown(socket.SHUT_RDWR)                 # a sound server ends by itself
                process.wait(1)
            process.kill()
            process.wait()
            assert process.stderr is not None
            process.stderr.close()
            self.control.close()

    @contextlib.contextmanager
    def child(self) -> Iterator[socket.socket]:
        """A new child; the socket to it. At the end it is gone, whatever it did."""
        if self.closed:
            raise NoJail("the jail was left")
        if self.process is None or self.process.poll() is not None:
            self.stop()
            self.start()
        ours, theirs = socket.socketpair()
        with ours:
            words = f"start {self.limits.processor} {self.limits.memory} {self.limits.file}"
            with theirs:
                socket.send_fds(self.control, [words.encode()], [theirs.fileno()])
            try:
                if self._answer() != "started":
                    raise NoJail("the jail's server does not answer")
                yield ours
            finally:
                ours.close()                                            # the child ends by itself, if it is honest
                self._end()

    def _end(self) -> None:
        """A server that does not answer, or a scratch folder that cannot be emptied, costs a new jail."""
        with contextlib.suppress(OSError):
            self.control.sendall(b"end")
        code, _, left = self._answer().partition(" ")
        self.exit_code = int(code) if code.lstrip("-").isdigit() else None
        if left != "0":
            self.stop()

    def _answer(self) -> str:
        try:
            return self.control.recv(100).decode().strip()
        except OSError:
            return ""


def bubble(limits: Limits, control: str) -> list[str]:
    """The command line. Every path that is visible inside stands here."""
    shown = [path for path in SYSTEM if Path(path).exists()]
    python = {Path(sys.base_prefix), Path(sys.prefix), Path(sysconfig.get_path("stdlib"))}
    words = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    words += ["--uid", "65534", "--gid", "65534"]
    for path in shown:
        words += ["--symlink", os.readlink(path), path] if Path(path).is_symlink() else ["--ro-bind", path, path]
    for folder in sorted(map(str, python)):
        if not any(folder.startswith(f"{path}/") for path in shown):
            words += ["--ro-bind", folder, folder]
    words += [
        "--ro-bind", str(ROOT / "course_utils"), "/course/course_utils",
        "--ro-bind", str(HERE / "inside"), "/course/inside", *given(),
        "--dev", "/dev", "--remount-ro", "/dev", "--size", str(limits.scratch), "--tmpfs", SCRATCH,
        "--remount-ro", "/", "--chdir", SCRATCH, "--clearenv",
    ]  # fmt: skip
    names = {
        "PYTHONPATH": "/course", "HOME": SCRATCH, "TMPDIR": SCRATCH, "MPLCONFIGDIR": f"{SCRATCH}/matplotlib",
        "PATH": "/usr/bin", "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg", "COURSE_BUILD": "1",
        "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0",
    }  # fmt: skip
    for name, value in names.items():
        words += ["--setenv", name, value]
    return [*words, sys.executable, "-P", "-m", "inside.server", control]


def given() -> Iterator[str]:
    """The things that questions hand to answers: learners have these files too, and they tell no answer."""
    for path in sorted((ROOT / "chapters").glob("*/given.py")):
        yield from ("--ro-bind", str(path), f"/course/given/{path.parent.name}.py")


@functools.cache
def why_not() -> str:
    """Why there is no jail on this system; empty if there is one."""
    if shutil.which("bwrap") is None:
        return "bubblewrap (the program bwrap) is not installed"
    try:
        with Jail() as jail, jail.child():
            return ""
    except (NoJail, OSError) as error:
        return str(error)
