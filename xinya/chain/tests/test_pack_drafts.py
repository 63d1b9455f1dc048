"""A zone edits packs in the browser: paste, correct, version by version, publish for its own verdicts; others keep theirs."""

import datetime
import io
import zipfile
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from xinya.chain import actions, queries
from xinya.chain.actions.packs import begin_draft, end_draft, publish_draft, restore_save, retire_pack, save_draft
from xinya.chain.files import Pack, shipped_packs
from xinya.chain.files.drafts import changed_rows, content_of, empty_pack, findings_of, pack_of, pasted_rows, with_head, with_rows
from xinya.chain.models import Placement, ZonePack
from xinya.chain.queries.packs import changes_of, draft_of, saves_of
from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.zones.models import Person, Zone
from xinya.zones.tests.people import refused, someone

from .conftest import CHAIN, DAY, STANDS, line, signed_in

pytestmark = STANDS

FORTY = "\n".join(
    [
        "环节名称\t列\t定义",
        *(f"氢能第{n}号部件\t零部件与中间品\t用在氢能装置第{n}个位置上的部件，承受{n * 10}兆帕。" for n in range(1, 41)),
    ]
)
LINKS = "\n".join(f"氢能第{n}号部件\t氢能第{n + 1}号部件\t部件\t是" for n in range(1, 40))


def filled() -> Pack:
    pack = empty_pack("hydrogen", "氢能", "Hydrogen", DAY)
    pack = changed_rows(pack, "segments", {}, pasted_rows(FORTY, "segments"), day=DAY, others=shipped_packs())
    return changed_rows(pack, "inputs", {}, pasted_rows(LINKS, "inputs"), day=DAY)


@pytest.fixture
def draft(officer: Person, zone: Zone) -> int:
    return begin_draft(officer, zone=zone, code="hydrogen", name_zh="氢能").pk


def test_forty_pasted_rows_make_a_pack_without_hard_defects() -> None:
    pack = filled()
    assert (len(pack.segments), len(pack.inputs)) == (40, 39)
    assert len({r["code"] for r in pack.segments}) == 40
    assert [f.defect.code for f in findings_of(pack, shipped_packs()) if not f.is_soft and f.table != "segments"] == []
    assert pack_of(content_of(pack)) == pack


def test_a_pack_that_changes_stands_for_the_day_of_the_change_so_that_its_new_rows_are_not_younger() -> None:
    pack = next(p for p in shipped_packs() if p.code == CHAIN)
    later = pack.head["as_of"] + datetime.timedelta(days=1)
    same = changed_rows(pack, "sources", {0: dict(pack.sources[0])}, day=later)
    assert same == pack
    changed = changed_rows(pack, "sources", {}, [{"id": "new-one", "title": "新标准", "reference": "GB 1"}], day=later)
    assert (changed.head["as_of"], changed.sources[-1]["read_on"]) == (later, later.isoformat())
    assert "date-late" not in {f.defect.code for f in findings_of(changed, shipped_packs())}
    assert changed_rows(changed, "sources", {0: None}, day=pack.head["as_of"]).head["as_of"] == later


def test_a_name_that_another_pack_defines_is_shared_from_there() -> None:
    pack = changed_rows(
        empty_pack("hydrogen", "氢能", "Hydrogen", DAY), "segments", {}, pasted_rows("碳纤维预浸料\t原材料", "segments"), day=DAY,
        others=shipped_packs(),
    )  # fmt: skip
    (row,) = pack.segments
    assert (row["code"], row["home"], row["column"], row["name_zh"]) == ("prepreg", "aero-structures", "raw", "")
    assert pack.head["requires"] == ["aero-structures"]


def test_a_row_that_is_wrong_is_named_by_its_place() -> None:
    pack = filled()
    broken = changed_rows(pack, "segments", {3: {"definition_zh": ""}, 5: {"broader": "nowhere"}}, day=DAY)
    found = {(f.table, f.row, f.defect.code) for f in findings_of(broken, shipped_packs()) if not f.is_soft}
    assert {("segments", 3, "cell-missing"), ("segments", 5, "segment-unknown")} <= found


