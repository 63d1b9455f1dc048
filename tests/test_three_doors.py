"""One company list through three doors: the shell in a process of its own, the HTTP API, the HTML table. Same verdicts."""

import csv
import io
import json
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.test import Client
from hypothesis import strategies as st

from tests.draws import examples
from xinya.chain import actions
from xinya.chain.engine.wording import figure
from xinya.chain.files import shipped_atlas, shipped_packs, word_list
from xinya.zones.files import CompanyLine, read_companies, write_csv
from xinya.zones.models import Person, Zone
from xinya.zones.tests.people import someone

DAY = "2026-01-15"
FEW = hypothesis.settings(
    max_examples=examples(12),
    deadline=None,
    derandomize=True,
    database=None,
    phases=[hypothesis.Phase.generate],
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)
CHAINS = [pack.code for pack in shipped_packs()]
SEGMENTS = sorted(shipped_atlas().segments.values(), key=lambda s: s.code)
MODIFIERS = sorted(word for word, *_role in word_list())

WORDS = sorted({word for s in SEGMENTS for word in (s.name_zh, s.name_en, *s.aliases)})
CODES = [s.code for s in SEGMENTS]

terms = st.integers(0, len(WORDS) - 1).map(WORDS.__getitem__)
parts = st.sampled_from(["", "航空", "大型", "精密", "高端", *MODIFIERS])
junk = st.text(alphabet="随便什么零碎 ab12（）()·-'\"<&=+", min_size=1, max_size=12)
texts = st.one_of(terms, terms, st.builds("{}{}".format, parts, terms), st.builds("{}{}".format, terms, parts), junk)
names = st.text(alphabet="港湾海滨试验第一二三飞机叶片<>&\"'", min_size=2, max_size=8).filter(lambda name: name.strip() == name)


@st.composite
def company_lists(draw: st.DrawFn) -> list[CompanyLine]:
    """A list as an officer could send it: 3 to 14 companies, what they make, and what is known of them."""
    count = draw(st.integers(5, 14))
    groups = st.sampled_from([None, None, "甲集团", "乙集团"])
    return [
        CompanyLine(
            row=row,
            name=f"{draw(names)}{row}",
            uscc=None,
            products=tuple(draw(st.lists(texts, min_size=1, max_size=5, unique=True))),
            revenue_fen=draw(st.one_of(st.none(), st.integers(0, 10**7).map(lambda n: n * 10_000))),
            above_scale=draw(st.sampled_from([None, True, False])),
            anchor=draw(st.integers(0, 3)) == 0,
            group=draw(groups),
            state=draw(st.sampled_from(["producing", "producing", "producing", "building", "planned"])),
            segments=tuple(draw(st.lists(st.integers(0, len(CODES) - 1).map(CODES.__getitem__), max_size=1))),
        )
        for row in range(2, count + 2)
    ]


