"""A few promises of the sample zone, invented and marked so, that the list of promises is not empty."""

import datetime

from django.utils import timezone

from xinya.zones import actions
from xinya.zones.actions import NewPromise
from xinya.zones.models import Company, Person, Promise, Zone

# text, place of the company in the list, kind, unit, n, days ago, proof needed, occasion
OURS = (
    ("给出扩建厂房的规划意见", 1, "cross-office", "", None, 3, "规划意见书", "企业座谈会"),
    ("答复研发费用加计扣除的口径", 2, "policy-complex", "", None, 6, "书面答复", "走访"),
    ("协调厂区增容的供电方案", 3, "ordinary", "", None, 12, "供电方案批复", "企业座谈会"),
    ("办完竣工联合验收", 4, "acceptance", "", None, 2, "联合验收意见", "企业来函"),
)
THEIRS = ("补交用电负荷清单", "own", "WD", 8, 1, "盖章的负荷清单", "走访")


def load_promises(zone: Zone, officer: Person, boss: Person | None) -> int:
    """Make them once: a zone that has a promise keeps its own."""
    if Promise.objects.filter(zone=zone).exists():
        return 0
    companies = list(Company.objects.filter(zone=zone, is_outside=False, is_invented=True).order_by("pk")[:6])
    made = 0
    for text, place, kind, unit, n, ago, proof, occasion in OURS:
        if place < len(companies):
            wanted = NewPromise(
                text=text, company=companies[place], kind=kind, unit=unit, n=n, received_at=_working_hour(ago), proof_needed=proof,
                occasion=occasion, is_invented=True,
            )  # fmt: skip
            actions.make_promise(officer, zone=zone, wanted=wanted)
            made += 1
    if boss is not None:
        text, kind, unit, n, ago, proof, occasion = THEIRS
        wanted = NewPromise(
            text=text, direction="THEIRS", kind=kind, unit=unit, n=n, received_at=_working_hour(ago), proof_needed=proof,
            occasion=occasion, is_invented=True,
        )  # fmt: skip
        actions.make_promise(boss, zone=zone, wanted=wanted)
        made += 1
    return made


def _working_hour(ago: int) -> datetime.datetime:
    """Ten in the morning, so many calendar days ago."""
    return timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0) - datetime.timedelta(days=ago)
