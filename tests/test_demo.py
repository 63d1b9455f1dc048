"""`make demo`: starts as often as wanted, prints what is needed to look around, and leaves other databases alone."""

import hashlib
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.house
PASSWORD = re.compile(r"Sign in as (\w+) \(([\w ]+)\) with the password (\S+)")


def environment(folder: Path, **variables: str) -> dict[str, str]:
    clean = {name: text for name, text in os.environ.items() if not name.startswith(("XINYA_", "DJANGO_"))}
    return clean | {"XINYA_VAR": str(folder), "XINYA_LANGUAGE": "en", **variables}


def demo(folder: Path, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "xinya.cli", "demo", *words]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment(folder, **variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def accounts(printed: str) -> dict[str, str]:
    return {name: password for name, _role, password in PASSWORD.findall(printed)}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("demo")
    first = demo(folder, "--no-serve", "--port", "8123")
    assert first.returncode == 0, first.stderr
    return folder, first.stdout


@pytest.mark.long
def test_the_demo_prints_the_diagnosis_the_address_and_an_account_of_each_shown_role(loaded: tuple[Path, str]) -> None:
    _folder, printed = loaded
    assert "http://localhost:8123/zh-hans/" in printed
    assert {"reader", "officer", "commissioner", "company", "security"} < set(accounts(printed))
    assert all(len(password) >= 12 for password in accounts(printed).values())
    assert "omposite" in printed


@pytest.mark.long
def test_a_second_start_gives_the_same_diagnosis_and_other_passwords(loaded: tuple[Path, str]) -> None:
    folder, printed = loaded
    again = demo(folder, "--no-serve", "--port", "8123")
    assert again.returncode == 0, again.stderr
    assert PASSWORD.sub("", again.stdout) == PASSWORD.sub("", printed)
    assert not set(accounts(again.stdout).values()) & set(accounts(printed).values())


def house_in_use(folder: Path) -> Path:
    """A database that an operator has prepared and written into."""
    file = folder / "zone.sqlite3"
    key = {"XINYA_SECRET_KEY": "k" * 40, "XINYA_DATABASE": str(file)}
    upgrade = [sys.executable, "-m", "xinya.cli", "site", "upgrade"]
    subprocess.run(upgrade, cwd=ROOT, env=environment(folder, **key), check=True, capture_output=True)
    with sqlite3.connect(file) as rows:
        columns = "key, person, route, digest, status, reply, at"
        rows.execute(f"INSERT INTO kit_write_key ({columns}) VALUES ('k', 'p', '/', 'd', 200, '', '2026-01-01')")
    rows.close()
    return file


def foreign_sqlite(folder: Path) -> Path:
    file = folder / "other.sqlite3"
    with sqlite3.connect(file) as rows:
        rows.execute("CREATE TABLE customers (name TEXT)")
        rows.execute("INSERT INTO customers VALUES ('甲')")
    rows.close()
    return file


def foreign_write_ahead(folder: Path) -> Path:
    file = folder / "other-wal.sqlite3"
    rows = sqlite3.connect(file)
    rows.execute("PRAGMA journal_mode=WAL")
    rows.execute("CREATE TABLE customers (name TEXT)")
    rows.commit()
    rows.close()
    return file


def text(folder: Path) -> Path:
    file = folder / "notes.txt"
    file.write_text("not a database at all, and longer than a head\n" * 3)
    return file


@pytest.mark.long
@pytest.mark.parametrize("make", [house_in_use, foreign_sqlite, foreign_write_ahead, text])
def test_a_database_that_is_no_demo_is_not_touched(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    file = make(tmp_path)
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    ended = demo(tmp_path, "--no-serve", XINYA_DATABASE=str(file))
    assert (ended.returncode, "not-a-demo" in ended.stderr) == (2, True), ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert hashlib.sha256(file.read_bytes()).hexdigest() == before


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_port_in_use_is_said_before_anything_is_loaded(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        ended = demo(tmp_path, "--port", str(busy.getsockname()[1]))
    assert (ended.returncode, "port-taken" in ended.stderr) == (2, True), ended.stderr
    assert not (tmp_path / "demo.sqlite3").exists()


@pytest.mark.long
def test_the_demo_serves_its_pages_on_this_machine_and_stops_when_told(loaded: tuple[Path, str]) -> None:
    folder, _printed = loaded
    port = free_port()
    command = [sys.executable, "-m", "xinya.cli", "demo", "--port", str(port)]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment(folder), stdout=log, stderr=log)
    try:
        answer = wait_for(f"http://localhost:{port}/health", server)
        assert (answer.status, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        page = urllib.request.urlopen(f"http://localhost:{port}/zh-hans/", timeout=20)
        assert page.status == 200
        style = re.search(r'href="(/static/[^"]+\.css)"', page.read().decode())
        assert style is not None
        kept = urllib.request.urlopen(f"http://localhost:{port}{style.group(1)}", timeout=20)
        assert "immutable" in kept.headers["Cache-Control"]
    finally:
        server.terminate()
    assert server.wait(timeout=20) == 0
    assert "Traceback" not in (folder / "server.log").read_text()


def wait_for(address: str, server: "subprocess.Popen[bytes]") -> Any:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            return urllib.request.urlopen(address, timeout=5)
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the demo did not answer")
