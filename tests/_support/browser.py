"""A headless Chromium driven through its DevTools pipe: real pages, real clicks, nothing to
download.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = """
    --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run
    --hide-scrollbars --disable-background-networking --disable-component-update --disable-sync
    --disable-extensions --remote-debugging-pipe --autoplay-policy=no-user-gesture-required
"""
PATIENCE_S = 120.0
MODIFIERS = {"Alt": 1, "Ctrl": 2, "Shift": 8}
KEY_NAMES = {name: f"Arrow{name}" for name in ("Left", "Right", "Up", "Down")} | {"Esc": "Escape"}
VIRTUAL = {"Enter": 13, "Tab": 9, "Backspace": 8, "Delete": 46, "Insert": 45, "Escape": 27}
VIRTUAL |= {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Home": 36}
VIRTUAL |= {"End": 35, "PageUp": 33, "PageDown": 34, "F2": 113, "F3": 114}


def chromium() -> str | None:
    """The first Chromium on the path."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A running browser whose settings live in the folder given; it is ended afterwards."""
    commands, replies = _pair(), _pair()
    command = [
        chromium() or "chromium",
        *FLAGS.split(),
        f"--user-data-dir={profile}",
        "about:blank",
    ]

    def at_three_and_four() -> None:
        os.dup2(commands[0], 3)
        os.dup2(replies[1], 4)

    log = (profile.parent / "chromium.log").open("wb")
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        pass_fds=(3, 4),
        preexec_fn=at_three_and_four,
    )
    os.close(commands[0])
    os.close(replies[1])
    running = Browser(commands[1], replies[0])
    try:
        yield running
        running.ask("Browser.close")
        process.wait(PATIENCE_S)
    finally:
        process.kill()
        process.wait()
        os.close(commands[1])
        os.close(replies[0])
        log.close()


def _pair() -> tuple[int, int]:
    """A pipe whose ends are numbered above those that the browser expects its own at."""
    ends = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20) for end in ends]
    for end in ends:
        os.close(end)
    return high[0], high[1]


