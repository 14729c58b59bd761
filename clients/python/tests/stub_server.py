"""A small HTTP server with the part of the app's API that the client uses, over a folder of results."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

KEY = "test-key"
RUN = "run-made"

# What the app sends, as its own tests check: tests/Cli.Tests/Contracts reads this file too.
CONTRACT = json.loads((Path(__file__).parent / "contract.json").read_text(encoding="utf-8"))


class StubServer:
    """Serves while it is entered. ``polls`` says how often a run is still computing."""

    def __init__(self, folder: Path, polls: int = 2, fails: bool = False) -> None:
        stub = self
        self.folder, self.polls, self.fails = folder, polls, fails
        self.requests: list[tuple[str, str]] = []
        self.bodies: list[dict] = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments: object) -> None:
                pass

            def do_POST(self) -> None:
                stub.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.answer(202, CONTRACT["started"])

            def do_GET(self) -> None:
                stub.requests.append((self.path, self.headers.get("Range", "")))
                path = unquote(urlsplit(self.path).path)
                if path.startswith("/storage/"):
                    return self.file(path[len("/storage/"):])
                if self.headers.get("x-functions-key") != KEY:
                    return self.answer(401, None)
                if path == "/api/health":
                    return self.answer(200, CONTRACT["health"])
                if path == "/api/runs":
                    return self.answer(200, {"runs": [stub.status()]})
                if path == f"/api/runs/{RUN}":
                    return self.answer(200, stub.status(poll=True))
                if path == f"/api/runs/{RUN}/results":
                    files = sorted(file for file in stub.folder.rglob("*.*") if file.is_file())
                    return self.answer(200, {"files": [{"path": f.relative_to(stub.folder).as_posix(), "length": f.stat().st_size} for f in files]})
                if path.startswith(f"/api/runs/{RUN}/results/"):
                    return self.file(path[len(f"/api/runs/{RUN}/results/"):])
                self.answer(404, {"error": {"subject": path, "message": "does not exist"}})

            def file(self, name: str) -> None:
                path = stub.folder / name
                if not path.is_file():
                    return self.answer(404, {"error": {"subject": f"result {name}", "message": "does not exist"}})
                content, status = path.read_bytes(), 200
                if "Range" in self.headers:
                    first, last = self.headers["Range"][len("bytes="):].split("-")
                    content, status = content[int(first): int(last) + 1 if last else None], 206
                self.send(status, content)

            def answer(self, status: int, value: object) -> None:
                self.send(status, b"" if value is None else json.dumps(value).encode())

            def send(self, status: int, content: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def status(self, poll: bool = False) -> dict:
        done = self.polls <= 0
        self.polls -= poll
        return CONTRACT["failed" if done and self.fails else "completed" if done else "run"]

    def __enter__(self) -> StubServer:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
