"""Keys of other systems: who makes them, what they open, how often, and that no two calls pass as one."""

import datetime
import json
import threading

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from xinya.kit.models import AuditRow
from xinya.zones import actions, queries
from xinya.zones.models import ApiKey, Company, Membership, Person, Zone
from xinya.zones.tests.people import refused, someone

pytestmark = pytest.mark.django_db
SOON = timezone.localdate() + datetime.timedelta(days=30)


@pytest.fixture
def zone() -> Zone:
    return Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour")


@pytest.fixture
def company(zone: Zone) -> Company:
    return Company.objects.create(zone=zone, name="甲公司", name_key="甲公司")


@pytest.fixture
def admin(company: Company) -> Person:
    return someone("jia", "company_admin", company=company)


@pytest.fixture
def security() -> Person:
    return someone("an", "security_officer")


def machine(security: Person, role: str = "zone_reader") -> Membership:
    person = actions.add_system(security, name="erp")
    return actions.enter_membership(person, organisation=actions.house_office(), role=role)


def make(actor: Person, scopes: str = "read", limit: int = 60, membership: Membership | None = None) -> str:
    pk = membership.pk if membership else None
    return actions.make_key(actor, name="ERP", scopes=scopes, expires_on=SOON, limit=limit, membership_id=pk)[1]


def call(key: str, path: str = "/api/v1/companies", method: str = "get", **values: object) -> tuple[int, dict[str, object]]:
    reply = getattr(Client(), method)(path, headers={"Authorization": f"Bearer {key}"}, **values)
    return reply.status_code, json.loads(reply.content)


def test_a_company_s_key_reads_what_its_administrator_reads(admin: Person, company: Company, zone: Zone) -> None:
    Company.objects.create(zone=zone, name="乙公司", name_key="乙公司")
    status, said = call(make(admin))
    assert (status, [c["name"] for c in said["items"]]) == (200, ["甲公司"])  # type: ignore[attr-defined]


def test_a_machine_of_the_zone_has_a_key_of_the_security_officer(security: Person, company: Company) -> None:
    status, said = call(make(security, membership=machine(security)))
    assert (status, len(said["items"])) == (200, 1)  # type: ignore[arg-type]


def test_the_security_officer_makes_no_key_that_acts_as_a_person(security: Person, admin: Person) -> None:
    officer = someone("li", "chain_officer")
    for person in (officer, admin, security):
        with refused("no-such-membership"):
            make(security, membership=Membership.objects.get(person=person))
    with refused("no-such-membership"):
        make(admin, membership=Membership.objects.get(person=officer))


@pytest.mark.parametrize("role", ["company_user", "zone_reader", "chain_officer", "desk_lead", "system_officer"])
def test_others_make_no_keys(role: str, company: Company) -> None:
    person = someone("qi", role, company=company if role == "company_user" else None)
    with refused("not-allowed"):
        make(person)


def test_only_a_digest_is_kept_and_the_log_holds_neither(admin: Person) -> None:
    key = make(admin)
    row = ApiKey.objects.get()
    secret = key.split("_", 2)[2]
    assert secret not in str(row.__dict__)
    assert not AuditRow.objects.filter(text__contains=row.digest).exists()
    assert not AuditRow.objects.filter(text__contains=secret[:8]).exists()


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name": " "}, "name-wrong"),
        ({"scopes": "all"}, "scopes-wrong"),
        ({"limit": 0}, "limit-wrong"),
        ({"limit": 6001}, "limit-wrong"),
        ({"expires_on": timezone.localdate()}, "expiry-wrong"),
        ({"expires_on": timezone.localdate() + datetime.timedelta(days=367)}, "expiry-wrong"),
    ],
)
def test_a_key_has_a_name_scopes_a_limit_and_an_end_within_a_year(values: dict[str, object], code: str, admin: Person) -> None:
    with refused(code):
        actions.make_key(admin, **{"name": "ERP", "scopes": "read", "expires_on": SOON, "limit": 60, **values})  # type: ignore[arg-type]


def test_a_reading_key_does_not_write_and_a_writing_one_does_not_read(admin: Person) -> None:
    path = "/api/v1/companies/1/facts/1/confirm"
    status, said = call(make(admin, "read"), path, "post", content_type="application/json")
    assert (status, said["code"]) == (403, "scope-missing")
    writing = make(admin, "write")
    assert call(writing)[1]["code"] == "scope-missing"
    assert call(writing, path, "post", content_type="application/json")[0] == 404


