"""What a worker of the cluster does with one job: judge it in a jail of its own, or say why it may not."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator

from course_tools.grade.batch import judged_in, limits
from course_tools.grade.digest import of_questions
from course_tools.grade.jail import Jail, NoJail, why_not
from course_tools.grade.record import Record, outcome

_free: dict[float, list[Jail]] = {}
_lock = threading.Lock()


def work(job: str) -> str:
    """JSON in, ``{record, cells, seconds}``, and JSON out, ``{worker, record}`` or ``{worker, refused}``."""
    from distributed import get_worker

    return json.dumps({"worker": get_worker().address, **judged(**json.loads(job))})


def judged(record: str, cells: list[tuple[int, str]], seconds: float) -> dict[str, str]:
    """The record with what came of it; refused where the questions are others than those of who asks."""
    blank = Record.from_json(record)
    if of_questions(blank.chapter) != blank.questions_digest:
        return {"refused": f"its questions of {blank.chapter}, or its grader, are not the same as here"}
    if why := why_not():
        return {"refused": f"it has no jail: {why}"}
    code = [(int(number), str(source)) for number, source in cells]
    try:
        with _jail(seconds) as jail:
            found = judged_in(jail, code, blank)
    except (NoJail, OSError) as error:
        told = f"Could not be graded: the jail failed: {error}."
        return {"record": outcome(blank, (), status="could not be run").saying(told).to_json()}
    return {"record": found.to_json()}


@contextlib.contextmanager
def _jail(seconds: float) -> Iterator[Jail]:
    """A jail that no other thread uses; it stays warm for the next job. One that failed does not."""
    with _lock:
        jail = _free[seconds].pop() if _free.get(seconds) else None
    jail = jail or Jail(limits(seconds)).__enter__()
    try:
        yield jail
    except BaseException:
        jail.stop()
        raise
    with _lock:
        _free.setdefault(seconds, []).append(jail)
