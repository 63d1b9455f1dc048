"""A register status, a contradiction, a zone's published pack and the sample's purchases in a browser: accessible and fitting."""

import pytest

from tests.journeys.house import Site
from tests.journeys.looks import OPENED, at_each_size, findings, too_wide
from xinya.chain import actions, queries
from xinya.chain.actions.packs import begin_draft, publish_draft, save_draft
from xinya.chain.files.drafts import changed_rows
from xinya.kit.search import index_marked
from xinya.zones import actions as zone_actions
from xinya.zones.files import CompanyLine
from xinya.zones.models import Company, Person, Source, Zone

pytestmark = [pytest.mark.browser, pytest.mark.drawn(3)]
GONE, ASKED = "沈阳辽砚密封材料有限公司", "沈阳蔚铨液压管路有限公司"


def fill(zone: Zone) -> dict[str, int]:
    """One company deregistered, one suspended and in dispute, a published pack; the keys of both companies."""
    officer = Person.objects.get(username="officer")
    for kind, standings in ((Source.Kind.REGISTER, ("注销", "歇业")), (Source.Kind.NEWS, ("注销", "存续"))):
        lines = [
            CompanyLine(n, name, None, (), None, None, standing=said)
            for n, (name, said) in enumerate(zip((GONE, ASKED), standings, strict=True), 2)
        ]
        source = Source.objects.create(kind=kind, title="登记机关公示" if kind == Source.Kind.REGISTER else "报道")
        origin = zone_actions.ListOrigin(source, queries.day_of(zone))
        actions.record_list(officer, zone=zone, lines=lines, origin=origin)
    draft = begin_draft(officer, zone=zone, base="gas-turbine").pk
    day = queries.day_of(zone)
    change = lambda p: changed_rows(p, "segments", {1: {"aliases": "燃机试验件甲"}}, day=day)  # noqa: E731
    save_draft(officer, zone=zone, draft_id=draft, seen=1, change=change)
    publish_draft(officer, zone=zone, draft_id=draft, seen=2)
    index_marked()
    return dict(Company.objects.filter(zone=zone, name__in=(GONE, ASKED), is_outside=False).values_list("name", "pk"))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_counts_and_what_does_not_is_shown_accessibly_at_every_width(site: Site, language: str) -> None:
    zone = Zone.objects.get(code="shenyang")
    keys = fill(zone)
    page = site.sign_in()
    wrong: list[str] = []
    base = "zones/shenyang"
    for path, told in (
        (f"{base}/", ""), (f"{base}/companies/", "注销"), (f"{base}/companies/{keys[GONE]}/", "注销"),
        (f"{base}/companies/{keys[ASKED]}/", "歇业"), (f"{base}/segments/sealant/", "注销"), (f"{base}/sourcing/", ""),
        (f"{base}/sourcing/?input=prepreg", ""), ("packs/", ""), (f"{base}/packs/gas-turbine/", ""), ("packs/gas-turbine/", ""),
        ("search/?q=燃机试验件甲", "燃机试验件甲"),
    ):  # fmt: skip
        site.go(page, path, language)
        page.evaluate(OPENED)
        for size in at_each_size(page):
            wrong += [f"{path} at {size[0]}: {f}" for f in findings(page, contrast=language == "zh-hans")]
            wrong += [f"{path}: {w}" for w in too_wide(page, size)]
        if told not in page.content():
            wrong.append(f"{path}: {told} is not told")
    assert wrong == []