class Browser:
    """Messages over the pipe, each ended by a zero byte; events are kept."""

    def __init__(self, write: int, read: int) -> None:
        self._write, self._read, self._last, self._rest = write, read, 0, b""
        self.events: list[dict[str, Any]] = []
        self._targets: list[str] = []

    def close_tabs(self) -> None:
        """All that `open` has opened."""
        while self._targets:
            self.ask("Target.closeTarget", targetId=self._targets.pop())

    def ask(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        self._last += 1
        message = {"id": self._last, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            reply = self._next()
            if reply.get("id") == self._last:
                if "error" in reply:
                    raise RuntimeError(f"{method}: {reply['error']['message']}")
                return reply["result"]
            self.events.append(reply)

    def wait(self, method: str, session: str) -> None:
        """Until an event of this name has come."""
        while not any(
            e.get("method") == method and e.get("sessionId") == session for e in self.events
        ):
            self.events.append(self._next())

    def _next(self) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE_S
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._read], [], [], max(0.0, end - time.monotonic()))
            block = os.read(self._read, 1 << 20) if ready else b""
            if not block:
                raise RuntimeError("the browser does not answer")
            self._rest += block
        one, _, self._rest = self._rest.partition(b"\0")
        return json.loads(one)

    def open(
        self, page: Path | str, width: int = 1280, height: int = 900, dark: bool = False
    ) -> Tab:
        """A file from disk, or an address, in a tab of its own."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._targets.append(target)
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        tab = Tab(self, session, page if isinstance(page, str) else page.as_uri())
        for domain in ("Page", "Runtime", "Log", "Network"):
            tab.ask(f"{domain}.enable")
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        tab.ask(
            "Emulation.setEmulatedMedia",
            features=[scheme, {"name": "prefers-reduced-motion", "value": "reduce"}],
        )
        size = {"width": width, "height": height, "deviceScaleFactor": 1}
        tab.ask("Emulation.setDeviceMetricsOverride", **size, mobile=width < 600)
        tab.ask("Page.navigate", url=tab.address)
        self.wait("Page.loadEventFired", session)
        return tab


class Tab:
    def __init__(self, owner: Browser, session: str, address: str) -> None:
        self._owner, self._session, self.address = owner, session, address

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        return self._owner.ask(method, self._session, **params)

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression."""
        answer = self.ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def settle(self) -> None:
        """Until what is queued in the page has happened."""
        self.run("new Promise((done) => setTimeout(done))")

    def attributes(self, selector: str, expression: str) -> list[Any]:
        """An attribute of every element that matches."""
        elements = f"[...document.querySelectorAll({json.dumps(selector)})]"
        values: list[Any] = self.run(f"{elements}.map((e) => e.{expression} ?? null)")
        return values

    def texts(self, selector: str) -> list[str]:
        """What is read in every element that matches; text of drawings too."""
        elements = f"[...document.querySelectorAll({json.dumps(selector)})]"
        values: list[str] = self.run(
            f"{elements}.map((e) => (e.innerText ?? e.textContent).trim())"
        )
        return values

    def text(self, selector: str) -> str:
        """What is read in the one element that matches."""
        (text,) = self.texts(selector)
        return text

    def point(self, selector: str) -> tuple[float, float]:
        """The middle of the first element that matches, scrolled into view."""
        x, y = self.run(f"""(() => {{
            const e = document.querySelector({json.dumps(selector)});
            e.scrollIntoView({{block: "center", inline: "center"}});
            const b = e.getBoundingClientRect();
            return [b.x + b.width / 2, b.y + b.height / 2];
        }})()""")
        return x, y

    def hover(self, selector: str) -> None:
        """Move the mouse there, in front of all tabs: one behind draws nothing and answers late."""
        self.ask("Page.bringToFront")
        x, y = self.point(selector)
        self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def click(self, selector: str) -> None:
        """Press and release the mouse there, wherever that ends up."""
        x, y = self.point(selector)
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key: str, text: str = "") -> None:
        """A key, to whatever has the focus; a button is pressed by one that has a text."""
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, text=text)

    def keys(self, *chords: str) -> None:
        """Keys as a page of shortcuts names them: "Ctrl+Shift+Z", "Enter", "Space", "a"."""
        for chord in chords:
            *held, key = chord.split("+")
            held_bits = sum(MODIFIERS[name] for name in held)
            key = " " if key == "Space" else KEY_NAMES.get(key, key)
            text = key if len(key) == 1 and held_bits in (0, MODIFIERS["Shift"]) else ""
            code = f"Key{key.upper()}" if key.isalpha() and len(key) == 1 else key
            code = f"Digit{key}" if key.isdigit() else code
            more = {"key": key, "code": code, "modifiers": held_bits, "text": text}
            more["windowsVirtualKeyCode"] = VIRTUAL.get(key, ord(key.upper()[0]))
            if key == "Enter" and not held:
                more["text"] = "\r"
            kind = "keyDown" if more["text"] else "rawKeyDown"
            self.ask("Input.dispatchKeyEvent", type=kind, **more)
            self.ask("Input.dispatchKeyEvent", type="keyUp", **{**more, "text": ""})

    def until(self, condition: str, seconds: float = 20.0) -> None:
        """Wait until a JavaScript expression is true."""
        end = time.monotonic() + seconds
        while not self.run(f"Boolean({condition})"):
            if time.monotonic() > end:
                raise AssertionError(f"not within {seconds} s: {condition}")
            time.sleep(0.02)

    def drag(self, selector: str, start: float, end: float) -> None:
        """Press the mouse at one share of an element's width, and release it at another."""
        left, top, width, height = self.run(f"""(() => {{
            const e = document.querySelector({json.dumps(selector)});
            e.scrollIntoView({{block: "center"}});
            const b = e.getBoundingClientRect();
            return [b.x, b.y, b.width, b.height];
        }})()""")
        y = top + height / 2
        for kind, at in (("mousePressed", start), ("mouseMoved", end), ("mouseReleased", end)):
            x = left + at * width
            how = {"button": "left", "clickCount": 1} if kind != "mouseMoved" else {}
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, **how)

    def type(self, text: str) -> None:
        """Text, to whatever has the focus."""
        self.ask("Input.insertText", text=text)

    def pick(self, selector: str, value: str) -> None:
        """Choose a value of a select element, as its user's change."""
        self.run(f"""(() => {{
            const e = document.querySelector({json.dumps(selector)});
            e.value = {json.dumps(value)};
            e.dispatchEvent(new Event("input", {{bubbles: true}}));
            e.dispatchEvent(new Event("change", {{bubbles: true}}));
        }})()""")

    def complaints(self) -> list[str]:
        """Whatever was written to the console or thrown and not caught."""
        self.run("new Promise((done) => setTimeout(done, 30))")  # what is under way may still fail
        kinds = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
        return [json.dumps(e["params"]) for e in self._events() if e["method"] in kinds]

    def requests(self) -> list[str]:
        """Every address that was asked for."""
        return [
            e["params"]["request"]["url"]
            for e in self._events()
            if e["method"] == "Network.requestWillBeSent"
        ]

    def _events(self) -> Iterator[dict[str, Any]]:
        return (e for e in self._owner.events if e.get("sessionId") == self._session)
