"""Judge submissions, several at a time; a bad one never stops the others."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue

from course_tools.grade.cells import Unreadable, code_cells
from course_tools.grade.digest import of_file, of_limits, of_questions
from course_tools.grade.intake import Submission
from course_tools.grade.jail import Jail, Limits, NoJail
from course_tools.grade.record import WAITS, Record, outcome
from course_tools.grade.trusted import judge_submission, nothing
from course_tools.grade.unjailed import judge_unjailed
from course_utils.check import chapters, questions

Done = Callable[[Submission, Record], None]
UNKNOWN = "not recognized"


def limits(seconds: float) -> Limits:
    """The limits of a submission that may take so many seconds."""
    return Limits(submission=seconds, cell=seconds / 3)


def blank(submission: Submission, seed: int, seconds: float = 60.0, isolated: bool = True) -> Record:
    """What is known of a submission before it is judged, and what the judgement will depend on."""
    known = submission.chapter in chapters()
    asked = questions(submission.chapter).values() if known else ()
    return Record(
        submission.student,
        submission.chapter,
        submission.attempt,
        submission.handed_in.isoformat() if submission.handed_in else "",
        submission.late,
        submission.lms_id,
        submission.name or submission.notebook.name,
        of_file(submission.notebook),
        seed,
        of_questions(submission.chapter),
        of_limits(limits(seconds)),
        max_points=sum(question.points for question in asked),
        isolated=isolated,
    )


def grade_one(submission: Submission, seed: int, jail: Jail | None, seconds: float = 60.0) -> Record:
    """Judge one notebook: in the jail, or without one in a process that has your rights."""
    record = blank(submission, seed, seconds, jail is not None)
    if submission.chapter not in chapters() or not questions(submission.chapter):
        known = ", ".join(name[2:] + "_….ipynb" for name in chapters() if questions(name))
        why = f"The name {record.notebook} does not begin with the number of a chapter that is graded. Try {known}."
        return outcome(record, (), status=UNKNOWN).saying(why)
    try:
        cells = code_cells(submission.notebook)
        if jail is None:
            return judge_unjailed(submission.notebook, record, seconds)
        return judged_in(jail, cells, record)
    except Unreadable as why:
        return outcome(record, (), status="could not be read").saying(f"Could not be graded, because {why}.")
    except (NoJail, OSError) as error:
        told = f"Could not be graded: the jail failed: {error}."
        return outcome(record, (), status="could not be run").saying(told)


def judged_in(jail: Jail, cells: Sequence[tuple[int, str]], record: Record) -> Record:
    """``record`` with the answers of a notebook's cells; questions with a rubric wait for a human."""
    asked = questions(record.chapter).values()
    found = judge_submission(jail, cells, [question for question in asked if not question.rubric], record.seed)
    answers = {answer.question: answer for answer in found.answers}
    return outcome(record, [answers.get(q.id) or nothing(q, WAITS) for q in asked], found.errors)


def run(
    submissions: Sequence[Submission], seed: int, done: Done, *, seconds: float = 60.0, jobs: int = 2,
    isolated: bool = True,
) -> None:  # fmt: skip
    """Judge all of them, ``jobs`` at a time; ``done`` is called in this thread after each, in the order they end.

    An interrupt ends the jails at once; what was handed to ``done`` before is all there is.
    """
    with contextlib.ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(jobs))            # is left last, when the jails are gone
        jails: SimpleQueue[Jail | None] = SimpleQueue()
        for _ in range(min(jobs, len(submissions))):
            jails.put(stack.enter_context(Jail(limits(seconds))) if isolated else None)
        ended: SimpleQueue[Future[Record]] = SimpleQueue()

        def one(submission: Submission) -> Record:
            jail = jails.get()
            try:
                return grade_one(submission, seed, jail, seconds)
            finally:
                jails.put(jail)

        stack.callback(pool.shutdown, wait=False, cancel_futures=True)
        jobs_of = {pool.submit(one, submission): submission for submission in submissions}
        for future in jobs_of:
            future.add_done_callback(ended.put)
        for _ in submissions:
            future = ended.get()
            done(jobs_of.pop(future), future.result())
