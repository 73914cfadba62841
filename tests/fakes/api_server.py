"""A loopback HTTP server that answers as an API server was told to, and a kubeconfig that leads to it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit


class ApiServer:
    """Answers by method and path; each list of answers is used up in order, the last one again and again."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], list[tuple[int, bytes]]] = {}
        self.requests: list[tuple[str, str, dict[str, str], Any]] = []
        """Method, path, query and body of each request."""
        self.accepted: list[str] = []
        """The Accept header of each request."""
        self.port = 0

    def on(self, method: str, path: str, *bodies: Any, status: int = 200) -> None:
        """These answers to that request; bytes as they are, anything else as JSON."""
        made = [(status, b if isinstance(b, bytes) else json.dumps(b).encode()) for b in bodies]
        self.answers.setdefault((method, path), []).extend(made)

    def refuse(self, method: str, path: str, status: int, reason: str, message: str) -> None:
        """A Status object."""
        body = {"kind": "Status", "code": status, "reason": reason, "message": message}
        self.on(method, path, body, status=status)

    def kubeconfig(self, folder: Path) -> str:
        """A kubeconfig with the contexts `blue` (current) and `green`, and a token."""
        cluster = {"name": "c", "cluster": {"server": f"http://127.0.0.1:{self.port}"}}
        user = {"name": "u", "user": {"token": "hunter2"}}
        contexts = [
            {"name": name, "context": {"cluster": "c", "user": "u"} | extra}
            for name, extra in {"blue": {"namespace": "mdc"}, "green": {}}.items()
        ]
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [cluster],
            "users": [user],
            "contexts": contexts,
            "current-context": "blue",
        }
        file = folder / "kubeconfig"
        file.write_text(json.dumps(config))
        return str(file)


@contextmanager
def api_server() -> Iterator[ApiServer]:
    """A running one."""
    server = ApiServer()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            split = urlsplit(self.path)
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length)) if length else None
            server.requests.append((self.command, split.path, dict(parse_qsl(split.query)), body))
            server.accepted.append(self.headers.get("Accept", ""))
            left = server.answers.get((self.command, split.path))
            status, text = (404, b'{"kind":"Status","code":404,"reason":"NotFound"}')
            if left:
                status, text = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_DELETE = answer  # noqa: N815 - http.server's names

        def log_message(self, *arguments: object) -> None:
            """Nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.port = http.server_address[1]
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
