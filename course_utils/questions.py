"""What a graded question is: the right answer, inputs to try it on, and the wrong answers we know by name.

A chapter's ``questions.py`` holds ``QUESTIONS``, a list of :class:`Question`. The learner's
:func:`course_utils.check.check` and the grader judge with the same ones.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass
from typing import Any

import numpy as np

Call = Callable[..., Any]
Drive = Callable[[Call], Any]


@dataclass(frozen=True, eq=False)
class Probe:
    """One thing to try on an answer.

    ``args`` are handed to the answer, and its result is compared with the reference's. A ``drive`` instead calls the
    answer as often as it likes, for instance to feed a state back, and returns what is to be compared. If it is a
    frozen dataclass, such as :class:`course_utils.drives.Walk`, a grader needs one trip to the answer in place of many.
    """

    args: tuple[Any, ...] = ()
    drive: Drive | None = None
    what: str = ""
    """In words, for the message: "at t = 1", "the scale of the loss". """

    @property
    def travels(self) -> bool:
        """Whether all of it can be sent to where the answer is: then it holds no function that might remember."""
        return (self.drive is None or is_dataclass(self.drive)) and not _stays(self.args)

    def run(self, answer: Call) -> Any:
        """The value to compare."""
        return self.drive(answer) if self.drive else answer(*copy.deepcopy(self.args))

    def shown(self, signature: str) -> str:
        """How the input reads in a message."""
        if self.what:
            return self.what
        pairs = zip(argument_names(signature), self.args, strict=False)
        return ", ".join(f"{name}={_brief(value)}" for name, value in pairs)


@dataclass(frozen=True)
class WrongAnswer:
    """A mistake we know: code (or a value) that makes it, and what to tell who made it."""

    name: str
    answer: Any
    message: str

    def told_to(self, value: Any) -> WrongAnswer:
        """The mistake, for an answer that equals it; in a release it opens to no one else."""
        return self


@dataclass(frozen=True)
class Question:
    """One graded question.

    ``id``             "ch09.adam_step"
    ``points``         what it is worth; shared evenly by the probe groups
    ``signature``      "adam_step(theta, g, m, v, t, lr, beta1, beta2, eps)"; without parentheses for a plain value
    ``reference``      a right answer: a function, or the value itself
    ``probes``         ``rng -> {group: [Probe, …]}``: one fixed seed gives the public probes, others the grader's
    ``wrong_answers``  each fails and is told by name
    ``also_right``     other answers that earn full marks, by the name they are recognized by
    ``accepts``        for a value with many right answers: ``value -> None``, or a sentence that says what is wrong
    ``hints``          from a nudge to nearly the answer
    ``offered``        for texts to choose from: all of them, in lower case
    ``parts``          names of the parts of a result that is a tuple, for messages
    ``rubric``         for free text and figures, which a human reads: what earns how many points
    ``owned``          arguments the answer may change in place, such as a state that it made itself
    """

    id: str
    points: int
    signature: str
    reference: Any
    probes: Callable[[np.random.Generator], Mapping[str, Sequence[Probe]]] | None = None
    wrong_answers: Sequence[WrongAnswer] = ()
    also_right: Mapping[str, Any] = field(default_factory=dict)
    accepts: Callable[[Any], str | None] | None = None
    hints: Sequence[str] = ()
    owned: Sequence[str] = ()
    offered: Sequence[str] = ()
    parts: Sequence[str] = ()
    rubric: str = ""
    rtol: float = 1e-9
    atol: float = 1e-12

    @property
    def is_function(self) -> bool:
        return "(" in self.signature

    @property
    def arguments(self) -> list[str]:
        """Names of the arguments, in order."""
        return argument_names(self.signature)

    @property
    def name(self) -> str:
        """The name the answer has in the exercise."""
        return self.signature.split("(")[0].strip()


def argument_names(signature: str) -> list[str]:
    """Names in "f(a, b=1)": a and b."""
    inside = signature[signature.index("(") + 1 : signature.rindex(")")]
    return [part.split("=")[0].strip() for part in inside.split(",")]


def _stays(value: Any) -> bool:
    """Whether a function that is not of a dataclass is in it."""
    if isinstance(value, Mapping | tuple | list):
        return any(map(_stays, value.values() if isinstance(value, Mapping) else value))
    return callable(value) and not is_dataclass(getattr(value, "__self__", value))


def _brief(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return np.array2string(value, precision=4, threshold=8, separator=", ").replace("\n", "")
    if isinstance(value, float):
        return f"{value:g}"
    if callable(value):
        return getattr(value, "__name__", type(value).__name__)
    return repr(value)
