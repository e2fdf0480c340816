"""The server's websocket sends each message at once, as live figures need."""

from __future__ import annotations

from importlib import import_module

import pytest
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from course_tools import lab
from course_tools.lab.prompt import PromptConnection


def test_the_socket_is_told_before_the_connection_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []

    class Handler:
        def set_nodelay(self, value: bool) -> None:
            told.append(value)

    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda self: told.append("connected"))
    connection = PromptConnection.__new__(PromptConnection)
    monkeypatch.setattr(PromptConnection, "websocket_handler", Handler())
    connection.connect()
    assert told == [True, "connected"]


def test_what_the_server_is_asked_for_exists_and_make_lab_asks_for_it() -> None:
    for option in lab.SERVER:
        module, _, name = option.partition("=")[2].rpartition(".")
        assert hasattr(import_module(module), name), option
        assert option in lab.arguments()
