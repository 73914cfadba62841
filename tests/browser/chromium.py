"""A real browser without a window, spoken to over a pipe (Chrome DevTools Protocol); it opens no port and contacts nobody."""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import RawIOBase
from itertools import count
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
    "--remote-debugging-pipe",
)  # fmt: skip

Json = dict[str, Any]


def executable() -> str | None:
    """Where the browser is; None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Chromium:
    """One tab. Every method returns when the browser has answered."""

    def __init__(self, reading: RawIOBase, writing: RawIOBase) -> None:
        self._read = reading
        self._write = writing
        self._session: Json = {}  # none until the tab is there
        self._numbers = count(1)
        self._rest = b""
        self._events: list[Json] = []
        target = self._send("Target.createTarget", url="about:blank")["targetId"]
        attached = self._send("Target.attachToTarget", targetId=target, flatten=True)
        self._session = {"sessionId": attached["sessionId"]}
        for domain in ("Page", "Log", "Network", "Runtime"):
            self.send(f"{domain}.enable")

    def open(
        self, file: Path, *, width: int = 1280, height: int = 900, scheme: str = "light"
    ) -> None:
        """Show a file in a window of that size and colour scheme; what was logged before is forgotten."""
        size: Json = {"width": width, "height": height, "deviceScaleFactor": 1}
        self.send("Emulation.setDeviceMetricsOverride", **size, mobile=width < 600)
        wanted = [{"name": "prefers-color-scheme", "value": scheme}]
        self.send("Emulation.setEmulatedMedia", features=wanted)
        self._events.clear()
        self.send("Page.navigate", url=file.as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in self._events):
            self._receive()

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression on the page."""
        said = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    def screenshot(self) -> bytes:
        """The whole page as PNG, as long as it is."""
        shot = self.send("Page.captureScreenshot", captureBeyondViewport=True)
        return _decoded(shot["data"])

    def pdf(self) -> bytes:
        """The page as it would be printed on A4."""
        paper = {"paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": True}
        return _decoded(self.send("Page.printToPDF", printBackground=False, **paper)["data"])

    def logged(self) -> list[str]:
        """What the console complained of since the page was opened, a broken policy included."""
        entries = [e["params"] for e in self._events if e["method"] == "Log.entryAdded"]
        return [entry["entry"]["text"] for entry in entries]

    def requested(self) -> list[str]:
        """Every address that was asked for since the page was opened."""
        sent = [e["params"] for e in self._events if e["method"] == "Network.requestWillBeSent"]
        return [each["request"]["url"] for each in sent]

    def send(self, method: str, **parameters: Any) -> Json:
        """Carry out a command in the tab."""
        return self._send(method, **parameters)

    def close(self) -> None:
        """End the browser."""
        self._session = {}
        self._send("Browser.close")

    def _send(self, method: str, **parameters: Any) -> Json:
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters, **self._session}
        self._write.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == number:
                assert "error" not in answer, answer
                result: Json = answer["result"]
                return result

    def _receive(self) -> Json:
        while b"\0" not in self._rest:
            read = self._read.read(65_536)
            assert read, "the browser is gone"
            self._rest += read
        line, _, self._rest = self._rest.partition(b"\0")
        message: Json = json.loads(line)
        if "method" in message:
            self._events.append(message)
        return message


def _decoded(data: str) -> bytes:
    from base64 import b64decode

    return b64decode(data)


@contextmanager
def running(folder: Path) -> Iterator[Chromium]:
    """A browser with a new, empty profile in `folder`, ended afterwards."""
    command = executable()
    assert command, "there is no browser"
    to_browser, writing = _pipe()
    reading, from_browser = _pipe()

    def wire() -> None:
        """The browser reads descriptor 3 and writes descriptor 4."""
        os.dup2(to_browser, 3)
        os.dup2(from_browser, 4)

    process = subprocess.Popen(
        (command, *FLAGS, f"--user-data-dir={folder}", "about:blank"),
        pass_fds=(3, 4),
        preexec_fn=wire,  # noqa: PLW1509 - nothing else can give a child these two numbers
        stderr=subprocess.DEVNULL,
    )
    os.close(to_browser)
    os.close(from_browser)
    with (
        os.fdopen(reading, "rb", buffering=0) as said,
        os.fdopen(writing, "wb", buffering=0) as told,
    ):
        try:
            browser = Chromium(said, told)
            yield browser
            browser.close()
        finally:
            process.terminate()
            process.wait()


def _pipe() -> tuple[int, int]:
    """A pipe whose ends have numbers above those that the browser uses."""
    ends = os.pipe()
    reading, writing = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return reading, writing
