"""People, memberships, roles asked for, invitations and keys: which of them a person may see."""

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from ..models import (
    Absence,
    ApiKey,
    Assignment,
    ClassChange,
    Company,
    Fact,
    FactReview,
    Invitation,
    Membership,
    Organisation,
    Person,
    PhoneShown,
    RoleGrant,
    Zone,
)
from ..rules import has_power
from .gate import gated, visible_to
from .offices import may_countersign, memberships_in_force, office_tree

NO_SUCH_PERSON = _("There is no such person.")
COMPANY = Organisation.Kind.COMPANY


@gated(Person)
def _people(person: Person) -> QuerySet[Person]:
    """Everybody for the security officer, the own company's people for its administrator, commissioners for who assigns them."""
    everybody = Person.objects.all()
    membership = person.acting_for
    if has_power(person, "manage_accounts"):
        return everybody
    mine = Q(pk=person.pk)
    if membership is not None and has_power(person, "invite_members"):
        mine |= Q(pk__in=memberships_in_force().filter(organisation=membership.organisation_id).values("person"))
    if has_power(person, "assign_commissioners"):
        mine |= Q(pk__in=commissioners_of(person).values("person"))
    return everybody.filter(mine)


@gated(Membership)
def _memberships(person: Person) -> QuerySet[Membership]:
    membership = person.acting_for
    if has_power(person, "manage_accounts"):
        return Membership.objects.all()
    mine = Q(person=person.pk)
    if membership is not None and has_power(person, "invite_members"):
        mine |= Q(organisation=membership.organisation_id)
    return Membership.objects.filter(mine)


@gated(RoleGrant)
def _grants(person: Person) -> QuerySet[RoleGrant]:
    """The security officer sees all; an office head those of the own office and below; the system officer those of offices."""
    membership = person.acting_for
    if has_power(person, "manage_accounts") or has_power(person, "countersign_headless"):
        return RoleGrant.objects.all()
    mine = Q(person=person.pk)
    if membership is not None and has_power(person, "countersign_grants"):
        mine |= Q(organisation__in=office_tree().below(membership.organisation_id))
    return RoleGrant.objects.filter(mine)


@gated(Invitation)
def _invitations(person: Person) -> QuerySet[Invitation]:
    membership = person.acting_for
    if has_power(person, "manage_accounts"):
        return Invitation.objects.exclude(organisation__kind=COMPANY)
    if membership is not None and has_power(person, "invite_members"):
        return Invitation.objects.filter(organisation=membership.organisation_id)
    return Invitation.objects.none()


@gated(ApiKey)
def _keys(person: Person) -> QuerySet[ApiKey]:
    """Keys of the own company for its administrator, keys of the zone's systems for the security officer."""
    membership = person.acting_for
    if has_power(person, "manage_accounts"):
        return ApiKey.objects.exclude(membership__organisation__kind=COMPANY)
    if membership is not None and has_power(person, "invite_members"):
        return ApiKey.objects.filter(membership__organisation=membership.organisation_id)
    return ApiKey.objects.none()


@gated(PhoneShown)
def _showings(person: Person) -> QuerySet[PhoneShown]:
    return PhoneShown.objects.filter(person=person.pk)


@gated(Assignment)
def _assignments(person: Person) -> QuerySet[Assignment]:
    """Of whole zones for who assigns there; else the own ones."""
    if has_power(person, "assign_commissioners"):
        return Assignment.objects.filter(company__zone__in=visible_to(person, Zone))
    if has_power(person, "read_own"):
        return Assignment.objects.filter(company__in=visible_to(person, Company))
    return Assignment.objects.filter(person=person.pk)


@gated(Absence)
def _absences(person: Person) -> QuerySet[Absence]:
    mine = Q(person=person.pk)
    if has_power(person, "assign_commissioners"):
        mine |= Q(person__in=commissioners_of(person).values("person"))
    return Absence.objects.filter(mine)


@gated(FactReview)
def _reviews(person: Person) -> QuerySet[FactReview]:
    """What was said of a fact is seen with the fact; the company also reads what became of one that was withdrawn."""
    seen = Q(fact__in=visible_to(person, Fact))
    membership = person.acting_for
    if membership is not None and has_power(person, "read_own"):
        seen |= Q(fact__company__in=visible_to(person, Company)) & ~Q(fact__secrecy="RESTRICTED")
    if has_power(person, "change_zone"):  # an objection makes the chain officers its handlers
        seen |= Q(kind="OBJECTED", fact__secrecy="COMPANY", fact__company__in=visible_to(person, Company))
    return FactReview.objects.filter(seen)


