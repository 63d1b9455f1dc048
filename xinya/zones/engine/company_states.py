"""The dated states of a company: planned, being built, in production. A state holds from a day on; a source says which."""

from xinya.kit.states import Machine
from xinya.kit.text import gettext_noop as _

OFFICER = "chain_officer"
TABLE = (
    # from, verb, to, who, required
    ("", "plan", "planned", OFFICER, "day"),
    ("", "build", "building", OFFICER, "day"),
    ("", "produce", "producing", OFFICER, "day"),
    ("planned", "build", "building", OFFICER, "day"),
    ("planned", "produce", "producing", OFFICER, "day"),
    ("building", "produce", "producing", OFFICER, "day"),
    ("building", "plan", "planned", OFFICER, "day"),
    ("producing", "build", "building", OFFICER, "day"),
    ("producing", "plan", "planned", OFFICER, "day"),
)
VERB_OF = {"planned": "plan", "building": "build", "producing": "produce"}
COMPANY_STATES = Machine(
    "company",
    TABLE,
    title=_("A company on its way to production"),
    words={
        "planned": _("planned"),
        "building": _("being built"),
        "producing": _("in production"),
        "plan": _("plan"),
        "build": _("build"),
        "produce": _("produce"),
        "chain_officer": _("chain officer"),
        "day": _("the day from which it holds"),
    },
    field="text",
)
