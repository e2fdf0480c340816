"""Predict, then see: a question that stands before a figure."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ipywidgets


@dataclass(frozen=True)
class Prediction:
    """A question asked before the figure opens; ``answer(**hyper_parameters)`` returns the right choice."""

    question: str
    choices: tuple[str, ...]
    answer: Callable[..., str]
    why: str = ""

    def check(self, name: str, params: dict[str, Any]) -> None:
        """Refuse a question that nobody could answer."""
        answer = self.answer(**params)
        if answer not in self.choices:
            raise ValueError(
                f"{name}: the answer {answer!r} is not among the choices {self.choices}: "
                "nobody could predict it. Try a choice with this text."
            )

    def verdict(self, choice: str, params: dict[str, Any]) -> str:
        """What to say to who chose this."""
        if choice not in self.choices:
            raise ValueError(
                f"{choice!r} is not a choice: it could not be compared with the run. "
                f"Try one of {', '.join(self.choices)}."
            )
        answer = self.answer(**params)
        right = "and so it is." if choice == answer else f"the run says “{answer}”."
        between = ", " if choice == answer else "; "
        return f"You predicted “{choice}”{between}{right} {self.why}".strip()

    def widgets(self, choose: Callable[[str], None]) -> tuple[ipywidgets.Widget, dict[str, ipywidgets.Button]]:
        """The question, and a button for each choice."""
        buttons = {
            choice: ipywidgets.Button(description=choice, layout={"width": "auto"}) for choice in self.choices
        }
        for choice, button in buttons.items():
            button.on_click(lambda _, choice=choice: choose(choice))
        question = ipywidgets.HTML(f"<b>Predict first.</b> {html.escape(self.question)}")
        row = ipywidgets.Box(tuple(buttons.values()), layout={"flex_flow": "row wrap"})
        return ipywidgets.VBox((question, row)), buttons
