"""What a company says of its facts, what is answered, and who may see a fact: through the acts and through the API."""

import datetime
import json

import hypothesis
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.zones import actions, queries
from xinya.zones.models import ClassChange, Company, Fact, FactReview, Person, Secrecy, Source, Zone
from xinya.zones.tests.people import refused, someone

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 1, 15)


def start_zone() -> Zone:
    return Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour")


def start_company(zone: Zone, name: str = "甲公司") -> Company:
    return Company.objects.create(zone=zone, name=name, name_key=name)


def state_fact(company: Company, secrecy: str = "INTERNAL", **values: object) -> Fact:
    source = Source.objects.create(kind="list", title="名单")
    said = {"kind": "revenue", "number": 100, "period": "2025", **values}
    return Fact.objects.create(
        zone=company.zone, company=company, source=source, observed_on=DAY, confidence="0.75", secrecy=secrecy, **said
    )  # fmt: skip


@pytest.fixture
def zone() -> Zone:
    return start_zone()


@pytest.fixture
def company(zone: Zone) -> Company:
    return start_company(zone)


@pytest.fixture
def fact(company: Company) -> Fact:
    return state_fact(company)


@pytest.fixture
def user(company: Company) -> Person:
    return someone("jia", "company_user", company=company)


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("li", "chain_officer", zone=zone)


@pytest.fixture
def security() -> Person:
    return someone("an", "security_officer")


def standing(person: Person, company: Company) -> list[str]:
    return [row.standing for row in queries.facts_reviewed(person, company)]


def test_a_company_confirms_a_fact_once(user: Person, company: Company, fact: Fact) -> None:
    actions.confirm_fact(user, company=company, fact_id=fact.pk)
    assert standing(user, company) == ["CONFIRMED"]
    with refused("confirmed-already"):
        actions.confirm_fact(user, company=company, fact_id=fact.pk)


def test_an_objection_has_a_reason_and_waits_for_one_answer(user: Person, company: Company, fact: Fact, officer: Person) -> None:
    with refused("reason-missing"):
        actions.object_fact(user, company=company, fact_id=fact.pk, reason=" ")
    review = actions.object_fact(user, company=company, fact_id=fact.pk, reason="少了一位")
    with refused("objected-already"):
        actions.object_fact(user, company=company, fact_id=fact.pk, reason="再说一遍")
    assert queries.objections_open(officer) == [review]
    actions.answer_objection(officer, review_id=review.pk, outcome="KEEP", answer="以报表为准")
    row = queries.facts_reviewed(user, company)[0]
    assert (row.standing, row.review.answer if row.review else "") == ("ANSWERED", "以报表为准")
    with refused("ended-already"):
        actions.answer_objection(officer, review_id=review.pk, outcome="KEEP", answer="以报表为准")
    actions.object_fact(user, company=company, fact_id=fact.pk, reason="仍不对")
    actions.confirm_fact(user, company=company, fact_id=fact.pk)
    assert queries.objections_open(officer) == []


def test_an_objection_withdraws_or_corrects_the_fact(user: Person, company: Company, officer: Person) -> None:
    first, second = state_fact(company), state_fact(company, period="2024")
    reviews = [actions.object_fact(user, company=company, fact_id=f.pk, reason="不对") for f in (first, second)]
    revision = company.zone.revision
    actions.answer_objection(officer, review_id=reviews[0].pk, outcome="WITHDRAW", answer="撤回")
    actions.answer_objection(
        officer, review_id=reviews[1].pk, outcome="CORRECT", answer="按年报", correction=actions.Correction(number=1000)
    )
    left = [row.fact for row in queries.facts_reviewed(user, company)]
    assert [(f.number, f.period, f.source.title, f.secrecy) for f in left] == [(1000, "2024", "按年报", "INTERNAL")]
    assert Fact.objects.filter(withdrawn_at=None).count() == 1
    assert Zone.objects.get().revision == revision + 2
    assert {r.answer for r in queries.visible_to(user, FactReview)} == {"撤回", "按年报"}


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        ("revenue", "", None),
        ("revenue", "", -1),
        ("revenue", "", 100),
        ("anchor", "", 2),
        ("product", "", 5),
        ("state", "closed", None),
    ],
)
def test_a_correction_differs_and_is_of_the_fact_s_kind(
    kind: str, text: str, number: int | None, user: Person, company: Company, officer: Person
) -> None:
    fact = state_fact(company, kind=kind, text="锻件" if kind == "product" else "", number=100 if kind == "revenue" else 1)
    review = actions.object_fact(user, company=company, fact_id=fact.pk, reason="不对")
    with refused("correction-wrong"):
        actions.answer_objection(
            officer, review_id=review.pk, outcome="CORRECT", answer="按年报", correction=actions.Correction(text, number)
        )
    assert Fact.objects.get(pk=fact.pk).withdrawn_at is None
    with refused("unknown-outcome"):
        actions.answer_objection(officer, review_id=review.pk, outcome="DELETE", answer="按年报")


