"""Who ended, by the register, is not named as a maker again by mistake."""

from xinya.kit.refusals import demand
from xinya.kit.text import gettext_noop as _
from xinya.zones.models import Company
from xinya.zones.queries import gone_among

COMPANY_GONE = _(
    "%(name)s ended or moved away, by the register, and counts as no maker. If it does business after all, bring a list that says"
    " so first."
)


def demand_counted(company: Company) -> None:
    """Refuse a company that no longer counts (company-gone, 409)."""
    is_gone = company.pk in gone_among(Company.objects.filter(pk=company.pk))
    demand(not is_gone, "company-gone", COMPANY_GONE, status=409, name=company.name)
