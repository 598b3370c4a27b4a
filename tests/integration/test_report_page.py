"""The auditors' page in a real browser: it opens from a disk, asks nobody for anything, and works by keyboard.

The browser is driven through a pipe (the DevTools protocol, which Chromium speaks without a port and without a
library). `.ci/run` installs it and sets CHROMIUM; elsewhere the tests are skipped where there is none.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from itertools import count
from threading import Timer
from typing import IO, TYPE_CHECKING, Any

import duckdb
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--remote-debugging-pipe",
)

PATIENCE = 300  # seconds that one browser may live


class Browser:
    """One page in one browser. ``events`` are all that it has reported so far."""

    def __init__(self, program: str, profile: Path) -> None:
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        # The protocol wants its two ends as the files 3 and 4.
        shell = 'exec "$@" 3<&"$ASKFIRST_IN" 4>&"$ASKFIRST_OUT"'
        self.process = subprocess.Popen(
            ["/bin/bash", "-c", shell, "bash", program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(theirs_in, theirs_out),
            env={**os.environ, "ASKFIRST_IN": str(theirs_in), "ASKFIRST_OUT": str(theirs_out)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.watch = Timer(PATIENCE, self.process.kill)  # then whoever waits reads the end of the pipe
        self.watch.start()
        os.close(theirs_in)
        os.close(theirs_out)
        self.out: IO[bytes] = os.fdopen(ours_out, "wb", buffering=0)
        self.into: IO[bytes] = os.fdopen(ours_in, "rb")
        self.numbers = count(1)
        self.session = ""
        self.events: list[dict[str, Any]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Network", "Log", "Runtime", "Page"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send one command and wait for its answer; what is reported in between is kept."""
        number = next(self.numbers)
        message: dict[str, object] = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.out.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == number:
                assert "error" not in answer, answer["error"]
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def receive(self) -> dict[str, Any]:
        """The next message."""
        text = bytearray()
        while (character := self.into.read(1)) != b"\0":
            assert character, "the browser has ended"
            text += character
        message: dict[str, Any] = json.loads(text)
        return message

    def open(self, url: str) -> None:
        """Load a page, and wait until it is there."""
        self.ask("Page.navigate", url=url)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(self.receive())

    def value(self, expression: str) -> Any:  # noqa: ANN401 - whatever the page answers
        """What a piece of script, run from outside, yields in the page."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str, number: int, text: str = "") -> None:
        """A key, down and up."""
        named = {"key": key, "code": key, "windowsVirtualKeyCode": number}
        self.ask("Input.dispatchKeyEvent", type="keyDown", **named, **({"text": text} if text else {}))
        self.ask("Input.dispatchKeyEvent", type="keyUp", **named)

    def end(self) -> None:
        """End the browser that this object started."""
        self.watch.cancel()
        self.out.close()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.into.close()


def program() -> str:
    """The browser to use: the one that CHROMIUM names, which then has to be there."""
    named = os.environ.get("CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if named and found is None:
        pytest.fail(f"CHROMIUM names {named}, which is not there")
    if found is None:
        pytest.skip("no browser: install chromium, or name one in CHROMIUM (.ci/run does both)")
    return found


@pytest.fixture(scope="module")
def page_file(clean_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the sample world, made by the command."""
    out = tmp_path_factory.mktemp("page") / "index.html"
    command = [
        *(sys.executable, "-m", "askfirst.report"),
        *("--warehouse", "warehouse/sample/askfirst.duckdb"),
        *("--out", str(out)),
    ]
    done = subprocess.run(command, cwd=clean_build, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def browser(page_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser in which the page is open."""
    one = Browser(program(), tmp_path_factory.mktemp("profile"))
    try:
        one.open(page_file.as_uri())
        yield one
    finally:
        one.end()


def test_it_opens_from_disk_and_asks_nobody(browser: Browser, page_file: Path) -> None:
    assert browser.value("document.readyState") == "complete"
    assert browser.value("document.querySelectorAll('article').length") > 0
    requests = [event["params"] for event in browser.events if event["method"] == "Network.requestWillBeSent"]
    asked = {request["request"]["url"] for request in requests}
    assert asked <= {"about:blank", page_file.as_uri()}
    assert browser.value("performance.getEntriesByType('resource').length") == 0


def test_the_console_is_silent(browser: Browser) -> None:
    methods = ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")
    assert [event for event in browser.events if event["method"] in methods] == []


def test_the_style_is_in_force(browser: Browser) -> None:
    assert browser.value("getComputedStyle(document.querySelector('.chip')).borderTopWidth") == "1px"


def test_the_policy_stops_a_script_and_a_foreign_image(browser: Browser) -> None:
    before = len(browser.events)
    browser.value("""
        const script = document.createElement('script'); script.textContent = 'window.ran = true';
        document.body.append(script);
        const image = document.createElement('img'); image.src = 'http://example.invalid/x.png';
        document.body.append(image); script.remove(); image.remove(); 0
    """)
    assert browser.value("window.ran === undefined")
    sent = [event for event in browser.events[before:] if event["method"] == "Network.responseReceived"]
    assert sent == []
    del browser.events[before:]


def test_every_anchor_leads_somewhere(browser: Browser) -> None:
    lost = "[...document.querySelectorAll('a')].map(a => a.hash.slice(1)).filter(id => !document.getElementById(id))"
    assert browser.value(lost) == []
    assert browser.value("document.querySelectorAll('a').length") > 100


def test_a_link_to_a_line_of_sql_opens_it(browser: Browser) -> None:
    browser.value("document.querySelector('li.hit').id && (location.hash = document.querySelector('li.hit').id)")
    browser.ask("Page.captureScreenshot")  # waits for a frame
    assert browser.value("document.querySelector(':target').closest('details').open")
    browser.value("document.querySelector(':target').closest('details').open = false, location.hash = ''")


def test_the_keyboard_reaches_and_opens_a_way(browser: Browser) -> None:
    browser.value("document.activeElement.blur(), window.scrollTo(0, 0), location.hash = 'overview', 0")
    browser.press("Tab", 9)
    reached = set()
    for _ in range(200):
        reached.add(browser.value("document.activeElement.tagName"))
        if browser.value("document.activeElement.matches('article details > summary')"):
            break
        browser.press("Tab", 9)
    else:
        pytest.fail(f"no summary within 200 steps; reached {sorted(reached)}")
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert browser.value(outline) == "solid", "the focus shows"
    assert not browser.value("document.activeElement.parentElement.open")
    browser.press("Enter", 13, "\r")
    assert browser.value("document.activeElement.parentElement.open")
    browser.press("Enter", 13, "\r")
    assert not browser.value("document.activeElement.parentElement.open")


def test_the_first_stop_skips_the_navigation(browser: Browser) -> None:
    assert browser.value("document.querySelector('a, summary, [tabindex]').className") == "skip"
    assert browser.value("document.querySelector('a.skip').hash") == "#overview"


def test_nothing_is_wider_than_the_screen(browser: Browser) -> None:
    # Of the audiences the first alone is opened: they are made alike, and laying all of them out takes half a minute.
    some = "article:first-of-type details, main > section > details"
    opened = f"document.querySelectorAll('{some}').forEach(one => {{{{ one.open = {{}} }}}})"
    browser.value(opened.format("true"))
    try:
        for width in (320, 390, 1058, 1281, 1441):
            browser.ask(
                "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
            )
            assert browser.value("document.documentElement.scrollWidth") <= width
    finally:
        browser.value(opened.format("false"))
        browser.ask("Emulation.clearDeviceMetricsOverride")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_it_follows_light_and_dark(browser: Browser, mode: str) -> None:
    browser.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": mode}])
    colour = browser.value("getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in colour[4:-1].split(","))
    assert (brightness > 600) == (mode == "light")
    browser.ask("Emulation.setEmulatedMedia", features=[])


def test_print_opens_everything(browser: Browser) -> None:
    assert browser.value("document.querySelector('.way pre').checkVisibility({contentVisibilityAuto: true})") is False
    browser.ask("Emulation.setEmulatedMedia", media="print")
    hidden = (
        "[...document.querySelectorAll('.way pre, .sql li')].filter(one => one.getClientRects().length === 0).length"
    )
    assert browser.value(hidden) == 0
    assert browser.value("getComputedStyle(document.querySelector('nav')).display") == "none"
    browser.ask("Emulation.setEmulatedMedia", media="")


def test_a_second_run_changes_nothing(clean_build: Path, page_file: Path, tmp_path: Path) -> None:
    again = tmp_path / "index.html"
    command = [sys.executable, "-m", "askfirst.report", "--warehouse", "warehouse/sample/askfirst.duckdb"]
    subprocess.run([*command, "--out", str(again)], cwd=clean_build, check=True, capture_output=True, timeout=300)
    assert again.read_bytes() == page_file.read_bytes()


def test_the_page_holds_no_value_of_a_person(clean_build: Path, page_file: Path) -> None:
    with duckdb.connect(str(clean_build / "warehouse/sample/askfirst.duckdb"), read_only=True) as con:
        values = {
            value
            for query in (
                "select email from declared.declared_contacts where email is not null",
                "select street from declared.declared_contacts where street is not null",
                "select last_name from declared.declared_persons where last_name is not null",
                "select person_id from declared.declared_persons",
            )
            for (value,) in con.execute(query).fetchall()
        }
    text = page_file.read_text(encoding="utf-8")
    assert len(values) > 50
    assert [value for value in sorted(values) if str(value) in text] == []
