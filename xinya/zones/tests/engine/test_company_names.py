"""Company names: one key for one way of writing, and never one firm made of two."""

import json
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xinya.zones.engine.company_names import ASK, DIFFERENT, SAME, Candidates, compare, name_key, name_parts, places_of
from xinya.zones.engine.credit_code import ALPHABET, check_character
from xinya.zones.engine.name_parts import name_keys
from xinya.zones.engine.name_readings import read_alike
from xinya.zones.golden import texts

PLACES = places_of(["云汐省", "岚洲市", "望澜区", "桐湾市"])
FIRM = "岚洲启曜精密机械有限公司"
BODIES = st.text(ALPHABET, min_size=17, max_size=17)
SYLLABLES = st.text("启曜朔珩瀚霆澄睿一二三1 2（）()有限公司股份集团科技电子分厂岚洲市望澜区.-·*原筹ABcＡ電機", max_size=14)


def decide(a: str, b: str, **known: object) -> str:
    return compare(a, b, places=PLACES, **known).decision  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "written",
    [f"{FIRM}　", f"3、{FIRM}", f"{FIRM}※", "嵐洲啟曜精密機械有限公司", f"{FIRM}（盖章）", f"（2）{FIRM}"],
)
def test_width_blanks_marks_script_and_running_numbers_make_no_other_firm(written: str) -> None:
    assert name_key(written) == FIRM
    assert decide(written, FIRM) == SAME


def test_a_number_that_belongs_to_the_name_stays() -> None:
    assert name_key("58 同城有限公司") != name_key("同城有限公司")
    assert name_key("1.5度能源有限公司").startswith("1.5")
    assert name_key("A+B材料有限公司") != name_key("AB材料有限公司")
    assert name_key("启曜Ⅲ期") != name_key("启曜III期")


def test_a_name_falls_into_place_brand_trade_and_form() -> None:
    parts = name_parts("云汐省岚洲市启曜精密机械集团股份有限公司", PLACES)
    assert parts.places == ("云汐", "岚洲")
    assert (parts.brand, parts.trade, parts.form) == ("启曜", "精密机械", "group-stock")
    assert name_parts("启曜精密机械（岚洲）有限公司", PLACES).core == parts.core


@pytest.mark.parametrize(
    "other",
    [
        "岚洲启曜精密机械股份有限公司", "岚洲启曜精密机械公司", "岚洲启曜精密机械有限责任公司", "岚洲市启曜精密机械有限公司",
        "启曜精密机械", "岚洲启曜精密机械有限公", "岚洲启曜精密机城有限公司", f"{FIRM}（筹）", "岚洲曜启精密机械有限公司",
        "岚洲启耀精密机械有限公司",
    ],
)  # fmt: skip
def test_what_is_only_like_a_name_is_asked_and_never_joined(other: str) -> None:
    assert decide(FIRM, other) == ASK


@pytest.mark.parametrize(
    "other",
    [
        f"{FIRM}桐湾分公司", f"{FIRM}驻桐湾办事处", "岚洲启曜二号精密机械有限公司", "桐湾启曜精密机械有限公司",
        "岚洲禾麓食品有限公司", "",
    ],
)  # fmt: skip
def test_branches_other_numbers_and_other_places_are_other_firms(other: str) -> None:
    assert decide(FIRM, other) == DIFFERENT


def test_numbers_written_differently_are_asked() -> None:
    assert decide("岚洲三〇二检测有限公司", "岚洲302检测有限公司") == ASK
    assert decide("岚洲启曜1期投资合伙企业", "岚洲启曜12期投资合伙企业") == DIFFERENT


def test_two_characters_that_simplified_script_merges_are_asked() -> None:
    assert name_key("岚洲鍾成有限公司") == name_key("岚洲鐘成有限公司")
    assert decide("岚洲鍾成有限公司", "岚洲鐘成有限公司") == ASK
    assert decide("岚洲電控有限公司", "岚洲电控有限公司") == SAME


def test_a_mark_inside_a_latin_word_is_asked() -> None:
    assert decide("岚洲A-1动力有限公司", "岚洲A1动力有限公司") == ASK
    assert decide("Qiyao Motor Co., Ltd.", "QIYAO MOTOR CO.LTD") == SAME


