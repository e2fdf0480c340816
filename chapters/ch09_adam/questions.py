"""The graded questions of chapter 9."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chapters.ch09_adam.given import Bowls, Line, beta2_works
from course_utils.drives import Walk
from course_utils.misbuilt import MisbuiltAdam, MisbuiltState
from course_utils.optimizers import Adam, AdaMax, AMSGrad, NAdam
from course_utils.questions import Probe, Question, WrongAnswer

Array = NDArray[np.float64]
Probes = dict[str, list[Probe]]

GRADIENTS = (0.5, -1.0, 2.0, 0.0, 0.25)


# 09.1 ------------------------------------------------------------------------------------------------- one Adam step


def adam_step(
    theta: Array, g: Array, m: Array, v: Array, t: int, lr: float, beta1: float, beta2: float, eps: float
) -> tuple[Array, Array, Array]:
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def _walk(
    gradients: Any,
    theta: Any,
    lr: float = 0.1,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    ends: bool = False,
) -> Walk:
    """The learner's m and v of one step are those of the next."""
    return Walk(gradients, theta, (lr, beta1, beta2, eps), state=(0.0, 0.0), ends=ends)


def step_probes(rng: np.random.Generator) -> Probes:
    p = int(rng.integers(3, 6))
    g, theta, m = rng.normal(size=(3, p))
    v = rng.uniform(0.1, 1.0, size=p)
    scaled = rng.normal(size=(6, 3))
    return {
        "the first step": [
            Probe((np.array([1.0]), np.array([0.5]), np.zeros(1), np.zeros(1), 1, 0.1, 0.9, 0.999, 1e-8)),
            Probe((theta, g, np.zeros(p), np.zeros(p), 1, 0.01, 0.8, 0.99, 1e-8), what="a first step (t=1) with β₁=0.8"),
        ],
        "a later step": [Probe((theta, g, m, v, 6, 0.01, 0.9, 0.999, 1e-8), what="a step with t=6 and given m, v")],
        "a tiny gradient": [
            Probe((np.array([1.0]), np.array([1e-6]), np.zeros(1), np.zeros(1), 1, 0.1, 0.9, 0.999, 1e-8)),
        ],
        "steps in a row": [
            Probe(drive=_walk([[x] for x in GRADIENTS], [1.0]), what="the gradients 0.5, -1, 2, 0, 0.25"),
            Probe(drive=_walk(rng.normal(size=(8, 2, 3)), np.ones((2, 3)), beta2=0.95), what="8 steps, shape (2, 3)"),
        ],
        "the scale of the loss": [                                      # with eps = 0 it draws the same path
            Probe(drive=_walk(c * scaled, np.ones(3), eps=0.0, ends=True), what=f"a loss multiplied by {c:g} (eps=0)")
            for c in (1e-4, 1.0, 1e4)
        ],
        "float32": [
            Probe(
                drive=_walk(rng.normal(size=(3, 4)).astype(np.float32), np.ones(4, dtype=np.float32)),
                what="float32 arrays",
            )
        ],
    }


def _bug(name: str, beta: Any = None) -> Callable[..., Any]:
    """:func:`adam_step` with one named bug."""

    def step(
        theta: Array, g: Array, m: Array, v: Array, t: int, lr: float, beta1: float, beta2: float, eps: float
    ) -> tuple[Array, Array, Array]:
        wrong = MisbuiltAdam(lr, beta1, beta2, eps, bugs={name})
        theta, state = wrong.step(theta, g, MisbuiltState(m, v), t, lr)
        return theta, state.m, state.v

    return step


