"""Web and queue workers are killed while sixteen clients write: nothing acknowledged is lost, every notice is sent once or marked.

XINYA_KILLS=long writes for 30 s instead of 6; `-s` shows the figures.
"""

import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.parse
import urllib.request
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.processes import ROOT, house_environment, python, wait_until

CLIENTS = 16
IS_LONG = os.environ.get("XINYA_KILLS") == "long"
SPAN_S, PAUSE_S, LEAST_KILLS = (30.0, 1.2, 10) if IS_LONG else (6.0, 1.2, 2)
LEAST_WRITES, MOST_KILLS = 40, 20
ANSWERS = "/api/v1/zones/shenyang/answers"
PREPARE = """
import datetime
from xinya.zones.models import NoticeChoice
from xinya.zones.tests.people import someone
told = someone("second", "chain_officer", password=None)
told.email = "second@example.cn"
told.save()
never = datetime.time(0, 0)
NoticeChoice.objects.create(person=told, channel="mail", quiet_from=never, quiet_until=never, is_digest=False)
"""
TIME_PASSES = """
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from xinya.zones.models import Notice
now = timezone.now()
Notice.objects.filter(state="SENDING").update(lease_until=now)
DBTaskResult.objects.filter(status="READY").update(run_after=now)
"""
LOOK = """
import json
from collections import Counter
from django_tasks_db.models import DBTaskResult
from xinya.chain.models import Answer
from xinya.kit.audit_check import verify_stored
from xinya.kit.models import AuditRow
from xinya.zones.models import Notice
told = {"answers": sorted(Answer.objects.exclude(company=None).values_list("company__name", flat=True))}
told["audited"] = AuditRow.objects.filter(act="answer-gap").count()
answered = Notice.objects.filter(person__username="second", kind="gap-answered")  # beside the week's list of the day
told["notices"] = {str(pk): state for pk, state in answered.values_list("pk", "state")}
told["queue"] = dict(Counter(DBTaskResult.objects.values_list("status", flat=True)))
verdict = verify_stored()
told["chain"] = [verdict.ok, verdict.why, verdict.rows >= told["audited"] > 0]
print(json.dumps(told, ensure_ascii=False))
"""
SETTLED = "from django_tasks_db.models import DBTaskResult as R; print(R.objects.ready().count() + R.objects.running().count())"


@dataclass
class House:
    """A demonstration in a database of its own, its server and its two queue workers."""

    var: Path
    database: str
    port: int
    passwords: dict[str, str] = field(default_factory=dict)
    server: "subprocess.Popen[bytes] | None" = None
    workers: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def run(self, *words: str) -> str:
        done = subprocess.run(python(*words), cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def shell(self, script: str) -> str:
        return self.run("-c", "import django; django.setup()\n" + script)

    @property
    def environment(self) -> dict[str, str]:
        return house_environment(self.var, self.database, XINYA_DEMO="yes", XINYA_PORT=str(self.port))

    def open(self) -> None:
        printed = self.run("-m", "xinya.cli", "demo", "--no-serve")
        self.passwords = dict(re.findall(r"Sign in as (\S+) \(.+\) with the password (\S+)", printed))
        self.run("manage.py", "collectstatic", "--no-input", "--verbosity=0")
        self.shell(PREPARE)
        command = ["-m", "gunicorn", "xinya.site.wsgi", "--workers=2", "--threads=4", f"--bind=127.0.0.1:{self.port}"]
        # Loaded before the workers fork, so that one that was killed is back in a moment and there are writes to lose.
        self.server = self.start("server", *command, "--preload", "--no-control-socket", "--log-level=warning")
        for _turn in range(2):
            self.start_worker()
        wait_until(self.answers, "the server answers")

    def start(self, log: str, *words: str) -> "subprocess.Popen[bytes]":
        with (self.var / f"{log}.log").open("ab") as file:
            return subprocess.Popen(python(*words), cwd=ROOT, env=self.environment, stdout=file, stderr=file)

    def start_worker(self) -> None:
        self.workers.append(self.start("worker", "-m", "xinya.cli", "later", "work", "--lease", "3"))

    def answers(self) -> bool:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=2).status == 200
        except OSError:
            return False

    def web_workers(self) -> list[int]:
        assert self.server is not None
        listed = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text().split()
        return [int(pid) for pid in listed]

    def kill_one(self, turn: int, chance: random.Random) -> str:
        """Kill a web worker or, in turn, a queue worker, which whoever watches over it starts anew."""
        if turn % 2 == 0:
            alive = self.web_workers()
            if alive:
                os.kill(chance.choice(alive), signal.SIGKILL)
            return "web" if alive else "none"
        one = self.workers.pop(chance.randrange(len(self.workers)))
        one.kill()
        one.wait()
        self.start_worker()
        return "queue"

    def close(self) -> None:
        for process in [*self.workers, *([self.server] if self.server is not None else [])]:
            process.terminate()
        for process in [*self.workers, *([self.server] if self.server is not None else [])]:
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.workers.clear()

    def sign_in(self) -> dict[str, str]:
        """The headers of a signed-in page, by the form that people use."""
        jar = CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        address = f"http://127.0.0.1:{self.port}/en/sign-in/"
        page = opener.open(address, timeout=60).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token is not None
        form = {"csrfmiddlewaretoken": token.group(1), "username": "officer", "password": self.passwords["officer"]}
        opener.open(address, data=urllib.parse.urlencode(form).encode(), timeout=60).close()
        cookies = {cookie.name: cookie.value or "" for cookie in jar}
        assert "session" in cookies
        return {"Cookie": "; ".join(f"{n}={v}" for n, v in cookies.items()), "X-CSRFToken": cookies["csrf"]}


