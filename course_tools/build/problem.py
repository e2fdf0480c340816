"""What is wrong, and where: the one form in which build and checks speak."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """A place (`chapters/ch05_gradient_descent/lesson.md:31`) and a sentence on what is wrong there."""

    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


class BuildError(Exception):
    """A notebook could not be made."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)  # the only argument, so that the exception crosses process borders
        self.problem = problem
