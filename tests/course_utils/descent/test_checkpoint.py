"""Checkpoints: k epochs and then the rest equal the whole, bit for bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_utils.descent import Callback, EarlyStopping, History, Progress, train
from course_utils.optimizers import Adam
from course_utils.schedules import Cosine
from tests.course_utils.descent.small import VALIDATION, X, Y, network, run
from tests.course_utils.optimizers.zoo import IDS, ZOO, Case

EPOCHS = 5


def assert_same(a: History, b: History) -> None:
    for name in ("loss", "lr", "grad_norm", "theta", "t"):
        assert getattr(a.trace, name).tobytes() == getattr(b.trace, name).tobytes(), name
    for name in ("train_loss", "val_loss", "val_metric"):
        assert getattr(a, name).tobytes() == getattr(b, name).tobytes(), name
    assert a.stopped == b.stopped


def resumed(path: Path, k: int, optimizer: Any, **options: Any) -> History:
    """k epochs, then, with a new network and another generator, the rest."""
    run(network(noisy=True), optimizer, epochs=k, checkpoint=path, **options)
    return run(network(noisy=True), optimizer, seed=99, epochs=EPOCHS, checkpoint=path, resume=True, **options)


@pytest.mark.parametrize("case", ZOO, ids=IDS)
def test_every_optimizer_goes_on_as_if_nothing_had_happened(case: Case, tmp_path: Path) -> None:
    whole = run(network(noisy=True), case.with_lr(0.01), epochs=EPOCHS)
    assert_same(resumed(tmp_path / "a.npz", 2, case.with_lr(0.01)), whole)


@pytest.mark.parametrize("k", [0, 1, 4, 5])
def test_resume_after_any_epoch(k: int, tmp_path: Path) -> None:
    optimizer = Adam(Cosine(0.02, total=20))
    options: dict[str, Any] = {"validation": VALIDATION, "metric": lambda z, y: float((z.argmax(1) == y).mean())}
    whole = run(network(noisy=True), optimizer, epochs=EPOCHS, **options)
    path = tmp_path / "a.npz"
    if k == 0:  # no file yet: it starts
        again = run(network(noisy=True), optimizer, epochs=EPOCHS, checkpoint=path, resume=True, **options)
    else:
        again = resumed(path, k, optimizer, **options)
    assert_same(again, whole)


@pytest.mark.parametrize("kind", [np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64])
def test_every_generator_can_be_kept(kind: Any, tmp_path: Path) -> None:
    def go(epochs: int, seed: int, resume: bool) -> History:
        rng = np.random.Generator(kind(seed))
        path = tmp_path / f"{kind.__name__}.npz"
        return train(network(noisy=True), (X, Y), Adam(0.01), epochs=epochs, batch_size=30, rng=rng, checkpoint=path,
                     resume=resume)  # fmt: skip

    whole = go(4, 0, False)
    go(2, 0, False)
    assert_same(go(4, 5, True), whole)


def test_early_stopping_remembers_over_a_break(tmp_path: Path) -> None:
    def options() -> dict[str, Any]:
        return {"validation": VALIDATION, "callbacks": [EarlyStopping(2, min_delta=0.05)], "optimizer": Adam(0.005)}

    whole = run(network(noisy=True), epochs=30, **options())
    assert whole.stopped.startswith("early stopping")
    assert 4 < whole.epochs < 30
    path = tmp_path / "a.npz"
    for epochs in (1, 3, whole.epochs - 1, 30):
        history = run(network(noisy=True), seed=epochs - 1, epochs=epochs, checkpoint=path, resume=True, **options())
    assert_same(history, whole)


def test_what_was_stopped_stays_stopped(tmp_path: Path) -> None:
    def options() -> dict[str, Any]:
        return {"validation": VALIDATION, "callbacks": [EarlyStopping(2)], "optimizer": Adam(0.05), "epochs": 40}

    path = tmp_path / "a.npz"
    whole = run(network(noisy=True), checkpoint=path, **options())
    assert whole.stopped.startswith("early stopping")
    assert_same(run(network(noisy=True), seed=5, checkpoint=path, resume=True, **options()), whole)


class Crash(Callback):
    def on_epoch_end(self, progress: Progress) -> str | None:
        if progress.epoch == 3:
            raise KeyboardInterrupt
        return None


def test_a_training_that_was_broken_off_goes_on_after_its_last_whole_epoch(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.npz"
    with pytest.raises(KeyboardInterrupt):
        run(network(noisy=True), epochs=EPOCHS, checkpoint=path, callbacks=[Crash()])
    history = run(network(noisy=True), seed=4, epochs=EPOCHS, checkpoint=path, resume=True)
    assert_same(history, run(network(noisy=True), epochs=EPOCHS))


def test_a_crash_while_writing_leaves_the_file_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.npz"
    run(network(noisy=True), epochs=2, checkpoint=path)
    before = path.read_bytes()

    def half(file: Any, **arrays: Any) -> None:
        file.write(b"half of it")
        raise OSError("the disk is full")

    monkeypatch.setattr(np, "savez", half)
    with pytest.raises(OSError, match="disk is full"):
        run(network(noisy=True), epochs=3, checkpoint=path)
    assert path.read_bytes() == before


def test_the_file_needs_no_pickle(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    run(network(noisy=True), epochs=1, checkpoint=path, validation=VALIDATION, callbacks=[EarlyStopping()])
    with np.load(path, allow_pickle=False) as file:
        assert all(file[name].dtype.kind in "fiuU" for name in file.files)
        assert {"theta", "words", "state 0", "record loss", "buffer 2.mean", "callback 0 theta"} <= set(file.files)


def test_without_resume_a_checkpoint_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    run(network(noisy=True), epochs=2, checkpoint=path)
    assert_same(run(network(noisy=True), epochs=3, checkpoint=path), run(network(noisy=True), epochs=3))


def test_another_training_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    run(epochs=2, checkpoint=path)
    with pytest.raises(ValueError) as caught:
        run(epochs=3, batch_size=8, checkpoint=path, resume=True)
    assert str(caught.value) == (
        f"{path} was written with batch_size = 16, this training has 8: it would not be the same training. "
        "Use the same, or train(…) from the start with resume=False."
    )
    with pytest.raises(ValueError, match="was written with layers = "):
        run(network(noisy=True), epochs=3, checkpoint=path, resume=True)
    with pytest.raises(ValueError, match="was written with examples = 60, this training has 100"):
        run(data=(X, Y), epochs=3, checkpoint=path, resume=True)


def test_what_else_makes_it_another_training_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    run(network(noisy=True), epochs=2, checkpoint=path)
    with pytest.raises(ValueError, match="was written with dtype = 'float32', this training has 'float64'"):
        run(network(np.float64, noisy=True), epochs=3, checkpoint=path, resume=True)
    with pytest.raises(ValueError, match=r"was written with callbacks = \[\], this training has \['EarlyStopping'\]"):
        run(network(noisy=True), epochs=3, checkpoint=path, resume=True, validation=VALIDATION,
            callbacks=[EarlyStopping()])  # fmt: skip
    with pytest.raises(ValueError, match="was written with generator = 'PCG64', this training has 'Philox'"):
        train(network(noisy=True), (X[:60], Y[:60]), Adam(0.02), epochs=3, batch_size=16, checkpoint=path, resume=True,
              rng=np.random.Generator(np.random.Philox(0)))  # fmt: skip


@pytest.mark.parametrize("damage", [
    lambda raw: raw[:-200], lambda raw: raw[:300], lambda raw: b"", lambda raw: b"<html>Not found</html>",
    lambda raw: raw[:500] + bytes(50) + raw[550:],
], ids=["end missing", "beginning only", "empty", "a page", "a hole"])  # fmt: skip
def test_a_damaged_checkpoint_is_named(tmp_path: Path, damage: Any) -> None:
    path = tmp_path / "a.npz"
    run(epochs=1, checkpoint=path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError) as caught:
        run(epochs=2, checkpoint=path, resume=True)
    kind = type(caught.value.__cause__).__name__
    assert str(caught.value) == (
        f"{path} is damaged, or no checkpoint of train ({kind}): there is nothing to go on from. "
        "Delete it, or train(…) from the start with resume=False."
    )


def test_a_file_of_network_save_is_no_checkpoint(tmp_path: Path) -> None:
    net, path = network(), tmp_path / "weights.npz"
    net.save(path, net.theta)
    with pytest.raises(ValueError, match=r"weights.npz is damaged, or no checkpoint of train \(KeyError\)"):
        run(net, epochs=2, checkpoint=path, resume=True)


def test_epochs_count_from_the_start(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    run(epochs=3, checkpoint=path)
    with pytest.raises(ValueError) as caught:
        run(epochs=2, checkpoint=path, resume=True)
    assert str(caught.value) == (
        "the checkpoint holds 3 epochs, epochs=2 were asked for: epochs counts from the start, those before the "
        "checkpoint included. Try epochs=5."
    )