@contextmanager
def database_of_its_own(folder: Path) -> Iterator[str]:
    """A fresh database of the kind that this run tests."""
    if connection.vendor == "sqlite":
        yield str(folder / "kills.sqlite3")
        return
    server = urllib.parse.urlsplit(os.environ["XINYA_TEST_PG"])
    name = f"kills_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server.geturl(), autocommit=True) as desk:
        desk.execute(f"CREATE DATABASE {name}")
        try:
            yield server._replace(path=f"/{name}").geturl()
        finally:
            desk.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with database_of_its_own(tmp_path) as database:
        opened = House(tmp_path, database, port)
        try:
            opened.open()
            yield opened
        finally:
            opened.close()


@dataclass
class Client:
    """Writes again and again; after a broken call the same call again with the same key. Keeps what was acknowledged."""

    number: int
    port: int
    headers: dict[str, str]
    acknowledged: list[str] = field(default_factory=list)
    trouble: "Counter[str]" = field(default_factory=Counter)

    def write(self, stop: threading.Event) -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            name = f"检验{self.number:02d}号第{turn:05d}家公司"
            while not self.ask(name):
                if stop.is_set():
                    return
            self.acknowledged.append(name)

    def ask(self, name: str) -> bool:
        body = {"segment": "composite-part", "kind": "we-have-one", "reason": "实地看过", "company": name}
        key = f"kills-{self.number}-{len(self.acknowledged)}"
        headers = self.headers | {"Content-Type": "application/json", "Idempotency-Key": key}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request("POST", ANSWERS, json.dumps(body).encode(), headers)
            reply = line.getresponse()
            reply.read()
        except (OSError, http.client.HTTPException) as broken:
            self.trouble[type(broken).__name__] += 1
            time.sleep(0.05)
            return False
        finally:
            line.close()
        if reply.status != 200:
            self.trouble[str(reply.status)] += 1
        return reply.status == 200


def rush(house: House, headers: dict[str, str]) -> tuple[list[Client], "Counter[str]"]:
    """All clients write for the span while the worker processes die one after another."""
    clients, stop = [Client(number, house.port, headers) for number in range(CLIENTS)], threading.Event()
    threads = [threading.Thread(target=client.write, args=(stop,)) for client in clients]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    kills: Counter[str] = Counter()
    chance = random.Random(20260228)
    turn = 0

    def acknowledged() -> int:
        return sum(len(client.acknowledged) for client in clients)

    while time.monotonic() < begin + SPAN_S or (kills.total() < MOST_KILLS and acknowledged() < LEAST_WRITES):
        had, patience = acknowledged(), time.monotonic() + 20
        time.sleep(PAUSE_S)
        while acknowledged() < had + LEAST_WRITES // MOST_KILLS and time.monotonic() < patience:
            time.sleep(0.1)  # on a slow machine who was killed is not back yet: there must be something to lose
        kills[house.kill_one(turn, chance)] += 1
        turn += 1
    stop.set()
    for thread in threads:
        thread.join()
    return clients, kills


def sent_by_notice(house: House) -> "Counter[str]":
    """How many messages left the house for each notice."""
    return Counter(str(int(path.name.split("-")[1])) for path in (house.var / "outbox").glob("mail-*.txt"))


@pytest.mark.long
@pytest.mark.either
def test_nothing_acknowledged_is_lost_and_every_notice_is_sent_once_or_marked(house: House) -> None:
    clients, kills = rush(house, house.sign_in())
    wait_until(lambda: int(house.shell(SETTLED)) == 0, "the queue is worked off", seconds=900 if IS_LONG else 240)
    house.shell(TIME_PASSES)
    wait_until(lambda: int(house.shell(SETTLED)) == 0, "what was left is marked", seconds=120)
    found = json.loads(house.shell(LOOK))
    acknowledged = [name for client in clients for name in client.acknowledged]
    trouble: Counter[str] = sum((client.trouble for client in clients), Counter())
    kept, sent, notices = Counter(found["answers"]), sent_by_notice(house), found["notices"]
    lost = [name for name in acknowledged if kept[name] == 0]
    states = Counter(notices.values())
    print(
        f"\n{connection.vendor}: {SPAN_S:.0f} s, kills {dict(kills)}, acknowledged {len(acknowledged)}, lost {len(lost)}, "
        f"kept {sum(kept.values())}, broken calls {dict(trouble)}, notices {dict(states)}, messages {sum(sent.values())}"
    )
    assert kills["web"] + kills["queue"] >= LEAST_KILLS
    assert kills["queue"] >= 1
    assert len(acknowledged) >= LEAST_WRITES
    assert lost == []
    assert [name for name, times in kept.items() if times > 1] == [], "the same call again is done once"
    assert found["audited"] == sum(kept.values()) == len(notices), "an act, its audit row and its notice are kept together"
    assert set(states) <= {"SENT", "UNSURE"}, states
    assert [pk for pk, state in notices.items() if state == "SENT" and sent[pk] != 1] == []
    assert [pk for pk, times in sent.items() if times > 1] == [], "nothing goes out twice"
    assert found["queue"].get("FAILED", 0) == 0
    assert found["chain"] == [True, "", True]
    assert not trouble.keys() & {"500", "409", "422"}, trouble
