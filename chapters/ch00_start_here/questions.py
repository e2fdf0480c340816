"""The warm-up question: worth one point, to see how a check answers."""

from __future__ import annotations

from course_utils.questions import Probe, Question, WrongAnswer


def double(x: float) -> float:
    return 2 * x


QUESTIONS = [
    Question(
        id="ch00.double",
        points=1,
        signature="double(x)",
        reference=double,
        probes=lambda rng: {"numbers": [Probe((float(x),)) for x in (3.0, -1.5, *rng.normal(size=2).round(2))]},
        wrong_answers=[
            WrongAnswer(
                "square",
                lambda x: x**2,
                "You squared x. At x = 2 the two are the same, which is why a check tries several inputs.",
            ),
            WrongAnswer("unchanged", lambda x: x, "You return x itself."),
            WrongAnswer("nothing", lambda x: None, "Your function returns None. Is the return missing?"),
        ],
        hints=["2 * x"],
    )
]
