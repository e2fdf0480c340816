"""What every layer offers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike

from course_utils.checks import Array

Shape = tuple[int, ...]


class Layer:
    """A differentiable function whose parameters are views into one flat vector.

    Impure: ``forward`` keeps what ``backward`` needs, and ``backward`` writes the gradients of the parameters into
    ``dW``, ``db``, … , views into a flat gradient vector. A layer says which parameters it has in ``shapes``; ``bind``
    makes the views: a parameter named "W" becomes ``self.W`` and ``self.dW``.

    ``forward(x, training, rng)``  output for a batch: examples on the first axis
    ``backward(dy)``               gradient of the loss by the input, given the one by the output
    """

    takes_tokens: bool = False
    """Whether its input are whole numbers, such as words or pairs of ids."""
    wants_dx: bool = True
    """False where the input is the data (``Network`` says so to its first layer): nobody asks for the gradient by it,
    so ``backward`` may return an empty array instead."""

    def shapes(self) -> dict[str, Shape]:
        """Name and shape of each parameter, in the order in which they lie in the vector."""
        return {}

    def parts(self) -> Sequence[Layer]:
        """Layers inside this one; their parameters follow its own."""
        return ()

    def buffers(self) -> dict[str, Array]:
        """Numbers that ``forward`` learns beside the parameters, such as running means, those of the parts by place:
        ``"3.mean"``. The arrays are the layer's own: write into them to restore a state."""
        return {f"{i}.{name}": a for i, part in enumerate(self.parts()) for name, a in part.buffers().items()}

    def initialize(self, rng: np.random.Generator) -> None:
        """Fill the parameters, in place."""
        for part in self.parts():
            part.initialize(rng)

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        raise NotImplementedError

    def backward(self, dy: Array) -> Array:
        raise NotImplementedError

    def out_shape(self, shape: Shape) -> Shape:
        """Shape of one example's output, given that of its input. Raises ``ValueError`` where they do not fit."""
        return shape

    def multiply_adds(self, shape: Shape) -> int:
        """Multiplications (with their additions) that one example costs in ``forward``."""
        return 0

    @property
    def size(self) -> int:
        """Number of parameters, those of the parts included."""
        own = sum(math.prod(shape) for shape in self.shapes().values())
        return own + sum(part.size for part in self.parts())

    def bind(self, theta: Array, grad: Array) -> None:
        """Make the parameters views into ``theta (size,)`` and their gradients views into ``grad (size,)``."""
        start = 0
        for name, shape in self.shapes().items():
            cut = slice(start, start + math.prod(shape))
            setattr(self, name, theta[cut].reshape(shape))
            setattr(self, "d" + name, grad[cut].reshape(shape))
            start = cut.stop
        for part in self.parts():
            cut = slice(start, start + part.size)
            part.bind(theta[cut], grad[cut])
            start = cut.stop

    def alone(self, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> tuple[Array, Array]:
        """Use the layer outside of a network: new vectors (theta, grad), bound and initialized."""
        theta, grad = np.zeros(self.size, dtype), np.zeros(self.size, dtype)
        self.bind(theta, grad)
        self.initialize(rng)
        return theta, grad

    if not TYPE_CHECKING:                                               # mypy shall still see what is missing

        def __getattr__(self, name: str) -> Any:
            """Asked only for what is not there: parameters that were not given their place in a vector yet."""
            known = any(name in vars(base).get("__annotations__", ()) for base in type(self).__mro__)
            raise AttributeError(
                f"{self} has no {name} yet: its parameters are views into a vector that it was not given. "
                "Put it into a Network, or call layer.alone(rng) first."
                if known
                else f"{type(self).__name__} has no attribute {name!r}"
            )

    def kept(self, name: str) -> Any:
        """What ``forward`` kept under this name; an error if it has not run."""
        try:
            return self.__dict__[name]
        except KeyError:
            raise RuntimeError(
                f"{self}.backward was called before forward: it needs what forward kept. Call forward first."
            ) from None

    def takes(self, x: Array, fits: bool, wanted: str) -> None:
        """Check an input: floating-point numbers, of a shape that ``fits``."""
        if x.dtype.kind != "f":
            raise TypeError(
                f"{self} expected floating-point numbers, got {x.dtype}: gradients are no whole numbers, and NumPy "
                "would change the precision without a word. Try x.astype(np.float32)."
            )
        if not fits:
            self.expects(False, wanted, x.shape)

    def expects(self, fits: bool, wanted: str, got: object) -> None:
        """Raise an error that names the layer, what it expected and what it got, unless ``fits``."""
        if not fits:
            raise ValueError(f"{self} expected {wanted}, got {got}. Check the layer before it, or the data.")

    def __repr__(self) -> str:
        return type(self).__name__
