"""The proof table: what the questions accept, what they refuse, and that each mistake is told by its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import click

from course_tools.pythons import ROOT
from course_utils.check import chapters, questions
from course_utils.judging import judge, known_mistake
from course_utils.questions import Question

PAGE = ROOT / "docs" / "questions.md"
SEEDS = (0, 1, 2)
"""Seed 0 draws the public inputs, the others inputs like the grader's."""


@dataclass(frozen=True)
class Proof:
    """One question, tried."""

    question: Question
    reference_share: float
    refused: tuple[str, ...]
    """Wrong answers that fail with every seed."""
    named: tuple[str, ...]
    """Wrong answers that are told by their own name with every seed."""


def prove(question: Question) -> Proof:
    """Try the reference and every wrong answer with each seed."""
    share = min(judge(question, question.reference, seed).share for seed in SEEDS)
    refused, named = [], []
    for wrong in question.wrong_answers:
        judged = {seed: judge(question, wrong.answer, seed) for seed in SEEDS}
        if not any(judgement.passed for judgement in judged.values()):
            refused.append(wrong.name)
        if all(known_mistake(question, wrong.answer, seed, judged[seed]) is wrong for seed in SEEDS):
            named.append(wrong.name)
    return Proof(question, share, tuple(refused), tuple(named))


def all_questions() -> Iterator[Question]:
    """Every question of the course, by chapter."""
    for chapter in chapters():
        yield from questions(chapter).values()


def page() -> str:
    """The table as Markdown."""
    lines = [
        "# The graded questions, and the proof that they grade",
        "",
        "Made by `course proof` from `chapters/*/questions.py`; a test compares this page with the code and fails if a",
        "reference scores less than 100 %, or a wrong answer passes or is not told by its name, "
        f"with any of {len(SEEDS)} seeds.",
        "",
        "| question | points | reference | wrong answers refused | named | the mistakes it knows |",
        "|---|---|---|---|---|---|",
    ]
    proofs = [prove(question) for question in all_questions()]
    for proof in proofs:
        q, known = proof.question, len(proof.question.wrong_answers)
        mistakes = ", ".join(f"`{w.name}`" for w in q.wrong_answers)
        lines.append(
            f"| `{q.id}` | {q.points} | {proof.reference_share:.0%} | {len(proof.refused)} of {known} | "
            f"{len(proof.named)} of {known} | {mistakes} |"
        )
    total = sum(len(proof.question.wrong_answers) for proof in proofs)
    points = sum(proof.question.points for proof in proofs)
    lines += ["", f"{len(proofs)} questions, {points} points, {total} known wrong answers."]
    return "\n".join(lines) + "\n"


@click.command()
def proof() -> None:
    """Try every reference and every known wrong answer; write docs/questions.md."""
    PAGE.write_text(page(), encoding="utf-8")
    click.echo(f"Wrote {PAGE.relative_to(ROOT)}.")
