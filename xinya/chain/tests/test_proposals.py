"""The queue of proposed inputs: filled from files and statements, decided with a reason, written into drafts, never merged."""

import gzip
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from xinya.chain import actions, queries
from xinya.chain.actions.packs import begin_draft, save_draft
from xinya.chain.actions.proposals import bring_proposals, decide_proposal, gather_proposals
from xinya.chain.engine.proposals import Evidence, Proposal
from xinya.chain.files import Pack
from xinya.chain.files.drafts import changed_rows
from xinya.chain.files.graphs import ckg_edges, ickg_edges, purchase_edges
from xinya.chain.files.inputs import input_lines, names_of
from xinya.chain.files.proposals import proposals_document, read_proposals
from xinya.chain.models import InputProposal
from xinya.chain.queries.packs import draft_of, drafts_of
from xinya.zones.models import Company, Person, Zone
from xinya.zones.tests.people import refused

from .conftest import CHAIN, DAY, STANDS, signed_in

pytestmark = STANDS

MADE = "aerostructure"
WANTED = Proposal(MADE, "ti-sponge", "", (Evidence("graph", 3, 2, ("大部件 ← 海绵钛",)),), 2)
NEW_WORD = Proposal(MADE, "", "某种新胶", (Evidence("甲公司", 1, 1, ("大部件 ← 某种新胶",)),), 1)


@pytest.mark.django_db
def test_a_proposal_is_taken_once_and_grows_with_new_evidence(officer: Person, zone: Zone) -> None:
    foreign = Proposal("no-such-segment", "ti-sponge", "", WANTED.evidence, 1)
    assert bring_proposals(officer, zone=zone, rows=[WANTED, NEW_WORD, foreign]) == (2, 0)
    assert bring_proposals(officer, zone=zone, rows=[WANTED]) == (0, 0)
    more = Proposal(MADE, "ti-sponge", "", (Evidence("乙公司", 1, 1, ("x",)),), 3)
    assert bring_proposals(officer, zone=zone, rows=[more]) == (0, 1)
    row = InputProposal.objects.get(input="ti-sponge")
    assert (row.origins, row.edges, row.companies, row.state) == (2, 4, 3, "OPEN")


@pytest.mark.django_db
def test_declined_is_asked_again_only_when_another_source_says_it(officer: Person, zone: Zone) -> None:
    bring_proposals(officer, zone=zone, rows=[WANTED])
    pk = InputProposal.objects.get().pk
    with refused("reason-missing"):
        decide_proposal(officer, zone=zone, proposal_id=pk, is_accepted=False, reason=" ")
    decide_proposal(officer, zone=zone, proposal_id=pk, is_accepted=False, reason="大部件不直接用海绵钛")
    bring_proposals(officer, zone=zone, rows=[WANTED])
    assert InputProposal.objects.get().state == "DECLINED"
    bring_proposals(officer, zone=zone, rows=[Proposal(MADE, "ti-sponge", "", (Evidence("graph", 9, 2, ("y",)),), 2)])
    assert InputProposal.objects.get().state == "DECLINED"
    bring_proposals(officer, zone=zone, rows=[Proposal(MADE, "ti-sponge", "", (Evidence("丙公司", 1, 1, ("z",)),), 1)])
    assert InputProposal.objects.get().state == "OPEN"


@pytest.mark.django_db
def test_accepting_writes_into_a_draft_and_leaves_the_pack_as_it_is(officer: Person, zone: Zone) -> None:
    before = queries.zone_atlas(zone).inputs
    bring_proposals(officer, zone=zone, rows=[WANTED, NEW_WORD])
    first, second = InputProposal.objects.order_by("-input")
    row = decide_proposal(officer, zone=zone, proposal_id=first.pk, is_accepted=True, reason="图纸上有", kind="material")
    decide_proposal(officer, zone=zone, proposal_id=second.pk, is_accepted=True, reason="企业来函", is_essential=True)
    (draft,) = drafts_of(zone)
    assert (row.state, row.draft, draft.code, draft.save_count) == ("ACCEPTED", draft, CHAIN, 3)
    pack = draft_of(zone, draft.pk).pack
    assert {(MADE, "ti-sponge", "no")} <= {(r["product"], r["input"], r["essential"]) for r in pack.inputs}
    added = pack.segments[-1]
    assert (added["name_zh"], pack.inputs[-1]["input"]) == ("某种新胶", added["code"])
    assert queries.zone_atlas(zone).inputs == before
    with refused("decided-already"):
        decide_proposal(officer, zone=zone, proposal_id=first.pk, is_accepted=False, reason="又不要了")


@pytest.mark.django_db
def test_statements_of_companies_become_proposals(officer: Person, zone: Zone) -> None:
    company = Company.objects.filter(zone=zone).order_by("pk")[0]
    names = names_of(queries.zone_atlas(zone))
    lines = input_lines([(1, {"text": "某种新胶"}), (2, {"text": "ti-sponge"})], names)
    actions.state_inputs(officer, company=company, period="2025", lines=lines)
    new, more = gather_proposals(officer, zone=zone)
    assert (new >= 1, more) == (True, 0)
    row = InputProposal.objects.get(text="某种新胶", product=MADE)
    assert json.loads(row.evidence)[0]["origin"] == company.name
    assert gather_proposals(officer, zone=zone) == (0, 0)


