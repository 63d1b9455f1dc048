"""The state machine: no path leaves the table, a wrong person learns nothing, and what is refused changes nothing."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine.placement_states import PLACEMENT_STATES
from xinya.kit.refusals import Refused
from xinya.kit.state_charts import markdown, rows, svg
from xinya.kit.states import MACHINES, START, Machine
from xinya.zones.engine.company_states import COMPANY_STATES
from xinya.zones.engine.notice_states import NOTICE_STATES

DOOR = Machine(
    "door-of-the-tests",
    (
        ("", "hang", "SHUT", "joiner", ""),
        ("SHUT", "open", "OPEN", "guest joiner", ""),
        ("OPEN", "shut", "SHUT", ("guest", "joiner"), ("reason",)),
        ("SHUT", "take-down", "GONE", "joiner", "reason tool"),
    ),
    title="A door",
    words={"SHUT": "shut", "OPEN": "open", "GONE": "gone", "open": "open it", "shut": "shut it", "reason": "reason"},
)
del MACHINES["door-of-the-tests"]
SHIPPED = [PLACEMENT_STATES, COMPANY_STATES, NOTICE_STATES]


def refusal(state: str, verb: str, who: Any, **fields: Any) -> Refused:
    row = SimpleNamespace(state=state)
    with pytest.raises(Refused) as caught:
        DOOR.move(row, verb, who, **fields)
    assert row.state == state, "a refused move changes nothing"
    return caught.value


def test_a_row_moves_as_the_table_says() -> None:
    row = SimpleNamespace(state=START)
    for verb, state in (("hang", "SHUT"), ("open", "OPEN"), ("shut", "SHUT"), ("take-down", "GONE")):
        assert DOOR.move(row, verb, {"joiner"}, reason="draught", tool="screwdriver").to == row.state == state


def test_a_wrong_state_is_named_with_what_may_follow() -> None:
    found = refusal("OPEN", "open", {"guest"})
    assert (found.code, found.status, found.values["state"], found.values["next"]) == ("wrong-state", 409, "OPEN", ["shut"])
    assert found.sentence("en") == "It is “open” now. What may follow: shut it."
    assert refusal("GONE", "open", {"guest"}).sentence("en") == "It is “gone” now, and nothing follows that."


def test_a_wrong_person_is_refused_before_the_state_is_named() -> None:
    found = refusal("OPEN", "take-down", {"guest"}, reason="draught")
    assert (found.code, found.status) == ("not-allowed", 403)
    assert "open" not in found.sentence("en")
    with pytest.raises(Refused) as hidden:
        DOOR.move(SimpleNamespace(state="SHUT"), "take-down", {"guest"}, hidden=True)
    assert (hidden.value.code, hidden.value.status) == ("not-found", 404)


@pytest.mark.parametrize("given_fields", [{}, {"reason": None}, {"reason": " \n"}, {"reason": []}])
def test_a_missing_field_is_named(given_fields: dict[str, object]) -> None:
    found = refusal("OPEN", "shut", {"guest"}, **given_fields)
    assert (found.code, found.status, found.sentence("en")) == ("field-missing", 422, "This is still missing: reason.")


def test_zero_is_a_value_and_no_missing_field() -> None:
    assert DOOR.step("OPEN", "shut", {"guest"}, reason=0).to == "SHUT"


def test_the_actor_may_be_a_predicate() -> None:
    assert DOOR.step("SHUT", "open", lambda role: role == "guest").to == "OPEN"
    assert refusal("SHUT", "open", lambda role: False).status == 403


def test_a_page_offers_only_what_this_person_may_do() -> None:
    assert DOOR.verbs_from("SHUT") == ("open", "take-down")
    assert DOOR.verbs_from("SHUT", {"guest"}) == ("open",)
    assert DOOR.verbs_from("GONE") == ()


@pytest.mark.parametrize(
    "table",
    [
        (("", "hang", "SHUT", "joiner", ""), ("", "hang", "OPEN", "joiner", "")),
        (("", "hang", "SHUT", "joiner", ""), ("OPEN", "shut", "SHUT", "joiner", "")),
        (("", "hang", "SHUT", "", ""),),
        (("", "hang", "", "joiner", ""),),
        (("SHUT", "open", "OPEN", "joiner", ""),),
    ],
)
def test_a_table_that_contradicts_itself_or_leaves_a_state_out_of_reach_is_no_machine(table: Any) -> None:
    with pytest.raises(ValueError, match="broken"):
        Machine("broken", table, title="", words={})
    assert "broken" not in MACHINES


@given(st.data())
def test_no_path_leaves_the_table(data: st.DataObject) -> None:
    machine = data.draw(st.sampled_from(SHIPPED))
    roles = sorted({one for step in machine.steps for one in step.who})
    verbs = sorted({step.verb for step in machine.steps})
    allowed = {(s.source, s.verb, s.to) for s in machine.steps}
    row = SimpleNamespace(**{machine.field: START})
    for _turn in range(12):
        before = getattr(row, machine.field)
        verb, who = data.draw(st.sampled_from(verbs)), data.draw(st.sets(st.sampled_from(roles)))
        fields: dict[str, Any] = (
            {name: "given" for step in machine.steps for name in step.required} if data.draw(st.booleans()) else {}
        )
        try:
            step = machine.move(row, verb, who, **fields)
        except Refused as refused:
            assert getattr(row, machine.field) == before
            assert refused.status in (403, 409, 422)  # noqa: PT017
        else:
            assert (before, verb, getattr(row, machine.field)) in allowed
            assert who & set(step.who)
            assert set(step.required) <= set(fields)


@pytest.mark.parametrize("machine", SHIPPED, ids=lambda m: m.name)
def test_every_name_of_a_shipped_table_has_a_word_in_both_languages(machine: Machine) -> None:
    names = {n for s in machine.steps for n in (s.source, s.verb, s.to, *s.who, *s.required) if n != START}
    assert names == set(machine.words)
    for name in names:
        assert machine.word(name, "zh") != machine.words[name], name


@pytest.mark.parametrize("machine", SHIPPED, ids=lambda m: m.name)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_picture_and_table_show_every_step_of_the_table(machine: Machine, language: str) -> None:
    picture, table = svg(machine, language), markdown(machine, language)
    assert picture.count("<rect") == len(machine.states)
    assert picture.count('z"/>') == len(machine.steps) == len(rows(machine, language)) == table.count("\n| ") - 2
    for state in machine.states:
        assert machine.word(state, language) in picture
        assert machine.word(state, language) in table


def test_a_picture_takes_no_word_for_markup() -> None:
    odd = Machine("odd", (("", "a", "<script>", "x", ""),), title="<b>", words={"<script>": "<script>alert(1)</script>"})
    del MACHINES["odd"]
    assert "<script" not in svg(odd)
    assert "&lt;script&gt;" in svg(odd)
