"""`xinya chain`: a diagnosis in every form, packs checked and exported, and one sentence for every bad input."""

import csv
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from xinya.chain.files import SHIPPED, shipped_atlas
from xinya.chain.files.shared import shared_table
from xinya.cli.chain_text import HEADS
from xinya.cli.main import main
from xinya.zones.files import CompanyLine, write_csv, write_xlsx

CHAIN = "aero-structures"
HEAD = "企业名称,统一社会信用代码,主营产品,营业收入(万元),是否规上"
STRANGE = "<script>alert(1)</script>"


class Ended:
    """How a command ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


Run = Callable[..., Ended]


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs a command in this process; the exit code of a wrong argument is one too."""

    def call(*arguments: object) -> Ended:
        try:
            code = main([*map(str, arguments), "--language", "en"] if arguments[0] == "chain" else [*map(str, arguments)])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capfdbinary.readouterr()
        return Ended(code, out.decode("utf-8"), err.decode("utf-8"))

    return call


def companies() -> list[CompanyLine]:
    chain = shipped_atlas([CHAIN]).chain(CHAIN)
    names = [shipped_atlas().segments[code].name_zh for code, _column in chain.members]
    lines = [CompanyLine(n, f"企业{n}", None, (name,), 10**8 * n, True, n == 2) for n, name in enumerate(names[10:60:7], start=3)]
    product = shipped_atlas().segments[chain.product or ""].name_zh
    return [CompanyLine(2, f"链主{STRANGE}", None, (product, "随便零碎"), None, True, True), *lines]


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    file = tmp_path / "港湾名单.csv"
    file.write_bytes(write_csv(companies()))
    return file


def diagnosed(run: Run, *arguments: object) -> dict[str, object]:
    ended = run("chain", "diagnose", *arguments, "--json")
    assert (ended.code, ended.err) == (0, "")
    return json.loads(ended.out)


# --- forms ----------------------------------------------------------------------------------------------------------


def test_the_terminal_says_the_finding_the_first_gap_and_the_table(run: Run, listed: Path) -> None:
    ended = run("chain", "diagnose", listed, "--chain", CHAIN, "--as-of", "2026-01-15")
    assert (ended.code, ended.err) == (0, "")
    first, finding, *_rest = ended.out.splitlines()
    assert first == "港湾名单  2026-01-15"
    assert finding.startswith("Chains: 1, ")
    assert all(head in ended.out for head in HEADS)
    assert "随便零碎" in ended.out


@pytest.mark.long
def test_each_language_has_its_own_sentences(run: Run, listed: Path) -> None:
    command = [sys.executable, "-m", "xinya.cli", "chain", "diagnose", str(listed)]
    said = {}
    for language in ("zh_CN.UTF-8", "en_GB.UTF-8"):
        environment = {"LANG": language, "PYTHONPATH": str(SHIPPED.parents[2])}
        ended = subprocess.run(command, capture_output=True, check=True, env=environment)
        said[language[:2]] = ended.stdout.decode()
    assert "判定" in said["zh"]
    assert "Verdict" in said["en"]


def test_the_csv_has_a_line_for_each_verdict_of_the_json(run: Run, listed: Path) -> None:
    verdicts = diagnosed(run, listed)["verdicts"]
    ended = run("chain", "diagnose", listed, "--csv")
    assert ended.out.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(ended.out.removeprefix("\ufeff"), newline="")))
    assert [row["segment"] for row in rows] == [verdict["segment"] for verdict in verdicts]  # type: ignore[attr-defined]
    assert [int(row["rank"]) for row in rows] == list(range(1, len(rows) + 1))


