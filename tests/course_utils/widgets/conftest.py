"""What the tests of the figures share."""

import random
import re
from collections.abc import Callable

import numpy as np
import pytest

from course_utils.widgets.controls import corners
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.wire import encode


@pytest.fixture
def survives_its_corners() -> Callable[..., None]:
    """Set each control alone to its ends, then ``sample`` combinations of ends; every picture is drawn and told."""

    def check(figure: LiveFigure, sample: int = 25) -> None:
        combined = list(corners(figure.controls.values()))
        start = dict(figure.params)
        alone = [{**start, name: value} for name in start for value in {params[name] for params in combined}]
        for params in alone + random.Random(0).sample(combined, min(sample, len(combined))):
            figure.set(**params)
            assert not re.search(r"\b(nan|inf)\b", figure.picture.says), (params, figure.picture.says)
            spec, live, _ = encode(figure.picture)
            assert all(panel["layers"] for panel in spec["panels"])
            assert not np.isinf(np.frombuffer(live, dtype="<f4")).any(), params

    return check
