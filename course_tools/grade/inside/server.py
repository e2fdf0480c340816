"""Started once in each jail: loads what every submission needs, then forks a child for one submission after another.

    python -m inside.server FD        FD is a Unix socket to the grader outside

Each "start" comes with a socket for the child. "end" kills the child, if it still lives, and empties the one place
where it could write; then the next one may start. Only one child lives at a time, so none can meet another.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import resource
import select
import shutil
import signal
import socket
import sys
from pathlib import Path

from . import child, seccomp

WRITABLE = Path("/scratch")
GIVEN = Path(__file__).parent.parent / "given"
"""What questions hand to answers, a file for each chapter that has such things."""


def load() -> None:
    """Import what takes long, and use it once, so that the children find it warm."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    plt.figure().canvas.draw()
    plt.close("all")
    import course_utils.check
    import course_utils.descent
    import course_utils.objectives
    import course_utils.optimizers
    import course_utils.plots

    for path in sorted(GIVEN.glob("*.py")):
        importlib.import_module(f"given.{path.stem}")
    course_utils.check.check = lambda *_, **__: None  # type: ignore[assignment]  # silent: its questions are not here
    gc.collect()
    gc.freeze()


def limit(cpu: int, memory: int, file: int) -> None:
    """Seconds of processor time, bytes of address space, bytes of a file."""
    for what, most in (
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, file),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def become_child(channel: socket.socket, words: list[str], doors: seccomp.Filter) -> None:
    """Drop everything but the socket, close the doors, serve."""
    keep = os.dup2(channel.fileno(), 3)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.closerange(4, 4096)
    limit(*map(int, words))
    doors.install()
    child.serve(socket.socket(fileno=keep))


def main(control: socket.socket) -> None:
    """Obey the grader until it hangs up."""
    doors = seccomp.Filter()
    load()
    empty(WRITABLE)                                                     # matplotlib's: the first child finds no more
    control.sendall(b"ready\n")                                         # than the others
    pid = 0
    while True:
        order, fds, _, _ = socket.recv_fds(control, 200, 1)
        if not order:
            return
        name, *words = order.decode().split()
        if name == "start":
            channel = socket.socket(fileno=fds[0])
            pid = os.fork()
            if pid == 0:
                try:
                    control.close()
                    become_child(channel, words, doors)
                finally:
                    os._exit(1)
            channel.close()
            control.sendall(b"started\n")
        elif name == "end":
            control.sendall(f"{end(pid)} {len(empty(WRITABLE))}\n".encode())
            pid = 0


def end(pid: int) -> int:
    """Make sure that the child is gone; how it ended, as ``os.waitstatus_to_exitcode`` tells it."""
    if not pid:
        return 0
    watch = os.pidfd_open(pid)
    if not select.select([watch], [], [], 0.05)[0]:
        os.kill(pid, signal.SIGKILL)
    os.close(watch)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def empty(folder: Path) -> list[str]:
    """Remove all that lies in a folder, links as links; what could not be removed."""
    for place, folders, _ in os.walk(folder):                           # a folder may have been locked
        for path in (Path(place, name) for name in folders):
            if not path.is_symlink():
                with contextlib.suppress(OSError):
                    path.chmod(0o700)
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                os.unlink(entry.path)
    return os.listdir(folder)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
