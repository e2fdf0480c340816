"""What a student may read about a wrong answer: which group of probes, and what kind of difference.

The problems that the judging finds hold numbers that are drawn for the grader: an answer of zeros is "off by up to" the
expected value, and an error message may repeat its input. So nothing of their text passes through; each known kind is
said in words of this file's own, and what is not known is "not what is expected".
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable

from course_tools.grade.record import WAITS
from course_tools.grade.trusted import Answer
from course_utils.judging import VALUE
from course_utils.questions import Question

SHAPE = re.compile(r"\(([\d, ]*)\)")
PART = re.compile(r"(?s)(.*) (?:in|of) (part \d{1,3}|[A-Za-z_]\w{0,20})")
WRONG_TYPE = "is of a type that is not expected"
NOTHING = "is not what is expected"


def said(answer: Answer, question: Question | None) -> str:
    """What was wrong, for the student; empty where nothing was."""
    if not answer.problem:
        return ""
    problem = _without_name(answer)
    if not answer.groups:
        return _sentence(_unjudged(problem))
    if question is not None and question.accepts is not None and not problem.startswith(("raised ", "cannot ")):
        return _sentence(f"your answer {problem}")                      # the question's own words, and no drawn input
    if problem.startswith("raised NotImplementedError"):
        return "Not written yet."
    group = next((name for name, passed in answer.groups.items() if not passed), "")
    where = "" if group in ("", VALUE) else f"in “{group}” "
    if question is not None and not question.is_function and problem.startswith("is None"):
        return _sentence(f"{where}there is no answer yet")
    what = "your answer" if question is not None and not question.is_function else "your result"
    kind = kind_of(problem, tuple(question.parts) if question else ())
    return _sentence(f"{where}{kind if kind.startswith('your ') else f'{what} {kind}'}")


def kind_of(problem: str, parts: tuple[str, ...] = ()) -> str:
    """The kind of a difference, without any number of it.

    >>> kind_of("is off by up to 0.5 (25 %)"), kind_of("raised ValueError: x was 0.123")
    ('is far off', 'your function raised ValueError')
    """
    for pattern, words in KINDS:
        if match := re.match(pattern, problem):
            return words if isinstance(words, str) else words(match)
    found = PART.fullmatch(problem)
    if found and (found[2].startswith("part ") or found[2] in parts):
        inner = kind_of(found[1], parts)
        return NOTHING if inner == NOTHING else f"{inner}, in {found[2]}"
    return NOTHING


def _raised(match: re.Match[str]) -> str:
    known = getattr(builtins, match[1], None)
    named = isinstance(known, type) and issubclass(known, Exception)
    return f"your function raised {match[1] if named or match[1] == 'LinAlgError' else 'an error'}"


def _off(match: re.Match[str]) -> str:
    """How far, in three steps; the text holds the number only where it is at most 1000 %."""
    percent = float(match["percent"]) if match["percent"] else 1000.0
    if percent < 0.1:
        return "is slightly off, by less than a thousandth: a wrong constant, a rounding, or an ε in another place"
    return "is off by up to a tenth" if percent <= 10 else "is far off"


def _shape(match: re.Match[str]) -> str:
    got, wanted = (len(re.findall(r"\d+", shape)) for shape in SHAPE.findall(match[0])[:2])
    if wanted == 0:
        return f"has {_axes(got)}, where a single number is expected"
    if got != wanted:
        return f"has {_axes(got)}, where {_axes(wanted)} {'is' if wanted == 1 else 'are'} expected"
    return "has the right number of axes, and a wrong length along one of them"


def _axes(count: int) -> str:
    return {0: "no axis", 1: "one axis"}.get(count, f"{count} axes")


KINDS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (
        r"raised Impure\b",
        "your function changed one of its inputs in place, and whoever called still holds that array: "
        "try `theta = theta - ...` in place of `theta -= ...`",
    ),
    (r"raised TimeoutError\b", "your function did not finish in time: does a loop never end?"),
    (r"raised (\w{1,60})\b", _raised),
    (r"should have raised an error", "your function should have raised an error"),
    (r"is off by up to \S+( \((?P<percent>[\d.e+-]+) ?%\))?$", _off),
    (r"has shape \([\d, ]*\), \([\d, ]*\) is expected$", _shape),
    (r"has dtype \S+, float32 is expected", "has another dtype than float32, which float32 inputs should give"),
    (r"has \d+ parts, \d+ are expected$", "has a wrong number of parts"),
    (r"has no entry ", "lacks an entry"),
    (r"is right in \d+ of \d+ entries$", "is right in some entries and wrong in others"),
    (r"holds nan or inf$", "holds nan or inf"),
    (r"is finite where it should not be$", "is finite where it should not be"),
    (r"is None: is a return missing\?", "is None: is a return missing?"),
    (r"is ragged", "is ragged: its rows have different lengths"),
    (r"is the other of True and False$", "is a wrong truth value"),
    (r"is (a \w+|None), [\w ]+ (is|are) expected", WRONG_TYPE),
    (r"is (a \w+|None), a \w+ of \d+ parts is expected", WRONG_TYPE),
    (r"is '", "is another text than expected"),
    (r"cannot be used", "cannot be used"),
)


def _unjudged(problem: str) -> str:
    """Why an answer could not be tried at all; known sentences of the grader's own."""
    for known in (
        r"there is no \w+ in the notebook",
        r"\w+ is not a function",
        re.escape(WAITS),
        r"not reached: the submission ran longer than [\d.]+ s",
        r"(\w+: |the submission could not be run: )?(it did not finish in time|its process ended)",
        r"\w+: it called the given function more than [\d,]+ times",
    ):
        if re.fullmatch(known, problem):
            return problem
    return "your answer could not be tried: its process sent something that is no answer"


def _without_name(answer: Answer) -> str:
    """Where the answer was tried, the problem begins with the name that it has in the notebook."""
    return answer.problem.partition(" ")[2] if answer.groups else answer.problem


def _sentence(text: str) -> str:
    text = text if text.endswith(("?", ".", "`")) else f"{text}."
    return text[:1].upper() + text[1:]