ADAM_STEP = Question(
    id="ch09.adam_step",
    points=3,
    signature="adam_step(theta, g, m, v, t, lr, beta1, beta2, eps)",
    reference=adam_step,
    probes=step_probes,
    parts=("theta", "m", "v"),
    wrong_answers=[
        WrongAnswer(
            "no_bias_correction",
            _bug("no bias correction"),
            "Your step is Adam's without bias correction: at t=1 it has length lr·(1-β₁)/√(1-β₂), 3.16·lr with the usual "
            "betas, in place of lr. Divide m by 1-β₁ᵗ and v by 1-β₂ᵗ (§9.2).",
        ),
        WrongAnswer(
            "m_corrected_only",
            _bug("m corrected only"),
            "You corrected m but not v: the first steps are 1/√(1-β₂) times too long, 31.6 with the usual β₂.",
        ),
        WrongAnswer(
            "v_corrected_only",
            _bug("v corrected only"),
            "You corrected v but not m: the first steps are (1-β₁) times as long as they should be, a tenth.",
        ),
        WrongAnswer(
            "overwritten_moments",
            _bug("overwritten moments"),
            "You return m̂ and v̂ as the new m and v. The next step then corrects them again, and the corrections compound. "
            "Keep the raw averages in the state and use the hats only in the update (E02).",
        ),
        WrongAnswer(
            "one_beta",
            _bug("one beta"),
            "You use β₁ for both averages. v has a factor of its own, β₂: it must remember longer than m (E03).",
        ),
        WrongAnswer(
            "swapped_betas", _bug("swapped betas"), "β₁ and β₂ are exchanged: β₁ averages g, β₂ averages g²."
        ),
        WrongAnswer(
            "eps_inside",
            _bug("eps inside"),
            "Your ε stands inside the root: √(v̂+ε). Algorithm 1 has √v̂ + ε. Inside, ε = 1e-8 acts on gradients up to 1e-4, "
            "and training stops there (§9.5).",
        ),
        WrongAnswer(
            "t_from_zero",
            _bug("t from zero"),
            "You count t from 0: at the first step 1-β₁⁰ is 0, and 0/0 is nan. The t you are given counts from 1.",
        ),
        WrongAnswer(
            "no_root",
            _bug("no root"),
            "You divide by v̂ without the root. The ratio then has the unit of 1/gradient, and the step grows as gradients "
            "shrink.",
        ),
        WrongAnswer(
            "absolute_value",
            _bug("absolute value"),
            "Your v averages |g|. It should average g², whose root is the size that the update divides by.",
        ),
        WrongAnswer("ascent", _bug("ascent"), "Your step goes uphill: subtract lr·m̂/(√v̂+ε)."),
    ],
    hints=[
        "Two moving averages first: one of g with β₁, one of g² with β₂.",
        "The hats are new variables. Return m and v without them.",
        "Check by hand: g = 0.5, t = 1 gives m̂ = 0.5, v̂ = 0.25, so the step is lr·0.5/0.5 = lr.",
    ],
)


# 09.1 b ------------------------------------------------------------------------------------------------ a whole run