def test_a_word_of_another_pack_is_found_on_the_draft_s_own_row() -> None:
    pack = with_rows(filled(), "segments", [*filled().segments[:1], {**filled().segments[1], "aliases": "碳纤维预浸料"}])
    codes = {(f.row, f.defect.code) for f in findings_of(with_rows(pack, "inputs", filled().inputs[:1]), shipped_packs())}
    assert (1, "word-twice") in codes


def test_a_segment_that_gets_another_code_keeps_its_inputs() -> None:
    pack = filled()
    old = pack.segments[0]["code"]
    pack = changed_rows(pack, "segments", {1: {"broader": old, "excludes": old}}, day=DAY)
    renamed = changed_rows(pack, "segments", {0: {"code": "first-part"}}, day=DAY)
    assert renamed.inputs[0]["product"] == "first-part"
    assert (renamed.segments[1]["broader"], renamed.segments[1]["excludes"]) == ("first-part", "first-part")
    gone = changed_rows(renamed, "segments", {0: None}, day=DAY)
    assert len(gone.inputs) == 38
    assert gone.segments[0]["broader"] == ""


@pytest.mark.parametrize("text", ["", "环节名称\t列", "\n \n"])
def test_a_paste_without_rows_is_refused(text: str) -> None:
    with refused("no-rows"):
        pasted_rows(text, "segments")


def test_a_cell_is_one_line_of_bounded_length() -> None:
    with refused("cell-long"):
        with_rows(filled(), "segments", [{"name_zh": "长" * 2001}])
    with refused("cell-broken"):
        with_rows(filled(), "segments", [{"name_zh": "两\x00行"}])


@pytest.mark.django_db
def test_every_save_is_a_version_with_author_note_and_difference(officer: Person, zone: Zone, draft: int) -> None:
    save_draft(officer, zone=zone, draft_id=draft, seen=1, change=lambda _p: filled(), note="四十个环节")
    rename = lambda p: changed_rows(p, "segments", {0: {"name_zh": "氢能首件"}}, day=DAY)  # noqa: E731
    save_draft(officer, zone=zone, draft_id=draft, seen=2, change=rename)
    held = draft_of(zone, draft)
    assert [(s.number, s.by, s.note) for s in saves_of(held)] == [(3, officer, ""), (2, officer, "四十个环节"), (1, officer, "")]
    (change,) = changes_of(held, 3)
    assert (change.kind, change.cells) == ("changed", {"name_zh": ("氢能第1号部件", "氢能首件")})
    restore_save(officer, zone=zone, draft_id=draft, number=2, seen=3)
    assert draft_of(zone, draft).pack.segments[0]["name_zh"] == "氢能第1号部件"
    assert AuditRow.objects.filter(act="save-pack-draft").count() == 3


@pytest.mark.django_db
def test_a_change_made_on_an_earlier_version_is_refused_clearly(officer: Person, zone: Zone, draft: int) -> None:
    other = someone("sun", "chain_officer", zone=zone)
    save_draft(other, zone=zone, draft_id=draft, seen=1, change=lambda _p: filled())
    with pytest.raises(Exception, match="version 2; yours was 1") as stale:
        save_draft(officer, zone=zone, draft_id=draft, seen=1, change=lambda p: with_rows(p, "segments", []))
    assert stale.value.code == "stale"  # type: ignore[attr-defined]
    assert len(draft_of(zone, draft).pack.segments) == 40


@pytest.mark.django_db
def test_a_change_that_changes_nothing_makes_no_version(officer: Person, zone: Zone, draft: int) -> None:
    assert save_draft(officer, zone=zone, draft_id=draft, seen=1, change=lambda p: p).number == 1


@pytest.mark.django_db
def test_only_the_zone_s_chain_officers_edit_its_packs(reader: Person, zone: Zone, start: Callable[..., Zone], draft: int) -> None:
    foreign = someone("he", "chain_officer", zone=start("inland"))
    for person in (reader, foreign):
        with refused("not-allowed"):
            begin_draft(person, zone=zone, base=CHAIN)
        with refused("not-allowed"):
            save_draft(person, zone=zone, draft_id=draft, seen=1, change=lambda p: p)
        with refused("not-allowed"):
            publish_draft(person, zone=zone, draft_id=draft, seen=1)


