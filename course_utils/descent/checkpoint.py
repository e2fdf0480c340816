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
    reasons: Sequence[str] = (),
) -> None:
    """Write weights, running statistics, optimizer state, generator, callbacks and records, all or nothing.

    ``reasons`` are those that a callback gave to stop. The file appears under its name only when it is whole and on the
    disk: a crash in between leaves the one before.
    """
    arrays = {"theta": network.theta}
    arrays |= {f"buffer {name}": value for name, value in network.body.buffers().items()}
    arrays |= {f"state {i}": np.asarray(s) for i, s in enumerate(state)}
    keeping = _keeping(callbacks)
    arrays |= {f"callback {i} {name}": a for i, c in enumerate(keeping) for name, a in c.state().items()}
    arrays |= {f"record {name}": a for name, a in records.items()}
    settings = {**settings, "callbacks": [type(c).__name__ for c in keeping]}
    words = {"settings": settings, "rng": rng.bit_generator.state, "reasons": reasons}
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    arrays["words"] = np.array(json.dumps(words, default=lambda a: a.tolist()))
    with unfinished.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)


def read(
    path: str | Path,
    network: Network,
    state: Any,
    rng: np.random.Generator,
    callbacks: Sequence[Callback],
    settings: Mapping[str, Any],
) -> tuple[Any, dict[str, NDArray[Any]], list[str]]:
    """Put back what :func:`write` wrote, in place; returns (optimizer state, records, reasons to stop).

    Raises ``ValueError`` where the settings differ, for the training would not be the one that was broken off, and
    where the file is damaged or no checkpoint.
    """
    arrays, words = _open(path)
    keeping = _keeping(callbacks)
    settings = {**settings, "callbacks": [type(c).__name__ for c in keeping]}
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
    for i, callback in enumerate(keeping):
        callback.load(_under(f"callback {i} ", arrays))
    back = [arrays[f"state {i}"] if np.ndim(s) else arrays[f"state {i}"].item() for i, s in enumerate(state)]
    return type(state)(*back), _under("record ", arrays), words["reasons"]


def _keeping(callbacks: Sequence[Callback]) -> list[Callback]:
    """Those that have something to keep: the others may come and go between the parts of a training."""
    return [callback for callback in callbacks if type(callback).state is not Callback.state]


def _open(path: str | Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    import zipfile  # slow to import, and only a resumed training needs it
    import zlib

    try:
        with Path(path).open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = dict(archive)
        return arrays, json.loads(arrays.pop("words").item())
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(
            f"{path} is damaged, or no checkpoint of train ({type(error).__name__}): there is nothing to go on from. "
            "Delete it, or train(…) from the start with resume=False."
        ) from error


def _under(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(prefix): a for name, a in arrays.items() if name.startswith(prefix)}
