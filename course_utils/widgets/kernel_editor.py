"""What nine numbers do to an image: a kernel slides over a digit (chapter 19)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from course_utils.checks import Array
from course_utils.data.digits import load_digits
from course_utils.layers import Conv2d
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, Sketch, Slider, Switch
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Heat, Line, Panel, Picture, Text, number

KERNELS = {
    "vertical edge": (-1.0, 0.0, 1.0) * 3,
    "horizontal edge": (1.0, 1.0, 1.0, 0.0, 0.0, 0.0, -1.0, -1.0, -1.0),
    "outline": (0.0, -1.0, 0.0, -1.0, 4.0, -1.0, 0.0, -1.0, 0.0),
    "blur": (0.11,) * 9,
    "sharpen": (0.0, -1.0, 0.0, -1.0, 5.0, -1.0, 0.0, -1.0, 0.0),
    "shift right": (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
}
OWN, SIZE = "own numbers", 8
PIXELS = (-0.5, SIZE - 0.5)


def kernel_editor(
    kernel: str = "vertical edge",
    own: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0),
    digit: int = 3,
    row: int = 3,
    column: int = 4,
    relu: bool = False,
    predict: Prediction | None = None,
) -> LiveFigure:
    """Live: a digit, a 3×3 kernel, and the map of their products; the frame shows one place and its sum.

    ``own`` are nine numbers, row by row from the top, used with the kernel "own numbers". The border is padded with
    zeros. Point at a place of the digit or of the result to move the frame.
    Try: predict where the vertical edge is positive, negative, and 0. Then write a kernel that finds the lower ends of
    strokes.
    """
    return LiveFigure(
        draw,
        [
            Choice("kernel", (*KERNELS, OWN), kernel, label="kernel"),
            Sketch("own", own, -9, 9, label="own numbers", most=9),
            Slider("digit", 0, 9, digit, 1, label="digit"),
            Slider("row", 0, SIZE - 1, row, 1, label="row, from below"),
            Slider("column", 0, SIZE - 1, column, 1, label="column"),
            Switch("relu", relu, label="ReLU after it"),
        ],
        predict=predict,
    )


def draw(kernel: str, own: tuple[float, ...], digit: int, row: int, column: int, relu: bool) -> Picture:
    """The digit, the kernel and the map."""
    image, k = pixels(digit), nine(kernel, own)  # (8, 8), (3, 3), rows from the top
    z = convolve(image, k, relu)
    largest = max(float(np.abs(k).max()), 1e-9)
    numbers = [Text(j, 2 - i, number(float(k[i, j]), 2), anchor="center") for i in range(3) for j in range(3)]
    across, up = Axis("column", *PIXELS), Axis("row, from below", *PIXELS)
    return Picture(
        panels=(
            Panel(
                f"A handwritten {digit}",
                across,
                up,
                (Heat(image[::-1], scale="gray", lo=0, hi=1, keep=False), frame(column, row, 1.5)),
                aspect=1,
                point=("column", "row"),
            ),
            Panel(
                "The kernel",
                Axis("column", -0.5, 2.5, ticks=((0, "left"), (2, "right"))),
                Axis("row", -0.5, 2.5, ticks=((0, "below"), (2, "above"))),
                (Heat(k[::-1], scale="diverging", lo=-largest, hi=largest, strength=0.6, keep=False), *numbers),
                aspect=1,
                weight=0.8,
            ),
            Panel(
                "The result: blue < 0 < orange",
                across,
                up,
                (Heat(z[::-1], scale="diverging", lo=-3, hi=3, keep=False), frame(column, row, 0.5)),
                aspect=1,
                point=("column", "row"),
            ),
        ),
        says=verdict(kernel, image, k, z, row, column, relu),
        alt="Left: a digit of 8 by 8 gray pixels with a frame of 3 by 3. Middle: the nine numbers of the kernel. "
        "Right: the map of the sums, blue where negative, orange where positive, with a frame around that of the "
        "left frame.",
        height=370,
    )


def nine(kernel: str, own: tuple[float, ...]) -> Array:
    """The kernel ``(3, 3)``, rows from the top; what is missing of nine own numbers is 0."""
    numbers = (*own, *[0.0] * 9)[:9] if kernel == OWN else KERNELS[kernel]
    return np.array(numbers).reshape(3, 3)


@lru_cache(maxsize=10)
def pixels(digit: int) -> Array:
    """The first training example of this digit, ``(8, 8)`` in [0, 1], rows from the top."""
    x, y, _, _ = load_digits(np.random.default_rng(0))
    return np.asarray(x[y == digit][0].reshape(SIZE, SIZE))


def convolve(image: Array, k: Array, relu: bool) -> Array:
    """The library's layer with these weights: zero padding keeps the size, ``(8, 8)``."""
    layer = Conv2d(1, 1, kernel=3, padding=1, bias=False)
    layer.alone(np.random.default_rng(0))
    layer.W[..., 0, 0] = k
    z = layer.forward(image[None, :, :, None])[0, :, :, 0]
    return np.maximum(z, 0) if relu else z


def frame(x: float, y: float, half: float) -> Line:
    """A square around a place."""
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * half + [x, y]  # (5, 2)
    return Line(corners[:, 0], corners[:, 1], color="green", width=3)


def verdict(kernel: str, image: Array, k: Array, z: Array, row: int, column: int, relu: bool) -> str:
    """The sum in the frame, term by term, and what the kernel leaves of an even surface."""
    i = SIZE - 1 - row
    window = np.pad(image, 1)[i : i + 3, column : column + 3]  # (3, 3)
    products = zip(k.ravel().tolist(), window.ravel().tolist(), strict=True)
    terms = [f"{number(w, 2)}·{number(p, 2)}" for w, p in products if w and p]
    total = f" + {len(terms) - 4} more" if len(terms) > 5 else ""
    shown = " + ".join(terms[: 4 if total else 5]) or "nothing but zeros"
    flat = float(k.sum())
    even = "vanishes: it sees changes only" if abs(flat) < 1e-9 else f"is multiplied by {number(flat)}"
    after = f", after ReLU {number(float(z[i, column]), 2)}" if relu else ""
    added = number(float((window * k).sum()), 2)
    return (
        f"{kernel[0].upper()}{kernel[1:]}, in the frame: {shown}{total} = {added}{after}. "
        f"The nine numbers add up to {number(flat, 2)}, so an even surface {even}."
    )