@pytest.mark.django_db
def test_a_draft_of_another_zone_is_not_found(officer: Person, start: Callable[..., Zone], draft: int) -> None:
    with refused("no-such-draft"):
        save_draft(officer, zone=start("inland"), draft_id=draft, seen=1, change=lambda p: p)


@pytest.mark.django_db
def test_a_published_pack_is_what_the_zone_s_verdicts_rest_on_and_no_other_zone_s(
    officer: Person, zone: Zone, start: Callable[..., Zone], draft: int
) -> None:
    other = start("inland")
    save_draft(officer, zone=zone, draft_id=draft, seen=1, change=lambda _p: unalike(filled()))
    row = publish_draft(officer, zone=zone, draft_id=draft, seen=2)
    assert row.label.startswith("harbour-")
    maker = actions.import_companies(officer, zone=zone, lines=[line(2, "氢动有限公司", "氢能第7号部件")], title="名单")[0]
    assert Placement.objects.get(company=maker).segment == unalike(filled()).segments[6]["code"]
    zone.refresh_from_db()
    report = queries.zone_report(zone, DAY).report
    assert "hydrogen" in {c.code for c in report.atlas.chains}
    assert report.atlas.chain("hydrogen").version == row.label
    assert "hydrogen" not in {c.code for c in queries.zone_report(other, DAY).report.atlas.chains}
    with refused("published-already"):
        publish_draft(officer, zone=zone, draft_id=draft, seen=2)


def unalike(pack: Pack) -> Pack:
    """The forty with definitions that no rule calls alike."""
    rows = [
        {**r, "definition_zh": chr(0x8F00 + n) * 6 + f"型件{n}", "definition_en": chr(0x8F00 + n) * 6 + f" piece {n}"}
        for n, r in enumerate(pack.segments)
    ]
    return with_rows(pack, "segments", rows)


@pytest.mark.django_db
def test_a_pack_with_defects_is_not_published(officer: Person, zone: Zone, draft: int) -> None:
    broken = changed_rows(unalike(filled()), "segments", {0: {"definition_zh": ""}}, day=DAY)
    save_draft(officer, zone=zone, draft_id=draft, seen=1, change=lambda _p: broken)
    with refused("pack-defects"):
        publish_draft(officer, zone=zone, draft_id=draft, seen=2)
    assert not ZonePack.objects.exists()


@pytest.mark.django_db
def test_a_mended_pack_takes_the_place_of_the_shipped_one_and_goes_back(officer: Person, zone: Zone) -> None:
    draft = begin_draft(officer, zone=zone, base=CHAIN)
    pack = draft_of(zone, draft.pk).pack
    place = next(n for n, r in enumerate(pack.segments) if r["code"] == "prepreg")
    mended = {place: {"aliases": pack.segments[place]["aliases"] + ";港湾专用浸料"}}
    save_draft(officer, zone=zone, draft_id=draft.pk, seen=1, change=lambda p: changed_rows(p, "segments", mended, day=DAY))
    publish_draft(officer, zone=zone, draft_id=draft.pk, seen=2)
    (maker,) = actions.import_companies(officer, zone=zone, lines=[line(2, "浸料有限公司", "港湾专用浸料")], title="名单")
    assert Placement.objects.get(company=maker).segment == "prepreg"
    retire_pack(officer, zone=zone, code=CHAIN)
    assert not Placement.objects.filter(company=maker, segment="prepreg", state="AUTOMATIC").exists()
    assert queries.zone_atlas(zone).chain(CHAIN).version == next(p.version for p in shipped_packs() if p.code == CHAIN)


@pytest.mark.django_db
def test_two_drafts_of_one_pack_are_refused_until_the_first_ends(officer: Person, zone: Zone) -> None:
    first = begin_draft(officer, zone=zone, base=CHAIN)
    with refused("draft-exists"):
        begin_draft(officer, zone=zone, base=CHAIN)
    end_draft(officer, zone=zone, draft_id=first.pk)
    begin_draft(officer, zone=zone, base=CHAIN)
    with refused("chain-exists"):
        begin_draft(officer, zone=zone, code=CHAIN, name_zh="又一条")
    with refused("code-wrong"):
        begin_draft(officer, zone=zone, code="大写", name_zh="又一条")


