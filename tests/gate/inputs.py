"""Routes of purchases, supply links, packs of a zone's own, proposals and exchange, and rows of other companies for them."""

import json
from collections.abc import Callable

from django.utils import timezone

from xinya.chain.files import shipped_packs
from xinya.chain.files.drafts import changed_rows, content_of
from xinya.chain.models import InputProposal, InputStatement, OpenData, OpenIssue, PackDraft, PackSave, SupplyLink, ZonePack
from xinya.zones.models import Company, Division, DivisionEdition, Person, Source, ZoneThreshold

PAGES = {
    "company-inputs": "company", "company-inputs-file": "company", "add-link": "company", "answer-link": "company",
    "sourcing": "zone", "zone-packs": "zone", "pack-draft": "zone", "paste-rows": "zone", "draft-history": "zone",
    "draft-act": "zone", "draft-file": "zone", "retire-pack": "zone", "proposals": "zone", "decide-proposal": "zone",
    "compare-zones": "zone", "open-data": "zone", "open-data-file": "zone", "drop-open-data": "zone",
    "zone-pack": "zone", "zone-pack-file": "zone",
    **dict.fromkeys(
        (
            "desk-thresholds", "bring-thresholds", "threshold-file", "end-threshold", "desk-divisions", "bring-edition",
            "edition-file", "end-edition", "end-area",
        ),
        "zone",
    ),
}  # fmt: skip
CALLS = {
    "GET /api/v1/zones/{zone}/companies/{company_id}/inputs": "company",
    "POST /api/v1/zones/{zone}/companies/{company_id}/inputs": "company",
    "POST /api/v1/zones/{zone}/companies/{company_id}/inputs/file": "company",
    "GET /api/v1/zones/{zone}/companies/{company_id}/links": "company",
    "POST /api/v1/zones/{zone}/companies/{company_id}/links": "company",
    "POST /api/v1/zones/{zone}/links/{link_id}/word": "company",
    "GET /api/v1/zones/{zone}/sourcing": "zone",
    "POST /api/v1/read-briefing": "open",
    "GET /api/v1/zones/{zone}/packs": "zone",
    "GET /api/v1/zones/{zone}/packs/{chain}": "zone",
    "GET /api/v1/zones/{zone}/pack-drafts": "zone",
    "POST /api/v1/zones/{zone}/pack-drafts": "zone",
    "GET /api/v1/zones/{zone}/pack-drafts/{draft_id}": "zone",
    "POST /api/v1/zones/{zone}/pack-drafts/{draft_id}/rows": "zone",
    "POST /api/v1/zones/{zone}/pack-drafts/{draft_id}/table": "zone",
    "POST /api/v1/zones/{zone}/pack-drafts/{draft_id}/publish": "zone",
    "GET /api/v1/zones/{zone}/proposals": "zone",
    "POST /api/v1/zones/{zone}/proposals": "zone",
    "POST /api/v1/zones/{zone}/proposals/file": "zone",
    "POST /api/v1/zones/{zone}/proposals/{proposal_id}/word": "zone",
    "GET /api/v1/zones/{zone}/compare": "zone",
    "GET /api/v1/zones/{zone}/open-data": "zone",
    "POST /api/v1/zones/{zone}/open-data": "zone",
    "GET /api/v1/zones/{zone}/foreign-data": "zone",
    "POST /api/v1/zones/{zone}/foreign-data": "zone",
    "GET /api/v1/zones/{zone}/thresholds": "zone",
    "POST /api/v1/zones/{zone}/thresholds": "zone",
    "POST /api/v1/zones/{zone}/thresholds/{threshold_id}/end": "zone",
    "GET /api/v1/zones/{zone}/division-editions": "zone",
    "POST /api/v1/zones/{zone}/division-editions": "zone",
    "GET /api/v1/zones/{zone}/division-editions/{edition_id}": "zone",
    "POST /api/v1/zones/{zone}/division-editions/{edition_id}/end": "zone",
    "POST /api/v1/zones/{zone}/areas/{area_id}/end": "zone",
    "GET /api/v1/zones/{zone}/divisions/{division}": "zone",
}
COUNTED = {
    "answer-link": "link", "pack-draft": "draft", "paste-rows": "draft", "draft-history": "draft", "draft-act": "draft",
    "draft-file": "draft", "decide-proposal": "proposal", "open-data-file": "nothing", "drop-open-data": "open_data",
    "end-threshold": "threshold", "edition-file": "edition", "end-edition": "edition", "end-area": "area",
}  # fmt: skip
COUNTERS: dict[str, Callable[[Company], int | None]] = {
    "link": lambda c: SupplyLink.objects.filter(buyer=c).values_list("pk", flat=True).first(),
    "draft": lambda c: PackDraft.objects.filter(zone=c.zone).values_list("pk", flat=True).first(),
    "proposal": lambda c: InputProposal.objects.filter(zone=c.zone).values_list("pk", flat=True).first(),
    "open_data": lambda c: OpenData.objects.filter(zone=c.zone).values_list("pk", flat=True).first(),
    "threshold": lambda c: ZoneThreshold.objects.filter(zone=c.zone).values_list("pk", flat=True).first(),
    "edition": lambda c: DivisionEdition.objects.filter(zone=c.zone).values_list("pk", flat=True).first(),
    "area": lambda c: Division.objects.filter(edition__zone=c.zone).values_list("pk", flat=True).first(),
}


