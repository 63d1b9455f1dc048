"""People, a zone with a small list and one with a thousand companies, as the tests of this slice need them."""

import datetime
import io
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from xinya.chain import actions, queries
from xinya.chain.actions import NewZone
from xinya.chain.files import shipped_atlas
from xinya.zones.files import CompanyLine, write_csv
from xinya.zones.models import Person, Zone
from xinya.zones.tests.people import someone

DAY = datetime.date(2026, 1, 15)
CHAIN = "aero-structures"
OTHER_CHAIN = "aero-engine-parts"


def line(row: int, name: str, *products: str, **values: object) -> CompanyLine:
    """A row of a company list; what is not given is unknown."""
    said: dict[str, object] = {"uscc": None, "revenue_fen": None, "above_scale": None} | values
    return CompanyLine(row=row, name=name, products=products, **said)  # type: ignore[arg-type]


def name_of(segment: str) -> str:
    """A segment's name, which as a product text is placed by the rule of the exact name."""
    return shipped_atlas([CHAIN]).segments[segment].name_zh


def small_list() -> list[CompanyLine]:
    """Ten companies around the chain's own product, whose anchor needs much that nobody here makes."""
    chain = shipped_atlas([CHAIN]).chain(CHAIN)
    codes = [chain.product or "", *[code for code, _column in chain.members if code != chain.product][10:60:7]]
    lines = [line(n, f"试验第{n}有限公司", name_of(code), above_scale=n % 2 == 0) for n, code in enumerate(codes, start=2)]
    first = line(2, "港湾飞机有限公司", name_of(codes[0]), anchor=True, above_scale=True, revenue_fen=123_400_000_000)
    return [first, *lines[1:], line(len(codes) + 2, "无名制品有限公司", "随便什么零碎")]


def long_list(count: int = 1000) -> list[CompanyLine]:
    """The small list, and further companies on the same segments up to `count`."""
    short = small_list()
    further = [
        line(n, f"续{n}有限公司", *short[n % (len(short) - 1)].products, revenue_fen=100 * n)
        for n in range(len(short) + 2, count + 2)
    ]
    return [*short, *further]


def file_of(lines: list[CompanyLine], name: str = "名单.csv") -> io.BytesIO:
    """The list as an upload."""
    file = io.BytesIO(write_csv(lines))
    file.name = name
    return file


def forget_reports() -> None:
    """Empty the process's memory of zones, so that the next page is a cold one."""
    queries.reports._ROWS.clear()
    queries.reports._kept_report.cache_clear()
    queries.reports._kept_outside.cache_clear()


@pytest.fixture(autouse=True)
def _cold() -> None:
    forget_reports()


@dataclass(frozen=True)
class World:
    """Two people and a zone with the small list."""

    officer: Person
    reader: Person
    zone: Zone


STANDS = pytest.mark.usefixtures("world")
"""For a module: the people and the zone are made once for all its tests, and are there whether a test asks for them or not."""


@pytest.fixture(scope="module")
def world(standing: Callable[[Callable[[], World]], World]) -> World:
    return standing(lambda: World(officer := _officer(), _reader(), _started(officer, "harbour", None)))


def _of_world(request: pytest.FixtureRequest, name: str) -> Any:
    """A copy for one test of what stands for its module; None where nothing does."""
    return deepcopy(getattr(request.getfixturevalue("world"), name)) if "world" in request.fixturenames else None


def _officer() -> Person:
    return someone("li", "chain_officer", password="for-tests-only")


def _reader() -> Person:
    return someone("wang", "zone_reader", password="for-tests-only")


def _started(officer: Person, code: str, lines: list[CompanyLine] | None) -> Zone:
    wanted = NewZone(code, "港湾高新区", "Harbour Zone", (CHAIN,), DAY)
    return actions.start_zone(officer, wanted=wanted, lines=small_list() if lines is None else lines)


@pytest.fixture
def officer(request: pytest.FixtureRequest, db: None) -> Person:
    return _of_world(request, "officer") or _officer()


@pytest.fixture
def reader(request: pytest.FixtureRequest, db: None) -> Person:
    return _of_world(request, "reader") or _reader()


@pytest.fixture
def start(officer: Person) -> Callable[..., Zone]:
    """Starts a zone with a list."""

    def made(code: str = "harbour", lines: list[CompanyLine] | None = None) -> Zone:
        return _started(officer, code, lines)

    return made


@pytest.fixture
def zone(request: pytest.FixtureRequest, start: Callable[..., Zone]) -> Zone:
    return _of_world(request, "zone") or start()


@pytest.fixture
def officer_client(officer: Person) -> Client:
    return signed_in(officer)


@pytest.fixture
def reader_client(reader: Person) -> Client:
    return signed_in(reader)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client
