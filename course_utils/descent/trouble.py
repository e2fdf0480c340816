"""Why does a training go wrong? The likely cause, in words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array
from course_utils.network import Network


def trouble(
    losses: Array,
    norms: Array,
    lr: float,
    network: Network,
    batch: tuple[NDArray[Any], NDArray[Any]],
    clipped: bool = False,
) -> str:
    """"" while all is well; else what is wrong at this step, the likely cause, and what to try.

    ``losses``, ``norms``  minibatch losses and gradient lengths up to this step, the start first ``(t + 1,)``; a loss
                           over 1000 times worse than the start is wrong, too
    ``lr``                 the rate of the step that would come now, with the weights that ``network`` holds
    ``clipped``            are gradients cut down already? Then this is neither cause nor advice
    """
    loss, start = float(losses[-1]), float(losses[0])
    grown = not (math.isfinite(loss) and loss <= start + 1e3 * (abs(start) + 1))
    if not grown and math.isfinite(norms[-1]) and 0 <= lr < math.inf:
        return ""
    t = len(losses) - 1
    if not 0 <= lr < math.inf:
        return f"stopped at step {t}: the schedule gave the rate {lr:g}, which must be finite, 0 or more. Plot it."
    size = _largest(batch[0]) if batch[0].dtype.kind == "f" else 0.0
    what = f"the loss is {loss:g}" if grown else f"the gradient is {norms[-1]:g}"
    return f"diverged at step {t}: {what}" + (
        _data(batch)
        or _weights(network, t)
        or (_loss(network, batch) if not math.isfinite(loss) else "")
        or (_scale(network, batch) if t == 1 else "")
        or ("" if grown else _backward(loss))
        or ("" if clipped else _cliff(losses, norms, size))
        or _rate(start, lr, network, size, clipped)
    )


def _data(batch: tuple[NDArray[Any], NDArray[Any]]) -> str:
    for name, part in zip("xy", batch, strict=True):
        if part.dtype.kind == "f" and not np.isfinite(part).all():
            rows = int((~np.isfinite(part.reshape(len(part), -1)).all(axis=1)).sum())
            return f"; {rows} rows of {name} in its batch hold nan or inf. Clean the data."
    return ""


def _weights(network: Network, t: int) -> str:
    bad = int((~np.isfinite(network.theta)).sum())
    if not bad:
        return ""
    if t == 1:
        return f"; {bad} of {network.size} weights were nan or inf at the start. Check theta0."
    return (
        f"; the step before made {bad} of {network.size} weights nan or inf, from a gradient that was finite: 0/0 or "
        "an overflow in the optimizer. Try a larger eps, or a smaller lr."
    )


def _loss(network: Network, batch: tuple[NDArray[Any], NDArray[Any]]) -> str:
    """Outputs and targets whose squares are finite, and yet no finite loss: the loss itself did it."""
    largest = _largest(network.predict(network.theta, batch[0]))
    if not max(largest, _largest(batch[1])) < np.sqrt(np.finfo(network.dtype).max):
        return ""
    return (
        f", though the network's outputs are finite, up to {largest:.3g}: log(0) or 0/0 in the loss. Try a loss that "
        "takes the outputs before the sigmoid or softmax: bce_with_logits, softmax_ce."
    )


def _scale(network: Network, batch: tuple[NDArray[Any], NDArray[Any]]) -> str:
    x, y = (_largest(part) for part in batch)
    top = float(np.finfo(network.dtype).max)
    return (
        f" before anything moved, so the rate is not to blame. Look at the scale: x reaches {x:.3g}, y {y:.3g}, the "
        f"weights {_largest(network.theta):.3g}; {network.dtype} ends at {top:.2g}, and squares at {np.sqrt(top):.2g}."
    )


def _backward(loss: float) -> str:
    return (
        f" where the loss is still {loss:.4g}: a root or a division at 0 in backward, or an overflow over many "
        "layers or time steps. Check it with gradcheck, and look at the gradient of each layer."
    )


def _cliff(losses: Array, norms: Array, size: float) -> str:
    """Was there a gradient out of all proportion while the loss was still what it had been?"""
    fine = np.flatnonzero(losses[1:-1] <= losses[0] + 10 * (abs(losses[0]) + 1)) + 1
    step = int(fine[np.argmax(norms[fine])]) if len(fine) else 0
    if not step or norms[step] <= 100 * (abs(losses[step]) + 1) * max(size, 1):
        return ""
    return (
        f"; the gradient exploded: it was {norms[step]:.3g} long at step {step}, where the loss was "
        f"{losses[step]:.4g}. Try clip_norm=1, smaller initial weights, or an LSTM if the network is recurrent."
    )


def _rate(start: float, lr: float, network: Network, size: float, clipped: bool) -> str:
    scale = f" But first scale x, which reaches {size:.3g}: the stable rates shrink with its square."
    return (
        f", from {start:.4g} at the start, with weights up to {_largest(network.theta):.3g}; the learning rate {lr:g} "
        f"is probably too large. Try {lr / 10:g}, {'or warm it up' if clipped else 'warm it up, or clip_norm=1'}."
        f"{scale if size > 50 else ''}"
    )


def _largest(a: NDArray[Any]) -> float:
    """Its largest absolute value; nan if it holds one."""
    return float(np.abs(a).max(initial=0)) if a.dtype.kind in "fiu" else 0.0