def add_inputs(company: Company, by: Person) -> None:
    """Purchases and a link of the company; of its zone, once, a draft, a proposal, an issue and another zone's open data."""
    today, word = timezone.localdate(), f"绝密品{company.name[0]}"
    source = Source.objects.create(kind=Source.Kind.COMPANY_LIST, title=f"{word}的源")
    known = {"source": source, "observed_on": today, "confidence": "0.85", "stated_by": by, "period": "2025"}
    InputStatement.objects.create(company=company, rank=1, text=f"{word}的料", local_low="0.1", local_high="0.2", **known)
    SupplyLink.objects.create(
        zone=company.zone, buyer=company, supplier_name=f"{word}的商", buyer_name=company.name, text=f"{word}的货", state="STATED",
        side="buyer", **known,
    )  # fmt: skip
    zone = company.zone
    if PackDraft.objects.filter(zone=zone).exists():
        return
    draft = PackDraft.objects.create(zone=zone, code="aero-structures", save_count=1, begun_by=by)
    pack = next(p for p in shipped_packs() if p.code == "aero-structures")
    own = changed_rows(pack, "segments", {0: {"aliases": f"{word}的段"}}, day=today)
    ZonePack.objects.create(zone=zone, code=pack.code, label=f"{word}的版", content=content_of(own), save_number=1, published_by=by)
    PackSave.objects.create(draft=draft, number=1, content=content_of(pack), note=f"{word}的记", by=by)
    InputProposal.objects.create(
        zone=zone, product="spar", text=f"{word}的议", evidence="[]", origins=1, edges=1, companies=1, found_on=today
    )
    OpenIssue.objects.create(zone=zone, number=1, as_of=today, content=json.dumps({"packs": [], "tables": [], "companies": []}),
                             counts="{}", published_by=by)  # fmt: skip
    OpenData.objects.create(
        zone=zone, origin="elsewhere", name=f"{word}的邻", as_of=today, content="{}", source=source, brought_by=by
    )
    rule = {"zone": zone, "source": source, "confidence": "0.95", "reason": f"{word}的因"}
    ZoneThreshold.objects.create(prefix="38", amount_fen=10**9, valid_from_year=2020, set_by=by, **rule)
    edition = DivisionEdition.objects.create(kind="areas", name=f"{word}的划", valid_from=today, brought_by=by, **rule)
    Division.objects.create(edition=edition, code="PARK-1", name=f"{word}的园", share="part", within=f"{word}的街")
