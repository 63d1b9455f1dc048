"""What stands around every page: navigation, languages, the person, the demonstration mark."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from xinya.kit.text import short_language
from xinya.zones.models import Person
from xinya.zones.queries import own_memberships
from xinya.zones.rules import has_power

FOOT_PAGES = (
    (gettext_noop("Terms and rules"), "dictionary"),
    (gettext_noop("Chain packs"), "packs"),
    (gettext_noop("States"), "states"),
    (gettext_noop("Calendar"), "calendar"),
    (gettext_noop("My notices"), "notices"),
)
OFFICE_PAGES = (
    (gettext_noop("People"), "people", ("manage_accounts",)),
    (gettext_noop("Accounts"), "accounts", ("manage_accounts",)),
    (gettext_noop("My yes"), "waiting", ("manage_accounts", "countersign_grants", "countersign_headless")),
    (gettext_noop("My company's people"), "company-people", ("invite_members",)),
    (gettext_noop("Claims"), "claims", ("manage_accounts", "confirm_claims", "assign_commissioners")),
    (gettext_noop("Keys"), "keys", ("manage_accounts", "invite_members")),
    (gettext_noop("Audit log"), "audit", ("read_audit",)),
    (gettext_noop("Work for later"), "work", ("see_health",)),
)
"""Entries of the bar for those who have one of the powers; to others the pages do not exist."""


MANY_ENTRIES, LONG_ENTRIES = 6, 45
"""With more entries than these, or more letters in them, the bar shows the button of search without its field; its page has one."""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html. Only sections that exist are in the bar."""
    given = getattr(request, "frame", {})
    zone, section = given.get("zone"), given.get("section", "")
    user = getattr(request, "user", None)
    person = user if isinstance(user, Person) else Person()
    is_known = person.pk is not None
    is_officer = is_known and has_power(person, "change_zone")
    chinese = short_language(get_language()) == "zh"
    navigation = _navigation(zone, section, person) if is_known else []
    return {
        "home_href": reverse("home"),
        "is_crowded": _is_crowded(navigation),
        "search_href": reverse("search") if is_known else "",
        "zone_name": (zone.name if chinese else zone.name_en) if zone is not None else "",
        "navigation": navigation,
        "switchable": _memberships(person) if is_known else [],
        "profile_href": reverse("profile"),
        "switch_href": reverse("switch-membership"),
        "person": _shown_name(person) if is_known else "",
        "is_officer": is_officer,
        "sign_in_href": reverse("sign-in"),
        "sign_out_href": reverse("sign-out"),
        "other_language_href": _in_language(given.get("own_path") or request.get_full_path(), "en" if chinese else "zh-hans"),
        "other_language_label": "EN" if chinese else "中文",
        "demo_notice": _demo_notice() if zone is not None and zone.is_demo else "",
        "foot_links": [{"label": _(label), "href": reverse(route)} for label, route in FOOT_PAGES] if is_known else [],
        "footer_stats": getattr(request, "page_cost", None) if is_officer else None,
    }


def _in_language(path: str, language: str) -> str:
    """The same page in another language: the languages' addresses differ in their first part alone."""
    _root, first, rest = [*path.split("/", 2), "", ""][:3]
    return f"/{language}/{rest}" if first in dict(settings.LANGUAGES) else path


def _is_crowded(navigation: list[list[dict[str, Any]]]) -> bool:
    """Whether the field of search would lie over the entries; a Chinese character is as wide as two letters."""
    labels = [str(item["label"]) for group in navigation for item in group]
    return len(labels) > MANY_ENTRIES or sum(len(label) + sum(c > "\u2e80" for c in label) for label in labels) > LONG_ENTRIES


def _office_pages(section: str, person: Person) -> list[list[dict[str, Any]]]:
    """Pages that only some roles have; for all others they are not there."""
    found = [
        {"label": _(label), "href": reverse(route), "current": section == route}
        for label, route, powers in OFFICE_PAGES
        if any(has_power(person, power) for power in powers)
    ]
    return [found] if found else []


def _shown_name(person: Any) -> str:
    return _("%(name)s (%(role)s)") % {"name": person, "role": person.role_name}


def _demo_notice() -> str:
    return _(
        "Demonstration: only what is credited to the interview of 2025-02-06 or to a news report is real; all else is invented."
    )


def _navigation(zone: Any, section: str, person: Person) -> list[list[dict[str, Any]]]:
    return [*_sections(zone, section, person), *_office_pages(section, person)]


def _memberships(person: Person) -> list[dict[str, Any]]:
    """What the person may switch to; nothing, and no statement, for the many who act for one organisation only."""
    acting = person.acting_for
    if acting is None or not acting.has_others:
        return []
    return [
        {"pk": m.pk, "label": f"{m.organisation.name} · {m.get_role_display()}", "current": m.pk == acting.pk}
        for m in own_memberships(person)
    ]


def _sections(zone: Any, section: str, person: Person) -> list[list[dict[str, Any]]]:
    if not has_power(person, "read_zone"):
        sees_some = has_power(person, "read_assigned") or has_power(person, "read_own")
        mine = [[{"label": _("My companies"), "href": reverse("home"), "current": section == "zones"}]] if sees_some else []
        return [
            *mine,
            *_own_lists(person, section),
            *_own_promises(person, zone, section),
            *_own_checks(person, zone, section),
        ]
    if zone is None:
        return [[{"label": _("Zones"), "href": reverse("home"), "current": section == "zones"}]]
    code = zone.code

    def entry(label: str, name: str) -> dict[str, Any]:
        return {"label": label, "href": reverse(name, args=[code]), "current": section == name}

    return [
        [entry(_("Home"), "zone")],
        [entry(_("Chains"), "chain-list"), entry(_("Verdicts"), "verdicts"), entry(_("Companies"), "companies")],
        [entry(_("Promises"), "promises")],
        *([[entry(_("To look at again"), "verify")]] if has_power(person, "change_zone") else []),
        *([[entry(_("Commissioners"), "commissioners")]] if has_power(person, "assign_commissioners") else []),
        [{"label": _("All zones"), "href": reverse("home"), "current": False}],
    ]


def _own_lists(person: Person, section: str) -> list[list[dict[str, Any]]]:
    """The lists that a company brings of itself."""
    membership = person.acting_for
    organisation = membership.organisation if membership is not None else None
    if organisation is None or organisation.company_id is None or organisation.zone is None:
        return []
    if not has_power(person, "import_check"):
        return []
    return [[{"label": _("My lists"), "href": reverse("imports", args=[organisation.zone.code]), "current": section == "imports"}]]


def _own_checks(person: Person, zone: Any, section: str) -> list[list[dict[str, Any]]]:
    """What a commissioner may look at again, in the zone of the page, else of the own organisation."""
    membership = person.acting_for
    here = zone or (membership.organisation.zone if membership is not None else None)
    if here is None or not has_power(person, "read_assigned"):
        return []
    return [[{"label": _("To look at again"), "href": reverse("verify", args=[here.code]), "current": section == "verify"}]]


def _own_promises(person: Person, zone: Any, section: str) -> list[list[dict[str, Any]]]:
    """The promises of the zone on the page, else of the zone of one's own organisation."""
    membership = person.acting_for
    here = zone or (membership.organisation.zone if membership is not None else None)
    if here is None or not has_power(person, "make_promises"):
        return []
    return [[{"label": _("Promises"), "href": reverse("promises", args=[here.code]), "current": section == "promises"}]]