def test_a_brand_alone_is_asked_against_its_full_name_and_one_slip_in_a_short_name_too() -> None:
    assert decide("启曜股份", "岚洲启曜精密机械股份有限公司") == ASK
    assert decide("岚洲启曜机械厂", "岚洲启暇机械厂") == ASK
    assert decide("启曜", "禾麓食品有限公司") == DIFFERENT


def test_equal_short_names_without_a_legal_form_are_asked() -> None:
    assert decide("启曜精密", "启曜精密") == ASK


@given(BODIES, BODIES)
def test_valid_codes_decide_whatever_the_names_say(first: str, second: str) -> None:
    assume(first != second)
    one, other = (body + check_character(body) for body in (first, second))
    assert decide(FIRM, FIRM, code_a=one, code_b=other) == DIFFERENT
    assert decide(FIRM, "Qiyao Ltd.", code_a=one, code_b=one) == SAME


def test_a_code_that_is_not_valid_makes_equal_names_a_question() -> None:
    assert decide(FIRM, FIRM, code_a="91990104MAK5H6Q882", code_b="91990104MAK5H6Q883") == ASK


def test_a_former_name_on_record_is_the_firm() -> None:
    assert decide(FIRM, "岚洲机械厂") == DIFFERENT
    assert decide(FIRM, "岚洲机械厂", former_a=["岚洲机械厂 "]) == SAME
    assert name_parts("岚洲启曜精密机械有限公司（原岚洲机械厂）").former == ("岚洲机械厂",)


@given(st.one_of(st.text(max_size=20), SYLLABLES))
def test_the_key_of_a_key_is_itself(name: str) -> None:
    key = name_key(name)
    assert name_key(key) == key
    assert name_keys([name, key]) == [key, key]


@given(st.one_of(st.text(max_size=16), SYLLABLES), st.one_of(st.text(max_size=16), SYLLABLES))
def test_comparing_is_symmetric_and_says_same_only_of_equal_keys(a: str, b: str) -> None:
    told = compare(a, b, places=PLACES)
    assert told == compare(b, a, places=PLACES)
    assert told.decision != SAME or name_key(a) == name_key(b)
    assert told.evidence


def test_homophones_are_read_alike_without_tones() -> None:
    assert read_alike("鑫晟", "新盛")
    assert read_alike("重庆", "崇庆")
    assert not read_alike("鑫晟", "鑫")


def test_a_register_gives_the_likest_names_first_and_no_vetoed_one() -> None:
    register = [
        "岚洲禾麓食品有限公司",
        "岚洲启耀精密机械有限公司",
        FIRM,
        "岚洲启曜精密机械有限公司桐湾分公司",
        "桐湾启曜精密机械有限公司",
        "岚洲启曜二号精密机械有限公司",
    ]
    found = Candidates(register, places=PLACES).like("岚洲启曜精密机械股份有限公司")
    assert [like.place for like in found] == [2, 1]
    assert found[0].differing == ("form",)
    assert Candidates(register).like("启曜精密机械")[0].place == 2
    assert Candidates([]).like(FIRM) == []
    assert Candidates(register).like("") == []


def test_the_index_finds_one_wrong_character_wherever_it_stands() -> None:
    register = ["".join(order) + "精密机械有限公司" for order in permutations("启曜朔珩", 4)] + ["岚洲瀚霆光电科技有限公司"]
    index = Candidates(register)
    name = register[-1]
    for at in range(2, len(name) - 4):
        assert [like.place for like in index.like(name[:at] + "卍" + name[at + 1 :])] == [len(register) - 1]


def test_every_golden_pair_ends_as_allowed_and_no_two_firms_are_joined(shared: Path) -> None:
    folder = shared / "data" / "golden" / "import"
    document = json.loads((folder / "names.json").read_text(encoding="utf-8"))
    handler = texts.HANDLERS["names"]
    wrong, joined, asked = [], [], 0
    for name, case in handler.cases_of(document):
        expected, found = handler.run_case(case, folder)
        wrong += [(name, expected, found)] if expected != found else []
        joined += [name] if found["outcome"] == "same" and case["relation"] not in ("same", "former") else []
        asked += found["outcome"] == "ask"
    assert (wrong, joined) == ([], [])
    assert asked < 45


def test_near_names_of_the_golden_list_stay_two_firms(shared: Path) -> None:
    rows = json.loads((shared / "data/golden/import/companies_truth.json").read_text(encoding="utf-8"))["rows"]
    names = [row["name"] for row in rows]
    assert len(set(name_keys(names))) == len(names) == 300