class Table(HTMLParser):
    """The rows of the table `verdicts`: attributes of the row, and the text of each cell with a name."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[dict[str, Any]] = []
        self._is_in, self._field = False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "table":
            self._is_in = given.get("id") == "verdicts"
        elif self._is_in and tag == "tr" and "data-segment" in given:
            self.rows.append({"segment": given["data-segment"], "kind": given["data-kind"], "buyers": []})
        elif self._is_in and tag in ("td", "th") and self.rows:
            self._field = given.get("data-f") or (
                "name" if tag == "th" else "rule" if given.get("data-h") in ("Why", "理由") else ""
            )
            if self._field and self._field != "buyers":
                self.rows[-1][self._field] = ""
        elif self._is_in and tag == "a" and self._field == "buyers":
            self.rows[-1]["buyers"].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._field = ""

    def handle_data(self, text: str) -> None:
        if not self._is_in or not self._field:
            return
        if self._field == "buyers":
            if self.rows[-1]["buyers"] and text.strip(" ,、\n–"):
                self.rows[-1]["buyers"][-1] += text
        else:
            self.rows[-1][self._field] += text


def shown(verdict: dict[str, Any]) -> dict[str, Any]:
    """A verdict of the JSON doors as the page shows it."""
    return {
        "segment": verdict["segment"],
        "kind": verdict["kind"],
        "name": verdict["name_zh"],
        "score": figure(verdict["score"]),
        "demand": figure(verdict["demand"]),
        "depth": "–" if verdict["depth"] is None else str(verdict["depth"]),
        "buyers": verdict["buyers"],
        "makers": str(verdict["makers"]),
        "outside": "?" if verdict["outside"] is None else str(verdict["outside"]),
    }


def by_the_shell(file: Path, *arguments: str) -> bytes:
    command = [sys.executable, "-m", "xinya.cli", "chain", "diagnose", str(file), "--as-of", DAY, "--language", "zh", *arguments]
    ended = subprocess.run(command, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr.decode()) == (0, "")
    return ended.stdout


@pytest.fixture
def officer(db: None) -> Person:
    return someone("li", "chain_officer")


@pytest.mark.long
@pytest.mark.house
@FEW
@hypothesis.given(
    lines=company_lists(),
    others=st.one_of(st.none(), company_lists()),
    chosen=st.lists(st.sampled_from(CHAINS), min_size=1, unique=True),
)
def test_the_three_doors_say_the_same(
    officer: Person, tmp_path: Path, lines: list[CompanyLine], others: list[CompanyLine] | None, chosen: list[str]
) -> None:
    content = write_csv(lines)
    file = tmp_path / "名单.csv"
    file.write_bytes(content)
    arguments = ["--json", *(part for code in chosen for part in ("--chain", code))]
    sent: dict[str, Any] = {"companies": io.BytesIO(content), "chain": chosen, "on": DAY}
    elsewhere = None if others is None else write_csv([replace(line, name=f"{line.name}外") for line in others])
    if elsewhere is not None:
        (tmp_path / "外.csv").write_bytes(elsewhere)
        arguments += ["--outside", str(tmp_path / "外.csv")]
        sent["outside"] = io.BytesIO(elsewhere)
    shell = json.loads(by_the_shell(file, *arguments))
    assert elsewhere is None or all(v["outside"] is not None for v in shell["verdicts"])

    browser = Client(headers={"accept-language": "zh-hans"})
    browser.force_login(officer)
    posted = browser.post("/api/v1/diagnose", sent).json()
    assert posted == shell

    Zone.objects.filter(code="doors").delete()
    wanted = actions.NewZone("doors", "三门高新区", "Doors", tuple(chosen), None)
    zone = actions.start_zone(officer, wanted=wanted)
    Zone.objects.filter(pk=zone.pk).update(as_of=DAY)
    zone.refresh_from_db()
    actions.import_companies(officer, zone=zone, lines=read_companies(content, file.name), title=file.name)
    if elsewhere is not None:
        actions.import_companies(officer, zone=zone, lines=read_companies(elsewhere, "外.csv"), title="外.csv", is_outside=True)
    stored = browser.get("/api/v1/zones/doors/diagnosis").json()
    assert stored == shell

    table = Table()
    page = browser.get("/zh-hans/zones/doors/verdicts/")
    table.feed(page.content.decode())
    rows = [
        {key: row[key].strip() if isinstance(row[key], str) else row[key] for key in shown(v)}
        for row, v in zip(table.rows, shell["verdicts"], strict=True)
    ]
    assert rows == [shown(verdict) for verdict in shell["verdicts"]]
    assert [row["rule"].strip() for row in table.rows] == [verdict["rule"] for verdict in shell["verdicts"]]


def test_the_tables_of_shell_and_page_are_the_same_bytes(officer: Person, tmp_path: Path) -> None:
    lines = [
        CompanyLine(n, f"=企业{n}", None, (segment.name_zh,), 1000, True, n == 2)
        for n, segment in enumerate([s for s in SEGMENTS if "aero-structures" in shipped_atlas().chains_of[s.code]][::9], start=2)
    ]
    file = tmp_path / "list.csv"
    file.write_bytes(write_csv(lines))
    wanted = actions.NewZone("doors", "三门高新区", "Doors", ("aero-structures",), None)
    zone = actions.start_zone(officer, wanted=wanted, lines=lines)
    browser = Client()
    browser.force_login(officer)
    page = browser.get(f"/zh-hans/zones/{zone.code}/verdicts.csv?on={DAY}").content
    assert page == by_the_shell(file, "--csv", "--chain", "aero-structures")
    assert len(list(csv.reader(io.StringIO(page.decode("utf-8-sig"))))) > 3
