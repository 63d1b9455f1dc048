"""Supply networks as tables: one reader for every command, every wrong cell named with its file, heads in either language."""

from pathlib import Path

import numpy as np
import pytest

from xinya.chain.files.number_table import TableRefused
from xinya.chain.files.supply import read_firms, read_network, read_scenarios, read_supply
from xinya.cli.main import main
from xinya.kit.refusals import Refused

LINKS = "supplier,buyer,amount\na,b,10\nb,c,6\nb,c,4\n"
FIRMS = "firm,sector,revenue\na,ore,10\nb,steel,10\nc,cars,30\n"
ESSENTIAL = "x,ore,steel,cars\nore,1,2,1\nsteel,1,1,2\ncars,0,0,0\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, text in (("links", LINKS), ("firms", FIRMS), ("essential", ESSENTIAL)):
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    return tmp_path


def paths(folder: Path) -> tuple[Path, Path, Path]:
    return folder / "links.csv", folder / "firms.csv", folder / "essential.csv"


def codes(refused: Refused) -> list[tuple[str, int | None, str | None]]:
    return [(one.code, one.row, one.column) for one in getattr(refused, "findings", [refused])]


@pytest.mark.parametrize(
    ("file", "content", "found"),
    [
        ("links", "supplier,buyer,amount\na,x,1\ny,b,-1\na,b,viel\na,b,\na,b\n",
         [("no-such-firm", 2, "buyer"), ("no-such-firm", 3, "supplier"), ("negative", 3, "amount"), ("not-a-number", 4, "amount"),
          ("number-missing", 5, "amount"), ("row-short", 6, None)]),
        ("links", "supplier,buyer,amount\na,b,1,2\na,b,1,,\n", [("row-long", 2, None)]),
        ("links", "supplier,buyer,amount\na,b,1e308\nb,c,1e308\n", [("figures-extreme", None, None)]),
        ("links", "supplier,buyer,amount\na,b,5e-324\n", [("figures-extreme", None, None)]),
        ("links", 'sup"plier,"buyer"x,amount\na,b,1\n', [("not-a-table", 1, None)]),
        ("links", f"supplier,buyer,amount\na,b,{'9' * 140_000}\n", [("not-a-table", 2, None)]),
        ("links", "supplier,buyer\na,b\n", [("column-missing", 1, None)]),
        ("links", "supplier,buyer,amount,amount\na,b,1,1\n", [("column-twice", 1, None)]),
        ("links", "just words\n", [("not-a-table", None, None)]),
        ("links", 'supplier,buyer,amount\na,b,"1\n', [("not-a-table", 2, None)]),
        ("firms", "firm,sector\na,ore\na,ore\n,ore\nb,\nc\n",
         [("firm-twice", 3, "firm"), ("name-missing", 4, "firm"), ("name-missing", 5, "sector"), ("row-short", 6, None)]),
        ("firms", "firm,sector\n", [("no-rows", 1, None)]),
        ("firms", "", [("empty-file", None, None)]),
        ("firms", b"firm,sector\n\xe9\x92\xa2,\xb8\xd6\n\xe9\x92\xa2\xe6\x9d\x90,ore\n", [("undecodable-text", 2, None)]),
        ("firms", "firm,sector\na,ore\n".encode("utf-16"), [("undecodable-text", None, None)]),
    ],
)  # fmt: skip
def test_every_command_refuses_the_same_tables_in_the_same_words(
    files: Path,
    capsys: pytest.CaptureFixture[str],
    file: str,
    content: str | bytes,
    found: list[tuple[str, int | None, str | None]],
) -> None:
    (files / f"{file}.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    links, firms, essential = paths(files)
    with pytest.raises(Refused) as by_measures:
        read_supply(links, firms)
    with pytest.raises(Refused) as by_index:
        read_network(links, firms, essential)
    assert codes(by_measures.value) == codes(by_index.value) == found
    said = []
    for verb, more in (("measures", []), ("esri", [str(essential)])):
        assert main(["chain", verb, str(links), str(firms), *more, "--language", "en"]) == 2
        said.append(capsys.readouterr().err)
    assert said[0] == said[1]
    assert all(f"{file}.csv" in line for line in said[0].splitlines())
    assert len(said[0].splitlines()) == len(found)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("x,ore,steel,cars\nore,1,2,1,2\nsteel,1,1,2\ncars,0,0,0\n", ("row-long", 2, None)),
        ('x,"ore,steel,cars\nore,1,2,1\n', ("not-a-table", 1, None)),
        ("x,ore,steel,cars\nore,1,2\nsteel,1,1,2\ncars,0,0,0\n", ("row-short", 2, None)),
    ],
)
def test_a_table_of_essential_inputs_that_is_none_is_refused(files: Path, content: str, found: tuple[str, int, None]) -> None:
    (files / "essential.csv").write_text(content, "utf-8")
    with pytest.raises(Refused) as told:
        read_network(*paths(files))
    assert codes(told.value) == [found]


