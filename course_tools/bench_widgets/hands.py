"""What a learner's hands do: press an arrow key on a slider, drag its handle. Real events, sent through Chromium."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

from playwright.async_api import CDPSession, Page

RATE = 60  # mouse events a second in a drag
SWEEP = 1.5  # seconds from one end of the slider to the other
TIMEOUT = 20.0
SETTLE = 1.5  # seconds after the release until the probe is asked


class NoPicture(Exception):
    """A move that nothing answered."""


@dataclass(frozen=True)
class Move:
    """One key press: from the browser's time of the event to the end of the frame with the new picture, in ms."""

    start: float
    shown: float

    @property
    def ms(self) -> float:
        return self.shown - self.start


@dataclass(frozen=True)
class Drag:
    """One drag. Times in ms; ``late`` is what was found 150 ms after the release."""

    seconds: float
    events: int
    frames: int
    lag: float
    """From the release to the picture of the released value; below 0 when it was there before."""
    late: dict[str, Any]

    @property
    def rate(self) -> float:
        """Distinct pictures a second."""
        return self.frames / self.seconds

    @property
    def settled(self) -> bool:
        """Whether 150 ms after the release all was done."""
        same = self.late["shown"] == self.late["value"]
        return bool(same and self.late["kernel"] == "idle" and not self.late["messages"])


async def press(page: Page, name: str, key: str, rng: Random, pause: float = 0.1) -> Move:
    """Press an arrow key and wait for its picture, after a pause of about that many seconds, of no fixed phase."""
    await page.evaluate("given => probe.expect(...given)", [name, 1 if key == "ArrowRight" else -1])
    await asyncio.sleep(pause * rng.uniform(0.6, 1.4))
    await page.keyboard.press(key)
    try:
        times = await asyncio.wait_for(page.evaluate("name => probe.shown(name)", name), TIMEOUT)
    except TimeoutError as error:
        state = await page.evaluate("name => probe.state(name)", name)
        raise NoPicture(
            f"{name}: {key} was pressed {TIMEOUT:.0f} s ago and no picture of its value has come, so there is no time "
            f"to report. The page says {state}. Look at the figure in JupyterLab first."
        ) from error
    return Move(times["start"], times["at"])


async def presses(page: Page, name: str, count: int, rng: Random, pause: float = 0.1) -> list[Move]:
    """So many key presses, back and forth."""
    keys = ["ArrowRight" if k % 10 < 5 else "ArrowLeft" for k in range(count)]
    return [await press(page, name, key, rng, pause) for key in keys]


async def drag(page: Page, session: CDPSession, name: str, seconds: float) -> Drag:
    """Drag the handle back and forth over the slider; events leave on schedule, whether or not the page keeps up."""
    grip = await page.evaluate("name => probe.grip(name)", name)
    await page.mouse.move(grip["x"], grip["y"])
    await page.mouse.down()
    await page.evaluate("name => probe.hold(name)", name)
    sent, start, at = [], time.perf_counter(), grip["x"]
    for k in range(1, round(RATE * seconds) + 1):
        at = to_and_fro(grip, k / RATE / SWEEP)
        mouse = {"type": "mouseMoved", "x": at, "y": grip["y"], "button": "left", "buttons": 1}
        sent.append(asyncio.create_task(session.send("Input.dispatchMouseEvent", mouse)))
        await asyncio.sleep(max(0.0, start + k / RATE - time.perf_counter()))
    up = {"type": "mouseReleased", "x": at, "y": grip["y"], "button": "left", "clickCount": 1}
    await session.send("Input.dispatchMouseEvent", up)
    await asyncio.gather(*sent)
    await asyncio.sleep(SETTLE)
    return judged(await page.evaluate("() => probe.drag()"))


def to_and_fro(grip: dict[str, float], sweeps: float) -> float:
    """Where the pointer is after so many sweeps from end to end, begun at the handle and to the right.

    >>> grip = {"left": 0.0, "right": 100.0, "x": 50.0}
    >>> [to_and_fro(grip, sweeps) for sweeps in (0, 0.5, 1, 2)]
    [50.0, 100.0, 50.0, 50.0]
    """
    width = grip["right"] - grip["left"]
    phase = ((grip["x"] - grip["left"]) / width + sweeps) % 2
    return grip["left"] + width * (1 - abs(phase - 1))


def judged(seen: dict[str, Any]) -> Drag:
    """Frames, rate and lag from what the probe saw of a drag."""
    until = seen["released"]
    pictures = distinct(seen["pictures"])
    return Drag(
        seconds=(until - seen["from"]) / 1e3,
        events=seen["events"],
        frames=sum(picture["at"] <= until for picture in pictures),
        lag=pictures[-1]["at"] - until if pictures else 0.0,
        late=seen["late"],
    )


def distinct(pictures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The pictures that differ from the one before."""
    return [b for a, b in pairwise([{"value": None}, *pictures]) if a["value"] != b["value"]]