@pytest.mark.django_db
def test_only_an_editor_fills_and_decides_the_queue(officer: Person, reader: Person, zone: Zone) -> None:
    bring_proposals(officer, zone=zone, rows=[WANTED])
    pk = InputProposal.objects.get().pk
    for act in (
        lambda: bring_proposals(reader, zone=zone, rows=[NEW_WORD]),
        lambda: gather_proposals(reader, zone=zone),
        lambda: decide_proposal(reader, zone=zone, proposal_id=pk, is_accepted=False, reason="不行"),
    ):
        with refused("not-allowed"):
            act()


@pytest.mark.django_db
def test_the_queue_on_its_page(officer: Person, reader: Person, zone: Zone) -> None:
    client, path = signed_in(officer), reverse("proposals", args=[zone.code])
    content = json.dumps(proposals_document([WANTED, NEW_WORD])).encode()
    assert client.post(path, {"file": SimpleUploadedFile("p.json", content)}).status_code == 302
    page = client.get(path).content.decode()
    assert "某种新胶" in page
    assert "大部件 ← 海绵钛" in page
    pk = InputProposal.objects.get(text="某种新胶").pk
    sent = {"decision": "decline", "reason": "太笼统"}
    assert client.post(reverse("decide-proposal", args=[zone.code, pk]), sent).status_code == 302
    assert "太笼统" in client.get(path, {"state": "DECLINED"}).content.decode()
    assert client.post(path, {"file": SimpleUploadedFile("p.json", b"{}")}).status_code == 422
    assert signed_in(reader).get(path).status_code == 200


@pytest.mark.django_db
def test_the_queue_through_the_api(officer: Person, zone: Zone) -> None:
    client, path = signed_in(officer), f"/api/v1/zones/{zone.code}/proposals"
    file = SimpleUploadedFile("p.json", json.dumps(proposals_document([WANTED])).encode())
    assert client.post(f"{path}/file", {"proposals": file}).json() == {"new": 1, "more": 0}
    assert client.post(path).json() == {"new": 0, "more": 0}
    (item,) = client.get(path).json()["items"]
    assert item["evidence"][0]["examples"] == ["大部件 ← 海绵钛"]
    said = client.post(f"{path}/{item['id']}/word", {"accept": True, "reason": "有图纸"}, content_type="application/json")
    assert said.json()["state"] == "ACCEPTED"


def test_a_file_of_proposals_comes_back_the_same() -> None:
    content = json.dumps(proposals_document([WANTED, NEW_WORD])).encode()
    assert read_proposals(content) == [WANTED, NEW_WORD]


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"\xff", b'{"format": "xinya-proposals/1", "proposals": [{}]}', b'{"proposals": 3}']
)
def test_what_is_no_file_of_proposals_is_refused(content: bytes) -> None:
    with refused("proposals-unreadable"):
        read_proposals(content)


def test_the_public_graph_is_read_by_path_in_the_direction_of_its_readme(tmp_path: Path) -> None:
    def table(name: str, text: str) -> None:
        (tmp_path / f"{name}.csv.gz").write_bytes(gzip.compress(text.encode()))

    table("products", "product_id,name\n1,电芯\n2,隔膜\n")
    table("makes", "company_code,product_id\n600001,1\n600002,1\n")
    table("product_inputs", "product_id,input_id\n1,2\n")
    (edge,) = ckg_edges(tmp_path)
    assert (edge.product, edge.input, edge.companies) == ("电芯", "隔膜", ("600001", "600002"))
    table("quads", "head,relation,tail\n隔膜,上游于,电芯\n电芯,供给,汽车\n")
    (edge,) = ickg_edges(tmp_path)
    assert (edge.product, edge.input, edge.companies) == ("电芯", "隔膜", ())
    with refused("no-such-table"):
        list(ckg_edges(tmp_path / ".."))


HEADS = "head,relation,tail\n"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("quads.csv", HEADS.encode() + b"\x80\xff,a,b\n", "undecodable-text"),
        ("quads.csv", f'{HEADS}"a,b,c\n'.encode(), "not-a-table"),
        ("quads.csv", f"{HEADS}{'a' * 140_000},b,c\n".encode(), "not-a-table"),
        ("quads.csv", b"head,tail\na,b\n", "wrong-columns"),
        ("quads.csv.gz", b"no gzip", "table-broken"),
        ("quads.csv.gz", gzip.compress(HEADS.encode() * 2000, mtime=0)[:-20], "table-broken"),
        ("quads.csv.gz", gzip.compress(HEADS.encode(), mtime=0)[:-8] + b"12345678", "table-broken"),
        ("quads.parquet", b"no parquet", "table-broken"),
    ],
)
def test_a_table_of_a_public_graph_that_cannot_be_read_is_refused_by_code(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with refused(code):
        list(ickg_edges(tmp_path))


def test_a_packed_table_is_unpacked_no_further_than_a_table_may_be_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "quads.csv.gz").write_bytes(gzip.compress(HEADS.encode() + b"\n" * 10_000_000))
    monkeypatch.setattr("xinya.chain.files.graphs.LARGEST", 100_000)
    with refused("too-large"):
        list(ickg_edges(tmp_path))


