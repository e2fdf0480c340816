"""Planted bugs: what the check finds, and what the loss shows."""

import numpy as np
import pytest

from course_utils.layers import Dense, Tanh
from course_utils.losses import bce_with_logits
from course_utils.network import Network
from course_utils.widgets.planted_bug import (
    BLOCKS,
    BUGS,
    NONE,
    differences,
    draw,
    planted_bug,
    risen,
    slopes,
    task,
    train,
)

PATTERNS = {  # W₁ b₁ W₂ b₂ W₃ b₃; x is wrong
    NONE: "......",
    "f′ forgotten": "xxxx..",
    "f′ at A": "xxxx..",
    "σ′ at the output": "xxxxxx",
    "1/n twice": "xxxxxx",
    "biases by mean": ".x.x.x",
    "W for Wᵀ": "xx....",
    "dW₂ transposed": "..x...",
    "W updated early": "xxxx..",
    "one buffer for H₁, H₂": "xxx...",
    "sign turned": "xxxxxx",
}


def library(seed):
    """The library's network with the weights of the figure, its examples, and its parameters as one vector."""
    params, x, t = task(seed)
    network = Network([Dense(3, 4), Tanh(), Dense(4, 4), Tanh(), Dense(4, 1)], bce_with_logits, np.float64)
    return network, (x, t), np.concatenate([part.ravel() for layer in params for part in layer])


def judged(bug, lr, seed):
    """A letter for each block, from the library's gradient and not from differences."""
    network, batch, theta = library(seed)
    sure = np.split(network.value_and_grad(theta, batch)[1], np.cumsum([12, 4, 16, 4, 4]))
    pairs = zip(slopes(bug, lr, seed), sure, strict=True)
    return "".join("." if np.allclose(mine, true, rtol=1e-9, atol=1e-12) else "x" for mine, true in pairs)


@pytest.mark.parametrize("seed", [0, 3, 9])
@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_spoils_its_blocks_and_no_others(bug, seed):
    assert judged(bug, 0.3, seed) == PATTERNS[bug]


@pytest.mark.parametrize("bug", BUGS)
def test_the_sentence_names_the_wrong_blocks(bug):
    wrong = [name for name, letter in zip(BLOCKS, PATTERNS[bug], strict=True) if letter == "x"]
    found = f"wrong in {', '.join(wrong)};" if wrong else "all six blocks right;"
    assert f": {found} worst relative error" in draw(bug, 0.3, 3).says


@pytest.mark.parametrize("seed", range(10))
def test_without_a_bug_differences_agree_to_1e_6(seed):
    for mine, sure in zip(slopes(NONE, 0.3, seed), differences(seed), strict=True):
        assert mine == pytest.approx(sure, rel=1e-6, abs=1e-10)


def test_training_without_a_bug_is_gradient_descent_with_the_library():
    network, batch, theta = library(3)
    losses = []
    for _ in range(101):
        loss, g = network.value_and_grad(theta, batch)
        losses.append(loss)
        theta = theta - 0.3 * g
    assert train(NONE, 0.3, 3) == pytest.approx(np.array(losses), rel=1e-9)


@pytest.mark.parametrize("lr", [0.03, 0.3])
@pytest.mark.parametrize("seed", [0, 3, 9])
def test_only_the_turned_sign_makes_the_loss_rise_m14(lr, seed):
    assert risen(lr, seed) == ["sign turned"]


def test_the_sentence_says_what_the_loss_does():
    fall, rise = train("f′ at A", 0.3, 3), train("sign turned", 0.3, 3)
    assert f"The loss falls all the same, {fall[0]:.3g} to {fall[-1]:.3g}, at 100 %" in draw("f′ at A", 0.3, 3).says
    assert f"The loss rises, {rise[0]:.3g} to {rise[-1]:.3g}: this bug shows" in draw("sign turned", 0.3, 3).says


def test_an_early_update_hides_behind_a_small_rate():
    assert "suspicious in W₁, b₁, W₂, b₂;" in draw("W updated early", 0.001, 3).says
    assert "wrong in W₁, b₁, W₂, b₂;" in draw("W updated early", 0.3, 3).says


def test_a_right_slope_stands_on_the_diagonal():
    dots = draw("W for Wᵀ", 0.3, 3).panels[0].layers[1:]
    off = [float(np.abs(layer.x - layer.y).max()) for layer in dots]
    assert min(off[:2]) > 1e-3
    assert max(off[2:]) < 1e-8


def test_planted_bug_survives_its_corners(survives_its_corners):
    survives_its_corners(planted_bug())
