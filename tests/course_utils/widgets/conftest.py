"""What the tests of the figures share."""

import random
import re
from collections.abc import Callable

import numpy as np
import pytest

from course_utils.widgets.controls import stops
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.wire import encode


@pytest.fixture
def survives_its_corners() -> Callable[..., None]:
    """Set each control alone to its ends, then ``sample`` combinations of ends; every picture is drawn and told."""

    def check(figure: LiveFigure, sample: int = 25) -> None:
        draw, start = random.Random(0), dict(figure.params)
        ends = {name: stops(control) for name, control in figure.controls.items()}
        alone = [{**start, name: value} for name in start for value in ends[name]]
        for params in alone + [{name: draw.choice(ends[name]) for name in start} for _ in range(sample)]:
            figure.set(**params)
            assert not re.search(r"\b(nan|inf)\b", figure.picture.says), (params, figure.picture.says)
            spec, live, _ = encode(figure.picture)
            assert all(panel["layers"] for panel in spec["panels"])
            assert not np.isinf(np.frombuffer(live, dtype="<f4")).any(), params

    return check
