"""`check-pack` on folders: everything that cannot be read is named beside everything that is wrong, and nothing falsely."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from xinya.chain.files import SHIPPED, shipped_packs
from xinya.chain.files.folders import LEAST_ALIASES, check_folders, pack_folders
from xinya.chain.files.pack import items, pack_members
from xinya.kit.refusals import Refused

from .packs import METALS

CHAIN = "aero-structures"
Place = tuple[str, str, int | None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / CHAIN
    shutil.copytree(SHIPPED / CHAIN, made)
    return made


def spoil(folder: Path, file: str, row: int, change: Callable[[str], str]) -> None:
    lines = (folder / file).read_text("utf-8").split("\n")
    lines[row - 1] = change(lines[row - 1])
    (folder / file).write_text("\n".join(lines), "utf-8")


def found(*folders: Path) -> list[Place]:
    checked = check_folders(folders)
    for defect in checked.defects:
        assert "%(" not in defect.sentence("zh") + defect.sentence("en")
    return [(d.code, d.file, d.row) for d in checked.defects]


def test_every_short_row_is_named_and_what_is_wrong_in_the_others_too(folder: Path) -> None:
    spoil(folder, "inputs.csv", 4, lambda row: row.rpartition(",")[0])
    spoil(folder, "inputs.csv", 9, lambda row: f"{row},surplus")
    spoil(folder, "inputs.csv", 12, lambda row: f"{row.rpartition(',')[0]},sure")
    spoil(folder, "segments.csv", 7, lambda row: row.rpartition(",")[0])
    assert found(folder) == [
        ("row-broken", "segments.csv", 7),
        ("row-broken", "inputs.csv", 4),
        ("row-broken", "inputs.csv", 9),
        ("confidence-wrong", "inputs.csv", 12),
    ]


def test_every_missing_file_is_named(folder: Path) -> None:
    for name in ("inputs.csv", "sources.csv"):
        (folder / name).unlink()
    assert found(folder) == [("pack-incomplete", "inputs.csv", None), ("pack-incomplete", "sources.csv", None)]


def test_a_broken_file_hides_nothing_in_the_others_and_makes_nothing_up(folder: Path) -> None:
    (folder / "sources.csv").write_text("id,title\n", "utf-8")
    spoil(folder, "inputs.csv", 12, lambda row: f"{row.rpartition(',')[0]},sure")
    assert found(folder) == [("confidence-wrong", "inputs.csv", 12), ("wrong-columns", "sources.csv", None)]
    (folder / "segments.csv").write_bytes(b"\xff")
    assert found(folder) == [
        ("undecodable-text", "segments.csv", None),
        ("confidence-wrong", "inputs.csv", 12),
        ("wrong-columns", "sources.csv", None),
    ]


def test_a_head_that_cannot_be_read_is_named_once(folder: Path) -> None:
    (folder / "pack.toml").write_text("not = [toml", "utf-8")
    spoil(folder, "inputs.csv", 12, lambda row: f"{row.rpartition(',')[0]},sure")
    assert found(folder) == [("pack-unreadable", "pack.toml", None), ("confidence-wrong", "inputs.csv", 12)]


def test_a_table_with_broken_quotes_is_named_with_the_row(folder: Path) -> None:
    spoil(folder, "sources.csv", 4, lambda row: f'"x"y{row}')
    assert found(folder) == [("pack-unreadable", "sources.csv", 4)]


def test_a_file_larger_than_twenty_megabytes_is_named_beside_the_rest(folder: Path) -> None:
    with (folder / "sources.csv").open("r+b") as file:
        file.truncate(20_000_001)
    (folder / "inputs.csv").unlink()
    assert found(folder) == [("pack-incomplete", "inputs.csv", None), ("too-large", "sources.csv", None)]


def test_what_was_not_read_whole_is_not_written_again(folder: Path) -> None:
    spoil(folder, "inputs.csv", 4, lambda row: row.rpartition(",")[0])
    before = (folder / "inputs.csv").read_bytes()
    assert check_folders([folder], is_rewritten=True).defects
    assert (folder / "inputs.csv").read_bytes() == before


def test_another_form_than_ours_is_a_defect_that_is_counted(folder: Path) -> None:
    spoil(folder, "sources.csv", 1, lambda row: ",".join(f'"{cell}"' for cell in row.split(",")))
    assert found(folder) == [("not-canonical", "sources.csv", None)]
    assert check_folders([folder], is_rewritten=True).defects == []


def without_aliases(folder: Path) -> None:
    pack = next(p for p in shipped_packs() if p.code == CHAIN)
    rows = tuple({**row, "aliases": ";".join(items(row["aliases"])[:2])} for row in pack.segments)
    members = pack_members(pack.__class__(pack.head, rows, pack.inputs, pack.sources, pack.name))
    (folder / "segments.csv").write_bytes(members["segments.csv"])


def test_a_pack_that_ships_has_three_aliases_a_segment_and_more(folder: Path) -> None:
    for pack in shipped_packs():
        own = [row for row in pack.segments if not row["home"]]
        assert sum(len(items(row["aliases"])) for row in own) / len(own) >= LEAST_ALIASES
    without_aliases(folder)
    assert found(folder) == [("aliases-few", "segments.csv", None)]


def test_fewer_aliases_in_a_zone_s_own_version_are_a_hint(folder: Path, tmp_path: Path) -> None:
    without_aliases(folder)
    spoil(folder, "pack.toml", 3, lambda _row: 'version = "harbour-2026.11.1"')
    checked = check_folders([folder])
    assert checked.defects == []
    assert "aliases-few" in {hint.code for hint in checked.hints}
    own = tmp_path / "metals"
    own.mkdir()
    for name, content in pack_members(METALS).items():
        (own / name).write_bytes(content)
    assert "aliases-few" not in {code for code, _file, _row in found(own)}


def test_a_path_without_pack_toml_is_not_passed_over(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "gas-turbine"
    shutil.copytree(SHIPPED / "gas-turbine", other)
    (other / "pack.toml").unlink()
    assert pack_folders(tmp_path) == [folder, other]
    assert found(*pack_folders(tmp_path)) == [("pack-incomplete", "pack.toml", None)]
    with pytest.raises(Refused, match="no-such-pack"):
        check_folders([folder, tmp_path / "absent"])
