"""policy.toml: deadlines, what lateness costs, which attempt counts."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from course_tools.grade.rules.model import bad, chapter_named, moment

NAME = "policy.toml"
COUNTS = ("best", "last")
LATE = {"percent_per_day": 0.0, "grace_minutes": 0.0, "floor_percent": 0.0}


def read(text: str) -> dict[str, Any]:
    """Fields of :class:`Rules` by name, and the time zone as "zone"."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        what = re.sub(r" \(at .*\)", "", str(error)).rstrip(".")
        hint = "A line reads `ch09 = 2026-11-15T23:59:00+01:00`, a heading `[deadlines]`"
        raise bad(NAME, line, f"is not TOML ({what})", hint) from None
    _known(text, "", data, ("attempts", "timezone", "deadlines", "late"))
    zone = _zone(text, data.get("timezone"))
    counts = data.get("attempts", "best")
    if counts not in COUNTS:
        what = f"attempts is {counts!r}, and which attempt counts is best or last"
        raise bad(NAME, _line(text, "", "attempts"), what, 'Try attempts = "best"')
    for name in ("deadlines", "late"):
        if not isinstance(data.get(name, {}), dict):
            raise bad(NAME, _line(text, "", name), f"{name} is no table", f"Write [{name}] on a line of its own")
    return {"deadlines": _deadlines(text, data.get("deadlines", {}), zone), "counts": counts, "zone": zone} | _late(
        text, data.get("late", {})
    )


def _known(text: str, table: str, data: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in data:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1) or [", ".join(names)]
            raise bad(NAME, _line(text, table, name), f"{name!r} is not known here", f"Try {near[0]}")


def _zone(text: str, name: Any) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, TypeError, OSError):
        line = _line(text, "", "timezone")
        raise bad(NAME, line, f"no time zone is called {name!r}", 'Try timezone = "Europe/Berlin"') from None


def _deadlines(text: str, table: Mapping[str, Any], zone: ZoneInfo | None) -> dict[str, datetime]:
    found = {}
    for name, value in table.items():
        line = _line(text, "deadlines", name)
        if not isinstance(value, date):
            what = f"the deadline {value!r} is no time"
            raise bad(NAME, line, what, f"Try {name} = 2026-11-15T23:59:00+01:00, without quotation marks")
        found[chapter_named(name, NAME, line)] = moment(value, zone)
    return found


def _late(text: str, table: Mapping[str, Any]) -> dict[str, Any]:
    _known(text, "late", table, tuple(LATE))
    for name, value in table.items():
        most = math.inf if name == "grace_minutes" else 100
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            what = f"{name} is {value!r}, a number from 0 to {most:g} is wanted"
            raise bad(NAME, _line(text, "late", name), what, f"Try {name} = 10")
    values = LATE | {name: float(value) for name, value in table.items()}
    grace = timedelta(minutes=min(values["grace_minutes"], 1e8))
    return {"percent_per_day": values["percent_per_day"], "grace": grace, "floor_percent": values["floor_percent"]}


def _line(text: str, table: str, key: str) -> int:
    """Where a key stands; TOML's reader does not say."""
    here = ""
    for number, line in enumerate(text.splitlines(), 1):
        if heading := re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line):
            here = heading[1]
            if not table and here.split(".")[0] == key:
                return number
        elif here == table and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*[=.]""", line):
            return number
    return 1
