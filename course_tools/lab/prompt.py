"""The server's end of a kernel's websocket, without Nagle's algorithm.

JupyterLab's server leaves the algorithm on, so the second of two small messages waits until the browser's system has
acknowledged the first, which takes up to 40 ms where the browser has nothing to send. Each move of a slider is answered
by several small messages. ``jupyter lab`` uses this class with the option::

    --ServerApp.kernel_websocket_connection_class=course_tools.lab.prompt.PromptConnection
"""

from __future__ import annotations

import asyncio

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Sends each message at once."""

    def connect(self) -> asyncio.Future[None] | None:  # type: ignore[override]  # as the class above has it
        """Connect as usual, after telling the socket not to wait."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()
