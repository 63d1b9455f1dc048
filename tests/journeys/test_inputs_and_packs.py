"""Purchases, a zone's own packs, proposals and exchange in a browser: accessible, fitting, in both languages, with keys alone."""

import pytest

from tests.journeys.house import Site
from tests.journeys.looks import OPENED, at_each_size, findings, foreign, names, too_wide
from xinya.chain import actions, queries
from xinya.chain.actions import NewLink
from xinya.chain.actions.exchange import publish_open_data
from xinya.chain.actions.packs import begin_draft, save_draft
from xinya.chain.actions.proposals import bring_proposals
from xinya.chain.engine.proposals import Evidence, Proposal
from xinya.chain.files.drafts import changed_rows
from xinya.chain.files.inputs import input_lines, names_of
from xinya.zones.models import Company, Person, Zone

pytestmark = [pytest.mark.browser, pytest.mark.drawn(3)]


def fill(zone: Zone) -> tuple[int, int]:
    """Purchases, links, a draft with a defect, a proposal and an issue in Shenyang; the keys of a company and of the draft."""
    officer = Person.objects.get(username="officer")
    company = Company.objects.filter(zone=zone, is_outside=False, is_invented=True).order_by("pk")[1]
    other = Company.objects.filter(zone=zone, is_outside=False, is_invented=True).order_by("pk")[2]
    known = names_of(queries.zone_atlas(zone))
    rows = [{"text": "prepreg", "share": "30-50%", "amount": "300-500"}, {"text": "ti-forging", "share": "", "amount": "1200"}]
    actions.state_inputs(officer, company=company, period="2025", lines=input_lines(enumerate(rows, 1), known))
    actions.state_link(officer, company=company, wanted=NewLink(False, other.name, "prepreg", "2025", "", "321"))
    draft = begin_draft(officer, zone=zone, base="aero-structures")
    broken = {0: {"definition_zh": ""}}
    day = queries.day_of(zone)
    save_draft(officer, zone=zone, draft_id=draft.pk, seen=1, change=lambda p: changed_rows(p, "segments", broken, day=day))
    evidence = (Evidence("graph", 2, 1, ("1 ← 2",)),)
    bring_proposals(officer, zone=zone, rows=[Proposal("aerostructure", "ti-sponge", "", evidence, 1)])
    publish_open_data(officer, zone=zone)
    return company.pk, draft.pk


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_are_accessible_fit_and_speak_the_reader_s_language(site: Site, language: str) -> None:
    zone = Zone.objects.get(code="shenyang")
    company, draft = fill(zone)
    page = site.sign_in()
    wrong: list[str] = []
    base = "zones/shenyang"
    for path in (
        f"{base}/companies/{company}/inputs/", f"{base}/sourcing/", f"{base}/sourcing/?input=prepreg", f"{base}/packs/",
        f"{base}/packs/{draft}/", f"{base}/packs/{draft}/?table=inputs", f"{base}/packs/{draft}/?table=head",
        f"{base}/packs/{draft}/history/", f"{base}/proposals/", f"{base}/compare/",
        f"{base}/compare/?with=zone.wuxi&chain=aero-structures",
        f"{base}/open-data/",
    ):  # fmt: skip
        site.allowed += ["409"]
        site.go(page, path, language)
        page.evaluate(OPENED)
        for size in at_each_size(page):
            where = f"{path} at {size[0]}"
            wrong += [f"{where}: {f}" for f in findings(page, contrast=language == "zh-hans")]
            wrong += [f"{where}: {t}" for t in foreign(page, language) if t not in names() and not t.isascii()]
            wrong += [f"{where}: {w}" for w in too_wide(page, size)]
    assert wrong == []


def test_a_company_fills_in_its_inputs_without_script_and_with_the_keyboard(site: Site) -> None:
    page = site.sign_in(script=False)
    zone = Zone.objects.get(code="shenyang")
    silent = Company.objects.filter(zone=zone, is_outside=False, is_invented=True, input_statements=None).order_by("pk")
    site.go(page, f"zones/shenyang/companies/{silent[0].pk}/inputs/")
    page.locator("input[name=text]").first.focus()
    for word in ("某种专用胶", "", "40%", "120", "30"):
        page.keyboard.type(word)
        page.keyboard.press("Tab")
    with page.expect_navigation(url="**/inputs/?period=*"):
        page.keyboard.press("Enter")
    assert "某种专用胶" in page.content()
    assert "40%" in page.locator("main table").first.inner_text()
