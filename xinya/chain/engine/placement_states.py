"""The states of a placement: put there by rule, decided by a chain officer, confirmed or objected to by the company itself."""

from xinya.kit.states import Machine
from xinya.kit.text import gettext_noop as _

RULE, OFFICER, COMPANY = "rule", "chain_officer", "company_user company_admin"
TABLE = (
    # from, verb, to, who, required
    ("", "place", "AUTOMATIC", RULE, ""),
    ("", "propose", "PENDING", RULE, ""),
    ("", "vouch", "CONFIRMED", OFFICER, "reason"),
    ("PENDING", "confirm", "CONFIRMED", OFFICER, "reason"),
    ("PENDING", "agree", "CONFIRMED", COMPANY, ""),
    ("PENDING", "reject", "REJECTED", OFFICER, "reason"),
    ("PENDING", "object", "OBJECTED", COMPANY, "reason"),
    ("AUTOMATIC", "confirm", "CONFIRMED", OFFICER, "reason"),
    ("AUTOMATIC", "agree", "CONFIRMED", COMPANY, ""),
    ("AUTOMATIC", "reject", "REJECTED", OFFICER, "reason"),
    ("AUTOMATIC", "object", "OBJECTED", COMPANY, "reason"),
    ("CONFIRMED", "confirm", "CONFIRMED", OFFICER, "reason"),
    ("CONFIRMED", "agree", "CONFIRMED", COMPANY, ""),
    ("CONFIRMED", "reject", "REJECTED", OFFICER, "reason"),
    ("CONFIRMED", "object", "OBJECTED", COMPANY, "reason"),
    ("OBJECTED", "confirm", "CONFIRMED", OFFICER, "reason"),
    ("OBJECTED", "agree", "CONFIRMED", COMPANY, ""),
    ("OBJECTED", "reject", "REJECTED", OFFICER, "reason"),
    ("REJECTED", "confirm", "CONFIRMED", OFFICER, "reason"),
)
PLACEMENT_STATES = Machine(
    "placement",
    TABLE,
    title=_("A company's place on a chain"),
    words={
        "PENDING": _("to be confirmed"),
        "AUTOMATIC": _("placed by rule"),
        "CONFIRMED": _("confirmed"),
        "REJECTED": _("rejected"),
        "OBJECTED": _("objected to"),
        "place": _("place by rule"),
        "propose": _("propose"),
        "vouch": _("vouch for it"),
        "confirm": _("confirm"),
        "agree": _("agree"),
        "reject": _("reject"),
        "object": _("object"),
        "rule": _("the packs' rules"),
        "chain_officer": _("chain officer"),
        "company_user": _("company user"),
        "company_admin": _("company administrator"),
        "reason": _("reason"),
    },
)
