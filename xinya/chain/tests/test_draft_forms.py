"""A form of a draft that is refused or only checked is drawn again with everything that was typed, each finding at its row."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from xinya.chain.actions.packs import begin_draft, save_draft
from xinya.chain.files.drafts import TABLES, TOO_LONG, changed_rows
from xinya.chain.queries.packs import draft_of
from xinya.chain.tests.conftest import STANDS
from xinya.kit.text import say
from xinya.zones.models import Person, Zone
from xinya.zones.tests.people import someone

from .conftest import DAY
from .test_pack_drafts import filled

pytestmark = [pytest.mark.django_db, STANDS]
TYPED = "氢能新部件"


@pytest.fixture
def draft(officer: Person, zone: Zone) -> int:
    pk = begin_draft(officer, zone=zone, code="hydrogen", name_zh="氢能").pk
    save_draft(officer, zone=zone, draft_id=pk, seen=1, change=lambda _p: filled())
    return pk


def form_of(zone: Zone, draft: int, *added: dict[str, str], act: str = "save", **more: Any) -> dict[str, Any]:
    """The form of the first page of segments as a browser sends it, with these rows in the empty lines."""
    held = draft_of(zone, draft)
    rows = [*held.pack.segments[:20], *[dict.fromkeys(TABLES["segments"], "") | row for row in added]]
    places = [str(n) if n < 20 else "" for n in range(len(rows))]
    cells = {f"cell_{c}": [row[c] for row in rows] for c in TABLES["segments"]}
    return {"table": "segments", "from": "0", "seen": held.row.save_count, "act": act, "place": places, **cells, **more}


def path_of(zone: Zone, draft: int) -> str:
    return reverse("pack-draft", args=[zone.code, draft])


def row_html(html: str, name: str) -> str:
    """The table row whose name is this, with the line of findings below it."""
    rows = re.findall(r'<tr class="over".*?</tr>\s*<tr class="under">.*?</tr>', html, re.DOTALL)
    return next(row for row in rows if f'value="{name}"' in row)


@pytest.mark.parametrize("act", ["save", "check"])
def test_a_refused_form_stands_again_with_what_was_typed_and_the_finding_at_its_row(
    officer_client: Client, zone: Zone, draft: int, act: str
) -> None:
    sent = form_of(
        zone, draft, {"name_zh": TYPED, "definition_zh": "好"}, {"name_zh": "长定义部件", "definition_zh": "长" * 2001}, act=act
    )
    sent["cell_name_zh"][3] = "改过的名称"
    sent |= {"drop": ["5"], "note": "补两行"}
    answer = officer_client.post(path_of(zone, draft), sent)
    html = answer.content.decode()
    assert answer.status_code == 422
    for typed in (TYPED, "改过的名称", "长定义部件", "补两行"):
        assert typed in html
    assert "长" * 2001 in html
    sentence = say("zh", TOO_LONG, limit=2000)
    assert sentence in row_html(html, "长定义部件")
    assert sentence not in row_html(html, "改过的名称") + row_html(html, TYPED)
    assert re.search(r'name="drop" value="5" checked', html)
    assert draft_of(zone, draft).row.save_count == 2


def test_a_checked_form_can_be_saved_as_it_stands_and_changes_the_rows_that_were_meant(
    officer_client: Client, zone: Zone, draft: int
) -> None:
    names = [r["name_zh"] for r in draft_of(zone, draft).pack.segments]
    sent = form_of(zone, draft, {"name_zh": TYPED, "column": "part"}, act="check", drop=["0"])
    sent["cell_name_zh"][1] = "改过的名称"
    html = officer_client.post(path_of(zone, draft), sent).content.decode()
    assert draft_of(zone, draft).row.save_count == 2
    assert 'class="st bad"' in row_html(html, TYPED)  # it has no definition yet
    fields = {name: re.findall(rf'name="{name}" value="([^"]*)"', html) for name in ("place", "cell_name_zh", "cell_code", "drop")}
    assert fields["place"] == [*map(str, range(20)), "", "", "", "", ""]
    assert fields["cell_name_zh"][:3] == [names[0], "改过的名称", names[2]]
    assert fields["cell_name_zh"][20] == TYPED
    assert re.findall(r'name="drop" value="(\d+)" checked', html) == ["0"]
    assert officer_client.post(path_of(zone, draft), sent | {"act": "save"}).status_code == 302
    after = [r["name_zh"] for r in draft_of(zone, draft).pack.segments]
    assert after == ["改过的名称", *names[2:], TYPED]


@pytest.mark.parametrize("act", ["save", "check"])
def test_what_was_typed_beside_a_version_saved_meanwhile_is_kept_and_overwrites_nobody(
    officer_client: Client, zone: Zone, draft: int, act: str
) -> None:
    sent = form_of(zone, draft, {"name_zh": TYPED}, act=act)
    sent["cell_name_zh"][3], sent["cell_name_zh"][4] = "我的第三行", "我的第四行"
    other = someone("sun", "chain_officer", zone=zone)
    save_draft(
        other,
        zone=zone,
        draft_id=draft,
        seen=2,
        change=lambda p: changed_rows(p, "segments", {3: {"name_zh": "同事的名称"}}, day=DAY),
    )
    answer = officer_client.post(path_of(zone, draft), sent)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "我的第三行" in row_html(html, "同事的名称")  # told, not written over the other's
    assert row_html(html, "我的第四行")
    assert row_html(html, TYPED)
    assert 'name="seen" value="3"' in html


def test_a_refused_head_and_a_refused_paste_keep_what_was_typed(officer_client: Client, zone: Zone, draft: int) -> None:
    columns = {f"column_{k}": ["raw", "neu"] for k in ("code", "name_zh", "name_en")} | {"column_stage": ["up", "mid"]}
    sent = {"table": "head", "seen": 2, "name_zh": "氢能链", "summary_zh": "两\x00行", "note": "改名", **columns}
    for act in ("save", "check"):
        answer = officer_client.post(path_of(zone, draft), sent | {"act": act})
        assert answer.status_code == 422
        html = answer.content.decode()
        assert all(word in html for word in ('value="氢能链"', 'value="neu"', 'value="改名"'))
    text = "名称\t列\n" + "长" * 2001
    answer = officer_client.post(reverse("paste-rows", args=[zone.code, draft]), {"table": "segments", "seen": 2, "rows": text})
    assert answer.status_code == 422
    assert "长" * 2001 in answer.content.decode()
