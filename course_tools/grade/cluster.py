"""The same work on many machines: the workers of a ``dask.distributed`` cluster, found by its scheduler's address.

A job is the code of one notebook and what is known of it, a result is a record; both are JSON. The machines of a
cluster trust each other and hold the same questions; submissions are run in jails, there as here.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from course_tools.grade.batch import Done, blank, grade_one, limits
from course_tools.grade.cells import Unreadable, code_cells
from course_tools.grade.cluster_worker import work
from course_tools.grade.intake import Submission
from course_tools.grade.jail import Jail
from course_tools.grade.record import Record, outcome

AHEAD = 256
"""Jobs that are with the cluster at a time: enough to keep it busy, few enough to need little memory here."""
PATIENCE = 30.0
"""Seconds without a result after which we look whether anyone is still at work."""
KEPT = "What was graded is kept: run the same command again to go on."


class NoCluster(RuntimeError):
    """The cluster cannot do the work; the message says why and what to try."""


def run(
    submissions: Sequence[Submission], seed: int, done: Done, *, scheduler: str, seconds: float = 60.0,
    warn: Callable[[str], None] = print,
) -> None:  # fmt: skip
    """Judge all of them on the cluster; ``done`` is called in this thread once for each, in the order they end.

    A worker that is lost costs time only: what it had not finished is done by others. Raises :class:`NoCluster`.
    """
    with _client(scheduler) as client:
        crew = _Crew(client, warn)
        jobs = _jobs(submissions, seed, seconds, done)
        sent: dict[Any, tuple[Submission, str]] = {}
        try:
            while True:
                while len(sent) < AHEAD and (following := next(jobs, None)):
                    sent[crew.submit(following[1])] = following
                if not sent:
                    return
                for future in crew.ended(list(sent)):
                    submission, job = sent.pop(future)
                    record = crew.record(future, job)
                    if record is None:                                  # that worker may not; another one shall
                        sent[crew.submit(job)] = submission, job
                    else:
                        done(submission, record)
        finally:
            with contextlib.suppress(Exception):
                client.cancel(list(sent), force=True)


def _jobs(
    submissions: Sequence[Submission], seed: int, seconds: float, done: Done
) -> Iterator[tuple[Submission, str]]:
    """A job for each submission that can be run; those that cannot be read are done at once, here."""
    for submission in submissions:
        record = blank(submission, seed, seconds)
        try:
            cells = code_cells(submission.notebook) if record.max_points else None
        except (Unreadable, OSError):
            cells = None
        if cells is None:
            done(submission, grade_one(submission, seed, Jail(limits(seconds)), seconds))
        else:
            yield submission, json.dumps({"record": record.to_json(), "cells": cells, "seconds": seconds})


class _Crew:
    """The workers, and which of them may not judge."""

    def __init__(self, client: Any, warn: Callable[[str], None]) -> None:
        self.client, self.warn = client, warn
        self.refused: dict[str, str] = {}
        self.allowed()

    def submit(self, job: str) -> Any:
        """The future of a job."""
        return self.client.submit(work, job, pure=False, workers=self.allowed() if self.refused else None)

    def ended(self, futures: list[Any]) -> list[Any]:
        """Those that are finished, at least one."""
        from distributed import CancelledError, wait

        while True:
            try:
                return list(wait(futures, timeout=PATIENCE, return_when="FIRST_COMPLETED").done)
            except TimeoutError:
                self.allowed()
            except CancelledError:
                raise NoCluster(f"The scheduler is lost, and with it what was not finished. {KEPT}") from None

    def record(self, future: Any, job: str) -> Record | None:
        """What came of a job; None where the worker refused it."""
        if future.status != "finished":
            error = future.exception()
            if isinstance(error, ImportError):
                raise NoCluster(f"A worker has no grader ({_short(error)}): install the course there. {KEPT}")
            told = f"Could not be graded: the cluster failed: {_short(error)}."
            return outcome(Record.from_json(json.loads(job)["record"]), (), status="could not be run").saying(told)
        reply = json.loads(future.result())
        if "record" in reply:
            return Record.from_json(reply["record"])
        if reply["worker"] not in self.refused:
            self.warn(f"The worker {reply['worker']} is left out: {reply['refused']}.")
        self.refused[reply["worker"]] = reply["refused"]
        return None

    def allowed(self) -> list[str]:
        """Addresses of the workers that may judge, at least one."""
        present = list(self.client.nthreads())
        if allowed := [worker for worker in present if worker not in self.refused]:
            return allowed
        why = "; ".join(f"{worker}: {self.refused[worker]}" for worker in present) or "it has no worker at all"
        raise NoCluster(
            f"Nobody in the cluster can grade ({why}). Start `dask worker ADDRESS` with this version of the course, on "
            f"Linux with bubblewrap. {KEPT}"
        )


@contextlib.contextmanager
def _client(scheduler: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError:
        raise NoCluster(
            "The package distributed is not installed, which --scheduler needs: grading on one machine does without "
            'it. Run `pip install "optimization-course[cluster]"` here and on every worker.'
        ) from None
    try:
        client = Client(scheduler, timeout=PATIENCE)
    except (OSError, ValueError, TimeoutError) as error:
        raise NoCluster(
            f"There is no scheduler at {scheduler} ({_short(error)}), so there is nobody to send the submissions to. "
            "Start one with `dask scheduler`, which prints its address, tcp://HOST:8786, and give that."
        ) from None
    with client:
        yield client


def _short(error: BaseException) -> str:
    return f"{type(error).__name__} {error}".splitlines()[0][:200]
