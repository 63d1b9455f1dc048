"""The index survives its writer: killed ten times while adding and committing, nothing is lost and nothing is doubled."""

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import tantivy
from django.db import connection

from xinya.kit.models import SearchMark
from xinya.kit.search import Search, index_marked, rebuild
from xinya.kit.search_query import term
from xinya.kit.search_work import _current
from xinya.zones.models import Company, Person, Zone
from xinya.zones.tests.people import someone

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parent.parent
KILLS = 10


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path


@pytest.fixture
def zone(transactional_db: None) -> Zone:
    return Zone.objects.create(code="crash", name="断电高新区", name_en="Crash")


def address() -> str:
    """The database of these tests as another process names it."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(told["NAME"])
    account = f"{quote(told['USER'])}:{quote(told['PASSWORD'])}"
    return f"postgresql://{account}@:{told['PORT']}/{told['NAME']}?host={quote(told['HOST'], safe='')}"


def writer(folder: Path) -> "subprocess.Popen[str]":
    environment = {**os.environ, "XINYA_DATABASE": address(), "XINYA_VAR": str(folder)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "tests.search_writer"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def indexed() -> "Counter[str]":
    """How often each identity stands in the index."""
    folder = _current()
    assert folder is not None
    searcher = folder.searcher()
    hits = searcher.search(tantivy.Query.all_query(), limit=100_000).hits
    return Counter(str(searcher.doc(address)["id"][0]) for _score, address in hits)


@pytest.mark.long
def test_a_writer_killed_ten_times_loses_and_doubles_nothing(zone: Zone, tmp_path: Path) -> None:
    draw = random.Random(3)
    safe = 0
    for _kill in range(KILLS):
        process = writer(tmp_path)
        assert process.stdout is not None
        safe = max(safe, int(process.stdout.readline()))
        for _line in range(draw.randint(0, 3)):
            safe = max(safe, int(process.stdout.readline()))
        time.sleep(draw.random() * 0.05)  # somewhere between a commit of the database and one of the index
        process.kill()
        process.wait()
        process.stdout.close()
    assert Company.objects.count() >= safe > KILLS
    index_marked()
    assert not SearchMark.objects.exists()
    found = indexed()
    companies = {f"company:{pk}": name_en for pk, name_en in Company.objects.values_list("pk", "name_en")}
    assert {one for one in found if one.startswith("company:")} == set(companies)
    assert set(found.values()) == {1}
    folder = _current()
    assert folder is not None
    searcher = folder.searcher()
    for edition in set(companies.values()):
        hits = searcher.search(term("names", edition), limit=100_000).hits
        assert {str(searcher.doc(a)["id"][0]) for _score, a in hits} == {one for one, said in companies.items() if said == edition}


@pytest.mark.long
def test_readers_go_on_while_the_index_is_built_anew(zone: Zone) -> None:
    Company.objects.bulk_create(
        Company(zone=zone, name=f"海滨轴承{n}厂", name_key=f"海滨轴承{n}厂", name_en="Seaside") for n in range(300)
    )
    rebuild()
    reader = someone("wang", "zone_reader", zone=zone)
    answers: Counter[Any] = Counter()
    done = threading.Event()

    def keep_searching() -> None:
        try:
            while not done.is_set():
                search = Search(Person.objects.get(pk=reader.pk), "seaside")
                answers[search.is_ready, search.count(["company"]), len(search.hits(["company"], 0, 20))] += 1
        except Exception as wrong:
            answers[repr(wrong)] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=keep_searching) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _turn in range(8):
        rebuild()
    done.set()
    for thread in threads:
        thread.join()
    assert set(answers) == {(True, 300, 20)}
    assert sum(answers.values()) > 8
