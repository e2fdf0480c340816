"""Checkpoints: all that a training needs to go on, in one npz file without pickle."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.descent.callbacks import Callback
from course_utils.network import Network


def write(
    path: str | Path,
    network: Network,
    state: Any,
    rng: np.random.Generator,
    callbacks: Sequence[Callback],
    records: Mapping[str, NDArray[Any]],
    settings: Mapping[str, Any],
) -> None:
    """Write weights, running statistics, optimizer state, generator, callbacks and records, all or nothing.

    The file appears under its name only when it is whole: a crash in between leaves the one before.
    """
    arrays = {"theta": network.theta}
    arrays |= {f"buffer {name}": value for name, value in network.body.buffers().items()}
    arrays |= {f"state {i}": np.asarray(s) for i, s in enumerate(state)}
    arrays |= {f"callback {i} {name}": a for i, c in enumerate(callbacks) for name, a in c.state().items()}
    arrays |= {f"record {name}": a for name, a in records.items()}
    words = {"settings": settings, "rng": rng.bit_generator.state}
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    with unfinished.open("wb") as file:
        np.savez(file, words=np.array(json.dumps(words, default=lambda a: a.tolist())), **arrays)  # type: ignore[arg-type]
    os.replace(unfinished, path)


def read(
    path: str | Path,
    network: Network,
    state: Any,
    rng: np.random.Generator,
    callbacks: Sequence[Callback],
    settings: Mapping[str, Any],
) -> tuple[Any, dict[str, NDArray[Any]]]:
    """Put back what :func:`write` wrote, in place; returns (optimizer state, records).

    Raises ``ValueError`` where the settings differ: the training would not be the one that was broken off.
    """
    with np.load(path, allow_pickle=False) as file:
        arrays = dict(file)
    words = json.loads(arrays.pop("words").item())
    for name, mine in settings.items():
        if (theirs := words["settings"].get(name)) != mine:
            raise ValueError(
                f"{path} was written with {name} = {theirs!r}, this training has {mine!r}: it would not be the same "
                "training. Use the same, or train(…) from the start with resume=False."
            )
    network.theta[...] = arrays["theta"]
    for name, buffer in network.body.buffers().items():
        buffer[...] = arrays[f"buffer {name}"]
    rng.bit_generator.state = words["rng"]
    for i, callback in enumerate(callbacks):
        callback.load(_under(f"callback {i} ", arrays))
    back = [arrays[f"state {i}"] if np.ndim(s) else arrays[f"state {i}"].item() for i, s in enumerate(state)]
    return type(state)(*back), _under("record ", arrays)


def _under(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(prefix): a for name, a in arrays.items() if name.startswith(prefix)}