@pytest.mark.django_db
def test_forty_segments_are_edited_in_the_browser_from_begin_to_publish(officer: Person, zone: Zone) -> None:
    client = signed_in(officer)
    begun = client.post(reverse("zone-packs", args=[zone.code]), {"new_code": "hydrogen", "name_zh": "氢能"})
    path = begun.headers["Location"]
    pk = int(path.rstrip("/").rsplit("/", 1)[1])
    text = "\n".join("\t".join((r["name_zh"], "part", r["definition_zh"])) for r in unalike(filled()).segments)
    paste = reverse("paste-rows", args=[zone.code, pk])
    assert client.post(paste, {"table": "segments", "rows": text, "seen": "1"}).status_code == 302
    assert client.post(paste, {"table": "inputs", "rows": LINKS, "seen": "2"}).status_code == 302
    with CaptureQueriesContext(connection) as made:
        shown = client.get(path, {"table": "segments", "from": "20"})
    assert len(made) <= 12
    assert shown.content.decode().count('name="place"') == 25
    rows = draft_of(zone, pk).pack.segments[20:40]
    columns = list(rows[0])
    sent: dict[str, object] = {f"cell_{c}": [r[c] for r in rows] for c in columns}
    sent |= {"place": [str(n) for n in range(20, 40)], "table": "segments", "from": "20", "seen": "3", "act": "check"}
    sent["cell_date"] = ["2026-02-30", *["2026-02-03"] * 19]
    tried = client.post(path, sent)
    assert tried.status_code == 200
    assert "2026-02-30" in tried.content.decode()
    assert draft_of(zone, pk).row.save_count == 3
    sent |= {"act": "save", "cell_date": ["2026-02-03"] * 20, "drop": ["39"]}
    assert client.post(path, sent).status_code == 302
    assert draft_of(zone, pk).pack.segments[20]["date"] == "2026-02-03"
    assert len(draft_of(zone, pk).pack.segments) == 39
    stale = client.post(path, sent)
    assert stale.status_code == 409
    act = reverse("draft-act", args=[zone.code, pk])
    done = client.post(act, {"act": "publish", "seen": "4"}, follow=True)
    assert ZonePack.objects.filter(zone=zone, code="hydrogen", replaced_at=None).count() == 1, done.content.decode()[:3000]
    history = client.get(reverse("draft-history", args=[zone.code, pk]), {"save": "4"})
    assert history.status_code == 200
    taken = client.get(reverse("draft-file", args=[zone.code, pk]))
    assert "hydrogen/segments.csv" in zipfile.ZipFile(io.BytesIO(taken.content)).namelist()
    assert client.get(reverse("zone", args=[zone.code])).status_code == 200
    assert client.get(reverse("chain-map", args=[zone.code, "hydrogen"])).status_code == 200


@pytest.mark.django_db
def test_names_and_columns_are_changed_on_the_page(officer: Person, zone: Zone, draft: int) -> None:
    client, path = signed_in(officer), reverse("pack-draft", args=[zone.code, draft])
    assert client.get(path, {"table": "head"}).status_code == 200
    sent = {
        "table": "head", "seen": "1", "act": "save", "name_zh": "绿色氢能", "name_en": "Green hydrogen", "summary_zh": "一条链。",
        "summary_en": "One.", "product": "", "column_code": ["raw", ""], "column_name_zh": ["料", ""],
        "column_name_en": ["Raw", ""],
        "column_stage": ["up", "up"],
    }  # fmt: skip
    assert client.post(path, sent).status_code == 302
    head = draft_of(zone, draft).pack.head
    assert (head["name_zh"], [c["code"] for c in head["columns"]]) == ("绿色氢能", ["raw"])
    assert with_head(filled(), {"name_zh": "甲"}, [], DAY).code == "hydrogen"