def test_other_companies_facts_are_not_found_and_zone_roles_confirm_none(
    user: Person, company: Company, fact: Fact, officer: Person, zone: Zone
) -> None:
    stranger = someone("yi", "company_admin", company=start_company(zone, "乙公司"))
    for act, more in ((actions.confirm_fact, {}), (actions.object_fact, {"reason": "不对"})):
        with refused("no-such-fact"):
            act(stranger, company=company, fact_id=fact.pk, **more)
        with refused("no-such-fact"):
            act(user, company=company, fact_id=fact.pk + 999, **more)
        with refused("not-allowed"):
            act(officer, company=company, fact_id=fact.pk, **more)


def test_only_a_chain_officer_of_the_zone_answers(user: Person, company: Company, fact: Fact, zone: Zone) -> None:
    review = actions.object_fact(user, company=company, fact_id=fact.pk, reason="不对")
    with refused("not-allowed"):
        actions.answer_objection(user, review_id=review.pk, outcome="KEEP", answer="不变")
    with refused("not-allowed"):
        actions.answer_objection(someone("du", "zone_reader"), review_id=review.pk, outcome="KEEP", answer="不变")
    lake = Zone.objects.create(code="lake", name="湖区", name_en="Lake")
    far = someone("far", "chain_officer", zone=lake)
    with refused("no-such-objection"):
        actions.answer_objection(far, review_id=review.pk, outcome="KEEP", answer="不变")


def test_an_objection_to_a_fact_of_the_company_s_class_reaches_the_officers_and_nobody_else(
    user: Person, company: Company, officer: Person
) -> None:
    fact = state_fact(company, "COMPANY")
    review = actions.object_fact(user, company=company, fact_id=fact.pk, reason="不对")
    assert queries.objections_open(officer) == [review]
    assert queries.objections_open(someone("du", "zone_reader")) == []
    actions.answer_objection(officer, review_id=review.pk, outcome="WITHDRAW", answer="撤回")


# --- secrecy classes ------------------------------------------------------------------------------------------------


def test_raising_holds_at_once(officer: Person, user: Person, company: Company, fact: Fact) -> None:
    reader = someone("du", "zone_reader")
    actions.raise_class(officer, fact_id=fact.pk, to="COMPANY", reason="商业秘密")
    assert not queries.visible_to(reader, Fact).exists()
    assert queries.visible_to(user, Fact).exists()
    with refused("no-such-fact"):
        actions.raise_class(officer, fact_id=fact.pk, to="RESTRICTED", reason="更高", readers=[user])
    with refused("not-higher"):
        actions.raise_class(someone("an", "security_officer"), fact_id=fact.pk, to="INTERNAL", reason="看错")


def test_a_restricted_fact_is_seen_by_the_named_only(security: Person, user: Person, company: Company, fact: Fact) -> None:
    colleague = someone("yi", "company_user", company=company)
    with refused("readers-missing"):
        actions.raise_class(security, fact_id=fact.pk, to="RESTRICTED", reason="仅一人")
    actions.raise_class(security, fact_id=fact.pk, to="RESTRICTED", reason="仅一人", readers=[user])
    assert [queries.visible_to(p, Fact).count() for p in (user, colleague, security)] == [1, 0, 0]