@gated(ClassChange)
def _class_changes(person: Person) -> QuerySet[ClassChange]:
    """Lowerings wait for people with the power; the security officer sees their labels without the fact."""
    if not has_power(person, "raise_class"):
        return ClassChange.objects.none()
    if has_power(person, "manage_accounts"):
        return ClassChange.objects.all()
    return ClassChange.objects.filter(fact__in=visible_to(person, Fact))


def commissioners_of(person: Person) -> QuerySet[Membership]:
    """The memberships of the commissioners who work for the zones that the person sees."""
    membership = person.acting_for
    found = memberships_in_force().filter(role="commissioner")
    home = membership.organisation.zone_id if membership is not None else None
    return found if home is None else found.filter(Q(organisation__zone=home) | Q(organisation__zone=None))


def person_visible(person: Person, pk: int) -> Person:
    """One person whom `person` may see; any other is refused as not found. One statement."""
    found = visible_to(person, Person).filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None:
        raise Refused("no-such-person", NO_SUCH_PERSON, status=404)
    return found


def person_named(person: Person, username: str) -> Person:
    """One person by sign-in name, whom `person` may see. One statement."""
    found = visible_to(person, Person).filter(username=username.strip()).first()
    if found is None:
        raise Refused("no-such-person", NO_SUCH_PERSON)
    return found


def people_listed(person: Person, *, wanted: str = "") -> QuerySet[Person]:
    """The people whom a person may see, with their memberships in force, by name. Two statements when it is read."""
    held = memberships_in_force().select_related("organisation__zone").order_by("pk")
    found = visible_to(person, Person).prefetch_related(Prefetch("memberships", held, to_attr="held"))
    if wanted:
        said = Q(username__icontains=wanted) | Q(last_name__icontains=wanted) | Q(first_name__icontains=wanted)
        found = found.filter(said | Q(pk__in=_working_at(wanted)))
    return found.order_by("pk")


def _working_at(wanted: str) -> QuerySet[Membership, int]:
    return memberships_in_force().filter(organisation__name__icontains=wanted).values_list("person", flat=True)


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    """Who belongs to an organisation today, with the person. One statement."""
    return memberships_in_force().filter(organisation=organisation).select_related("person").order_by("pk")


def offices_listed(person: Person) -> list[tuple[int, Organisation]]:
    """The offices and bodies that a person may know, each with its depth in the tree, parents first. One statement."""
    rows = list(visible_to(person, Organisation).exclude(kind=COMPANY).select_related("zone").order_by("pk"))
    known = {o.pk for o in rows}
    under: dict[int | None, list[Organisation]] = {}
    for office in rows:
        under.setdefault(office.parent_id if office.parent_id in known else None, []).append(office)
    found: list[tuple[int, Organisation]] = []

    def walk(parent: int | None, depth: int) -> None:
        for office in under.get(parent, []):
            found.append((depth, office))
            walk(office.pk, depth + 1)

    walk(None, 0)
    return found


def grants_asked(person: Person) -> list[RoleGrant]:
    """Roles that wait for a yes and that this person may see. At most four statements."""
    waiting = visible_to(person, RoleGrant).filter(state=RoleGrant.State.ASKED)
    return list(waiting.select_related("person", "organisation__zone", "asked_by", "security_by", "head_by"))


def grants_for_my_yes(person: Person) -> list[RoleGrant]:
    """Roles whose missing yes is this person's to give, acting as now. At most six statements."""
    tree = office_tree()
    found = []
    for grant in grants_asked(person):
        as_security = grant.security_by_id is None and has_power(person, "manage_accounts") and grant.person_id != person.pk
        if as_security or (grant.head_by_id is None and may_countersign(person, grant, tree)):
            found.append(grant)
    return found


def class_changes_waiting(person: Person) -> list[ClassChange]:
    """Lowerings of a class that wait for a second person. One statement, with the asker's name and the fact."""
    waiting = visible_to(person, ClassChange).filter(ended_at=None).exclude(asked_by=person.pk)
    return list(waiting.select_related("asked_by", "fact__company", "fact__zone"))


def invitations_open(person: Person) -> list[Invitation]:
    """Invitations that nobody has taken yet and that have not run out. One statement."""
    waiting = visible_to(person, Invitation).filter(ended_at=None, expires_at__gt=timezone.now())
    return list(waiting.select_related("organisation", "made_by"))


def keys_listed(person: Person) -> list[ApiKey]:
    """The keys that a person may see, the newest first. One statement."""
    return list(
        visible_to(person, ApiKey).select_related("membership__organisation", "membership__person", "made_by").order_by("-pk")
    )


def own_memberships(person: Person) -> list[Membership]:
    """What the person may act for. One statement."""
    return list(memberships_in_force().filter(person=person).select_related("organisation__zone").order_by("pk"))


def system_memberships() -> QuerySet[Membership]:
    """Memberships of machines, for which a security officer makes keys."""
    return memberships_in_force().filter(person__is_system=True).select_related("person", "organisation")
