"""What was measured, as plain numbers, and whether it is enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

from course_tools.bench_widgets.hands import Drag

OURS, INTERACT, TWIN = "ours", "interact", "JavaScript only"
STALL = 200.0  # ms
LONGTASK = 50.0  # ms; the browser reports no shorter task


@dataclass(frozen=True)
class Side:
    """One figure: every key press in ms, and its drags."""

    moves: Sequence[float]
    drags: Sequence[Drag]

    @property
    def median(self) -> float:
        return median(self.moves)

    @property
    def p95(self) -> float:
        """The 95th percentile.

        >>> Side(range(101), ()).p95
        95.0
        """
        return quantiles(self.moves, n=20, method="inclusive")[-1]

    @property
    def rate(self) -> float:
        """Pictures a second, over all drags."""
        return sum(drag.frames for drag in self.drags) / sum(drag.seconds for drag in self.drags)

    @property
    def lag(self) -> float:
        """From the release to the last picture, median of the drags, ms."""
        return median(drag.lag for drag in self.drags)


@dataclass(frozen=True)
class Comparison:
    """One picture, three ways, and the long drag of ours; ``difference`` is that of our pixels from the twin's."""

    picture: str
    sides: Mapping[str, Side]
    long: Drag
    difference: float


@dataclass(frozen=True)
class Stalls:
    """Tasks of the page over 50 ms, in ms, while a notebook opens and while it scrolls."""

    opening: Sequence[float]
    scrolling: Sequence[float]


@dataclass(frozen=True)
class Memory:
    """What a kernel and a page hold after a full garbage collection."""

    resident: float
    """Megabytes of the kernel's process."""
    blocks: int
    """Objects of the kernel, as its allocator counts them."""
    comms: int
    heap: float
    """Megabytes of JavaScript."""
    nodes: int
    listeners: int


@dataclass(frozen=True)
class Leak:
    """Memory before and after so many moves."""

    moves: int
    before: Memory
    after: Memory

    def growth(self, what: str) -> float:
        """How much more there is of one kind."""
        return float(getattr(self.after, what) - getattr(self.before, what))


@dataclass(frozen=True)
class Map:
    """Times of the stability map in ms, or why there are none."""

    times: Sequence[float] = ()
    reason: str = ""


@dataclass(frozen=True)
class Report:
    """Everything."""

    comparisons: Sequence[Comparison]
    map: Map
    stalls: Mapping[str, Stalls]
    leaks: Mapping[str, Leak]
    machine: Sequence[tuple[str, str]] = field(default_factory=tuple)


@dataclass(frozen=True)
class Target:
    """A number against the one that is asked for, and the one that is aimed at."""

    what: str
    value: float
    limit: float
    aim: float | None = None
    unit: str = ""
    most: bool = True
    """Whether the limit is an upper one."""

    @property
    def reached(self) -> str:
        """In words."""
        for goal, word in ((self.aim, "yes, and the aim"), (self.limit, "yes")):
            if goal is not None and (self.value <= goal if self.most else self.value >= goal):
                return word
        return "**no**"


def targets(comparison: Comparison) -> list[Target]:
    """What the course asks of one picture."""
    ours, interact, twin = (comparison.sides[name] for name in (OURS, INTERACT, TWIN))
    late = "150 ms after release: value shown, kernel idle, nothing sent after; share of drags, one of 10 s"
    settled = [drag.settled for drag in (*ours.drags, comparison.long)]
    return [
        Target("slider to pixels, share of `interact`'s median", ours.median / interact.median, 1 / 6, 1 / 10),
        Target("slider to pixels, 95th percentile", ours.p95, 100, unit="ms"),
        Target("drag, times `interact`'s pictures a second", ratio(ours.rate, interact.rate), 6, 8, most=False),
        Target("drag, share of the JavaScript-only limit", ratio(ours.rate, twin.rate), 0.65, 0.80, most=False),
        Target(late, sum(settled) / len(settled), 1, most=False),
    ]


def ratio(ours: float, other: float) -> float:
    """How many times the other's; a figure that painted nothing is surpassed without limit."""
    return ours / other if other else float("inf")


def others(report: Report) -> list[Target]:
    """What the course asks beside the two pictures."""
    live, still = report.stalls["live"], report.stalls["static"]
    found = []
    if report.map.times:
        found.append(Target("stability map of 40,000 runs, median", median(report.map.times), 400, unit="ms"))
    for what in ("opening", "scrolling"):
        ours, without = max(getattr(live, what), default=0.0), max(getattr(still, what), default=0.0)
        name = f"ten live figures, {what}: longest stall (static pictures: {without:.0f} ms)"
        found.append(Target(name, ours, max(STALL, without), unit="ms"))
    return found + leaks(report.leaks["live"], report.leaks["bare"])


def leaks(live: Leak, bare: Leak) -> list[Target]:
    """Growth of ours beyond that of a slider without a figure; a real leak is at least one thing a move."""
    kinds = {
        "blocks": ("the kernel's objects", live.moves, ""),
        "resident": ("the kernel's memory", 2, "MB"),
        "comms": ("comms", 0, ""),
        "heap": ("the page's heap", 0.5, "MB"),
        "nodes": ("DOM nodes", live.moves / 2, ""),
        "listeners": ("event listeners", live.moves / 2, ""),
    }
    return [
        Target(
            f"after {live.moves} moves, growth of {name} (a slider without a figure: {bare.growth(kind):.3g})",
            live.growth(kind),
            max(bare.growth(kind), 0) + room,
            unit=unit,
        )
        for kind, (name, room, unit) in kinds.items()
    ]
