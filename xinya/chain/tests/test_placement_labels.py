"""The labelled names: what is kept of them, and how the placement fares on those that were held back."""

import csv
from pathlib import Path

import pytest

from xinya.chain.files import shipped_atlas

LABELS = Path(__file__).with_name("placement_labels.csv")
MORE = Path(__file__).with_name("placement_more.csv")
NOWHERE = "nowhere"


def rows(path: Path = LABELS) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_set_keeps_ids_and_labels_and_no_name() -> None:
    kept = rows()
    assert len(kept) >= 500
    assert set(kept[0]) == {"product_id", "split", "stratum", "first", "second", "final"}
    assert all(row["product_id"].isdecimal() for row in kept)
    assert len({row["product_id"] for row in (*kept, *rows(MORE))}) == len(kept) + len(rows(MORE))


def test_every_label_is_a_segment_of_the_atlas_or_nowhere() -> None:
    known = {NOWHERE, *shipped_atlas().segments}
    for row in (*rows(), *rows(MORE)):
        assert all(set(row[c].split(";")) <= known for c in ("first", "second", "final"))


def test_half_of_the_set_was_drawn_as_hard_negatives() -> None:
    kept = rows()
    assert sum(row["stratum"] in ("inside", "tail") for row in kept) * 2 >= len(kept)


def test_the_two_readings_agree_on_nine_names_in_ten() -> None:
    kept = rows()
    assert sum(row["first"] == row["second"] for row in kept) >= 0.9 * len(kept)


def test_where_the_readings_agree_the_label_is_theirs() -> None:
    assert all(row["final"] == row["first"] for row in rows() if row["first"] == row["second"])


class TestOnThePublicList:
    """Needs the public list of products and a reader for it."""

    @pytest.fixture(autouse=True)
    def _with_the_list(self) -> None:
        pytest.importorskip("pyarrow")
        from bench import ckg

        if not ckg.has_listed():
            pytest.skip("the public list of products is not at hand")

    def test_no_company_stands_on_both_sides(self) -> None:
        from bench import ckg
        from bench.placement_set import labelled, more

        held = {c for row in labelled() if row.split == "held" for c in ckg.made()[row.key]}
        learned = [row for row in (*labelled(), *more()) if row.split != "held"]
        assert not any(held & set(ckg.made()[row.key]) for row in learned)

    @pytest.mark.parametrize("with_company", [False, True])
    def test_the_held_back_names_are_placed_as_well_as_is_asked(self, with_company: bool) -> None:
        from bench.placement import alone, among_others
        from bench.placement_set import labelled, score

        held = [row for row in labelled() if row.split == "held"]
        placed = {row.key: (among_others if with_company else alone)(row) for row in held}
        sure = score(held, lambda row: placed[row.key], pending=False)
        assert sure.precision >= 0.95
        assert sure.recall >= 0.65
        assert sure.astray <= 0.02 * sure.nowhere
        both = score(held, lambda row: placed[row.key], pending=True)
        assert both.precision >= 0.75
        assert both.recall >= 0.85