def adam_run(
    gradient: Callable[[list[Array]], list[Array]],
    params: list[Array],
    steps: int,
    lr: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> list[Array]:
    state = [(np.zeros_like(p), np.zeros_like(p)) for p in params]
    for t in range(1, steps + 1):
        grads = gradient(params)
        moved = [
            adam_step(p, g, m, v, t, lr, beta1, beta2, eps) for p, g, (m, v) in zip(params, grads, state, strict=True)
        ]
        params = [p for p, _, _ in moved]
        state = [(m, v) for _, m, v in moved]
    return params


def _run_with(counter: str = "", planned: bool = False, forgets: str = "") -> Callable[..., Any]:
    """:func:`adam_run` with one slip in what persists between steps."""

    def run(
        gradient: Any, params: Any, steps: int, lr: float, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
    ) -> list[Array]:
        state = [(np.zeros_like(p), np.zeros_like(p)) for p in params]
        count = 0
        for t in range(1, steps + 1):
            grads, moved = gradient(params), []
            for p, g, (m, v) in zip(params, grads, state, strict=True):
                count += 1
                power = count if counter == "per tensor" else steps if planned else 1 if forgets == "all" else t
                if forgets:
                    m, v = np.zeros_like(p), np.zeros_like(p)
                moved.append(adam_step(p, g, m, v, power, lr, beta1, beta2, eps))
            params = [p for p, _, _ in moved]
            state = [(m, v) for _, m, v in moved]
            if counter == "shared state":
                state = [moved[0][1:]] * len(params) if len({p.shape for p in params}) == 1 else state
        return list(params)

    return run


def _bowls(rng: np.random.Generator, shapes: list[tuple[int, ...]]) -> tuple[Bowls, list[Array]]:
    return Bowls([rng.uniform(0.5, 5.0, size=shape) for shape in shapes]), [rng.normal(size=shape) for shape in shapes]


def _line(rng: np.random.Generator) -> tuple[Line, list[Array]]:
    line = Line(rng.normal(size=(8, 3)) + 1, rng.normal(size=(8, 2)))
    return line, [rng.normal(size=(3, 2)), rng.normal(size=2)]


def _one_after_the_other(
    gradient: Any, params: Any, steps: int, lr: float, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
) -> list[Array]:
    """Each tensor moves before the gradient of the next is computed."""
    params = list(params)
    state = [(np.zeros_like(p), np.zeros_like(p)) for p in params]
    for t in range(1, steps + 1):
        for i in range(len(params)):
            params[i], m, v = adam_step(params[i], gradient(params)[i], *state[i], t, lr, beta1, beta2, eps)
            state[i] = (m, v)
    return params


def run_probes(rng: np.random.Generator) -> Probes:
    layer, start = _bowls(rng, [(3, 2), (2,)])
    deep, deep_start = _bowls(rng, [(2, 3), (3,), (3, 1), (1,)])
    line, line_start = _line(rng)
    one, one_start = _bowls(rng, [(4,)])
    return {
        "one tensor": [Probe((one, one_start, 7, 0.1), what="one tensor of shape (4,), 7 steps")],
        "a layer": [Probe((layer, start, 12, 0.05), what="tensors of shapes (3, 2) and (2,), 12 steps")],
        "weights and bias of one model": [Probe((line, line_start, 10, 0.1), what="a regression with W and b, 10 steps")],
        "four tensors": [Probe((deep, deep_start, 25, 0.02, 0.9, 0.99), what="four tensors, 25 steps, β₂=0.99")],
        "one step": [Probe((layer, start, 1, 0.05), what="steps=1"), Probe((layer, start, 0, 0.05), what="steps=0")],
    }


ADAM_RUN = Question(
    id="ch09.adam_run",
    points=3,
    signature="adam_run(gradient, params, steps, lr, beta1=0.9, beta2=0.999, eps=1e-8)",
    reference=adam_run,
    probes=run_probes,
    wrong_answers=[
        WrongAnswer(
            "planned_steps",
            _run_with(planned=True),
            "You divide by 1-βᵀ with the planned number of steps. The result of a step then depends on how many you intend to "
            "take: use the number of the current step, t (E01).",
        ),
        WrongAnswer(
            "counter_per_tensor",
            _run_with(counter="per tensor"),
            "Your counter goes up once a tensor, not once a step: with two tensors t runs 1, 2, 3, 4 in two steps. Count in "
            "the outer loop.",
        ),
        WrongAnswer(
            "gradient_after_moving",
            _one_after_the_other,
            "You move one tensor and then compute the gradient of the next, so the second sees a point the first has left. "
            "Compute all gradients of a step first.",
        ),
        WrongAnswer(
            "state_recreated",
            _run_with(forgets="all"),
            "Every step is exactly ±lr: m, v and t start anew each time, and Adam becomes sign descent. Create them once, "
            "before the loop (E62).",
        ),
        WrongAnswer(
            "state_lost_by_id",
            _run_with(forgets="moments"),
            "t goes on but m and v are zero at every step. A state kept under id(p) gets lost when p is re-created: the new "
            "array has another id. Keep the states in a list, one for each tensor.",
        ),
    ],
    hints=[
        "What must survive from step to step? m and v for each tensor, and one t for all.",
        "for t in range(1, steps + 1): compute all gradients first, then step every tensor with the same t.",
        "Your adam_step does the work: params[i], m[i], v[i] = adam_step(params[i], grads[i], m[i], v[i], t, …).",
    ],
)


# 09.2 ---------------------------------------------------------------------------------------------------- a variant


def _as_function(kind: Any) -> Callable[..., Any]:
    """A class of ``course_utils`` as ``variant_step(theta, g, state, t, lr, beta1, beta2, eps)``."""

    def variant_step(
        theta: Array, g: Array, state: Any, t: int, lr: float, beta1: float, beta2: float, eps: float
    ) -> tuple[Array, Any]:
        optimizer = kind(lr, beta1, beta2, eps)
        return optimizer.step(theta, g, optimizer.init(theta) if state is None else state, t, lr)  # type: ignore[no-any-return]

    return variant_step


def _variant_walk(gradients: Any, theta: Any, beta2: float = 0.999) -> Walk:
    return Walk(gradients, theta, (0.1, 0.9, beta2, 1e-8), state=(None,))


def variant_probes(rng: np.random.Generator) -> Probes:
    fading = rng.normal(size=(30, 3)) * np.geomspace(5, 0.05, 30)[:, None]
    return {
        "five gradients": [
            Probe(drive=_variant_walk([[x] for x in GRADIENTS], [1.0]), what="the gradients 0.5, -1, 2, 0, 0.25")
        ],
        "fading gradients": [
            Probe(drive=_variant_walk(fading, np.ones(3), beta2=0.9), what="30 gradients that fade away, β₂=0.9")
        ],
        "a lone spike": [
            Probe(
                drive=_variant_walk([[0.1]] * 5 + [[10.0]] + [[0.1]] * 10, [0.0], beta2=0.8),
                what="small gradients with one spike, β₂=0.8",
            )
        ],
    }


def _amsgrad_on_hats(
    theta: Array, g: Array, state: Any, t: int, lr: float, beta1: float, beta2: float, eps: float
) -> tuple[Array, Any]:
    """The maximum over the corrected v̂: a form some libraries use; right only if declared."""
    m, v, v_hat_max = state or (np.zeros_like(theta), np.zeros_like(theta), np.zeros_like(theta))
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_hat_max = np.maximum(v_hat_max, v / (1 - beta2**t))
    return theta - lr * m / (1 - beta1**t) / (np.sqrt(v_hat_max) + eps), (m, v, v_hat_max)


def _amsgrad_uncorrected(
    theta: Array, g: Array, state: Any, t: int, lr: float, beta1: float, beta2: float, eps: float
) -> tuple[Array, Any]:
    """The paper's Algorithm 2 to the letter: no bias correction."""
    m, v, v_max = state or (np.zeros_like(theta), np.zeros_like(theta), np.zeros_like(theta))
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, v)
    return theta - lr * m / (np.sqrt(v_max) + eps), (m, v, v_max)


