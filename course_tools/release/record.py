"""A chapter's questions as numbers, and the proof that they judge as the questions themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from course_tools.build.problem import BuildError, Problem
from course_tools.release.carry import Carrier
from course_tools.release.trace import program
from course_utils import recorded
from course_utils.judging import PUBLIC_SEED, judge, known_mistake, run
from course_utils.plain import Node, NotPlain, encode
from course_utils.questions import Probe, Question
from course_utils.sealed import box, seal

VERSION = 1


def record(questions: Mapping[str, Question], package: str, place: str) -> dict[str, str]:
    """File name -> text: ``questions.json``, and ``asked.py`` where probes need code of their own.

    Every question is tried from what was written. Raises ``BuildError`` for one that does not judge as before.
    """
    carrier = Carrier(f"{package}.asked", questions.values())
    rows = []
    for question in questions.values():
        try:
            rows.append(tried(question, carrier))
        except ValueError as why:
            raise BuildError(Problem(place, f"{question.id} cannot be released: {why}")) from why
    text = json.dumps({"version": VERSION, "questions": rows}, ensure_ascii=False, indent=0) + "\n"
    return {recorded.FILE: text} | ({"asked.py": code} if (code := carrier.text()) else {})


def tried(question: Question, carrier: Carrier) -> dict[str, Any]:
    """The row of a question: drives as the calls they make, or, where that is not the same, as their code."""
    if not question.is_function:
        return same(question, value(question, carrier), carrier)
    try:
        return same(question, function(question, carrier, coded=False), carrier)
    except ValueError:
        return same(question, function(question, carrier, coded=True), carrier)


def same(question: Question, made: dict[str, Any], carrier: Carrier) -> dict[str, Any]:
    """The row as it will be read again. Raises ``ValueError`` if it does not judge like the question."""
    row: dict[str, Any] = json.loads(json.dumps(made))
    carrier.load()
    if wrong := next(differences(question, recorded.question(row)), None):
        raise ValueError(f"from what a release holds {wrong}.")
    return row


def common(question: Question) -> dict[str, Any]:
    """What every question has."""
    return {
        "id": question.id,
        "points": question.points,
        "signature": question.signature,
        "rtol": question.rtol,
        "atol": question.atol,
        "owned": list(question.owned),
        "offered": list(question.offered),
        "parts": list(question.parts),
    }


def function(question: Question, carrier: Carrier, *, coded: bool) -> dict[str, Any]:
    """A question whose answer is a function: its public probes, and what each known answer gives on them."""
    assert question.probes is not None
    rows: list[dict[str, Any]] = []
    for group, members in question.probes(np.random.default_rng(PUBLIC_SEED)).items():
        for probe in members:
            shown = probe.shown(question.signature)
            try:
                rows.append({"group": group, "shown": shown, **asks(probe, question.reference, carrier, coded)})
            except NotPlain as why:
                raise NotPlain(f"the probe {shown!r} of {group!r}: {why}") from why
    carrier.load()
    again = recorded.probes(json.loads(json.dumps(rows)))
    replayed = replace(question, probes=again)

    def results(answer: Any) -> list[Node]:
        return [encode(result) for *_, result in run(replayed, answer, PUBLIC_SEED)]

    return common(question) | {
        "probes": rows,
        "reference": results(question.reference),
        "also_right": {name: results(answer) for name, answer in question.also_right.items()},
        "wrong_answers": [
            {"name": w.name, "message": w.message, "results": results(w.answer)} for w in question.wrong_answers
        ],
    }


def asks(probe: Probe, reference: Any, carrier: Carrier, coded: bool) -> dict[str, Node]:
    """How a probe asks: the calls it makes, or the code of its drive."""
    if coded and probe.drive is not None:
        return {"drive": encode(probe.drive, carrier.node)}
    made = program(probe, reference, carrier.node)
    return {"calls": made.calls, "returned": made.returned}


def value(question: Question, carrier: Carrier) -> dict[str, Any]:
    """A question whose answer is a value: sealed, so that it can be compared with and not read."""
    salt = question.id
    wrong_answers = []
    for number, wrong in enumerate(question.wrong_answers):
        mine = f"{salt} {number}"
        node = sealed(question, wrong.answer, mine)
        locked = box(wrong.name, wrong.message, wrong.answer, recorded.unseal(node), mine)
        wrong_answers.append({"answer": node, "box": locked, "salt": mine})
    accepts = None if question.accepts is None else encode(question.accepts, carrier.node)
    reference = None if accepts else sealed(question, question.reference, salt)
    others = enumerate(question.also_right.items())
    also_right = {name: sealed(question, answer, f"{salt} also {number}") for number, (name, answer) in others}
    right = {"reference": reference, "also_right": also_right}
    return common(question) | {"accepts": accepts, **right, "wrong_answers": wrong_answers}


def sealed(question: Question, answer: Any, salt: str) -> Node:
    """A value, or each entry of a mapping, sealed within the question's tolerance."""
    if isinstance(answer, Mapping):
        return {"entries": [[encode(key), sealed(question, inner, f"{salt} {key}")] for key, inner in answer.items()]}
    if isinstance(answer, list | tuple):
        return {"parts": [sealed(question, inner, f"{salt} {place}") for place, inner in enumerate(answer)]}
    made = seal(answer, question.rtol, question.atol, salt)
    return {"salt": made.salt, "grid": made.grid and list(made.grid), "digest": made.digest}


def differences(question: Question, numbers: Question) -> Iterator[str]:
    """Where the question and its numbers do not agree on the answers that are known."""
    right = {"": question.reference, **question.also_right}
    for name, answer in right.items():
        judgement = judge(numbers, answer)
        if not judgement.passed or judgement.recognized_as != name:
            yield f"the right answer {name or 'itself'} is refused"
    for wrong in question.wrong_answers:
        judgement = judge(numbers, wrong.answer)
        told = known_mistake(numbers, wrong.answer, judgement=judgement)
        if judgement.share != judge(question, wrong.answer).share:
            yield f"the wrong answer {wrong.name} gets other points"
        elif told is None or (told.name, told.message) != (wrong.name, wrong.message):
            yield f"the wrong answer {wrong.name} is taken for {told.name if told else 'none that is known'}"
