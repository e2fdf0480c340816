"""The examples learn what they promise, with settings small enough for every test run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from examples import (
    digits_cnn,
    imdb_lstm,
    mnist_cnn,
    movielens_factorization,
    ratings_factorization,
    sentiment_lstm,
    sorting_transformer,
)

FOLDER = Path(digits_cnn.__file__).parent
SCRIPTS = sorted(path.name for path in FOLDER.glob("*.py"))


def test_the_cnn_reads_98_percent_of_the_shipped_digits() -> None:
    assert digits_cnn.main(seed=0) >= 0.98


def test_the_lstm_reads_negation_pairs_and_a_bag_of_words_is_right_in_exactly_half() -> None:
    shares = sentiment_lstm.main(seed=0)
    assert shares["bag of words"]["pair"] == 0.5
    assert shares["bag of words"]["plain"] > 0.95  # it did learn what the words mean
    assert min(shares["LSTM"].values()) > 0.95


def test_factors_reach_the_noise_and_biases_do_not() -> None:
    errors = ratings_factorization.main(seed=0, users=200, items=150)
    assert errors["biases"] > 2 * ratings_factorization.NOISE
    for name in ("factors by ALS", "factors by SGD"):
        assert 0.95 * ratings_factorization.NOISE < errors[name] < 1.12 * ratings_factorization.NOISE


def test_the_transformer_sorts() -> None:
    symbols, sequences = sorting_transformer.main(seed=0, n=4000, epochs=4)
    assert symbols > 0.97
    assert sequences > 0.85


def test_the_cnn_learns_mnist(real: Path) -> None:
    assert mnist_cnn.main(real / "mnist", seed=0) >= 0.97


def test_factors_beat_biases_and_biases_the_mean_on_movielens(real: Path) -> None:
    errors = movielens_factorization.main(real / "ml-latest-small", seed=0, sweeps=5)
    assert errors["factors"] < errors["biases"] - 0.005
    assert errors["factors"] < errors["biases"] < 0.88 < 1.0 < errors["mean"]


def test_the_lstm_learns_from_film_reviews(real: Path) -> None:
    path = real / "aclImdb_sample" / "aclImdb_v1_sample.tar.gz"
    assert imdb_lstm.main(path, most=1500, epochs=3) > 0.65  # guessing gives 0.5


def test_a_script_runs_from_the_shell() -> None:
    done = subprocess.run(
        [sys.executable, str(FOLDER / "sentiment_lstm.py")],
        capture_output=True, text=True, check=True, cwd=FOLDER.parent,
        env=os.environ | {"PYTHONPATH": str(FOLDER.parent)},
    )  # fmt: skip
    assert re.search(r"LSTM: plain \d+\.\d%, negated \d+\.\d%, pair \d+\.\d%\n", done.stdout)


@pytest.mark.parametrize("script", SCRIPTS)
def test_each_example_is_one_page_and_stands_in_the_readme(script: str) -> None:
    assert len((FOLDER / script).read_text(encoding="utf-8").splitlines()) <= 60
    assert f"`{script}`" in (FOLDER / "README.md").read_text(encoding="utf-8")
