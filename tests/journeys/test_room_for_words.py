"""Fields, cells and the bar have room: nothing is squeezed on a phone, nothing lies over another thing on a screen."""

import pytest

from tests.journeys.house import PHONE, Site
from xinya.chain.actions.packs import begin_draft
from xinya.zones.models import Person, Zone

pytestmark = [pytest.mark.browser, pytest.mark.drawn(3)]
NARROWEST = """() => Math.min(...[...document.querySelectorAll('main .t :is(input, select, textarea)')]
  .filter(e => !['checkbox', 'hidden'].includes(e.type) && e.checkVisibility()).map(e => e.getBoundingClientRect().width))"""
EMPTY_SHOWN = "() => [...document.querySelectorAll('main .t.stack td.nil')].filter(e => e.checkVisibility()).length"
BESIDE = """() => [...document.querySelectorAll('main .t.led tbody tr:not(.grp)')].filter(row => {
  const name = row.querySelector('th[scope=row]').getBoundingClientRect();
  return [...row.querySelectorAll('td[data-h]')].some(e => e.checkVisibility() && e.getBoundingClientRect().top < name.bottom - 4);
}).length"""
OVER = """() => {
  const shown = [...document.querySelectorAll('.bar :is(.slices a, .tools > *)')].filter(e => e.checkVisibility());
  const boxes = shown.map(e => e.getBoundingClientRect()).filter(b => b.width).sort((a, b) => a.left - b.left);
  return boxes.slice(1).filter((b, i) => b.left < boxes[i].right - 1).length;
}"""


def test_the_fields_of_a_draft_are_wide_enough_to_write_in_on_a_phone(site: Site) -> None:
    draft = begin_draft(Person.objects.get(username="officer"), zone=Zone.objects.get(code="shenyang"), base="aero-structures")
    page = site.sign_in(size=PHONE)
    for table in ("segments", "inputs", "sources", "head"):
        site.go(page, f"zones/shenyang/packs/{draft.pk}/?table={table}")
        assert page.evaluate(NARROWEST) > 150, table


def test_a_card_leaves_out_what_it_has_nothing_to_say_of_and_begins_with_its_name(site: Site) -> None:
    page = site.sign_in(size=PHONE)
    for path in ("chains/aero-engine-parts/", "half-lives/", "sourcing/", "verdicts/", ""):
        site.go(page, f"zones/shenyang/{path}")
        assert page.evaluate(EMPTY_SHOWN) == 0, path
        assert page.evaluate(BESIDE) == 0, path


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_in_the_bar_lies_over_another_entry(site: Site, language: str) -> None:
    for role in ("officer", "company", "commissioner"):
        page = site.sign_in(role)
        for width in (1440, 1280, 1200):
            page.set_viewport_size({"width": width, "height": 900})
            site.go(page, "zones/shenyang/imports/" if role == "company" else "", language)
            assert page.evaluate(OVER) == 0, (role, width)
