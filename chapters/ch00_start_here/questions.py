"""The graded questions of the orientation: a warm-up, then the two habits that the rest of the course relies on."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.questions import Call, Probe, Question, WrongAnswer

Array = NDArray[np.float64]
Shape = tuple[int, ...]


def double(x: float) -> float:
    return 2 * x


# 00.1 --------------------------------------------------------------------------------------------------- random_init


def random_init(shape: Shape, scale: float, rng: np.random.Generator) -> Array:
    return scale * rng.standard_normal(shape)


def _init_probes(rng: np.random.Generator) -> dict[str, list[Probe]]:
    shape = (int(rng.integers(3, 9)), int(rng.integers(3, 9)))
    scale = round(float(rng.uniform(0.05, 0.5)), 2)
    seed = int(rng.integers(2, 10_000))
    return {
        "numbers": [
            Probe(drive=_shape(shape, scale, seed), what=f"the shape for shape={shape}"),
            Probe(drive=_mean(scale, seed), what=f"the mean of 40,000 numbers for scale={scale}"),
            Probe(drive=_spread(scale, seed), what=f"the standard deviation of 40,000 numbers, over scale={scale}"),
            Probe(drive=_tails(scale, seed), what="the share of numbers that lie beyond two standard deviations"),
        ],
        "repeatable": [
            Probe(drive=_same_again(seed), what=f"whether two generators with the seed {seed} give the same weights"),
            Probe(drive=_other_seed(seed), what=f"whether the seeds {seed} and {seed + 1} give different weights"),
            Probe(drive=_second_layer(seed), what="whether two calls with one generator give different weights"),
            Probe(drive=_leaves_global(seed), what="whether NumPy's global generator is left as it was"),
        ],
    }


def _drawn(answer: Call, seed: int, shape: Shape = (200, 200), scale: float = 1.0) -> Array:
    return np.asarray(answer(shape, scale, np.random.default_rng(seed)), dtype=float)


def _shape(shape: Shape, scale: float, seed: int) -> Callable[[Call], Any]:
    return lambda answer: list(_drawn(answer, seed, shape, scale).shape)


def _mean(scale: float, seed: int) -> Callable[[Call], Any]:
    """0, within five standard errors."""

    def drive(answer: Call) -> Any:
        drawn = _drawn(answer, seed, scale=scale)
        return bool(abs(drawn.mean()) < 5 * drawn.std() / np.sqrt(drawn.size))

    return drive


def _spread(scale: float, seed: int) -> Callable[[Call], Any]:
    """1 times the scale, to one decimal: 5 % are fourteen standard errors."""
    return lambda answer: round(float(_drawn(answer, seed, scale=scale).std()) / scale, 1)


def _tails(scale: float, seed: int) -> Callable[[Call], Any]:
    """4.6 % for the normal distribution, 0 for the uniform one."""

    def drive(answer: Call) -> Any:
        drawn = _drawn(answer, seed, scale=scale)
        return bool(0.04 < (np.abs(drawn - drawn.mean()) > 2 * drawn.std()).mean() < 0.05)

    return drive


def _same_again(seed: int) -> Callable[[Call], Any]:
    return lambda answer: bool(np.array_equal(*(_drawn(answer, seed, (4, 3)) for _ in range(2))))


def _other_seed(seed: int) -> Callable[[Call], Any]:
    return lambda answer: not np.array_equal(_drawn(answer, seed, (4, 3)), _drawn(answer, seed + 1, (4, 3)))


def _second_layer(seed: int) -> Callable[[Call], Any]:
    def drive(answer: Call) -> Any:
        rng = np.random.default_rng(seed)
        return not np.array_equal(*(np.asarray(answer((4, 3), 1.0, rng)) for _ in range(2)))

    return drive


def _leaves_global(seed: int) -> Callable[[Call], Any]:
    """Puts the global generator back, so that no answer disturbs what comes after it."""

    def drive(answer: Call) -> Any:
        kept = np.random.get_state()                                                        # noqa: NPY002
        try:
            np.random.seed(seed)                                                            # noqa: NPY002
            before = np.random.get_state()                                                  # noqa: NPY002
            _drawn(answer, seed, (4, 3))
            after = np.random.get_state()                                                   # noqa: NPY002
            return bool(np.array_equal(before[1], after[1]) and before[2] == after[2])
        finally:
            np.random.set_state(kept)                                                       # noqa: NPY002

    return drive


_ours = np.random.default_rng(0)


def _seeds_inside(shape: Shape, scale: float, rng: np.random.Generator) -> Array:
    np.random.seed(0)                                                                       # noqa: NPY002
    return scale * np.random.standard_normal(shape)                                         # noqa: NPY002


def _global(shape: Shape, scale: float, rng: np.random.Generator) -> Array:
    return scale * np.random.standard_normal(shape)                                         # noqa: NPY002


WRONG_INIT = [
    WrongAnswer(
        "seeds_inside",
        _seeds_inside,
        "You call np.random.seed inside: every layer gets the same weights, and everyone else's random numbers restart. "
        "Draw from the generator you are handed, rng.",
    ),
    WrongAnswer(
        "global_generator",
        _global,
        "You draw with np.random.…, from NumPy's global generator. Whoever drew before you changes your weights. Draw "
        "from rng: rng.standard_normal(shape).",
    ),
    WrongAnswer(
        "own_generator",
        lambda shape, scale, rng: scale * np.random.default_rng(0).standard_normal(shape),
        "You make a generator of your own, with a fixed seed: all layers get the same weights, and rng has no effect.",
    ),
    WrongAnswer(
        "generator_outside",
        lambda shape, scale, rng: scale * _ours.standard_normal(shape),
        "Your numbers come from a generator outside the function, or from one without a seed: the same call gives "
        "other weights each time. Draw from rng.",
    ),
    WrongAnswer(
        "uniform",
        lambda shape, scale, rng: rng.uniform(-scale, scale, shape),
        "Your numbers are uniform on [-scale, scale]. Normal ones are asked; rng.standard_normal draws them.",
    ),
    WrongAnswer(
        "unit_uniform",
        lambda shape, scale, rng: scale * rng.random(shape),
        "rng.random draws from 0 to 1: your weights are never negative. rng.standard_normal draws around 0.",
    ),
    WrongAnswer(
        "variance_for_deviation",
        lambda shape, scale, rng: np.sqrt(scale) * rng.standard_normal(shape),
        "Your standard deviation is √scale: you took scale for the variance.",
    ),
    WrongAnswer(
        "scale_as_mean",
        lambda shape, scale, rng: rng.normal(scale, 1.0, shape),
        "The first argument of rng.normal is the mean, and you gave it scale. It reads rng.normal(0, scale, shape).",
    ),
    WrongAnswer(
        "scale_ignored",
        lambda shape, scale, rng: rng.standard_normal(shape),
        "Your standard deviation is 1, whatever scale is. Multiply.",
    ),
]


# 00.2 ------------------------------------------------------------------------------------------------- assert_shapes


def assert_shapes(X: Array, y: Array, theta: Array) -> None:
    if X.ndim != 2:
        raise ValueError(f"X must be (n, d), its shape is {X.shape}")
    n, d = X.shape
    if y.shape != (n,):
        raise ValueError(f"y must be ({n},) since X has {n} rows, its shape is {y.shape}")
    if theta.shape != (d,):
        raise ValueError(f"theta must be ({d},) since X has {d} columns, its shape is {theta.shape}")


def _shape_probes(rng: np.random.Generator) -> dict[str, list[Probe]]:
    n = int(rng.integers(5, 9))
    d = int(rng.integers(2, 5))
    cases = {
        "X": [((n, d), (n,), (d,)), ((n,), (n,), (1,)), ((n, d, 1), (n,), (d,))],
        "y": [((1, 1), (1,), (1,)), ((n, d), (n, 1), (d,)), ((n, d), (1, n), (d,)), ((n, d), (n + 1,), (d,)), ((n, d), (n, n), (d,))],
        "theta": [((d, d), (d,), (d,)), ((n, d), (n,), (d, 1)), ((n, d), (n,), (n,)), ((n, d), (n,), (d + 1,))],
    }
    return {
        group: [Probe(drive=_verdict(*shapes), what="X {}, y {}, theta {}".format(*shapes)) for shapes in members]
        for group, members in cases.items()
    }


def _verdict(*shapes: Shape) -> Callable[[Call], Any]:
    """That all shapes fit, or the array that the ValueError names."""
    written = ", ".join(map(str, shapes))

    def drive(answer: Call) -> Any:
        try:
            returned = answer(*(np.ones(shape) for shape in shapes))
        except ValueError as error:
            first = re.search(r"\b(X|y|theta)\b", str(error))
            return f"refused because of {first[1]}: {written}" if first else f"refused without a name: {written}"
        return f"all fit: {written}" if returned is None else f"returned something: {written}"

    return drive


def _refuses(rule: Callable[[Array, Array, Array], str | None]) -> Call:
    """An answer that raises with the name the rule gives."""

    def wrong(X: Array, y: Array, theta: Array) -> None:
        if name := rule(X, y, theta):
            raise ValueError(f"{name} does not fit")

    return wrong


def _by_length(X: Array, y: Array, theta: Array) -> str | None:
    if X.ndim != 2:
        return "X"
    return "y" if y.shape[:1] != X.shape[:1] else "theta" if theta.shape[:1] != X.shape[1:] else None


def _by_size(X: Array, y: Array, theta: Array) -> str | None:
    if X.ndim != 2:
        return "X"
    return "y" if y.size != X.shape[0] else "theta" if theta.size != X.shape[1] else None


def _columns_for_all(X: Array, y: Array, theta: Array) -> str | None:
    if X.ndim != 2:
        return "X"
    return "y" if y.shape != (len(X), 1) else "theta" if theta.shape != (X.shape[1], 1) else None


def _by_trying(X: Array, y: Array, theta: Array) -> None:
    X @ theta - y


def _says_no_name(X: Array, y: Array, theta: Array) -> None:
    try:
        assert_shapes(X, y, theta)
    except ValueError:
        raise ValueError("wrong shape") from None


def _exchanged(X: Array, y: Array, theta: Array) -> str | None:
    if X.ndim != 2:
        return "X"
    return "y" if y.shape != X.shape[1:] else "theta" if theta.shape != X.shape[:1] else None


def _unpacked(X: Array, y: Array, theta: Array) -> None:
    if len(X.shape) != 2:
        raise ValueError("not enough values to unpack (expected 2)")
    assert_shapes(X, y, theta)


def _returned(X: Array, y: Array, theta: Array) -> str | None:
    try:
        assert_shapes(X, y, theta)
    except ValueError as error:
        return str(error)
    return None


def _asserted(X: Array, y: Array, theta: Array) -> None:
    try:
        assert_shapes(X, y, theta)
    except ValueError as error:
        raise AssertionError(str(error)) from None


WRONG_SHAPES = [
    WrongAnswer(
        "only_lengths",
        _refuses(_by_length),
        "You compare lengths only, so a y of shape (n, 1) passes: len of it is n. Compare y.shape with (n,).",
    ),
    WrongAnswer(
        "only_sizes",
        _refuses(_by_size),
        "You compare the numbers of entries, so (n, 1) passes for (n,). Just that broadcasts to (n, n). Compare shapes.",
    ),
    WrongAnswer(
        "columns",
        _refuses(_columns_for_all),
        "You ask for columns, (n, 1) and (d, 1). This course keeps y and theta flat: (n,) and (d,).",
    ),
    WrongAnswer(
        "just_computed",
        _by_trying,
        "You compute X @ theta - y and trust NumPy to complain. It does not: (n,) minus (n, 1) is (n, n), silently.",
    ),
    WrongAnswer(
        "no_name",
        _says_no_name,
        "Right in all cases, but your message does not say which array is meant. Begin it with X, y or theta.",
    ),
    WrongAnswer(
        "exchanged",
        _refuses(_exchanged),
        "You exchanged rows and columns: y has an entry for each row of X, theta one for each column.",
    ),
    WrongAnswer(
        "unpacked_first",
        _unpacked,
        "`n, d = X.shape` fails by itself when X is not two-dimensional, with a message that names nothing. Look at "
        "X.ndim first.",
    ),
    WrongAnswer(
        "returned",
        _returned,
        "You return the message. Nobody looks at it: raise ValueError(message), so that the work stops there.",
    ),
    WrongAnswer(
        "assertion",
        _asserted,
        "You raise AssertionError (or use assert). Wrong input is a ValueError; and `python -O` skips asserts.",
    ),
    WrongAnswer("accepts_all", lambda X, y, theta: None, "Your function accepts everything."),
]


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
    ),
    Question(
        id="ch00.random_init",
        points=2,
        signature="random_init(shape, scale, rng)",
        reference=random_init,
        probes=_init_probes,
        wrong_answers=WRONG_INIT,
        owned=("rng",),
        hints=["A generator has a method for normal numbers.", "rng.standard_normal(shape) has standard deviation 1."],
    ),
    Question(
        id="ch00.assert_shapes",
        points=3,
        signature="assert_shapes(X, y, theta)",
        reference=assert_shapes,
        probes=_shape_probes,
        wrong_answers=WRONG_SHAPES,
        hints=["y.shape == (n,) is True for a flat array of n numbers only.", "Look at X first, then y, then theta."],
    ),
]
