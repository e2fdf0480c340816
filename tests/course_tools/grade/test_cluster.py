"""Many machines: a real scheduler and real workers, each a process of its own, on loopback."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from course_tools.bench_grade.sheets import RIGHT, class_of
from course_tools.grade import batch, cluster, cluster_worker
from course_tools.grade.intake import Submission
from course_tools.grade.record import Record
from course_tools.pythons import ROOT
from tests.conftest import require

pytestmark = pytest.mark.filterwarnings("default")                      # what dask warns of is not ours to mend
QUIET = ["--no-dashboard", "--host", "127.0.0.1"]
WRONG = RIGHT.replace("x = x - lr * f_grad(x)", "x = x + lr * f_grad(x)")
SLOW = "import time\ntime.sleep(0.4)\n"


@dataclass
class Cluster:
    """A scheduler and its workers."""

    home: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.home / "scheduler.json"

    @property
    def address(self) -> str:
        import json

        return str(json.loads(self.file.read_text(encoding="utf-8"))["address"])

    def start(self, program: str, *words: str, course: Path = ROOT) -> subprocess.Popen[bytes]:
        """A process; its course is found before any that is installed."""
        paths = [str(course), *filter(None, [os.environ.get("PYTHONPATH")])]
        command = [sys.executable, "-m", f"distributed.cli.dask_{program}", "--scheduler-file", str(self.file), *QUIET]
        log = (self.home / f"{len(self.processes)}.log").open("wb")
        with log:
            process = subprocess.Popen(
                [*command, *words], cwd=self.home, env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def worker(self, name: str, course: Path = ROOT) -> subprocess.Popen[bytes]:
        """A worker with one thread."""
        options = ["--nthreads", "1", "--no-nanny", "--name", name, "--local-directory", str(self.home / name)]
        return self.start("worker", *options, course=course)

    def until(self, fact: Callable[[], Any], seconds: float = 60.0) -> None:
        """Wait for a fact."""
        end = time.monotonic() + seconds
        while not fact():
            logs = "\n".join(path.read_text(errors="replace")[-2000:] for path in self.home.glob("*.log"))
            assert time.monotonic() < end, f"the cluster did not come up:\n{logs}"
            time.sleep(0.1)


@pytest.fixture
def cluster_of(tmp_path: Path, needs_bwrap: list[str]) -> Iterator[Callable[..., Cluster]]:
    """Make a cluster of workers with these names and courses."""
    require(find_spec("distributed") is not None, "dask.distributed (extra [cluster]) is not installed")
    made = Cluster(tmp_path / "cluster")
    made.home.mkdir()

    def make(**courses: Path) -> Cluster:
        from distributed import Client

        made.start("scheduler", "--port", "0")
        made.until(made.file.exists)
        for name, course in courses.items():
            made.worker(name, course)
        with Client(made.address, set_as_default=False) as client:
            made.until(lambda: len(client.nthreads()) == len(courses))
        return made

    try:
        yield make
    finally:
        for process in reversed(made.processes):
            process.kill()
            process.wait()


def grades(submissions: list[Submission], run: Callable[..., None], **options: Any) -> dict[str, Record]:
    """Student -> record; each student exactly once."""
    found: dict[str, Record] = {}

    def done(submission: Submission, record: Record) -> None:
        assert submission.student not in found
        found[submission.student] = record

    run(submissions, 3, done, **options)
    assert set(found) == {submission.student for submission in submissions}
    return found


def mixed(folder: Path) -> list[Submission]:
    """Right, wrong, slow, broken and unreadable sheets in turn."""
    kinds = [RIGHT, WRONG, SLOW + RIGHT, "1 / 0", f"{SLOW}import os\nos._exit(3)", b"no notebook", SLOW + WRONG]
    return class_of(folder, [(f"student {k:02}", kinds[k % len(kinds)]) for k in range(21)])


def test_a_worker_killed_in_mid_batch_costs_nobody_a_grade(
    tmp_path: Path, cluster_of: Callable[..., Cluster]
) -> None:
    from distributed import Client

    submissions = mixed(tmp_path / "class")
    alone = grades(submissions, batch.run)
    some = cluster_of(first=ROOT, second=ROOT)
    killed: list[int] = []

    with Client(some.address, set_as_default=False) as watch:

        def run(submissions: list[Submission], seed: int, done: batch.Done, **options: Any) -> None:
            count = 0

            def kill_one(submission: Submission, record: Record) -> None:
                nonlocal count
                done(submission, record)
                count += 1
                if count == 6:
                    assert watch.scheduler is not None                  # what scheduler_info returns, a timer empties
                    workers = watch.sync(watch.scheduler.identity, n_workers=-1)["workers"]
                    (first,) = [address for address, worker in workers.items() if worker["name"] == "first"]
                    killed.append(len(watch.processing()[first]))
                    some.processes[1].kill()

            cluster.run(submissions, seed, kill_one, **options)

        together = grades(submissions, run, scheduler=some.address)
        assert len(watch.nthreads()) == 1
    assert killed[0] > 0                                                # it had work in hand
    assert together == alone
    assert {record.status for record in together.values()} == {"graded", "could not be read"}


def test_a_worker_with_other_questions_is_left_out_and_the_rest_do_its_work(
    tmp_path: Path, cluster_of: Callable[..., Cluster]
) -> None:
    other = tmp_path / "other"
    for name in ("course_utils", "course_tools", "chapters"):
        shutil.copytree(ROOT / name, other / name, ignore=shutil.ignore_patterns("__pycache__", "*.npz"))
    with (other / "chapters/ch05_gradient_descent/questions.py").open("a", encoding="utf-8") as file:
        file.write("\nQUESTIONS = QUESTIONS[:1]\n")
    submissions = class_of(tmp_path / "class", [(f"student {k}", SLOW + RIGHT) for k in range(4)])
    some = cluster_of(same=ROOT, other=other)
    told: list[str] = []
    found = grades(submissions, cluster.run, scheduler=some.address, warn=told.append)
    assert {record.points for record in found.values()} == {20}
    assert len(told) == 1
    assert "is left out: its questions of ch05, or its grader, are not the same as here" in told[0]

    some.processes[1].kill()
    with pytest.raises(cluster.NoCluster, match="Nobody in the cluster can grade"):
        grades(submissions, cluster.run, scheduler=some.address, warn=told.append)


def test_without_workers_or_scheduler_it_says_so_at_once(
    tmp_path: Path, cluster_of: Callable[..., Cluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 2.0)
    submissions = class_of(tmp_path / "class", [("a", RIGHT)])
    some = cluster_of()
    with pytest.raises(cluster.NoCluster, match="it has no worker at all"):
        grades(submissions, cluster.run, scheduler=some.address)
    address = some.address
    some.processes[0].kill()
    some.processes[0].wait()
    with pytest.raises(cluster.NoCluster, match="There is no scheduler at"):
        grades(submissions, cluster.run, scheduler=address)


def test_without_the_package_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(cluster.NoCluster, match=r"pip install .optimization-course\[cluster\]"):
        grades(class_of(tmp_path, [("a", RIGHT)]), cluster.run, scheduler="tcp://127.0.0.1:1")


def test_a_job_for_other_questions_is_refused(tmp_path: Path) -> None:
    (submission,) = class_of(tmp_path, [("a", RIGHT)])
    record = batch.blank(submission, 3)
    other = Record.from_json(record.to_json().replace(record.questions_digest, "0" * 64))
    assert "not the same as here" in cluster_worker.judged(other.to_json(), [], 60.0)["refused"]


def test_a_worker_keeps_its_jails_warm_and_never_shares_one(needs_bwrap: list[str]) -> None:
    with cluster_worker._jail(60.0) as one, cluster_worker._jail(60.0) as two:
        assert one is not two
    with cluster_worker._jail(60.0) as again:
        assert again in (one, two)
        assert again.process is not None
    with contextlib.suppress(OSError), cluster_worker._jail(60.0) as failed:
        raise OSError
    assert failed.process is None
    for jail in cluster_worker._free.pop(60.0):
        jail.stop()


def test_a_lost_scheduler_ends_the_run_with_a_sentence(
    tmp_path: Path, cluster_of: Callable[..., Cluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 2.0)
    some = cluster_of(only=ROOT)
    finished: list[Record] = []

    def done(submission: Submission, record: Record) -> None:
        finished.append(record)
        some.processes[0].kill()

    submissions = class_of(tmp_path / "class", [(f"student {k}", SLOW + RIGHT) for k in range(6)])
    with pytest.raises(cluster.NoCluster, match="What was graded is kept"):
        cluster.run(submissions, 3, done, scheduler=some.address)
    assert 0 < len(finished) < 6
    assert {record.status for record in finished} == {"graded"}