def _amsgrad_forgets(
    theta: Array, g: Array, state: Any, t: int, lr: float, beta1: float, beta2: float, eps: float
) -> tuple[Array, Any]:
    """The maximum replaces v in the state, so that v never falls."""
    m, v = state or (np.zeros_like(theta), np.zeros_like(theta))
    m = beta1 * m + (1 - beta1) * g
    v = np.maximum(v, beta2 * v + (1 - beta2) * g**2)
    return theta - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), (m, v)


def _adamax_corrected(
    theta: Array, g: Array, state: Any, t: int, lr: float, beta1: float, beta2: float, eps: float
) -> tuple[Array, Any]:
    m, u = state or (np.zeros_like(theta), np.zeros_like(theta))
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g) + eps)
    return theta - lr * m / (1 - beta1**t) / (u / (1 - beta2**t)), (m, u)


VARIANT = Question(
    id="ch09.variant_step",
    points=2,
    signature="variant_step(theta, g, state, t, lr, beta1, beta2, eps)",
    reference=_as_function(AMSGrad),
    probes=variant_probes,
    owned=("state",),
    also_right={
        "AdaMax": _as_function(AdaMax),
        "NAdam": _as_function(NAdam),
    },
    wrong_answers=[
        WrongAnswer(
            "plain_adam",
            _as_function(Adam),
            "That is Adam itself. Pick one of the three variants and change the line that makes it one.",
        ),
        WrongAnswer(
            "amsgrad_on_hats",
            _amsgrad_on_hats,
            "Your AMSGrad takes the maximum of the corrected v̂. The row you are held to takes it of v and corrects "
            "afterwards, as PyTorch does: the early v̂ are noisy, and a maximum never forgets them.",
        ),
        WrongAnswer(
            "amsgrad_uncorrected",
            _amsgrad_uncorrected,
            "Your AMSGrad has no bias correction. So it stands in the paper; here m is divided by 1-β₁ᵗ and v_max by 1-β₂ᵗ.",
        ),
        WrongAnswer(
            "maximum_fed_back",
            _amsgrad_forgets,
            "Your maximum is stored in place of v, so the average itself never falls. Keep v and its maximum apart: three "
            "arrays in the state.",
        ),
        WrongAnswer(
            "adamax_corrected_u",
            _adamax_corrected,
            "Your AdaMax corrects u for its start. A maximum is not pulled toward 0, so it needs no correction.",
        ),
    ],
    hints=[
        "AMSGrad is the shortest: v_max = np.maximum(v_max, v), and v_max takes v's place in v̂.",
        "state is None at the first call; make the zeros there, in the shape of theta.",
        "Return (theta, state). What you put into state is yours; it comes back at the next call.",
    ],
)


