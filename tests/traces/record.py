"""Write the recorded PyTorch traces beside this file: ``python -m tests.traces.record`` (needs torch).

``optimizers.npz``  iterates of each twin in the table of optimizers at the steps ``kept``, and the slopes they saw
``schedules.npz``   rates of ``torch.optim.lr_scheduler`` at steps 0, 1, …
``networks.npz``    losses and last weights of the twin of every network of the plan, 20 steps
``noise.npz``       2000 standard normal numbers of torch's generator with seed 0, for oracle O42

Each file notes the version of torch that wrote it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
KEPT = np.array([1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60, 80, 100])


def record_optimizers(version: str) -> None:
    from tests.course_utils.optimizers.twins import twin_path
    from tests.course_utils.optimizers.zoo import ZOO, gradients, rates, start

    g, theta, lr = gradients(), start(), rates()
    paths = {case.name: twin_path(case, g, theta, lr)[KEPT - 1] for case in ZOO if case.twin}
    np.savez_compressed(HERE / "optimizers.npz", torch=version, kept=KEPT, g=g, start=theta, rates=lr, **paths)


def record_schedules(version: str) -> None:
    from tests.course_utils.scheduler_twins import TWINS, twin_rates

    recorded = {name: twin_rates(name) for name in TWINS}
    np.savez_compressed(HERE / "schedules.npz", torch=version, **recorded)


def record_networks(version: str) -> None:
    import torch

    from tests.course_utils.test_network_twins import NETWORKS, twin_run

    recorded = {}
    for name in NETWORKS:
        recorded[f"{name}: losses"], recorded[f"{name}: theta"] = twin_run(name, torch)
    np.savez_compressed(HERE / "networks.npz", torch=version, **recorded)


def record_noise(version: str) -> None:
    import torch

    one_by_one = torch.Generator().manual_seed(0)
    noise = torch.cat([torch.randn(1, generator=one_by_one) for _ in range(2000)])
    np.savez_compressed(HERE / "noise.npz", torch=version, noise=noise.numpy())


if __name__ == "__main__":
    import torch

    record_optimizers(torch.__version__)
    record_schedules(torch.__version__)
    record_networks(torch.__version__)
    record_noise(torch.__version__)