class Balance(HTMLParser):
    """Whether every element is closed in its turn, and what would be fetched from elsewhere."""

    EMPTY = frozenset({"meta", "br", "link", "img", "input", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []
        self.tags: list[str] = []
        self.segments: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        self.fetched += [str(given[key]) for key in ("src", "href", "srcset") if key in given]
        if given.get("data-segment"):
            self.segments.append(str(given["data-segment"]))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_html_file_is_whole_fetches_nothing_and_runs_nothing(run: Run, listed: Path) -> None:
    page = run("chain", "diagnose", listed, "--html").out
    reader = Balance()
    reader.feed(page)
    assert page.startswith("<!doctype html>")
    assert (reader.open, reader.fetched) == ([], [])
    assert "script" not in reader.tags
    assert not {"@import", "url(", "http:", "https:"} & set(page.split())
    assert reader.segments == [v["segment"] for v in diagnosed(run, listed)["verdicts"]]  # type: ignore[attr-defined]
    assert "&lt;script&gt;" in page


def test_an_xlsx_gives_the_same_as_the_csv(run: Run, listed: Path, tmp_path: Path) -> None:
    book = tmp_path / "港湾名单.xlsx"
    book.write_bytes(write_xlsx(companies(), "zh"))
    assert diagnosed(run, book) == diagnosed(run, listed)


def test_gb18030_gives_the_same_as_utf_8(run: Run, listed: Path, tmp_path: Path) -> None:
    other = tmp_path / "gb.csv"
    other.write_bytes(listed.read_text("utf-8-sig").encode("gb18030"))
    assert diagnosed(run, other) == diagnosed(run, listed)


def test_chains_are_chosen_one_by_one(run: Run, listed: Path) -> None:
    every = diagnosed(run, listed)
    one = diagnosed(run, listed, "--chain", CHAIN)
    assert [pack["code"] for pack in one["packs"]] == [CHAIN]  # type: ignore[attr-defined]
    assert len(every["packs"]) > 1  # type: ignore[arg-type]


def test_makers_outside_are_counted_and_unknown_without_a_list(run: Run, listed: Path) -> None:
    gap = next(v for v in diagnosed(run, listed)["verdicts"] if v["kind"] == "missing")  # type: ignore[attr-defined]
    assert gap["outside"] is None
    there = listed.with_name("外部.csv")
    there.write_bytes(write_csv([CompanyLine(2, "外企", None, (gap["name_zh"],), None, None)]))
    found = diagnosed(run, listed, "--outside", there)["verdicts"]
    again = next(v for v in found if v["segment"] == gap["segment"])  # type: ignore[attr-defined]
    assert (again["outside"], again["outside_names"]) == (1, ["外企"])


def test_a_pack_of_ones_own_stands_in_for_the_shipped_ones(run: Run, listed: Path, tmp_path: Path) -> None:
    own = tmp_path / "aero-structures"
    shutil.copytree(SHIPPED / CHAIN, own)
    head = own / "pack.toml"
    head.write_text(head.read_text("utf-8").replace('version = "', 'version = "9'), "utf-8")
    found = diagnosed(run, listed, "--pack", own)
    assert [pack["code"] for pack in found["packs"]] == [CHAIN]  # type: ignore[attr-defined]
    assert found["packs"][0]["version"].startswith("9")  # type: ignore[index]


def test_the_export_has_every_chain_or_those_asked_for(run: Run) -> None:
    every = json.loads(run("chain", "export", "--json").out)
    one = json.loads(run("chain", "export", "--json", "--chain", CHAIN).out)
    assert [chain["code"] for chain in one["chains"]] == [CHAIN]
    assert one["chains"][0] in every["chains"]


def test_the_command_needs_no_database_and_no_settings(listed: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "xinya.cli", "chain", "diagnose", str(listed), "--json"]
    environment = {"PYTHONPATH": str(SHIPPED.parents[2]), "XINYA_DATABASE": "postgres://nobody@nowhere/x", "XINYA_PORT": "x"}
    ended = subprocess.run(command, capture_output=True, check=False, env=environment, cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert json.loads(ended.stdout)["verdicts"]


# --- bad input ------------------------------------------------------------------------------------------------------


def refused(ended: Ended) -> str:
    """The one sentence of a refusal: nothing on the output, a code before the words, never a traceback."""
    assert ended.code not in (0, None)
    assert ended.out == ""
    assert "Traceback" not in ended.err
    assert "%(" not in ended.err
    return ended.err


def csv_file(tmp_path: Path, *lines: str, head: str = HEAD) -> Path:
    file = tmp_path / "名单.csv"
    file.write_text("\n".join((head, *lines)), "utf-8")
    return file


@pytest.mark.parametrize(
    ("lines", "head", "said"),
    [
        (("甲,,锻件,1,是", "甲,,锻件,1,是"), HEAD, "xinya: company-twice: Row 3, column 企业名称"),
        (("甲,,锻件,-1,是",), HEAD, "xinya: negative-revenue: Row 2, column 营业收入(万元)"),
        (("甲,,=1+1,1,是",), HEAD, "xinya: formula-cell: Row 2, column 主营产品"),
        (("甲,,,,,no-such",), f"{HEAD},环节", "xinya: unknown-segment: Row 2, column 环节"),
        (("甲,锻件",), "名,品", "xinya: wrong-columns: "),
        ((), HEAD, "xinya: no-rows: "),
        ((), "", "xinya: empty-file: "),
    ],
)
def test_a_bad_list_is_one_sentence_with_code_row_and_column(
    run: Run, tmp_path: Path, lines: tuple[str, ...], head: str, said: str
) -> None:
    found = refused(run("chain", "diagnose", csv_file(tmp_path, *lines, head=head), "--json"))
    assert found.startswith(said)
    assert found.count("\n") == 1


def test_every_wrong_cell_of_a_list_is_named(run: Run, tmp_path: Path) -> None:
    found = refused(run("chain", "diagnose", csv_file(tmp_path, "甲,,,-1,", "乙,,,x,也许")))
    assert [line.split(":")[2].strip().split(",")[0] for line in found.splitlines()] == ["Row 2", "Row 3", "Row 3"]


def test_every_code_that_no_pack_has_is_named_with_row_and_the_column_s_own_head(run: Run, tmp_path: Path) -> None:
    file = csv_file(tmp_path, "甲,,,,,no-such;ti-forging", "乙,,,,,ti-forging", "丙,,,,,nor-this", head=f"{HEAD},Segments")
    assert refused(run("chain", "diagnose", file)).splitlines() == [
        "xinya: unknown-segment: Row 2, column Segments: No pack has a segment no-such.",
        "xinya: unknown-segment: Row 4, column Segments: No pack has a segment nor-this.",
    ]


def test_what_is_wrong_with_the_list_of_makers_outside_is_said_of_that_file(run: Run, listed: Path, tmp_path: Path) -> None:
    others = csv_file(tmp_path, "甲,,,-1,", "乙,,,x,")
    said = refused(run("chain", "diagnose", listed, "--outside", others)).splitlines()
    assert len(said) == 2
    assert all(line.partition(": ")[2].startswith(f"{code}: --outside {others}: Row ") for line, code in zip(
        said, ("negative-revenue", "not-a-number"), strict=True))  # fmt: skip
    others = csv_file(tmp_path, "甲,,,,,no-such", head=f"{HEAD},环节")
    assert f"--outside {others}: Row 2, column 环节: " in refused(run("chain", "diagnose", listed, "--outside", others))
    assert "--outside" not in refused(run("chain", "diagnose", others, "--outside", listed))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--chain", "absent"), "xinya: unknown-chain: "),
        (("--chain", CHAIN, "--chain", "ABSENT"), "xinya: unknown-chain: "),
        (("--outside", "absent.csv"), "xinya: "),
        (("--pack", "absent"), "xinya: "),
        (("--as-of", "2026-13-01"), "xinya: day-wrong: 2026-13-01 "),
        (("--as-of", "2026-W03-4"), "xinya: day-wrong: 2026-W03-4 "),
        (("--as-of", "yesterday"), "xinya: day-wrong: yesterday "),
        (("--csv", "--html"), "usage: "),
    ],
)
def test_a_wrong_argument_is_said_and_nothing_is_printed(run: Run, listed: Path, arguments: tuple[str, ...], said: str) -> None:
    assert refused(run("chain", "diagnose", listed, *arguments)).startswith(said)


def test_a_file_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    assert "absent.xlsx" in refused(run("chain", "diagnose", tmp_path / "absent.xlsx", "--json"))


def test_a_folder_is_no_list(run: Run, tmp_path: Path) -> None:
    assert str(tmp_path) in refused(run("chain", "diagnose", tmp_path, "--json"))


def test_fifty_megabytes_are_refused_before_they_are_read(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "gross.csv"
    with file.open("wb") as large:
        large.truncate(50 * 1024 * 1024)
    assert refused(run("chain", "diagnose", file)).startswith("xinya: too-large: gross.csv")


def test_bytes_of_no_encoding_are_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "名单.csv"
    file.write_bytes(HEAD.encode() + b"\n\xff\xff\x81")
    assert refused(run("chain", "diagnose", file)).startswith("xinya: undecodable-text: ")


def test_an_empty_file_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "leer.csv"
    file.write_bytes(b"")
    assert refused(run("chain", "diagnose", file)).startswith("xinya: empty-file: ")


# --- packs ----------------------------------------------------------------------------------------------------------


def test_the_shipped_packs_have_no_defect(run: Run) -> None:
    ended = run("chain", "check-pack", SHIPPED)
    assert (ended.code, ended.err) == (0, ""), ended.out
    assert "0 defects" in ended.out


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    folder = tmp_path / CHAIN
    shutil.copytree(SHIPPED / CHAIN, folder)
    return folder


def spoil(folder: Path, file: str, row: int, change: Callable[[str], str]) -> None:
    lines = (folder / file).read_text("utf-8").split("\n")
    lines[row - 1] = change(lines[row - 1])
    (folder / file).write_text("\n".join(lines), "utf-8")


def test_a_broken_pack_is_named_by_file_and_row(run: Run, broken: Path) -> None:
    spoil(broken, "inputs.csv", 5, lambda row: "no-such-segment" + row[row.index(",") :])
    ended = run("chain", "check-pack", broken)
    assert ended.code == 1
    named = [line for line in ended.out.splitlines() if "no-such-segment" in line]
    assert named
    assert all("inputs.csv" in line and "5" in line for line in named)


def test_a_pack_in_another_form_is_said_and_mended(run: Run, broken: Path) -> None:
    spoil(broken, "sources.csv", 1, lambda row: ",".join(f'"{cell}"' for cell in row.split(",")))
    ended = run("chain", "check-pack", broken)
    assert ended.code == 1
    assert "sources.csv" in ended.out
    run("chain", "check-pack", broken, "--rewrite")
    assert run("chain", "check-pack", broken).code == 0
    assert (broken / "sources.csv").read_bytes() == (SHIPPED / CHAIN / "sources.csv").read_bytes()


def test_what_of_a_pack_cannot_be_read_is_named_with_all_else_that_is_wrong(run: Run, broken: Path, tmp_path: Path) -> None:
    (broken / "pack.toml").write_text("not = [toml", "utf-8")
    spoil(broken, "inputs.csv", 5, lambda row: row.rpartition(",")[0])
    spoil(broken, "inputs.csv", 6, lambda row: row.rpartition(",")[0])
    ended = run("chain", "check-pack", broken)
    assert (ended.code, ended.err) == (1, "")
    named = [line.rpartition(": ")[0].split(": ")[:2] for line in ended.out.splitlines()[:-1]]
    assert [place for place, *_rest in named] == [f"{CHAIN}/pack.toml", f"{CHAIN}/inputs.csv:5", f"{CHAIN}/inputs.csv:6"]
    assert "3 defects" in ended.out
    assert refused(run("chain", "check-pack", tmp_path / "absent"))


def test_hints_are_named_when_asked_for_and_break_nothing(run: Run) -> None:
    quiet, told = run("chain", "check-pack", SHIPPED / CHAIN), run("chain", "check-pack", SHIPPED / CHAIN, "--hints")
    assert (quiet.code, told.code) == (0, 0)
    assert "essential-commodity" not in quiet.out
    assert "essential-commodity" in told.out


def test_what_changed_between_two_versions_is_told(run: Run, broken: Path) -> None:
    same = run("chain", "diff-pack", SHIPPED / CHAIN, broken)
    assert (same.code, same.out.splitlines()[-1][:1]) == (0, "0")
    spoil(broken, "pack.toml", 3, lambda row: 'version = "2099.1.1"')
    told = run("chain", "diff-pack", SHIPPED / CHAIN, broken)
    assert told.code == 1
    assert "2099.1.1" in told.out
    found = json.loads(run("chain", "diff-pack", SHIPPED / CHAIN, broken, "--json").out)
    assert found["changes"][0]["cells"]["version"]["after"] == "2099.1.1"


def test_the_segments_of_several_chains_are_listed_with_their_home_first(run: Run) -> None:
    rows = json.loads(run("chain", "shared", "--json").out)
    assert len(rows) > 100
    assert all(len(row["chains"]) > 1 and row["chains"][0] == row["home"] for row in rows)
    assert {"ti-forging", "ndt"} <= {row["code"] for row in rows}


@pytest.mark.parametrize(("language", "page"), [("zh", "shared.zh.md"), ("en", "shared.md")])
def test_the_page_of_shared_segments_is_that_of_the_packs(run: Run, language: str, page: str) -> None:
    said = (Path(__file__).resolve().parents[3] / "docs" / "packs" / page).read_text("utf-8")
    assert said == shared_table(shipped_atlas(), language), f"run `xinya chain shared --language {language} > docs/packs/{page}`"
    assert language == "zh" or said == run("chain", "shared").out


def test_the_export_holds_all_twelve_chains_whole(run: Run) -> None:
    chains = json.loads(run("chain", "export", "--json").out)["chains"]
    assert len(chains) == 12
    assert all(len(chain["segments"]) >= 40 and chain["inputs"] for chain in chains)