def test_lowering_waits_for_a_second_person(officer: Person, security: Person, company: Company, fact: Fact) -> None:
    reader = someone("du", "zone_reader")
    actions.raise_class(security, fact_id=fact.pk, to="COMPANY", reason="商业秘密")
    row = actions.ask_lower_class(security, fact_id=fact.pk, to="PUBLIC", reason="已公开")
    assert queries.class_changes_waiting(security) == []
    assert not queries.visible_to(reader, Fact).exists()
    with refused("two-people"):
        actions.agree_lower_class(security, change_id=row.pk)
    with refused("asked-already"):
        actions.ask_lower_class(security, fact_id=fact.pk, to="INTERNAL", reason="已公开")
    second = someone("bao", "security_officer")
    assert queries.class_changes_waiting(second) == [row]
    actions.agree_lower_class(second, change_id=row.pk)
    assert Fact.objects.get(pk=fact.pk).secrecy == "PUBLIC"
    assert queries.visible_to(reader, Fact).exists()
    with refused("ended-already"):
        actions.agree_lower_class(second, change_id=row.pk)
    with refused("not-lower"):
        actions.ask_lower_class(security, fact_id=fact.pk, to="PUBLIC", reason="已公开")


def test_a_raise_ends_a_lowering_that_waits_and_a_refusal_too(security: Person, officer: Person, fact: Fact) -> None:
    row = actions.ask_lower_class(officer, fact_id=fact.pk, to="PUBLIC", reason="已公开")
    actions.raise_class(security, fact_id=fact.pk, to="COMPANY", reason="商业秘密")
    with refused("ended-already"):
        actions.agree_lower_class(security, change_id=row.pk)
    other = actions.ask_lower_class(security, fact_id=fact.pk, to="PUBLIC", reason="已公开")
    with refused("reason-missing"):
        actions.refuse_lower_class(security, change_id=other.pk, reason="")
    actions.refuse_lower_class(security, change_id=other.pk, reason="撤回申请")
    assert Fact.objects.get(pk=fact.pk).secrecy == "COMPANY"


@pytest.mark.parametrize("role", ["zone_reader", "commissioner", "desk_lead", "auditor", "audit_officer", "system_officer"])
def test_others_change_no_class(role: str, fact: Fact) -> None:
    person = someone("qi", role)
    with refused("not-allowed"):
        actions.raise_class(person, fact_id=fact.pk, to="COMPANY", reason="理由")
    with refused("not-allowed"):
        actions.ask_lower_class(person, fact_id=fact.pk, to="PUBLIC", reason="理由")
    with refused("not-allowed"):
        actions.agree_lower_class(person, change_id=1)
    with refused("not-allowed"):
        actions.refuse_lower_class(person, change_id=1, reason="理由")


def test_the_database_itself_refuses_a_lowering_agreed_by_who_asked(officer: Person, fact: Fact) -> None:
    row = actions.ask_lower_class(officer, fact_id=fact.pk, to="PUBLIC", reason="已公开")
    with pytest.raises(IntegrityError), transaction.atomic():
        ClassChange.objects.filter(pk=row.pk).update(agreed_by=officer)


class AnySequence(TestCase):
    """Whatever three people with the power try."""

    @hypothesis.given(
        st.lists(
            st.tuples(st.sampled_from(["raise", "ask", "agree"]), st.integers(0, 2), st.sampled_from(list(Secrecy))), max_size=12
        )
    )
    def test_never_lowers_a_class_by_one_person_alone(self, steps: list[tuple[str, int, Secrecy]]) -> None:
        company = start_company(start_zone())
        fact = state_fact(company)
        people = [someone(f"p{n}", "security_officer") for n in range(3)]
        for verb, who, to in steps:
            before = actions.is_higher, Fact.objects.get(pk=fact.pk).secrecy
            try:
                if verb == "raise":
                    actions.raise_class(people[who], fact_id=fact.pk, to=to, reason="理由", readers=people[:1])
                elif verb == "ask":
                    actions.ask_lower_class(people[who], fact_id=fact.pk, to=to, reason="理由")
                else:
                    row = ClassChange.objects.filter(ended_at=None).first()
                    actions.agree_lower_class(people[who], change_id=row.pk if row else 0)
            except Refused:
                pass
            after = Fact.objects.get(pk=fact.pk).secrecy
            assert verb == "agree" or after == before[1] or actions.is_higher(after, before[1])
        assert all(c.agreed_by_id != c.asked_by_id for c in ClassChange.objects.exclude(agreed_by=None))


