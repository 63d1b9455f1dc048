"""One path of a chain on its page: asked for, handed out as a file, and chosen by the page where the chain is too large."""

import pytest
from django.test import Client

from xinya.chain.tests.conftest import CHAIN, STANDS
from xinya.zones.models import Zone

pytestmark = [pytest.mark.django_db, STANDS]


def boxes(text: str) -> int:
    return text.count('class="bx')


def test_one_path_of_a_chain_is_drawn_and_handed_out_as_a_file(officer_client: Client, zone: Zone) -> None:
    where = f"/zh-hans/zones/{zone.code}/chains/{CHAIN}/"
    whole = officer_client.get(where).content.decode()
    path = officer_client.get(where, {"segment": "composite-part"}).content.decode()
    assert 1 < boxes(path) < boxes(whole)
    assert 'value="composite-part" selected' in path
    assert "map.svg?segment=composite-part" in path
    file = officer_client.get(f"{where}map.svg", {"segment": "composite-part"}).content.decode()
    assert boxes(file) >= boxes(path)
    assert officer_client.get(where, {"segment": "nothing"}).content.decode().count('class="bx') == boxes(whole)


def test_a_chain_too_large_to_read_shows_the_path_of_its_product(
    officer_client: Client, zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xinya.chain.views import chains

    monkeypatch.setattr(chains, "LARGEST_WHOLE", 100)
    page = officer_client.get(f"/zh-hans/zones/{zone.code}/chains/{CHAIN}/").content.decode()
    assert 'value="aerostructure" selected' in page
    assert 1 < boxes(page) <= 61
