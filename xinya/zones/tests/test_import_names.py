"""Names and codes that two companies claim: the commit and the undo of a list say so in a sentence, and break nothing."""

import pytest

from xinya.zones.actions import Decision, answer_import, commit_import, undo_import
from xinya.zones.models import Company, ImportBatch, Person, Zone
from xinya.zones.queries.import_export import companies_as_csv
from xinya.zones.tests.imports import code_of
from xinya.zones.tests.imports import company as row_of
from xinya.zones.tests.people import refused, someone
from xinya.zones.tests.uploads import committed, few, mapped, table

pytestmark = pytest.mark.django_db
NEW, OLD = "岚洲新名机械有限公司", str(row_of(1)[0])


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("officer", "chain_officer", zone=zone, password=None)


def renamed(officer: Person, zone: Zone, name: str, content: bytes) -> ImportBatch:
    """A list in the register whose new names were all taken."""
    batch = mapped(officer, zone, name, content)
    batch = answer_import(officer, batch_id=batch.pk, decisions=[Decision("take", reason="RENAME")])
    return commit_import(officer, batch_id=batch.pk, key=batch.key)


def names(zone: Zone) -> list[str]:
    return list(zone.companies.order_by("pk").values_list("name", flat=True))


def test_two_codes_renamed_to_one_name_stay_two_companies(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "a.tsv", few(1, 2))
    before = companies_as_csv(zone, officer)
    batch = renamed(officer, zone, "b.tsv", few(1, 2, name=NEW))
    assert (batch.parts[0]["changed"], names(zone)) == (2, [NEW, NEW])
    undo_import(officer, batch_id=batch.pk, reason="名称有误")
    assert companies_as_csv(zone, officer) == before


def test_a_renamed_company_and_a_new_one_of_its_name_come_apart_again_by_the_undo(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "a.tsv", few(1))
    before = companies_as_csv(zone, officer)
    content = few(1, name=NEW) + b"\n" + few(2, name=OLD).split(b"\n", 1)[1]
    batch = mapped(officer, zone, "b.tsv", content)
    batch = commit_import(officer, batch_id=batch.pk, key=batch.key) if batch.counts["created"] else batch
    batch = answer_import(officer, batch_id=batch.pk, decisions=[Decision("take", reason="RENAME")])
    batch = commit_import(officer, batch_id=batch.pk, key=batch.key)
    assert names(zone) == [NEW, OLD]
    undo_import(officer, batch_id=batch.pk, reason="名称有误")
    assert companies_as_csv(zone, officer) == before


def test_companies_that_changed_names_with_each_other_have_their_own_again_after_the_undo(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "a.tsv", few(1, 2))
    before = companies_as_csv(zone, officer)
    other = str(row_of(2)[0])
    content = few(1, name=other) + b"\n" + few(2, name=OLD).split(b"\n", 1)[1]
    batch = renamed(officer, zone, "b.tsv", content)
    assert names(zone) == [other, OLD]
    undo_import(officer, batch_id=batch.pk, reason="名称有误")
    assert companies_as_csv(zone, officer) == before


def test_an_undo_is_refused_where_another_company_has_the_old_name_since(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "a.tsv", few(1))
    batch = renamed(officer, zone, "b.tsv", few(1, name=NEW))
    Company.objects.create(zone=zone, name=OLD, name_key=OLD)
    with refused("hangs") as caught:
        undo_import(officer, batch_id=batch.pk, reason="名称有误")
    assert [one.sentence("en") for one in caught.value.findings] == [
        f"{NEW}: its name of before, which another company here bears now"
    ]
    assert names(zone)[0] == NEW


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_companys_own_list_brings_no_code_and_does_not_tell_whether_another_holds_it(
    zone: Zone, officer: Person, is_taken: bool
) -> None:
    committed(officer, zone, "a.tsv", few(1, code=None) + b"\n" + few(*([2] if is_taken else [])).partition(b"\n")[2])
    own = zone.companies.get(name=OLD)
    speaker = someone("speaker", "company_user", company=own, password=None)
    batch = committed(speaker, zone, "own.tsv", few(1, code=code_of(2), revenue=777), company=own)
    assert (batch.counts["committed"], batch.parts[0]["changed"]) == (1, 1)
    told = [(one.code, one.message) for one in batch.findings.all() if one.row is not None]
    told = [one for one in told if one[0] != "DIVISION_UNKNOWN"]  # the province of the invented code
    assert [code for code, _message in told] == ["CODE_NOT_HELD"]
    own.refresh_from_db()
    assert own.uscc == ""
    assert own.facts.filter(kind="revenue", source__kind="company").get().number == 777_000_000


def test_a_code_that_came_to_another_company_since_the_answer_decides_before_it(zone: Zone, officer: Person) -> None:
    Company.objects.create(zone=zone, name="岚洲启曜精密机械有限公司", name_key="岚洲启曜精密机械有限公司")
    batch = mapped(officer, zone, "a.tsv", table(row_of(1, name="岚洲启耀精密机械有限公司")))
    like = zone.companies.get()
    batch = answer_import(officer, batch_id=batch.pk, decisions=[Decision("same", row=2, company=like.pk)])
    committed(officer, zone, "b.tsv", few(1))
    batch = commit_import(officer, batch_id=batch.pk, key=batch.key)
    like.refresh_from_db()
    assert (like.uscc, batch.rows.get().company_id) == ("", zone.companies.get(uscc=code_of(1)).pk)


def test_a_key_that_outgrows_its_name_is_cut_to_its_column(zone: Zone, officer: Person) -> None:
    long = "ß" * 100
    heads: list[object] = ["企业名称", "统一社会信用代码"]
    batch = committed(officer, zone, "a.tsv", table([long, code_of(1)], [long, code_of(2)], heads=heads))
    assert batch.parts[0]["created"] == 2
    keys = list(zone.companies.values_list("name_key", flat=True))
    assert max(map(len, keys)) == 150
    assert len(set(keys)) == 2
    other = renamed(officer, zone, "c.tsv", table(["ß" * 90 + "新", code_of(1)], heads=heads))
    assert other.state == "committed"
    assert max(len(key) for key in zone.companies.values_list("name_key", flat=True)) == 150
