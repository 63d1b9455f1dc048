"""Economic complexity: equal to the formulas read plainly, whatever the order, the unit and the shape of the table."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xinya.chain.engine.complexity import (
    DISCONNECTED,
    NOT_IDENTIFIED,
    SIGN_UNDETERMINED,
    Complexity,
    co_occurrence_blocks,
    complexity,
    complexity_of,
    nearest_density,
    presence,
    proximity,
    proximity_blocks,
    rca,
    rpop,
)
from xinya.chain.engine.complexity.relatedness import by_location, by_product

from .complexity_oracle import nearest_density as plain_nearest
from .complexity_oracle import of_presence, plainly

FLOATS = ("eci", "pci", "density", "coi", "cog")


def world(seed: int, locations: int = 12, products: int = 30) -> Any:
    """Values that are not the same twice, with zeros."""
    draw = np.random.default_rng(seed)
    table = draw.lognormal(0, 1.2, (locations, products)) * (draw.random((locations, products)) < 0.6)
    table[:, table.sum(axis=0) == 0] = 1.0
    table[table.sum(axis=1) == 0] = 1.0
    return table


def is_certain(found: Complexity) -> bool:
    return bool(
        not found.flags
        and found.second - found.third > 1e-3
        and found.second > 1e-3
        and found.locations.all()
        and found.products.all()
    )


@given(seed=st.integers(0, 10_000), locations=st.integers(3, 14), products=st.integers(3, 14))
def test_every_figure_is_that_of_the_formulas_with_more_locations_or_more_products(
    seed: int, locations: int, products: int
) -> None:
    values = world(seed, locations, products)
    found = complexity(values)
    assume(is_certain(found))
    plain = plainly(values)
    assume(abs(plain["correlation"]) > 1e-6)
    assert found.rca is not None
    np.testing.assert_allclose(found.rca, plain["rca"], rtol=1e-12)
    np.testing.assert_array_equal(found.present, plain["m"] == 1)
    for name in FLOATS:
        np.testing.assert_allclose(getattr(found, name), plain[name], atol=1e-9, err_msg=name)
    np.testing.assert_allclose(proximity(found.kept), plain["phi"], rtol=1e-12)


@given(m=arrays(np.float64, st.tuples(st.integers(2, 9), st.integers(2, 20)), elements=st.sampled_from([0.0, 1.0])), data=st.data())
def test_both_ways_to_sum_over_the_proximity_agree_on_any_presence(m: Any, data: st.DataObject) -> None:
    m = m[m.any(axis=1)][:, m.any(axis=0)]
    assume(m.size and m.any(axis=1).all())
    k_p = np.array(data.draw(st.lists(st.floats(-3, 3), min_size=m.shape[1], max_size=m.shape[1])))
    for one, other in zip(by_location(m, k_p), by_product(m, k_p), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


@given(seed=st.integers(0, 10_000), order=st.randoms(use_true_random=False))
def test_the_order_of_places_and_products_changes_nothing(seed: int, order: Any) -> None:
    values = np.round(world(seed, 8, 17), 1)
    found = complexity(values, nearest=3)
    assume(not found.flags)
    rows, columns = list(range(8)), list(range(17))
    order.shuffle(rows)
    order.shuffle(columns)
    turned = complexity(values[np.ix_(rows, columns)], nearest=3)
    np.testing.assert_array_equal(turned.present, found.present[np.ix_(rows, columns)])
    np.testing.assert_allclose(turned.eci, found.eci[rows], atol=1e-9)
    np.testing.assert_allclose(turned.pci, found.pci[columns], atol=1e-9)
    np.testing.assert_allclose(turned.coi, found.coi[rows], atol=1e-9)
    for name in ("density", "cog"):
        np.testing.assert_allclose(getattr(turned, name), getattr(found, name)[np.ix_(rows, columns)], atol=1e-9)


@given(seed=st.integers(0, 10_000), factor=st.sampled_from([1e-9, 1e-3, 7.0, 1e12]))
def test_the_currency_unit_changes_nothing(seed: int, factor: float) -> None:
    values = world(seed)
    one, other = complexity(values), complexity(values * factor)
    np.testing.assert_array_equal(one.present, other.present)
    for name in FLOATS:
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=1e-9)


@given(seed=st.integers(0, 10_000), threshold=st.sampled_from([0.5, 1.0, 2.0, 4.0]))
def test_eci_is_the_mean_pci_of_what_is_present_and_density_lies_between_0_and_1(seed: int, threshold: float) -> None:
    found = complexity(world(seed), threshold=threshold)
    kept = found.kept
    assume(kept.size and np.isfinite(found.eci[found.locations]).all())
    pci = found.pci[found.products]
    np.testing.assert_allclose(kept @ pci / kept.sum(axis=1), found.eci[found.locations], atol=1e-8)
    density = found.density[np.ix_(found.locations, found.products)]
    assert (density >= 0).all()
    assert (density <= 1 + 1e-12).all()
    assert abs(np.nanmean(found.eci)) < 1e-9
    assert abs(np.nanstd(found.eci) - 1) < 1e-9


@given(seed=st.integers(0, 10_000))
def test_items_without_presence_are_left_out_and_the_others_stay_as_they_would_be_alone(seed: int) -> None:
    whole = presence(world(seed, 10, 25), threshold=3.0)
    assume(whole.present.any())
    found = complexity_of(whole)
    inside = np.ix_(whole.locations, whole.products)
    alone = complexity(whole.present[inside].astype(float), test="given")
    assert alone.locations.all()
    assert alone.products.all()
    for name, mask in (("eci", whole.locations), ("coi", whole.locations), ("pci", whole.products)):
        np.testing.assert_array_equal(getattr(found, name)[mask], getattr(alone, name))
        assert np.isnan(getattr(found, name)[~mask]).all()
    for name in ("density", "cog"):
        np.testing.assert_array_equal(getattr(found, name)[inside], getattr(alone, name))
        assert np.isnan(getattr(found, name)[~whole.locations]).all()
        assert np.isnan(getattr(found, name)[:, ~whole.products]).all()


def test_a_row_that_is_emptied_by_leaving_out_a_column_goes_too() -> None:
    values = np.array([[5.0, 1.0, 0.0], [1.0, 5.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    found = complexity(values)
    assert found.locations.tolist() == [True, True, False, False]
    assert found.products.tolist() == [True, True, False]
    assert np.isnan(found.rca[2:]).all()  # type: ignore[index]
    assert np.isnan(found.rca[:, 2]).all()  # type: ignore[index]


def test_two_separate_worlds_are_flagged_and_each_is_standardised_by_itself_on_request() -> None:
    one, other = of_presence_table(3), of_presence_table(5)
    both = np.zeros((one.shape[0] + other.shape[0], one.shape[1] + other.shape[1]))
    both[: one.shape[0], : one.shape[1]], both[one.shape[0] :, one.shape[1] :] = one, other
    found = complexity(both, test="given", by_component=True)
    assert {DISCONNECTED, NOT_IDENTIFIED} <= set(found.flags)
    assert found.parts is not None
    assert found.parts[0].tolist() == [0] * one.shape[0] + [1] * other.shape[0]
    for table, rows, columns in (
        (one, slice(0, one.shape[0]), slice(0, one.shape[1])),
        (other, slice(one.shape[0], None), slice(one.shape[1], None)),
    ):
        plain = of_presence(table)
        np.testing.assert_allclose(found.eci[rows], plain["eci"], atol=1e-9)
        np.testing.assert_allclose(found.pci[columns], plain["pci"], atol=1e-9)
        np.testing.assert_allclose(found.cog[rows, columns], plain["cog"], atol=1e-9)
    assert found.part_flags == ((), ())


def of_presence_table(seed: int) -> Any:
    """A 0/1 table in one piece whose second eigenvalue stands alone."""
    for shift in range(100):
        found = presence(world(seed * 1000 + shift, 7, 9))
        table = found.present.astype(float)
        if is_certain(complexity(table, test="given")):
            return table
    raise AssertionError("no such table")


def test_equal_diversity_leaves_the_sign_undetermined_and_the_first_place_is_not_negative() -> None:
    ring = np.eye(6) + np.roll(np.eye(6), 1, axis=1)
    ring[0, 3] = ring[3, 0] = 1
    ring[0, 0] = ring[3, 3] = 0
    found = complexity(ring, test="given")
    assert set(ring.sum(axis=1)) == {2.0}
    assert SIGN_UNDETERMINED in found.flags


def test_a_perfect_ring_has_no_second_vector_of_its_own() -> None:
    ring = np.eye(6) + np.roll(np.eye(6), 1, axis=1)
    assert NOT_IDENTIFIED in complexity(ring, test="given").flags


@pytest.mark.parametrize("table", [np.ones((4, 5)), np.ones((1, 5)), np.ones((4, 1)), np.zeros((3, 3))])
def test_a_table_without_a_second_dimension_has_no_eci_and_says_so(table: Any) -> None:
    found = complexity(table, test="given")
    assert NOT_IDENTIFIED in found.flags
    assert np.isnan(found.eci).all()
    assert np.isnan(found.pci).all()


@given(seed=st.integers(0, 10_000), nearest=st.integers(1, 12))
def test_density_over_the_nearest_products_is_weighted_by_how_near_they_are(seed: int, nearest: int) -> None:
    found = presence(world(seed, 7, 10))
    matrix = found.present[np.ix_(found.locations, found.products)].astype(float)
    assume(matrix.shape[1] > 2)
    np.testing.assert_allclose(nearest_density(matrix, nearest), plain_nearest(matrix, proximity(matrix), nearest), atol=1e-12)


@given(seed=st.integers(0, 10_000), rows=st.integers(1, 9))
def test_blocks_of_any_height_join_to_the_same_table(seed: int, rows: int) -> None:
    found = presence(world(seed, 7, 10))
    matrix = found.present[:, found.products].astype(float)
    ratios = found.rca[:, found.products]  # type: ignore[index]
    for form in ("larger", "conditional", "correlation"):
        whole = proximity(matrix, form=form, rca=ratios)
        joined = np.vstack([block for _first, block in proximity_blocks(matrix, form=form, rca=ratios, rows=rows)])
        np.testing.assert_allclose(joined, whole, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(np.diag(whole), 1.0, rtol=1e-12)
    counts = np.vstack([block for _first, block in co_occurrence_blocks(matrix, rows)])
    np.testing.assert_array_equal(counts, matrix.T @ matrix)


def test_the_three_forms_of_proximity_are_those_of_their_definitions() -> None:
    values = world(4, 9, 6)
    found = presence(values)
    m, ratio = found.present.astype(float), found.rca
    assert ratio is not None
    together, u = m.T @ m, m.sum(axis=0)
    np.testing.assert_allclose(proximity(m, form="conditional"), together / u[:, None])
    np.testing.assert_allclose(proximity(m, form="correlation", rca=ratio), (1 + np.corrcoef(ratio.T)) / 2, atol=1e-12)
    flat = ratio.copy()
    flat[:, 2] = 1.0
    assert proximity(m, form="correlation", rca=flat)[2].tolist() == [0, 0, 1, 0, 0, 0]


@pytest.mark.parametrize("form", ["conditional", "correlation"])
def test_density_and_gain_follow_the_form_of_the_proximity(form: str) -> None:
    found = complexity(world(4, 9, 6), form=form)
    m, pci_raw = found.kept, found.pci
    phi = proximity(m, form=form, rca=found.rca)
    np.testing.assert_allclose(found.density, (m @ phi.T) / phi.sum(axis=1), atol=1e-12)
    plain = complexity(world(4, 9, 6))
    np.testing.assert_array_equal(plain.pci, pci_raw)
    assert not np.allclose(plain.cog, found.cog)


def test_presence_by_heads_by_both_and_given() -> None:
    values = np.array([[4.0, 0.0], [1.0, 5.0], [2.0, 2.0]])
    heads = [1.0, 10.0, 1.0]
    ratio = rpop(values, heads)
    np.testing.assert_allclose(ratio, (values / np.array(heads)[:, None]) / (values.sum(axis=0) / 12))
    by_rca, by_heads = presence(values).present, presence(values, test="rpop", population=heads).present
    both = presence(values, test="both", population=heads)
    np.testing.assert_array_equal(both.present, by_rca & by_heads)
    assert both.present.dtype == bool
    assert presence([[0, 1], [1, 1]], test="given").present.tolist() == [[False, True], [True, True]]


def test_the_limit_is_inclusive_whatever_order_the_sums_take() -> None:
    values = np.full((3, 7), 0.1)
    assert presence(values).present.all()
    assert not presence(values, threshold=1.0001).present.any()


@pytest.mark.parametrize(
    ("values", "options", "words"),
    [
        ([[1.0, -2.0]], {}, "row 0, column 1"),
        ([[1.0], [float("nan")]], {}, "row 1, column 0"),
        ([1.0, 2.0], {}, "1 dimensions"),
        ([[1.0]], {"test": "sometimes"}, "not sometimes"),
        ([[1.0]], {"threshold": 0.0}, "above 0"),
        ([[1.0]], {"test": "rpop"}, "needs a population"),
        ([[1.0], [2.0]], {"test": "rpop", "population": [1.0]}, "2 locations"),
        ([[1.0], [2.0]], {"test": "both", "population": [1.0, 0.0]}, "row 1"),
        ([[0.5, 1.0]], {"test": "given"}, "0 and 1"),
        ([[1.0, 2.0]], {"nearest": 0}, "at least 1"),
        ([[1.0, 2.0]], {"form": "near"}, "not near"),
        ([[1.0, 0.0]], {"test": "given", "form": "correlation"}, "needs RCA"),
    ],
)
def test_what_is_wrong_is_refused_and_named(values: Any, options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        complexity(values, **options)


def test_rca_of_a_place_that_has_nothing_is_unknown() -> None:
    assert np.isnan(rca([[0.0, 0.0], [1.0, 2.0]])[0]).all()
