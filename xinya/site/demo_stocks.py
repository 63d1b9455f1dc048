"""For how many days a few invented companies of the sample zone say that their inputs last; invented and marked so."""

from itertools import groupby

from xinya.chain import actions
from xinya.chain.files.inputs import names_of, read_inputs
from xinya.chain.models import InputStatement
from xinya.chain.queries import zone_atlas
from xinya.zones.actions import Grounds
from xinya.zones.files.case import SHIPPED, Case
from xinya.zones.models import Company, Person, Source, Zone

FILE = "shenyang_purchases.csv"


def load_stocks(zone: Zone, actor: Person, case: Case) -> int:
    """State them once: a zone in which anybody states purchases keeps its own. Returns how many companies do so.

    The source is that of the sample's other invented facts, so that it goes when the zone is removed.
    """
    if InputStatement.objects.filter(company__zone=zone).exists():
        return 0
    source = Source.objects.filter(kind=Source.Kind.INVENTED, facts__zone=zone).first()
    if source is None:
        return 0
    lines = read_inputs((SHIPPED / FILE).read_bytes(), names_of(zone_atlas(zone)), most=None)
    companies = {c.name: c for c in Company.objects.filter(zone=zone, is_outside=False, is_invented=True)}
    made = 0
    for name, own in groupby(lines, key=lambda line: line.company):
        if name in companies:
            grounds = Grounds(source, case.as_of)
            actions.state_inputs(actor, company=companies[name], period=case.period, lines=list(own), grounds=grounds)
            made += 1
    return made