@pytest.mark.parametrize(
    "options",
    [["--threads", "-1"], ["--threads", "0"], ["--sample", "2", "--seed", "-1"], ["--sample", "0"], ["--piece", "0"],
     ["--spread", "bogus"], ["--spread", "tcp://nowhere"]],
)  # fmt: skip
def test_an_option_that_is_none_is_refused_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    nowhere = [str(tmp_path / name) for name in ("links.csv", "firms.csv", "essential.csv")]
    assert main(["chain", "esri", *nowhere, *options, "--language", "en"]) == 2
    assert capsys.readouterr().err.startswith("xinya: option-wrong: ")


def test_heads_in_either_language_and_other_delimiters_are_read(files: Path) -> None:
    plain = read_network(*paths(files))
    (files / "links.csv").write_bytes("金额;供应商;采购方\n10;a;b\n6;b;c\n4;b;c\n".encode("gb18030"))
    (files / "firms.csv").write_bytes("营业收入\t企业\t行业\n10\ta\tore\n10\tb\tsteel\n30\tc\tcars\n".encode("utf-8-sig"))
    other = read_network(*paths(files), revenue="营业收入")
    assert other.firms.names == plain.firms.names
    assert np.array_equal(other.network.amount, plain.network.amount)
    assert other.network.revenue is not None
    assert other.network.revenue.tolist() == [10, 10, 30]
    supply = read_supply(*paths(files)[:2])
    assert supply.revenue is not None
    assert supply.revenue.tolist() == [10, 10, 30]


def test_a_further_column_may_be_called_as_a_known_one_could(files: Path) -> None:
    (files / "firms.csv").write_text("name,firm,sector,sales,revenue\nAlpha,a,ore,1,10\nBeta,b,steel,2,10\n,c,cars,3,30\n", "utf-8")
    table = read_firms(files / "firms.csv")
    assert table.names == ("a", "b", "c")
    assert table.columns["name"].texts == ("Alpha", "Beta", "")
    assert table.figures("sales", "firms.csv").tolist() == [1, 2, 3]
    assert table.revenue is not None
    assert table.revenue.tolist() == [10, 10, 30]


def test_where_one_firm_has_a_revenue_every_firm_needs_one(files: Path) -> None:
    (files / "firms.csv").write_text("firm,sector,revenue\na,ore,\nb,steel,10\nc,cars,\n", "utf-8")
    with pytest.raises(TableRefused) as told:
        read_supply(*paths(files)[:2])
    assert codes(told.value) == [("number-missing", 2, "revenue"), ("number-missing", 4, "revenue")]
    (files / "firms.csv").write_text("firm,sector,revenue\na,ore,\nb,steel,\nc,cars,\n", "utf-8")
    assert read_supply(*paths(files)[:2]).revenue is None


def test_an_empty_market_is_the_firm_s_sector(files: Path) -> None:
    (files / "firms.csv").write_text("firm,sector,market\na,ore,x\nb,steel,\nc,steel,steel\n", "utf-8")
    supply = read_supply(*paths(files)[:2])
    assert (supply.markets, supply.market.tolist()) == (("x", "steel"), [0, 1, 1])
    assert read_network(*paths(files)).network.market.tolist() == [0, 1, 1]


def test_a_network_without_links_has_an_index_and_no_measures(files: Path) -> None:
    (files / "links.csv").write_text("supplier,buyer,amount\n", "utf-8")
    assert len(read_network(*paths(files)).network.amount) == 0
    with pytest.raises(Refused, match="no-rows"):
        read_supply(*paths(files)[:2])


def test_figures_of_a_further_table_are_named_by_its_own_rows(files: Path) -> None:
    (files / "accounts.csv").write_text("firm,staff\nc,3\na,many\n", "utf-8")
    table = read_network(*paths(files), accounts=files / "accounts.csv").firms
    with pytest.raises(TableRefused) as told:
        table.figures("staff", "accounts.csv")
    assert codes(told.value) == [("not-a-number", 3, "staff")]
    assert told.value.sentence() == "accounts.csv: Row 3, column staff: “many” is no number."
    (files / "accounts.csv").write_text("firm,staff\nz,3\n", "utf-8")
    with pytest.raises(Refused, match="no-such-firm"):
        read_network(*paths(files), accounts=files / "accounts.csv")


def test_every_wrong_cell_of_the_scenarios_is_named(files: Path) -> None:
    (files / "s.csv").write_text("情景,企业,冲击,shock_up\nx,a,2,0\nx,a,0.5,-1\nx,z,0,0\n", "utf-8")
    with pytest.raises(TableRefused) as told:
        read_scenarios(files / "s.csv", {"a": 0})
    assert codes(told.value) == [
        ("shock-wrong", 2, "shock"), ("firm-twice", 3, "firm"), ("negative", 3, "shock_up"), ("no-such-firm", 4, "firm"),
    ]  # fmt: skip
