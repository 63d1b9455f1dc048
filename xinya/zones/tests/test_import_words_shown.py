"""What the import desk shows to readers of English, and what it keeps of what was typed."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from xinya.zones.engine.imports.findings import found
from xinya.zones.models import Zone
from xinya.zones.tests.imports import company
from xinya.zones.tests.test_import_pages import book, brought, checked

pytestmark = pytest.mark.django_db


def test_a_value_that_is_refused_stays_in_its_field(client_of: Callable[[str], Client], zone: Zone) -> None:
    client = client_of("chain_officer")
    address = checked(client, book(company(1, revenue=-5)))
    reply = client.post(f"{address}decide/", {"decision": "value:2:revenue_2024", "value-2:revenue_2024": "minus seven"})
    assert reply.status_code == 422
    assert 'name="value-2:revenue_2024" value="minus seven"' in reply.content.decode()


def test_units_and_fields_of_columns_are_in_the_reader_s_language(client_of: Callable[[str], Client], zone: Zone) -> None:
    client = client_of("chain_officer")
    address = brought(client, book(company(1)))
    chinese = client.get(address).content.decode()
    english = client.get(address.replace("/zh-hans/", "/en/")).content.decode()
    assert re.search(r'<option value="万元"[^>]*>万元</option>', chinese)
    assert re.search(r'<option value="万元"[^>]*>10,000 yuan</option>', english)
    assert ">R&amp;D expenditure</option>" in english
    assert ">rd</option>" not in english


@pytest.mark.parametrize(("rows", "said"), [((3,), "Row 3: "), ((1, 2), "Rows 1, 2: "), (tuple(range(2, 14)), "Rows 2-13: ")])
def test_several_rows_are_not_called_a_row(rows: tuple[int, ...], said: str) -> None:
    assert found("DUP_ROW", "twice", rows=rows).sentence("en").startswith(said)