@pytest.mark.django_db
def test_drafts_through_the_api(officer: Person, reader: Person, zone: Zone) -> None:
    client, path = signed_in(officer), f"/api/v1/zones/{zone.code}/pack-drafts"
    made = client.post(path, {"code": "hydrogen", "name_zh": "氢能"}, content_type="application/json")
    assert made.status_code == 201, made.content
    one = f"{path}/{made.json()['id']}"
    text = "\n".join("\t".join((r["name_zh"], "part", r["definition_zh"])) for r in unalike(filled()).segments)
    pasted = client.post(f"{one}/rows", {"table": "segments", "rows": text, "seen": 1}, content_type="application/json").json()
    assert len(pasted["segments"]) == 40
    assert {f["code"] for f in pasted["findings"]} == {"segment-loose"}
    links = [{"product": pasted["segments"][0]["code"], "input": "nowhere", "kind": "material", "essential": "yes"}]
    table = client.post(f"{one}/table", {"table": "inputs", "rows": links, "seen": 2}, content_type="application/json").json()
    assert ("inputs", 1, "segment-unknown") in {(f["table"], f["row"], f["code"]) for f in table["findings"]}
    assert client.post(f"{one}/publish", {"seen": 3}, content_type="application/json").status_code == 422
    assert client.post(f"{one}/publish", {"seen": 2}, content_type="application/json").status_code == 409
    assert signed_in(reader).get(one).status_code == 200
    assert signed_in(reader).post(f"{one}/publish", {"seen": 3}, content_type="application/json").status_code == 403


def shared_with(code: str) -> tuple[str, str]:
    """A segment that this pack defines and exactly one other shipped pack shares, with that pack."""
    found: dict[str, list[str]] = {}
    for pack in shipped_packs():
        for row in pack.segments:
            if row["home"] == code:
                found.setdefault(row["code"], []).append(pack.code)
    return next((segment, packs[0]) for segment, packs in sorted(found.items()) if len(packs) == 1)


@pytest.mark.django_db
def test_a_pack_is_not_published_that_would_make_a_chain_impossible_which_nobody_chose_yet(officer: Person, zone: Zone) -> None:
    segment, other = shared_with(CHAIN)
    draft = begin_draft(officer, zone=zone, base=CHAIN).pk

    def without(pack: Pack) -> Pack:
        place = next(n for n, row in enumerate(pack.segments) if row["code"] == segment)
        return changed_rows(pack, "segments", {place: None}, day=DAY)

    seen = save_draft(officer, zone=zone, draft_id=draft, seen=1, change=without).number
    with pytest.raises(Refused) as told:
        publish_draft(officer, zone=zone, draft_id=draft, seen=seen)
    assert told.value.code == "still-shared"
    assert segment in str(told.value)
    assert not ZonePack.objects.exists()
    theirs = begin_draft(officer, zone=zone, base=other).pk
    seen_there = save_draft(officer, zone=zone, draft_id=theirs, seen=1, change=without).number
    publish_draft(officer, zone=zone, draft_id=theirs, seen=seen_there)
    publish_draft(officer, zone=zone, draft_id=draft, seen=seen)
    actions.choose_chains(officer, zone=zone, chains=[CHAIN, other])


@pytest.mark.django_db
def test_a_zone_s_pack_is_not_taken_back_while_another_shares_a_segment_that_only_it_has(
    officer: Person, zone: Zone, draft: int
) -> None:
    save_draft(officer, zone=zone, draft_id=draft, seen=1, change=lambda _p: unalike(filled()))
    publish_draft(officer, zone=zone, draft_id=draft, seen=2)
    segment = unalike(filled()).segments[0]["code"]
    mine = begin_draft(officer, zone=zone, base=CHAIN).pk
    share = [{"code": segment, "column": pack_of_base(zone)}]
    save_draft(
        officer, zone=zone, draft_id=mine, seen=1,
        change=lambda p: changed_rows(p, "segments", {}, share, day=DAY, others=queries.packs_of(zone)),
    )  # fmt: skip
    link = [{"product": next(r["code"] for r in draft_of(zone, mine).pack.segments if not r["home"]), "input": segment}]
    save_draft(
        officer, zone=zone, draft_id=mine, seen=2,
        change=lambda p: changed_rows(p, "inputs", {}, link, day=DAY, others=queries.packs_of(zone)),
    )  # fmt: skip
    publish_draft(officer, zone=zone, draft_id=mine, seen=3)
    with refused("still-shared"):
        retire_pack(officer, zone=zone, code="hydrogen")
    assert ZonePack.objects.filter(zone=zone, replaced_at=None).count() == 2


def pack_of_base(zone: Zone) -> str:
    """The first column of the chain's own pack."""
    return str(next(p for p in queries.packs_of(zone) if p.code == CHAIN).head["columns"][0]["code"])
