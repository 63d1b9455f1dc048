"""Who is told, and what each person was told."""

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from xinya.kit.senders import sender_of

from ..engine.roles import REGISTER
from ..models import Channel, Company, Membership, Notice, NoticeChoice, Person, Zone
from .gate import gated


def _memberships() -> QuerySet[Membership]:
    today = timezone.localdate()
    return Membership.objects.filter(Q(until=None) | Q(until__gt=today), since__lte=today, person__is_active=True)


def people_with(power: str, zone: Zone) -> list[Person]:
    """Everybody whose role in this zone, or in a house-wide office, gives a power, by account. One statement."""
    codes = [role.code for role in REGISTER if power in role.powers]
    here = Q(organisation__zone=zone) | Q(organisation__zone=None)
    return list(Person.objects.filter(pk__in=_memberships().filter(here, role__in=codes).values("person")).order_by("pk"))


def people_of(company: Company) -> list[Person]:
    """The company's own people. One statement."""
    own = _memberships().filter(organisation__company=company)
    return list(Person.objects.filter(pk__in=own.values("person")).order_by("pk"))


@gated(Notice)
def _notices(person: Person) -> QuerySet[Notice]:
    """Everybody's own, whatever the current membership is; a digest repeats what stands in the list already."""
    return Notice.objects.filter(person=person).exclude(kind="digest")


def notice_choice(person: Person) -> NoticeChoice:
    """How the person wants to be told; the defaults where nothing was chosen. One statement."""
    return NoticeChoice.objects.filter(person=person).first() or NoticeChoice(person=person)


def receiving_address(person: Person, channel: str, webhook: str = "") -> str:
    """Where a channel reaches the person here; "" where it does not."""
    if sender_of(channel) is None:
        return ""
    if channel == Channel.MAIL:
        return person.email
    if channel == Channel.SMS:
        return person.phone if person.is_phone_confirmed or settings.IS_DEMO else ""
    return webhook if channel == Channel.WEBHOOK and webhook in settings.WEBHOOKS else ""


def channels_open(person: Person) -> list[Channel]:
    """The channels that this person may choose."""
    first_hook = next(iter(settings.WEBHOOKS), "")
    return [c for c in Channel if c == Channel.PAGE or receiving_address(person, c, first_hook)]
