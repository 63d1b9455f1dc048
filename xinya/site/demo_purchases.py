"""What invented companies of a sample zone state of their purchases and supplies: invented too, dated and marked so."""

import csv
from io import StringIO

from xinya.chain.actions.sample import SampleLink, enter_sample
from xinya.chain.files.inputs import amount_in, names_of, read_inputs
from xinya.chain.queries import zone_atlas
from xinya.kit.text import plain
from xinya.zones.actions import Grounds
from xinya.zones.files.case import SHIPPED
from xinya.zones.models import Person, Source, Zone

PERIOD = "2024"
CONFIDENCE = "0.75"
SIDES = {"供方": "supplier", "采购方": "buyer"}


def load_purchases(actor: Person, zone: Zone) -> int:
    """Enter them once: a zone in which anybody stated anything keeps its own. The shares and amounts add up to nothing real."""
    source = Source.objects.filter(facts__zone=zone, kind=Source.Kind.INVENTED).order_by("pk").first()
    inputs, links = (SHIPPED / f"{zone.code}_{what}.csv" for what in ("purchases", "links"))
    if source is None or not zone.is_sample or zone.as_of is None or not inputs.exists():
        return 0
    names = names_of(zone_atlas(zone))
    rows = csv.DictReader(StringIO(links.read_text(encoding="utf-8"), newline=""))
    return enter_sample(
        actor, zone=zone, period=PERIOD, inputs=read_inputs(inputs.read_bytes(), names, most=None),
        links=[_link(row, names) for row in rows], grounds=Grounds(source, zone.as_of, CONFIDENCE),
    )  # fmt: skip


def _link(row: dict[str, str], names: dict[str, str]) -> SampleLink:
    low, high = amount_in(row["金额(万元)"])
    return SampleLink(
        row["供方"],
        row["采购方"],
        row["供货品"],
        names[plain(row["供货品"])],
        low,
        high,
        SIDES[row["谁说"]],
        row["对方确认"] == "是",
    )