def test_unknown_wrong_ended_and_late_keys_get_the_same_answer(admin: Person) -> None:
    right, ended, late = make(admin), make(admin), make(admin)
    rows = list(ApiKey.objects.order_by("pk"))
    actions.end_key(admin, key_id=rows[1].pk)
    ApiKey.objects.filter(pk=rows[2].pk).update(expires_on=timezone.localdate())
    stranger = right[:-1] + ("A" if right[-1] != "A" else "B")
    said = {
        json.dumps(call(key))
        for key in (ended, late, stranger, "xinya_000000000000_x", "xinya", "xinya__", "x", "xinya_\x7f_x", "é" * 20)
    }
    assert len(said) == 1
    assert '"code": "sign-in-needed"' in said.pop()
    assert call(right)[0] == 200


def test_a_key_ends_with_the_role_or_the_person_behind_it(admin: Person, security: Person) -> None:
    key = make(admin)
    actions.lock_person(security, person_id=admin.pk, reason="疑似泄露")
    assert call(key)[0] == 401
    actions.unlock_person(security, person_id=admin.pk, reason="已核实")
    assert call(key)[0] == 200
    actions.end_role(security, membership_id=Membership.objects.get(person=admin).pk, reason="调岗")
    assert call(key)[0] == 401


def test_a_key_acts_as_its_membership_whatever_its_person_acts_for_now(admin: Person, company: Company, zone: Zone) -> None:
    key = make(admin)
    other = Company.objects.create(zone=zone, name="乙公司", name_key="乙公司")
    second = someone("yi", "company_user", company=other).acting_for
    assert second is not None
    membership = actions.enter_membership(admin, organisation=second.organisation, role="company_user")
    actions.make_current(admin, membership_id=membership.pk)
    assert [c["name"] for c in call(key)[1]["items"]] == ["甲公司"]  # type: ignore[attr-defined]


def test_calls_beyond_the_limit_of_a_minute_wait(admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    key, now = make(admin, limit=3), timezone.now().replace(second=20)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    replies = [Client().get("/api/v1/companies", headers={"Authorization": f"Bearer {key}"}) for _n in range(5)]
    assert [r.status_code for r in replies] == [200, 200, 200, 429, 429]
    assert replies[-1]["Retry-After"] == "40"
    assert replies[-1]["Content-Type"] == "application/problem+json"
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + datetime.timedelta(seconds=40))
    assert call(key)[0] == 200
    assert ApiKey.objects.get().window_calls == 1


@pytest.mark.django_db(transaction=True)
def test_calls_at_once_never_pass_the_limit_together() -> None:
    zone = Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour")
    admin = someone("jia", "company_admin", company=Company.objects.create(zone=zone, name="甲", name_key="甲"))
    key = make(admin, limit=4)
    passed: list[bool] = []

    def use() -> None:
        try:
            for _n in range(5):
                try:
                    passed.append(actions.use_key(key, writes=False) is not None)
                except Exception:  # refused: counted below as not passed
                    passed.append(False)
        finally:
            connection.close()

    began = timezone.now().minute
    threads = [threading.Thread(target=use) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    minutes = 1 + (timezone.now().minute - began) % 60
    assert 4 <= sum(passed) <= 4 * minutes


def test_keys_of_another_organisation_are_not_found(admin: Person, security: Person, zone: Zone) -> None:
    make(admin)
    make(security, membership=machine(security))
    own, office = ApiKey.objects.order_by("pk")
    other = someone("yi", "company_admin", company=Company.objects.create(zone=zone, name="乙公司", name_key="乙公司"))
    assert [queries.keys_listed(p) for p in (admin, other, security)] == [[own], [], [office]]
    for person, row in ((other, own), (security, own), (admin, office)):
        with refused("no-such-key"):
            actions.end_key(person, key_id=row.pk)
    actions.end_key(admin, key_id=own.pk)
    with refused("ended-already"):
        actions.end_key(admin, key_id=own.pk)
    with refused("not-allowed"):
        actions.end_key(someone("du", "zone_reader"), key_id=office.pk)
