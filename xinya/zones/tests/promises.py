"""A zone with its people and a calendar, as the tests of promises need them; the hand of the clock moves by `at`."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.zones import actions
from xinya.zones.actions import NewPromise, extend_forecast, make_promise
from xinya.zones.models import Company, Organisation, Person, Promise, PromiseEvent, Zone
from xinya.zones.tests.people import someone

MONDAY = "2026-03-02 10:00"
TEXT = "给出厂房改造的规划意见"
PROOF = "规划意见书 2026-17"


class House:
    """One zone: an officer, a handler and the head of one office, a desk lead, two companies with their people, an auditor."""

    def __init__(self) -> None:
        extend_forecast(dt.date(2026, 1, 1))
        self.zone = Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour")
        self.other_zone = Zone.objects.create(code="hills", name="山丘高新区", name_en="Hills")
        self.company = Company.objects.create(zone=self.zone, name="甲机械有限公司", name_key="甲机械有限公司")
        self.rival = Company.objects.create(zone=self.zone, name="乙机械有限公司", name_key="乙机械有限公司")
        self.officer = someone("officer", "chain_officer", zone=self.zone)
        self.handler = someone("handler", "office_handler", zone=self.zone)
        self.head = someone("head", "office_head", zone=self.zone)
        self.desk = someone("desk", "desk_lead", zone=self.zone)
        self.reader = someone("reader", "zone_reader", zone=self.zone)
        self.auditor = someone("auditor", "auditor")
        self.boss = someone("boss", "company_admin", company=self.company)
        self.clerk = someone("clerk", "company_user", company=self.company)
        self.stranger = someone("stranger", "company_user", company=self.rival)
        self.foreign = someone("foreign", "chain_officer", zone=self.other_zone)
        self.system = someone("system", "system_officer")
        self.second = someone("second", "system_officer")
        self.security = someone("security", "security_officer")
        self.planning = Organisation.objects.create(kind="ZONE_OFFICE", name="规划局", zone=self.zone)

    def promise(self, when: str = MONDAY, **said: object) -> Promise:
        """A promise of the office to the company, five working days unless said otherwise."""
        with at(when):
            wanted = NewPromise(**{"text": TEXT, "company": self.company, "n": 5, "unit": "WD", **said})  # type: ignore[arg-type]
            return make_promise(fresh(self.officer), zone=self.zone, wanted=wanted)

    def theirs(self, when: str = MONDAY, **said: object) -> Promise:
        """A promise of the company to the zone."""
        with at(when):
            wanted = NewPromise(**{"text": "补交负荷清单", "direction": "THEIRS", "company": self.company, **said})  # type: ignore[arg-type]
            return make_promise(fresh(self.boss), zone=self.zone, wanted=wanted)


def instant(when: str) -> dt.datetime:
    return timezone.make_aware(dt.datetime.fromisoformat(when))


@contextmanager
def at(when: str) -> Iterator[None]:
    """It is this hour of the zone's clock; memberships, which the tests made today, hold all the time."""
    now = instant(when)
    with (
        mock.patch("django.utils.timezone.now", return_value=now),
        mock.patch("xinya.zones.models.memberships.Membership.holds_on", return_value=True),
    ):
        yield


def fresh(person: Person) -> Person:
    """The same person, read anew, so that nothing of another hour is remembered."""
    return Person.objects.get(pk=person.pk)


def again(promise: Promise) -> Promise:
    return Promise.objects.get(pk=promise.pk)


def due(promise: Promise) -> str | None:
    day = again(promise).due_on
    return None if day is None else day.isoformat()


Act = Callable[..., Promise]
UNTIL = dt.date(2026, 3, 9)
WORDS: dict[str, dict[str, Any]] = {
    "pause": {"reason": "NEED_MATERIAL", "what": "负荷清单", "until": UNTIL},
    "resume": {}, "reply": {"text": "清单已交"}, "ask_extension": {"n": 3, "reason": "专家外出"},
    "approve_extension": {"reason": "同意"}, "refuse_extension": {"reason": "不必"}, "hand_over": {"reason": "调岗"},
    "keep": {"proof": PROOF}, "confirm": {}, "object": {"reason": "没有收到"}, "reopen": {"reason": "又坏了"},
    "break": {"reason": "做不到"}, "withdraw": {"reason": "不需要了"},
}  # fmt: skip
ACTS: dict[str, Act] = {
    "pause": actions.pause_promise, "resume": actions.resume_promise, "reply": actions.reply_to_promise,
    "ask_extension": actions.ask_extension, "approve_extension": actions.approve_extension,
    "refuse_extension": actions.refuse_extension, "hand_over": actions.hand_over_promise, "keep": actions.keep_promise,
    "confirm": actions.confirm_promise, "object": actions.object_promise, "reopen": actions.reopen_promise,
    "break": actions.break_promise, "withdraw": actions.withdraw_promise,
}  # fmt: skip
EVERYBODY = (
    "officer",
    "handler",
    "head",
    "desk",
    "reader",
    "auditor",
    "boss",
    "clerk",
    "stranger",
    "foreign",
    "system",
    "security",
)


def act(house: House, who: str, verb: str, promise: Promise, when: str = "2026-03-03 10:00", **words: Any) -> Promise:
    said = {**WORDS[verb], **words}
    if verb == "hand_over":
        said.setdefault("to", house.handler)
    with at(when):
        return ACTS[verb](fresh(getattr(house, who)), promise=promise, **said)


def code_of(house: House, who: str, verb: str, promise: Promise, when: str = "2026-03-03 10:00", **words: Any) -> tuple[str, int]:
    """The refusal; whatever was refused left nothing behind."""
    before = (again(promise).__dict__ | {"_state": None}, PromiseEvent.objects.count(), AuditRow.objects.count())
    with pytest.raises(Refused) as refused:
        act(house, who, verb, promise, when, **words)
    assert (again(promise).__dict__ | {"_state": None}, PromiseEvent.objects.count(), AuditRow.objects.count()) == before
    assert refused.value.sentence("zh")
    return refused.value.code, refused.value.status


def in_state(house: House, state: str) -> Promise:
    """A promise brought into the state by its own acts."""
    promise = house.promise()
    if state == "PAUSED":
        act(house, "officer", "pause", promise)
    if state in ("KEPT", "CONFIRMED", "SILENT"):
        act(house, "officer", "keep", promise)
    if state == "CONFIRMED":
        act(house, "boss", "confirm", promise)
    if state == "SILENT":
        with at("2026-04-30 10:00"):
            assert actions.end_silence(instant("2026-04-30 10:00")) == 1
    if state == "BROKEN":
        act(house, "officer", "break", promise)
    if state == "WITHDRAWN":
        act(house, "boss", "withdraw", promise)
    assert again(promise).state == state
    return again(promise)
