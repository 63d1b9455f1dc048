"""The one role register of the product: what each role sees, what it may do. Pages, rules and docs read this table.

Source: the product's service specification, section 2; 三权分立 (three officers) after GB/T 22239-2019.
"""

from dataclasses import dataclass

from xinya.kit.text import gettext_noop as _

BUSINESS, SYSTEM, SECURITY, AUDIT = "BUSINESS", "SYSTEM", "SECURITY", "AUDIT"
OFFICE, COMPANY, FUND, AUDITING, SERVICE, PUBLIC = "ZONE_OFFICE", "COMPANY", "FUND", "AUDIT", "SERVICE_ORG", "PUBLIC"

POWERS: dict[str, str] = {
    "read_zone": _("reads every company and chain of the zone"),
    "change_zone": _("starts zones, brings company lists, answers gaps, sets limits"),
    "import_check": _("brings lists and sees what they would change; people of a company for their company alone"),
    "import_commit": _("commits lists into the register and undoes them; people of a company for their company alone"),
    "read_assigned": _("reads the companies assigned, and those covered as back-up"),
    "read_own": _("reads the own company's rows"),
    "confirm_facts": _("confirms facts and placements of the own company, or objects to them"),
    "invite_members": _("invites people into the own company and ends their membership"),
    "confirm_claims": _("confirms that a person speaks for an assigned company"),
    "assign_commissioners": _("assigns commissioners and enters their absence"),
    "make_promises": _("makes promises and keeps them with proof"),
    "approve_extensions": _("approves the extension of a promise of the own office"),
    "countersign_grants": _("countersigns roles in the own office and those below it"),
    "countersign_headless": _("countersigns roles where no office head stands above the receiver"),
    "manage_accounts": _("sees accounts, roles and locks; grants roles, unlocks, ends sessions, decides between two claims"),
    "raise_class": _("raises a secrecy class; lowering needs a second person"),
    "load_calendar": _("loads the calendar of working days"),
    "see_health": _("sees the state of the house: work for later, search, backups"),
    "read_audit": _("reads the audit log and verifies its chain"),
    "export_audit": _("exports the audit log"),
    "seal_audit": _("seals the audit log"),
}


@dataclass(frozen=True, slots=True)
class Role:
    """A role. kinds: the organisations it can be held in. duty: two different duties are never held by one person.

    is_zone_role: needs a second factor outside a demonstration. opens_with: the slice whose pages it waits for; "" means open.
    """

    code: str
    name: str
    sees: str
    kinds: tuple[str, ...]
    powers: frozenset[str]
    duty: str = BUSINESS
    is_zone_role: bool = True
    opens_with: str = ""


def _role(code: str, name: str, sees: str, kinds: tuple[str, ...], powers: str = "", **more: object) -> Role:
    return Role(code, name, sees, kinds, frozenset(powers.split()), **more)  # type: ignore[arg-type]


_OWN_SLICE = _("rows of its own slice")
_PROMISED = _("promises of the own office")

REGISTER: tuple[Role, ...] = (
    _role("zone_reader", _("zone reader"), _("every company and chain of the zone"), (OFFICE,), "read_zone"),
    _role(
        "chain_officer", _("chain officer"), _("every company and chain of the zone"), (OFFICE,),
        "read_zone change_zone import_check import_commit make_promises raise_class",
    ),
    _role(
        "commissioner", _("commissioner"), _("companies assigned or covered as back-up"), (OFFICE,),
        "read_assigned confirm_claims make_promises",
    ),
    _role(
        "company_user", _("company user"), _("the own company's rows"), (COMPANY,),
        "read_own confirm_facts import_check import_commit make_promises", is_zone_role=False,
    ),
    _role(
        "company_admin", _("company administrator"), _("the own company's rows"), (COMPANY,),
        "read_own confirm_facts import_check import_commit invite_members make_promises", is_zone_role=False,
    ),
    _role("office_handler", _("office handler"), _PROMISED, (OFFICE,), "make_promises"),
    _role("office_head", _("office head"), _PROMISED, (OFFICE,), "make_promises approve_extensions countersign_grants"),
    _role(
        "desk_lead", _("service desk lead"), _("all promises; companies and their commissioners"), (OFFICE,),
        "read_zone make_promises approve_extensions assign_commissioners",
    ),
    _role("policy_editor", _("policy editor"), _OWN_SLICE, (OFFICE,), opens_with="service"),
    _role("policy_releaser", _("policy releaser"), _OWN_SLICE, (OFFICE,), opens_with="service"),
    _role("finance", _("finance"), _OWN_SLICE, (OFFICE,), opens_with="service"),
    _role("fund_manager", _("fund manager"), _OWN_SLICE, (FUND,), opens_with="fund"),
    _role("attraction_officer", _("attraction officer"), _OWN_SLICE, (OFFICE,), opens_with="attraction"),
    _role("transform_officer", _("transformation officer"), _OWN_SLICE, (OFFICE, SERVICE), opens_with="transform"),
    _role("auditor", _("auditor"), _("everything, read only"), (AUDITING,), "read_zone read_audit export_audit"),
    _role(
        "system_officer", _("system officer"), _("configuration and health; no business rows"), (OFFICE,),
        "load_calendar see_health countersign_headless", duty=SYSTEM,
    ),
    _role(
        "security_officer", _("security officer"), _("accounts, roles, locks, labels; no business rows"), (OFFICE,),
        "manage_accounts raise_class", duty=SECURITY,
    ),
    _role(
        "audit_officer", _("audit officer"), _("the audit log of everybody"), (OFFICE,),
        "read_audit export_audit seal_audit", duty=AUDIT,
    ),
)  # fmt: skip
BY_CODE: dict[str, Role] = {role.code: role for role in REGISTER}
OFFICERS: tuple[str, ...] = tuple(role.code for role in REGISTER if role.duty != BUSINESS)
DUTIES: tuple[str, ...] = (BUSINESS, SYSTEM, SECURITY, AUDIT)


def powers_of(code: str) -> frozenset[str]:
    """The powers of a role; none for a code that the register does not hold."""
    role = BY_CODE.get(code)
    return role.powers if role is not None else frozenset()


def codes_of(duty: str) -> tuple[str, ...]:
    """The roles of one duty, in the order of the register."""
    return tuple(role.code for role in REGISTER if role.duty == duty)
