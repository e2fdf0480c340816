"""The same runs by PyTorch; ``torch`` is imported only when they run."""

from __future__ import annotations

import numpy as np

from tests.course_utils.optimizers.zoo import Case


def twin_path(case: Case, g: np.ndarray, theta: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """Iterates ``(len(g), P)`` of ``case.twin`` in float64, with the parameters split over two tensors."""
    import torch

    assert case.twin is not None
    name, arguments = case.twin
    cut = 6
    parts = [torch.tensor(theta[:cut].reshape(2, 3)), torch.tensor(theta[cut:])]
    optimizer = getattr(torch.optim, name)(parts, lr=float(rates[0]), **arguments)
    rows = []
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)  # NAdam keeps its product of mu in this type
    try:
        for slope, rate in zip(g, rates, strict=True):
            optimizer.param_groups[0]["lr"] = float(rate)
            parts[0].grad, parts[1].grad = torch.tensor(slope[:cut].reshape(2, 3)), torch.tensor(slope[cut:])
            optimizer.step()
            rows.append(np.concatenate([part.detach().numpy().ravel() for part in parts]))
    finally:
        torch.set_default_dtype(default)
    return np.array(rows)