# --- the API --------------------------------------------------------------------------------------------------------


def call(person: Person, path: str, body: object = None) -> tuple[int, dict[str, object]]:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    at = f"/api/v1/companies{path}"
    reply = client.get(at) if body is None else client.post(at, json.dumps(body), content_type="application/json")
    return reply.status_code, json.loads(reply.content)


def test_the_api_shows_each_caller_the_companies_of_the_gate(user: Person, company: Company, officer: Person, zone: Zone) -> None:
    other = start_company(zone, "乙公司")
    assert [c["id"] for c in call(officer, "")[1]["items"]] == [company.pk, other.pk]  # type: ignore[attr-defined]
    assert [c["id"] for c in call(user, "")[1]["items"]] == [company.pk]  # type: ignore[attr-defined]
    hidden, absent = call(user, f"/{other.pk}"), call(user, "/999999")
    assert hidden == absent
    assert hidden[0] == 404


def test_the_api_takes_confirmations_objections_and_answers(user: Person, company: Company, fact: Fact, officer: Person) -> None:
    at = f"/{company.pk}/facts/{fact.pk}"
    assert call(user, f"{at}/confirm", {}) == (200, {"fact": fact.pk, "done": "confirm", "waits": False})
    assert call(user, f"{at}/confirm", {})[0] == 409
    assert call(user, f"{at}/object", {"reason": "不对"})[0] == 200
    held = call(user, f"/{company.pk}")[1]["facts"][0]  # type: ignore[index]
    assert (held["standing"], held["reason"]) == ("OBJECTED", "不对")
    assert call(user, f"{at}/answer", {"outcome": "KEEP", "answer": "不变"})[0] == 403
    assert call(officer, f"{at}/answer", {"outcome": "KEEP", "answer": "不变"})[0] == 200
    assert call(officer, f"{at}/answer", {"outcome": "KEEP", "answer": "不变"})[0] == 404
    assert call(officer, f"{at}/confirm", {})[0] == 403


def test_the_api_raises_a_class_at_once_and_lowers_it_by_two(
    officer: Person, security: Person, company: Company, fact: Fact
) -> None:
    at = f"/{company.pk}/facts/{fact.pk}/class"
    assert call(officer, at, {"to": "PUBLIC", "reason": "已公开"})[1]["waits"] is True
    assert call(officer, f"{at}/agree", {})[0] == 403
    assert call(security, f"{at}/agree", {})[1]["done"] == "lower"
    assert call(security, at, {"to": "COMPANY", "reason": "商业秘密"})[1]["done"] == "raise"
    assert call(officer, at, {"to": "PUBLIC", "reason": "已公开"})[0] == 404
    assert call(security, f"/{company.pk + 1}/facts/{fact.pk}/class", {"to": "RESTRICTED", "reason": "不对"})[0] == 404
    assert call(security, f"/{company.pk}")[0] == 404
    assert AuditRow.objects.filter(act__in=("raise-class", "ask-lower-class", "lower-class")).count() == 3


def test_another_company_s_fact_answers_like_an_absent_one(company: Company, fact: Fact, zone: Zone) -> None:
    stranger = someone("yi", "company_admin", company=start_company(zone, "乙公司"))
    bodies = {"confirm": {}, "object": {"reason": "不对"}, "answer": {"outcome": "KEEP", "answer": "不变"}}
    for verb, body in bodies.items():
        hidden = call(stranger, f"/{company.pk}/facts/{fact.pk}/{verb}", body)
        assert hidden == call(stranger, f"/999999/facts/{fact.pk}/{verb}", body)
        assert hidden[0] == 404
