"""Questions from numbers alone: the public probes, and what the right and the known wrong answers give on them.

A class release has a ``questions.json`` in the place of each chapter's ``questions.py``, written by ``course release``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_utils.plain import Node, decode
from course_utils.questions import Call, Probe, Question, WrongAnswer
from course_utils.sealed import Sealed, SealedMistake

FILE = "questions.json"


@dataclass(frozen=True)
class Recorded:
    """An answer of which only the results on the public probes are known."""

    nodes: Sequence[Node]

    @property
    def results(self) -> list[Any]:
        """The results, made afresh."""
        return [decode(node) for node in self.nodes]

    def __call__(self, *args: Any) -> Any:
        raise TypeError("a recorded answer has results and no code")


@dataclass(frozen=True)
class Program:
    """What a probe does, as data: calls, whose arguments may be parts of earlier results, and what is compared."""

    calls: Sequence[Sequence[Node]]
    returned: Node

    def __call__(self, answer: Call) -> Any:
        results: list[Any] = []
        for nodes in self.calls:
            results.append(answer(*[decode(node, results) for node in nodes]))
        return decode(self.returned, results)


def read(path: Path) -> dict[str, Question]:
    """id -> question; empty where there is no such file."""
    if not path.exists():
        return {}
    rows = json.loads(path.read_text(encoding="utf-8"))
    return {row["id"]: question(row) for row in rows["questions"]}


def question(row: Mapping[str, Any]) -> Question:
    """One question from its row."""
    keys = ("id", "points", "signature", "rtol", "atol")
    common = {key: row[key] for key in keys} | {key: tuple(row[key]) for key in ("owned", "offered", "parts")}
    if "probes" not in row:
        accepts = decode(row["accepts"]) if row["accepts"] else None
        mistakes: Any = [SealedMistake(unseal(w["answer"]), w["box"], w["salt"]) for w in row["wrong_answers"]]
        also_right = {name: unseal(node) for name, node in row["also_right"].items()}
        reference = unseal(row["reference"])
        return Question(
            reference=reference, also_right=also_right, accepts=accepts, wrong_answers=mistakes, **common
        )
    return Question(
        reference=Recorded(row["reference"]),
        probes=probes(row["probes"]),
        wrong_answers=[WrongAnswer(w["name"], Recorded(w["results"]), w["message"]) for w in row["wrong_answers"]],
        also_right={name: Recorded(results) for name, results in row["also_right"].items()},
        **common,
    )


def probes(rows: Sequence[Mapping[str, Any]]) -> Callable[[Any], dict[str, list[Probe]]]:
    """The public probes; the generator that would draw others is not used."""

    def draw(_: Any) -> dict[str, list[Probe]]:
        groups: dict[str, list[Probe]] = {}
        for row in rows:
            drive = decode(row["drive"]) if "drive" in row else Program(row["calls"], row["returned"])
            groups.setdefault(row["group"], []).append(Probe(drive=drive, what=row["shown"]))
        return groups

    return draw


def unseal(node: Node) -> Any:
    """The sealed value or values of a node; None where there is none."""
    if node is None:
        return None
    if "entries" in node:
        return {decode(key): unseal(inner) for key, inner in node["entries"]}
    if "parts" in node:
        return tuple(unseal(inner) for inner in node["parts"])
    return Sealed(node["salt"], tuple(node["grid"]) if node["grid"] else None, node["digest"])