def test_a_public_graph_in_the_script_of_older_programs_is_read(tmp_path: Path) -> None:
    (tmp_path / "quads.csv").write_bytes(f"{HEADS}钢材,上游于,汽车\n".encode("gb18030"))
    assert [(edge.product, edge.input) for edge in ickg_edges(tmp_path)] == [("汽车", "钢材")]


def test_statements_of_purchases_become_edges_and_a_broken_list_none() -> None:
    content = "企业名称,产品,采购品\n甲公司,'=泵,钢材\n\n乙公司,泵\n".encode()
    first, second = purchase_edges(content, "采购.csv")
    assert (first.product, first.input, first.origin, first.is_statement) == ("=泵", "钢材", "甲公司", True)
    assert (second.product, second.input) == ("泵", "")
    with refused("not-a-table"):
        list(purchase_edges(f"企业名称,产品,采购品\n甲,{'泵' * 140_000},钢\n".encode(), "采购.csv"))
    with refused("wrong-columns"):
        list(purchase_edges("企业名称,采购品\n甲,钢\n".encode(), "采购.csv"))


@pytest.mark.long
def test_what_the_shell_writes_is_taken_by_the_queue_however_long_names_and_lists_are() -> None:
    """The longest texts, control characters, more origins and more proposals than one file holds: cut where it is written."""
    example = "产" * 300 + " ← " + "投" * 300
    long = Proposal(
        MADE, "", "丙\t烯\n酸" + "脂" * 300, tuple(Evidence("源" * 200 + str(n), 3, 2, (example,) * 9) for n in range(70)), 2
    )
    (row,) = read_proposals(json.dumps(proposals_document([long]), ensure_ascii=False, indent=1).encode())
    assert (row.text[:6], len(row.text), len(row.evidence)) == ("丙 烯 酸脂", 200, 50)
    assert (len(row.evidence[0].origin), len(row.evidence[0].examples), len(row.evidence[0].examples[0])) == (120, 5, 200)
    for many in ([WANTED] * 6000, [long] * 300):
        document = proposals_document(many)
        content = json.dumps(document, ensure_ascii=False, indent=1).encode()
        assert document["left_out"] + len(read_proposals(content)) == len(many)
        assert document["left_out"] > 0


@pytest.mark.django_db
def test_a_text_accepted_for_two_products_is_one_new_segment(officer: Person, zone: Zone) -> None:
    products = [code for code, _column in queries.zone_atlas(zone).chain(CHAIN).members if code != MADE][:1]
    also = [Proposal(code, "", "某种新胶", NEW_WORD.evidence, 1) for code in products]
    bring_proposals(officer, zone=zone, rows=[NEW_WORD, *also])
    for row in InputProposal.objects.all():
        decide_proposal(officer, zone=zone, proposal_id=row.pk, is_accepted=True, reason="企业来函")
    (draft,) = drafts_of(zone)
    pack = draft_of(zone, draft.pk).pack
    (segment,) = [r["code"] for r in pack.segments if r["name_zh"] == "某种新胶"]
    assert {r["product"] for r in pack.inputs if r["input"] == segment} == {MADE, *products}


@pytest.mark.django_db
def test_an_input_that_the_draft_has_already_is_not_written_twice(officer: Person, zone: Zone) -> None:
    bring_proposals(officer, zone=zone, rows=[WANTED])
    row = InputProposal.objects.get()
    draft = begin_draft(officer, zone=zone, base=CHAIN)
    atlas = queries.zone_atlas(zone)
    column = next(column for code, column in atlas.chain(CHAIN).members if code == MADE)

    def change(pack: Pack) -> Pack:
        shared = [{"code": "ti-sponge", "column": column}]
        if "ti-sponge" not in {r["code"] for r in pack.segments}:
            pack = changed_rows(pack, "segments", {}, shared, day=DAY, others=queries.packs_of(zone))
        link = [{"product": MADE, "input": "ti-sponge"}]
        return changed_rows(pack, "inputs", {}, link, day=DAY, others=queries.packs_of(zone))

    save_draft(officer, zone=zone, draft_id=draft.pk, seen=1, change=change)
    decide_proposal(officer, zone=zone, proposal_id=row.pk, is_accepted=True, reason="图纸上有")
    pairs = [(r["product"], r["input"]) for r in draft_of(zone, draft.pk).pack.inputs]
    assert pairs.count((MADE, "ti-sponge")) == 1