# 09.3 ------------------------------------------------------------------------------------------------------ AdamW


def adamw_step(
    theta: Array,
    g: Array,
    m: Array,
    v: Array,
    t: int,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> tuple[Array, Array, Array]:
    moved, m, v = adam_step(theta, g, m, v, t, lr, beta1, beta2, eps)
    return moved - lr * weight_decay * theta, m, v


def _decay_walk(gradients: Any, theta: Any, decay: float, lr: float = 0.1) -> Walk:
    return Walk(gradients, theta, (lr, 0.9, 0.999, 1e-8, decay), state=(0.0, 0.0))


def adamw_probes(rng: np.random.Generator) -> Probes:
    theta = rng.normal(size=3) + 2
    return {
        "five gradients": [
            Probe(drive=_decay_walk([[x] for x in GRADIENTS], [1.0], 0.1), what="the gradients 0.5, -1, 2, 0, 0.25, λ=0.1")
        ],
        "no decay": [Probe(drive=_decay_walk(rng.normal(size=(5, 3)), theta, 0.0), what="weight_decay=0")],
        "no gradient": [
            Probe(drive=_decay_walk(np.zeros((4, 3)), theta, 0.3), what="gradients of 0: only the decay moves theta")
        ],
        "gradients of any size": [
            Probe(drive=_decay_walk(s * rng.normal(size=(6, 3)), theta, 0.2, 0.05), what=f"gradients of size {s:g}")
            for s in (1e-2, 1e2)
        ],
    }


def _adamw_bug(name: str) -> Callable[..., Any]:
    def step(
        theta: Array,
        g: Array,
        m: Array,
        v: Array,
        t: int,
        lr: float,
        beta1: float,
        beta2: float,
        eps: float,
        weight_decay: float,
    ) -> tuple[Array, Array, Array]:
        grad = g + weight_decay * theta if name == "l2" else g
        moved, m, v = adam_step(theta, grad, m, v, t, lr, beta1, beta2, eps)
        if name == "scaled":
            moved = moved - lr * weight_decay * theta / (np.sqrt(v / (1 - beta2**t)) + eps)
        if name == "no lr":
            moved = moved - weight_decay * theta
        if name == "after":
            moved = moved - lr * weight_decay * moved
        if name == "grows":
            moved = moved + lr * weight_decay * theta
        return moved, m, v

    return step


ADAMW = Question(
    id="ch09.adamw_step",
    points=2,
    signature="adamw_step(theta, g, m, v, t, lr, beta1, beta2, eps, weight_decay)",
    reference=adamw_step,
    probes=adamw_probes,
    parts=("theta", "m", "v"),
    wrong_answers=[
        WrongAnswer(
            "l2_in_the_gradient",
            _adamw_bug("l2"),
            "You added λθ to the gradient: that is Adam with an L2 penalty. The penalty is then divided by √v̂ like "
            "everything else. AdamW shrinks θ outside of m and v (§9.7).",
        ),
        WrongAnswer(
            "decay_divided_by_root_v",
            _adamw_bug("scaled"),
            "Your decay is divided by √v̂, so parameters with large gradients hardly decay. Decoupled means: lr·λ·θ, and "
            "nothing else.",
        ),
        WrongAnswer(
            "decay_without_lr",
            _adamw_bug("no lr"),
            "Your decay is λθ without the rate. With λ = 0.1 a tenth of every weight would vanish at each step: use lr·λ·θ.",
        ),
        WrongAnswer(
            "decay_after_the_step",
            _adamw_bug("after"),
            "You shrink θ after the step; Algorithm 2 and PyTorch take lr·λ·θ from the θ the step began with. The difference "
            "is of order lr²·λ.",
        ),
        WrongAnswer("growth", _adamw_bug("grows"), "Your weights grow: the decay has the wrong sign."),
        WrongAnswer(
            "no_decay", lambda *a: adam_step(*a[:9]), "weight_decay has no effect: this is Adam. Take lr·λ·θ from θ."
        ),
    ],
    hints=[
        "Two things happen to θ, and neither sees the other: Adam's step, and a shrink by lr·λ.",
        "m and v are those of the plain gradient.",
    ],
)


# 09.4 -------------------------------------------------------------------------------------------------- bug hunt

HUNT = {
    1: "eps inside",
    2: "no bias correction",
    3: "recreated state",
    4: "no bug",
    5: "m corrected only",
    6: "overwritten moments",
    7: "t from zero",
    8: "one beta",
    9: "no root",
    10: "v corrected only",
}
"""Suspect number -> its bug."""


def suspect(number: int, gradients: tuple[float, ...] = (2e-4, -1e-4, 4e-4)) -> Array:
    """First iterates of one of the ten, from θ = 1 with lr = 0.1 and the usual betas."""
    bug = HUNT[number]
    adam = MisbuiltAdam(0.1, bugs=set() if bug == "no bug" else {bug})
    theta = np.array([1.0])
    state, path = adam.init(theta), []
    for t, g in enumerate(gradients, 1):
        theta, state = adam.step(theta, np.array([g]), state, t, 0.1)
        path.append(theta[0])
    return np.array(path)


BUG_HUNT = Question(
    id="ch09.bug_hunt",
    points=5,
    signature="names",
    reference=HUNT,
    wrong_answers=[
        WrongAnswer(
            "corrections_exchanged",
            {5: "v corrected only", 10: "m corrected only"},
            "Suspects 5 and 10 are exchanged. Without v̂ the denominator is too small and the first step too long; without "
            "m̂ the numerator is too small and the step too short.",
        ),
        WrongAnswer(
            "recreated_for_right",
            {3: "no bug", 4: "recreated state"},
            "Suspects 3 and 4 are exchanged. Their first steps agree; one of them then moves by exactly ±0.1 for ever.",
        ),
        WrongAnswer(
            "eps_for_right",
            {1: "no bug"},
            "Suspect 1 takes a first step of 0.089. The right Adam's first step is lr·|g|/(|g| + ε), almost exactly 0.1.",
        ),
        WrongAnswer(
            "one_beta_for_overwritten",
            {6: "one beta", 8: "overwritten moments"},
            "Suspects 6 and 8 are exchanged. Work out the second step of each: one beta keeps the sums right.",
        ),
    ],
    hints=[
        "Look at the first step. For the right Adam it is lr. Which bugs change it, and by what factor?",
        "(1-β₁)/√(1-β₂) = 3.16, 1/√(1-β₂) = 31.6, 1-β₁ = 0.1. And nan comes from 0/0.",
        "Several have a first step of lr. They part at the second: step each by hand with m, v of two gradients.",
    ],
)


# 09.5 ------------------------------------------------------------------------------------------------ Reddi's problem


def reddi(C: float, beta2: float, steps: int, amsgrad: bool = False) -> float:
    x, m, v, v_max = 0.0, 0.0, 0.0, 0.0
    for t in range(1, steps + 1):
        g = C if t % 3 == 1 else -1.0
        m = g
        v = beta2 * v + (1 - beta2) * g**2
        v_max = max(v_max, v)
        v_hat = (v_max if amsgrad else v) / (1 - beta2**t)
        x = min(1.0, max(-1.0, x - 0.1 / t**0.5 * m / (v_hat**0.5 + 1e-8)))
    return x


def reddi_probes(rng: np.random.Generator) -> Probes:
    C = float(np.round(rng.uniform(2.5, 6.0), 1))
    return {
        "Adam": [Probe((4.0, 1 / 17, 300)), Probe((C, 1 / (1 + C * C), 200))],
        "AMSGrad": [Probe((4.0, 1 / 17, 300, True)), Probe((C, 0.5, 200, True))],
        "a long memory": [Probe((4.0, 0.99, 300))],
        "the border": [Probe((3.0, 0.1, 800)), Probe((3.0, 0.1, 800, True))],
        "the first steps": [Probe((3.0, 0.1, k)) for k in (1, 2, 3, 4)],
    }


def _wrong_reddi(how: str) -> Callable[..., float]:
    def run(C: float, beta2: float, steps: int, amsgrad: bool = False) -> float:
        x, v, v_max = 0.0, 0.0, 0.0
        for t in range(1, steps + 1):
            g = C if t % 3 == (0 if how == "phase" else 1) else -1.0
            v = beta2 * v + (1 - beta2) * g**2
            v_max = max(v_max, v)
            v_hat = (v_max if amsgrad and how != "no max" else v) / (1 - beta2**t)
            if how == "not corrected":
                v_hat = v_max if amsgrad else v
            lr = 0.1 if how == "constant rate" else 0.1 / t**0.5
            x = x - lr * g / (v_hat**0.5 + 1e-8)
            if how != "not projected":
                x = min(1.0, max(-1.0, x))
        return x

    return run


REDDI = Question(
    id="ch09.reddi",
    points=2,
    signature="reddi(C, beta2, steps, amsgrad=False)",
    reference=reddi,
    probes=reddi_probes,
    wrong_answers=[
        WrongAnswer(
            "not_projected", _wrong_reddi("not projected"), "Your x leaves [-1, 1]. Clip it back after each step."
        ),
        WrongAnswer(
            "not_corrected", _wrong_reddi("not corrected"), "You divide by √v without the correction 1-β₂ᵗ: v starts at 0."
        ),
        WrongAnswer("constant_rate", _wrong_reddi("constant rate"), "The rate is 0.1/√t; yours stays at 0.1."),
        WrongAnswer(
            "wrong_phase", _wrong_reddi("phase"), "The large gradient C comes at t = 1, 4, 7, …: when t mod 3 is 1, not 0."
        ),
        WrongAnswer(
            "no_maximum", _wrong_reddi("no max"), "amsgrad=True changes nothing: divide by the largest v so far."
        ),
    ],
    hints=[
        "β₁ = 0, so m̂ is the gradient itself.",
        "x = max(-1, min(1, x - 0.1/√t · g/(√v̂ + 1e-8))).",
    ],
)


REDDI_BETA2 = Question(
    id="ch09.reddi_beta2",
    points=1,
    signature="beta2",
    reference=0.999,
    accepts=beta2_works,
    wrong_answers=[
        WrongAnswer(
            "the_papers_value",
            1 / 17,
            "β₂ = 1/17 is the value that makes Adam fail. It forgets the large gradient at once; remember for longer.",
        ),
        WrongAnswer("zero", 0.0, "With β₂ = 0 every step is ±lr, and two of three go the wrong way. Remember for longer."),
    ],
    hints=["The large gradient comes every third step. Which β₂ remembers for much longer than three steps?"],
)


# 09.6 ------------------------------------------------------------------------------------------------ the ε̂ form


def adam_hat_step(
    theta: Array, g: Array, m: Array, v: Array, t: int, lr: float, beta1: float, beta2: float, eps_hat: float
) -> tuple[Array, Array, Array]:
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    lr_t = lr * (1 - beta2**t) ** 0.5 / (1 - beta1**t)
    return theta - lr_t * m / (np.sqrt(v) + eps_hat), m, v


def hat_probes(rng: np.random.Generator) -> Probes:
    return {
        "ordinary gradients": [
            Probe(drive=_walk([[x] for x in GRADIENTS], [1.0], eps=1e-7), what="the gradients 0.5, -1, 2, 0, 0.25"),
            Probe(drive=_walk(rng.normal(size=(6, 3)), np.ones(3), beta2=0.95), what="6 steps, β₂=0.95"),
        ],
        "tiny gradients": [
            Probe(drive=_walk(s * rng.normal(size=(5, 2)), np.zeros(2), eps=1e-7), what=f"gradients of size {s:g}")
            for s in (1e-4, 1e-6)
        ],
    }


def _hat_bug(name: str) -> Callable[..., Any]:
    def step(
        theta: Array, g: Array, m: Array, v: Array, t: int, lr: float, beta1: float, beta2: float, eps_hat: float
    ) -> tuple[Array, Array, Array]:
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        c1, c2 = 1 - beta1**t, 1 - beta2**t
        if name == "inverse":
            return theta - lr * c1 / np.sqrt(c2) * m / (np.sqrt(v) + eps_hat), m, v
        if name == "no root":
            return theta - lr * c2 / c1 * m / (np.sqrt(v) + eps_hat), m, v
        return theta - lr * np.sqrt(c2) / c1 * (m / c1) / (np.sqrt(v / c2) + eps_hat), m, v

    return step


ADAM_HAT = Question(
    id="ch09.adam_hat_step",
    points=1,
    signature="adam_hat_step(theta, g, m, v, t, lr, beta1, beta2, eps_hat)",
    reference=adam_hat_step,
    probes=hat_probes,
    parts=("theta", "m", "v"),
    wrong_answers=[
        WrongAnswer(
            "algorithm_1",
            adam_step,
            "That is Algorithm 1, with ε where it was. In the ε̂ form the corrections move into the rate, and ε̂ is added to "
            "√v, not to √v̂.",
        ),
        WrongAnswer("factors_inverted", _hat_bug("inverse"), "The corrections are upside down: lr·√(1-β₂ᵗ)/(1-β₁ᵗ)."),
        WrongAnswer("root_missing", _hat_bug("no root"), "1-β₂ᵗ needs a root: it came out of √(v/(1-β₂ᵗ))."),
        WrongAnswer(
            "corrected_twice", _hat_bug("twice"), "You correct twice: in the rate and again in m̂ and v̂. Use m and v as they are."
        ),
    ],
    hints=["Multiply m̂/√v̂ out: which factors stand before m/√v?"],
)


def agree_from(eps: float, beta2: float, t: int, tol: float) -> float:
    c = np.sqrt(1 - beta2**t)
    return float(max(0.0, eps * ((1 / c - 1) / tol - 1)))


def agree_probes(rng: np.random.Generator) -> Probes:
    return {
        "the first step": [Probe((1e-8, 0.999, 1, 1e-6)), Probe((1e-7, 0.999, 1, 1e-6))],
        "later": [Probe((1e-8, 0.999, int(rng.integers(50, 400)), 1e-6)), Probe((1e-7, 0.99, 30, 1e-6))],
    }


AGREE = Question(
    id="ch09.agree_from",
    points=1,
    signature="agree_from(eps, beta2, t, tol)",
    reference=agree_from,
    probes=agree_probes,
    rtol=1e-3,
    wrong_answers=[
        WrongAnswer(
            "root_missing",
            lambda eps, beta2, t, tol: eps * ((1 / (1 - beta2**t) - 1) / tol - 1),
            "The two forms differ by ε against ε/√(1-β₂ᵗ). You left out the root.",
        ),
        WrongAnswer(
            "eps_over_tol",
            lambda eps, beta2, t, tol: eps / tol,
            "ε/tol says when ε itself no longer matters. Here both forms have an ε; ask when their difference no longer "
            "matters, and the answer falls with t.",
        ),
    ],
    hints=[
        "Under a constant gradient g, Algorithm 1 steps lr·g/(g + ε). Show that the ε̂ form steps lr·g/(g + ε/√(1-β₂ᵗ)).",
        "Divide the two steps and set the ratio to 1 + tol.",
    ],
)

QUESTIONS = [
    ADAM_STEP,
    ADAM_RUN,
    VARIANT,
    ADAMW,
    BUG_HUNT,
    REDDI,
    REDDI_BETA2,
    ADAM_HAT,
    AGREE,
]
