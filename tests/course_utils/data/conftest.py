"""A publisher on this computer whose server can be told to misbehave, and the publishers' real files."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from course_utils.data.cache import Source

ROOT = Path(__file__).resolve().parents[3]
BODY = np.random.default_rng(0).bytes(300_000)


@pytest.fixture
def real() -> Path:
    """The publishers' files beside the repository. They are never committed, so a clone does not have them."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the publishers' files are not beside the repository (../shared/data)")
    return folder


@dataclass
class Publisher:
    """What the server does, and what it was asked."""

    body: bytes = BODY
    cut: int | None = None
    """Bytes after which the connection is dropped."""
    knows_range: bool = True
    says_length: bool = True
    status: int = 200
    asked: list[str | None] = field(default_factory=list)
    """The Range header of each request."""
    url: str = ""

    def source(self, *more: str, name: str = "set/file.bin", body: bytes = BODY) -> Source:
        return Source(name, (*more, self.url), len(body), hashlib.sha256(body).hexdigest(), "https://publisher.example/")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, and no proxy between the test and its server."""
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "cache"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return tmp_path / "cache"


@pytest.fixture
def publisher(cache: Path) -> Iterator[Publisher]:
    told = Publisher()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            told.asked.append(wanted)
            if told.status != 200:
                self.send_error(told.status)
                return
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and told.knows_range else 0
            body = told.body[start:]
            self.send_response(206 if start else 200)
            if told.says_length:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):  # the client may have had enough
                self.wfile.write(body if told.cut is None else body[: told.cut])

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}/file.bin"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()
