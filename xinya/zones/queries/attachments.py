"""Files of rows, seen through the gate of the rows that own them."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from xinya.kit.attachments import OWNERS, Owner, register_owner
from xinya.kit.refusals import Refused, demand
from xinya.kit.rows import only
from xinya.kit.text import gettext_noop as _

from .. import rules
from ..models import Attachment, Company, Person, Secrecy
from .gate import ZONE_WIDE, gated, visible_to

COMPANY = "company"
NO_COMPANY = _("There is no such company in this zone.")
NO_FILE = _("There is no such file.")
NOT_YOURS = _("Only a chain officer of the zone, or the company itself, adds a file here.")


@gated(Attachment)
def _attachments(person: Person) -> QuerySet[Attachment]:
    """Files of every registered kind of row, each by its owner's own condition; of any other kind none."""
    return _seen(person, OWNERS.values())


def _seen(person: Person, owners: Iterable[Owner]) -> QuerySet[Attachment]:
    """Those of these kinds of rows. Who asks for one kind need not have the conditions of all others put together."""
    if person.acting_for is None:
        return Attachment.objects.none()
    seen = Q(pk__in=[])
    for owner in owners:
        seen |= Q(owner_kind=owner.kind) & owner.seen(person)
    return Attachment.objects.filter(seen)


def attachments_of(person: Person, kind: str, owner_id: int) -> list[Attachment]:
    """The files of one row that the person sees, with who brought them: the gate's own condition for this kind. One statement."""
    return list(_seen(person, [OWNERS[kind]]).filter(owner_id=owner_id).select_related("by"))


def attachment_visible(person: Person, pk: int) -> Attachment:
    """One file that the person sees; every other one, absent or hidden, is refused alike."""
    row = only(visible_to(person, Attachment).filter(pk=pk)) if 0 < pk < 2**63 else None
    if row is None:
        raise Refused("no-such-file", NO_FILE, status=404)
    return row


def _files_seen(person: Person) -> Q:
    """Whole-zone readers see public and internal files, auditors the company's too, handlers all but restricted ones, the company
    public ones and its own class; who brought a file sees it as long as the company is seen."""
    here = Q(owner_id__in=visible_to(person, Company).filter(is_outside=False).values("pk"))
    if rules.has_power(person, "read_zone"):
        classes = [*ZONE_WIDE, Secrecy.COMPANY] if person.role == "auditor" else list(ZONE_WIDE)
    elif rules.has_power(person, "read_assigned"):
        classes = [*ZONE_WIDE, Secrecy.COMPANY]
    else:
        classes = [Secrecy.PUBLIC, Secrecy.COMPANY]
    return here & (Q(secrecy__in=classes) | Q(by=person))


def _demand_add(person: Person, company_id: int) -> None:
    company = visible_to(person, Company).filter(pk=company_id, is_outside=False).select_related("zone").first()
    if company is None:
        raise Refused("no-such-company", NO_COMPANY, status=404)
    is_officer = rules.may_change_zones(person) and rules.works_for(person, company.zone)
    demand(is_officer or rules.has_power(person, "confirm_facts"), "not-allowed", NOT_YOURS)


def _about(company_id: int) -> tuple[str, int | None]:
    return Secrecy.INTERNAL.value, Company.objects.values_list("zone_id", flat=True).get(pk=company_id)


register_owner(Owner(COMPANY, _files_seen, _demand_add, _about))
