"""Open cap table packages: the shared example byte for byte, a company of fifty events there and back, defects by their place."""

import datetime
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.draws import examples
from xinya.fund.engine import POOL, BadInput, Book, Event, units_by_tranche
from xinya.fund.files.event_lines import lines, read_lines
from xinya.fund.files.ocf import MANIFEST, Package, package_from_folder, package_from_members, package_from_zip, zip_bytes
from xinya.fund.files.ocf_check import SCHEMAS, defects, demand_valid
from xinya.fund.files.ocf_export import package_of
from xinya.fund.files.ocf_import import company_of_package

DAY = datetime.date(2021, 1, 1)


@pytest.fixture(scope="session")
def example(shared: Path) -> Path:
    return shared / "data" / "golden" / "fund" / "ocf-example"


def generated(seed: int, count: int = 50) -> Book:
    """A company with `count` events of every kind that the format can tell, drawn at random, late ones among them."""
    draw, book = random.Random(seed), Book()

    def put(kind: str, **content: Any) -> bool:
        day = DAY + datetime.timedelta(days=9 * book.seq + draw.randrange(-3, 4))
        try:
            book.append(Event(0, kind, day, content))
        except BadInput:
            return False
        return True

    put("POOL_FUNDED", amount_fen=10**11)
    put("CAP_TABLE_OPENED", holders={"F1": 6_000_000, "F2": 2_000_000}, pool_units=500_000)
    for grant in ("G1", "G2"):
        put("GRANT_APPROVED", grant=grant, amount_fen=3 * 10**9, tranches_fen=[10**9, 2 * 10**9])
        put("TRANCHE_PAID", grant=grant, no=1, amount_fen=10**9)
    number = 0
    while book.seq < count:
        grant, holder = draw.choice(["G1", "G2"]), draw.choice(["F1", "F2", "PUBLIC", "VC_1", "VC_2"])
        units, money = draw.randrange(1, 300_000), draw.randrange(1, 4 * 10**8)
        number += 1
        choices: list[tuple[str, dict[str, Any]]] = [
            ("UNITS_ISSUED", {"holder": holder, "units": units}),
            ("UNITS_TRANSFERRED", {"from": holder, "to": draw.choice(["F1", "VC_3"]), "units": units}),
            ("POOL_CHANGED", {"change_units": draw.choice([units, -units])}),
            ("UNITS_SPLIT", {"numerator": draw.choice([2, 3]), "denominator": 1}),
            ("ROUND_CLOSED", round_of(f"R{number}", money, units)),
            ("TRANCHE_PAID", {"grant": grant, "no": 2, "amount_fen": 2 * 10**9}),
            ("GRANT_CONVERTED", {"grant": grant, "principal_fen": money, "units": units}),
            ("REMAINDER_REPAID", {"grant": grant, "principal_fen": money}),
            ("WRITTEN_OFF", {"grant": grant, "recovered_fen": 5, "written_off_fen": money // 9 + 1}),
            ("SHARES_SOLD", {"grant": grant, "units": units // 7 + 1, "price_fen": money, "buyer": "VC_4"}),
            ("ADJUSTED", {"holder": "VC_1", "units": units}),
            ("REVERSED", {"reverses": max(book.seq, 1)}),
        ]
        kind, content = draw.choice(choices)
        put(kind, **content)
    return book


def round_of(name: str, money: int, units: int) -> dict[str, Any]:
    return {
        "round": name, "new_money": [{"holder": "VC_1", "amount_fen": money}],
        "issued": [{"holder": "VC_1", "units": units}, {"holder": "VC_2", "units": units // 2 + 1}], "pool_topup_units": units // 3,
    }  # fmt: skip


def held(book: Book) -> dict[str, int]:
    return {holder: units for holder, units in book.view().cap_table().items() if units}


def open_grants(book: Book) -> dict[str, int]:
    view = book.view()
    return {name: view.grant(name)["outstanding"] for name in view.grants() if view.grant(name)["outstanding"]}


def there_and_back(book: Book) -> Book:
    package = package_of(book, {"issuer": {"legal_name": "示例新芽科技有限公司"}})
    assert [str(defect) for defect in defects(package)] == []
    again = package_from_members(package.members())
    demand_valid(again)
    back, facts = company_of_package(again)
    assert package_of(back, facts).members() == package.members()
    return back


def test_the_shared_example_is_valid_and_comes_out_byte_for_byte(example: Path) -> None:
    package = package_from_folder(example)
    assert defects(package) == []
    book, facts = company_of_package(package)
    assert package_of(book, facts).members() == {path.name: path.read_bytes() for path in example.iterdir()}


def test_the_shared_example_replays_to_the_cap_table_of_its_case(example: Path) -> None:
    book, _facts = company_of_package(package_from_folder(example))
    case = json.loads((example.parent / "F09-ceiling-remainder.json").read_text("utf-8"))
    assert held(book) == case["expected"]["cap_table"]
    grant = book.view().grant("G1")
    assert grant["converted"] == case["expected"]["converted_principal_fen"]
    assert grant["repaid"] == case["expected"]["remainder_due_fen"]
    assert grant["outstanding"] == 0


def test_the_units_of_a_grant_go_to_its_tranches_as_in_the_shared_example(example: Path) -> None:
    parts = units_by_tranche([2 * 10**9, 3 * 10**9], 2_999_999_838, 4_629_629)
    assert parts == [(2 * 10**9, 3_086_419), (999_999_838, 1_543_210)]
    stock = [i for i in package_from_folder(example).items("transactions") if i["object_type"] == "TX_STOCK_ISSUANCE"]
    assert [int(item["quantity"]) for item in stock[2:]] == [units for _principal, units in parts]


def test_a_company_of_fifty_events_comes_back_with_the_same_table() -> None:
    book = generated(1)
    assert book.seq == 50
    assert len({event.type for event in book.events()}) >= 12
    back = there_and_back(book)
    assert held(back) == held(book)
    assert open_grants(back) == open_grants(book)


@pytest.mark.long
@settings(max_examples=examples(15), deadline=None)
@given(st.integers(0, 10**6))
def test_any_company_comes_back_with_the_same_table_and_the_same_bytes(seed: int) -> None:
    book = generated(seed, count=30)
    back = there_and_back(book)
    assert held(back) == held(book)
    assert open_grants(back) == open_grants(book)


def test_imported_events_survive_as_lines_and_export_the_same_package(example: Path) -> None:
    book, facts = company_of_package(package_from_folder(example))
    again = Book().extend(read_lines(lines(book.events())))
    assert again.hash == book.hash
    told = json.loads(json.dumps(facts))
    assert package_of(again, told).members() == {path.name: path.read_bytes() for path in example.iterdir()}


def test_what_happens_after_an_import_is_added_to_the_package(example: Path) -> None:
    book, facts = company_of_package(package_from_folder(example))
    sale = {"grant": "G1", "units": 4_000_000, "price_fen": 10**9, "buyer": "VC_D"}
    book.append(Event(0, "SHARES_SOLD", datetime.date(2024, 5, 6), sale))
    package = package_of(book, facts)
    assert [str(defect) for defect in defects(package)] == []
    assert package.manifest["as_of"] == "2024-05-06"
    back, _facts = company_of_package(package)
    assert held(back) == held(book)


def test_notes_and_safes_carry_their_own_mechanisms() -> None:
    facts = {
        "convertibles": [
            {"id": "N-1", "holder": "ANGEL", "type": "NOTE", "outstanding_principal_fen": 10**8, "discount": "0.2",
             "annual_rate": "0.08", "interest_from": "2021-01-01", "interest_to": "2022-01-01", "date": "2021-01-01"},
            {"id": "S-1", "holder": "ANGEL", "type": "SAFE_POST", "outstanding_principal_fen": 6 * 10**7, "cap_fen": 12 * 10**9,
             "date": "2021-02-01"},
        ],
        "classes": [
            {"id": "A", "name": "A轮", "repay_rank": 2}, {"id": "B", "name": "B轮", "repay_rank": 1, "preference_multiple": "1"},
        ],
    }  # fmt: skip
    book = Book().extend(
        [
            Event(0, "CAP_TABLE_OPENED", DAY, {"holders": {"F": 10**6}}),
            Event(0, "ROUND_CLOSED", DAY, {"round": "A", "class": "A", "issued": [{"holder": "V", "units": 5}]}),
            Event(0, "ROUND_CLOSED", DAY, {"round": "B", "class": "B", "issued": [{"holder": "W", "units": 7}]}),
        ]
    )
    package = package_of(book, facts)
    assert [str(defect) for defect in defects(package)] == []
    note, safe = (
        item["conversion_triggers"][0]["conversion_right"]["conversion_mechanism"] for item in package.items("transactions")[:2]
    )
    assert (note["type"], note["conversion_discount"], note["day_count_convention"]) == (
        "CONVERTIBLE_NOTE_CONVERSION",
        "0.2",
        "ACTUAL_365",
    )
    assert (safe["type"], safe["conversion_timing"]) == ("SAFE_CONVERSION", "POST_MONEY")
    seniority = {item["name"]: int(item["seniority"]) for item in package.items("stock_classes")}
    assert seniority["B轮"] > seniority["A轮"] > seniority["COMMON"]  # rank 1 is paid first here; there the larger number is
    back, facts_again = company_of_package(package)
    assert package_of(back, facts_again).members() == package.members()


def test_a_price_that_ten_decimals_cannot_say_stands_exactly_in_the_comments() -> None:
    book = Book().extend(
        [
            Event(0, "CAP_TABLE_OPENED", DAY, {"holders": {"F": 10}}),
            Event(0, "ROUND_CLOSED", DAY, {**round_of("A", 1000, 3), "pps_fen_exact": "1000/3"}),
        ]
    )
    item = package_of(book, {}).items("transactions")[1]
    assert item["share_price"]["amount"] == "3.3333333333"
    assert item["comments"] == ["exact price per unit: 10/3 CNY"]


def test_a_zip_gives_the_same_package_and_the_same_bytes_each_time(example: Path) -> None:
    package = package_from_folder(example)
    content = zip_bytes(package)
    assert zip_bytes(package_from_zip(content)) == content
    assert package_from_zip(content).members() == package.members()


def test_units_by_holder_an_empty_table_and_fields_that_mean_nothing_are_exported_as_they_were_recorded() -> None:
    book = Book()
    for kind, content in (
        ("CAP_TABLE_OPENED", {"pool_units": 9}),
        ("POOL_FUNDED", {"amount_fen": 100}),
        ("GRANT_APPROVED", {"grant": "G1", "amount_fen": 100}),
        ("TRANCHE_PAID", {"grant": "G1", "no": 1, "amount_fen": 100}),
        ("ROUND_CLOSED", {"issued": {"F": 5, "V": 7}, "new_money": [{"holder": "V", "amount_fen": 70}]}),
        ("GRANT_CONVERTED", {"grant": "G1", "principal_fen": 60, "units": 6}),
        ("SHARES_SOLD", {"grant": "G1", "units": 2, "price_fen": 30, "buyer": "V", "from": "nobody", "to": "nobody"}),
        ("WRITTEN_OFF", {"grant": "G1", "written_off_fen": 40, "principal_fen": 10**12}),
    ):
        book.append(Event(0, kind, DAY, content))
    back = there_and_back(book)
    assert held(back) == held(book) == {POOL: 9, "F": 5, "V": 9, "PUBLIC": 4}
    assert open_grants(back) == {}


def test_a_tranche_that_a_package_tells_after_a_conversion_is_taken_as_named() -> None:
    book = Book()
    for kind, content in (
        ("POOL_FUNDED", {"amount_fen": 100}),
        ("CAP_TABLE_OPENED", {"holders": {"F": 10}}),
        ("GRANT_APPROVED", {"grant": "G1", "amount_fen": 100, "tranches_fen": [60, 40]}),
        ("TRANCHE_PAID", {"grant": "G1", "no": 1, "amount_fen": 60}),
        ("GRANT_CONVERTED", {"grant": "G1", "principal_fen": 60, "units": 6}),
        ("TRANCHE_PAID", {"grant": "G1", "no": 2, "amount_fen": 40, "named_by_decision": "D7"}),
    ):
        book.append(Event(0, kind, DAY, content))
    assert open_grants(there_and_back(book)) == open_grants(book) == {"G1": 40}


@pytest.mark.parametrize(
    "facts",
    [
        {"holders": 5}, {"holders": {"F": 5}}, {"names": {"F": {"name": 5}}}, {"classes": [{"id": "A", "repay_rank": "1"}]},
        {"initial_pool": "9"}, {"other_items": [{}]}, {"convertibles": [{"id": "N", "holder": "A"}]}, {"as_of": "2021-13-01"},
        {"issuer": []}, {"package": {"manifest": {}, "documents": {}, "order": []}}, {"package": 7},
    ],
)  # fmt: skip
def test_facts_of_the_wrong_kind_are_refused_by_their_place(facts: dict[str, Any]) -> None:
    book = Book().extend([Event(0, "CAP_TABLE_OPENED", DAY, {"holders": {"F": 10}})])
    with pytest.raises(BadInput):
        package_of(book, facts)
    assert package_of(book, {}).items("transactions")


def test_an_item_under_an_event_is_judged_by_its_schema_before_it_is_written_again() -> None:
    told: tuple[Any, ...] = ("x", [5], [{}], [{"object_type": "TX_STOCK_ISSUANCE", "id": "1"}])
    for items in told:
        book = Book().extend([Event(0, "CAP_TABLE_OPENED", DAY, {"holders": {"F": 10}, "ocf": items})])
        with pytest.raises(BadInput, match="FIELD_WRONG"):
            package_of(book, {})


def test_a_damaged_zip_is_refused_and_nothing_else_happens(example: Path) -> None:
    draw, content, refused = random.Random(1), zip_bytes(package_from_folder(example)), 0
    for _attempt in range(1500):
        damaged = bytearray(content)
        for _byte in range(draw.choice([1, 2, 20])):
            place = draw.choice([draw.randrange(len(damaged)), len(damaged) - 1 - draw.randrange(1200)])
            damaged[place] = draw.randrange(256)
        try:
            package_from_zip(bytes(damaged))
        except BadInput:
            refused += 1
    assert refused > 1000


def changed(example: Path, kind: str, place: int, **fields: Any) -> Package:
    members = {path.name: json.loads(path.read_bytes()) for path in example.iterdir()}
    members[kind]["items"][place].update(fields)
    return package_from_members({name: json.dumps(told).encode() for name, told in members.items()}, strict=False)


@pytest.mark.parametrize(
    ("place", "fields", "code", "reason"),
    [
        (0, {"quantity": "1e5"}, "OCF_SCHEMA", "quantity"),
        (0, {"date": "2020-13-01"}, "OCF_SCHEMA", "date"),
        (0, {"unknown": 1}, "OCF_SCHEMA", "unknown"),
        (0, {"object_type": "TX_NOTHING"}, "OCF_SCHEMA", "no schema"),
        (0, {"stakeholder_id": "nobody"}, "OCF_REFERENCE", "stakeholder_id nobody"),
        (0, {"stock_class_id": "none"}, "OCF_REFERENCE", "stock_class_id none"),
        (5, {"balance_security_id": "gone"}, "OCF_REFERENCE", "balance_security_id gone"),
        (5, {"resulting_security_ids": ["gone"]}, "OCF_REFERENCE", "resulting security gone"),
        (1, {"id": "812b5879-bb2f-50f5-a0db-201906a27468"}, "DUPLICATE_ID", "twice"),
    ],
)
def test_a_defect_is_named_by_its_item(example: Path, place: int, fields: dict[str, Any], code: str, reason: str) -> None:
    found = [defect for defect in defects(changed(example, "Transactions.ocf.json", place, **fields)) if defect.code != "OCF_MD5"]
    assert [(defect.code, reason in defect.reason) for defect in found][:1] == [(code, True)]


def test_an_item_that_the_release_s_file_schema_leaves_out_is_judged_by_its_own_schema(shared: Path) -> None:
    samples = package_from_folder(shared / "data" / "ocf-samples", strict=False)
    assert any(item["object_type"] == "TX_ISSUER_AUTHORIZED_SHARES_ADJUSTMENT" for item in samples.items("transactions"))
    assert [str(defect) for defect in defects(samples) if defect.code == "OCF_SCHEMA"] == []


def test_a_wrong_sum_and_a_missing_file_are_refused_at_import(example: Path) -> None:
    members = {path.name: path.read_bytes() for path in example.iterdir()}
    with pytest.raises(BadInput, match="md5"):
        package_from_members(members | {"Stakeholders.ocf.json": members["Stakeholders.ocf.json"] + b" "})
    del members["Stakeholders.ocf.json"]
    with pytest.raises(BadInput, match=r"Stakeholders\.ocf\.json is missing"):
        package_from_members(members)
    with pytest.raises(BadInput, match=r"Manifest\.ocf\.json is missing"):
        package_from_members({})


def test_a_manifest_cannot_lead_out_of_its_package(example: Path) -> None:
    members = {path.name: path.read_bytes() for path in example.iterdir()}
    manifest = json.loads(members[MANIFEST])
    manifest["stakeholders_files"][0]["filepath"] = "../Stakeholders.ocf.json"
    with pytest.raises(BadInput, match="FIELD_WRONG"):
        package_from_members(members | {MANIFEST: json.dumps(manifest).encode()})


def test_options_and_warrants_which_have_no_event_here_are_refused_whole(shared: Path) -> None:
    samples = package_from_folder(shared / "data" / "ocf-samples", strict=False)
    with pytest.raises(BadInput):
        company_of_package(samples)


def test_the_shipped_schemas_are_unchanged_copies_with_their_licence(shared: Path) -> None:
    original = shared / "data" / "ocf-schema"
    theirs = {path.relative_to(original): path.read_bytes() for path in original.rglob("*") if path.is_file()}
    assert {path.relative_to(SCHEMAS): path.read_bytes() for path in SCHEMAS.rglob("*") if path.is_file()} == theirs
    assert all(b'"$comment": "Copyright' in content for path, content in theirs.items() if path.name.endswith(".schema.json"))


def test_the_unallocated_pool_comes_back_too() -> None:
    book = generated(3)
    assert there_and_back(book).view().cap_table().get(POOL) == book.view().cap_table().get(POOL)
