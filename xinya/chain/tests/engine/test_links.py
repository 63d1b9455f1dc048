"""Missing-link prediction: what is hidden stays hidden, negatives are what they are called, ranks are counted as they should."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine.links import (
    FEATURES,
    METHODS,
    Clues,
    Known,
    auc,
    contained,
    fitted,
    hide,
    judged,
    judged_on_hidden,
    matched_negatives,
    name_table,
    nearest_rows,
    proposed_inputs,
    trained,
    uniform_negatives,
)

NAMES = ["番茄炒蛋", "番茄", "鸡蛋", "番茄鸡蛋面", "面粉", "钛合金锻件", "海绵钛", "钛合金", "锻件", "番茄蛋汤"]
LINKS = [(0, 1), (0, 2), (3, 1), (3, 2), (3, 4), (5, 7), (7, 6)]


def known(links: list[tuple[int, int]] = LINKS) -> Known:
    both = np.array(links)
    return Known(NAMES, both[:, 0], both[:, 1], np.array([5]), np.array([8]), np.unique(both[:, 1]))


@given(count=st.integers(2, 200), share=st.floats(0.05, 0.9), seed=st.integers(0, 99))
def test_hidden_and_kept_links_are_all_links_once(count: int, share: float, seed: int) -> None:
    kept, hidden = hide(count, share=share, seed=seed)
    assert sorted([*kept.tolist(), *hidden.tolist()]) == list(range(count))
    assert len(hidden) == max(1, round(share * count))
    assert np.array_equal(hidden, hide(count, share=share, seed=seed)[1])


@given(seed=st.integers(0, 99))
def test_negatives_are_no_links_and_matched_ones_have_as_many_uses(seed: int) -> None:
    draw = np.random.default_rng(seed)
    degree = draw.integers(0, 3, 120).astype(float)
    products, truth = draw.integers(0, 30, 40), draw.integers(0, 120, 40)
    taken = set(zip(products.tolist(), truth.tolist(), strict=True))
    rows, columns = matched_negatives(products, truth, degree, taken, seed=seed)
    assert rows.tolist() == products.tolist()
    assert not taken & set(zip(rows.tolist(), columns.tolist(), strict=True))
    for material, other in zip(truth.tolist(), columns.tolist(), strict=True):
        assert degree[material] == degree[other]
    rows, columns = uniform_negatives(products, 120, taken, seed=seed)
    assert len(rows) == 40
    assert set(rows.tolist()) <= set(products.tolist())
    assert not taken & set(zip(rows.tolist(), columns.tolist(), strict=True))


@given(one=st.lists(st.integers(0, 5), min_size=1, max_size=9), other=st.lists(st.integers(0, 5), min_size=1, max_size=9))
def test_the_area_is_the_chance_to_stand_above(one: list[int], other: list[int]) -> None:
    plain = np.mean([1.0 if a > b else 0.5 if a == b else 0.0 for a in one for b in other])
    assert auc(np.array(one, float), np.array(other, float)) == pytest.approx(plain)


def test_ranks_pass_over_other_links_and_ties_stand_in_the_middle() -> None:
    table = np.array([[5.0, 4.0, 3.0, 3.0, 1.0], [0.0, 0.0, 0.0, 0.0, 0.0]])
    hidden = (np.array([0, 1]), np.array([2, 1]))
    taken = {(0, 0), (0, 2), (1, 1)}
    negatives = {"all": (np.array([0, 1]), np.array([4, 0]))}
    found = judged(lambda some: {"m": table[some]}, hidden, taken, negatives, cuts=(1, 3))["m"]
    assert found.mrr == pytest.approx((1 / 2.5 + 1 / 3) / 2)  # 4 above, 3 beside; four beside
    assert found.hits == {1: 0.0, 3: 1.0}
    assert found.auc["all"] == pytest.approx((1 + 1 + 0 + 0.5) / 4)


def test_names_are_alike_by_characters_pairs_and_heads() -> None:
    table = name_table(NAMES)
    likeness = (table @ table.T).toarray()
    np.testing.assert_allclose(np.diag(likeness), 1.0)
    assert likeness[0, 9] > likeness[0, 6] == 0
    near = nearest_rows(table, table, 2).toarray()
    assert (near > 0).sum(axis=1).max() <= 2
    inside = contained(NAMES, NAMES).toarray()
    assert [NAMES[k] for k in np.flatnonzero(inside[5])] == ["钛合金", "锻件"]
    assert not np.diag(inside).any()


def test_a_likeness_to_what_needs_it_is_a_clue_and_ones_own_links_are_none() -> None:
    clues = Clues(known())
    features = clues.of(np.array([9, 0]))
    column = {int(m): i for i, m in enumerate(known().materials)}
    alike = FEATURES.index("alike by name")
    assert features[0, column[2], alike] > 0
    assert features[0, column[6], alike] == 0
    alone = Clues(known([(0, 1), (5, 7)])).of(np.array([0]))
    assert alone[0, 0, alike] == 0
    assert features[1, column[1], FEATURES.index("name within")] == 1


def test_weights_tell_links_from_no_links() -> None:
    draw = np.random.default_rng(0)
    rows = draw.normal(size=(400, 3))
    truth = rows[:, 0] - 0.5 * rows[:, 2] + 0.3 * draw.normal(size=400) > 0
    weights = fitted(rows, truth)
    assert weights.weights[0] > 0 > weights.weights[2]
    assert auc(weights.score(rows[truth]), weights.score(rows[~truth])) > 0.95


def test_training_uses_known_links_only_and_says_the_same_again() -> None:
    one, other = (trained(known(LINKS * 1), seed=1, share=0.4) for _ in range(2))
    assert np.array_equal(one.weights, other.weights)
    assert np.isfinite(one.weights).all()
    scored: Any = one.score(Clues(known()).of(np.array([9])))
    assert scored.shape == (1, len(known().materials))


@given(seed=st.integers(0, 30), most=st.integers(1, 6))
def test_proposals_are_new_inputs_in_the_order_of_their_scores(seed: int, most: int) -> None:
    told, every = known(), np.arange(len(NAMES))
    found = proposed_inputs(told, every, seed=seed, most=most)
    for product in every.tolist():
        own = [p for p in found if p.product == product]
        assert [p.rank for p in own] == list(range(1, len(own) + 1))
        assert [p.score for p in own] == sorted((p.score for p in own), reverse=True)
        needed = {b for a, b in LINKS if a == product}
        open_ = set(told.materials.tolist()) - needed - {product}
        assert len(own) == min(most, len(open_))
        assert {p.input for p in own} <= open_
        assert all((other, p.input) in LINKS and other != product for p in own for other in p.alike)


def test_a_test_hides_links_and_judges_every_method_on_the_same_ones() -> None:
    found = judged_on_hidden(known(), seed=1)
    assert (found.hidden, found.links, found.materials) == (1, len(LINKS), 5)
    assert list(found.methods) == list(METHODS)
    assert all(0 < method.mrr <= 1 for method in found.methods.values())


def test_an_area_without_negatives_is_unknown() -> None:
    assert np.isnan(auc(np.array([1.0]), np.array([])))
