"""The shipped packs: what is in them, and each as a file to take away; and the words used on every page."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from xinya.kit.pages import language, page, sentence_of
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.web_address import web_address
from xinya.zones.queries import signed_in, zone_visible

from ..engine import Atlas, Limits
from ..engine.wording import KIND_WORDS, WORDS
from ..files import Pack, archive_of, pack_from_archive, shipped_atlas, shipped_packs
from ..files.difference import Change, difference
from ..forms import PackForm
from ..queries.atlas import pack_alone, packs_of, published_keys, published_packs
from ..queries.packs import drafts_seen, pack_in_use, packs_seen

CHANGES_SHOWN, CELL_SHOWN = 400, 300
COLUMN_WORDS = {
    "code": _("Code"), "home": _("Home pack"), "column": _("Column"),
    "name_zh": _("Name"), "name_en": _("English name"), "aliases": _("Aliases, parted by ;"),
    "definition_zh": _("Definition"), "definition_en": _("English definition"),
    "excludes": _("Excluded, parted by ;"), "broader": _("A kind of"), "gbt4754": _("Classes"),
    "emerging": _("Emerging"), "commodity": _("Commodity"), "source": _("Source"),
    "date": _("Reviewed on"), "confidence": _("Confidence"), "product": _("Product"),
    "input": _("Input"), "kind": _("Kind"), "essential": _("Essential"),
    "share_low": _("Cost share from"), "share_high": _("Cost share to"), "id": _("Mark"),
    "title": _("Title"), "publisher": _("Publisher"), "url": _("Address"),
    "reference": _("Document number"), "published_on": _("Published on"), "read_on": _("Read on"),
}  # fmt: skip
CHANGE_WORDS = {"added": _("added"), "removed": _("removed"), "changed": _("changed")}
TABLES = {"pack": _("Head and columns"), "segments": _("Segments"), "inputs": _("Inputs"), "sources": _("Sources")}


def pack_list(request: HttpRequest) -> HttpResponse:
    """The packs with their size and version."""
    key = language()
    rows = [
        {
            "pack": p,
            "code": p.code,
            "version": p.version,
            "name": p.head[f"name_{key}"],
            "summary": p.head[f"summary_{key}"],
            "segments": len(p.segments),
            "inputs": len(p.inputs),
            "shared": sum(1 for r in p.segments if r["home"]),
        }
        for p in shipped_packs()
    ]
    person = signed_in(request)
    seen = [(row, (row.pk, row.published_at)) for row in packs_seen(person)]
    packs = published_packs(at for _row, at in seen)
    own = [(row, packs[at], row.zone) for row, at in seen]
    context = {
        "rows": rows,
        "zone_rows": [
            {
                "zone": zone,
                "zone_name": zone.name if key == "zh" else zone.name_en,
                "row": row,
                "name": p.head[f"name_{key}"],
                "summary": p.head[f"summary_{key}"],
                "segments": len(p.segments),
                "inputs": len(p.inputs),
            }
            for row, p, zone in own
        ],
        "drafts": [(d, d.zone.name if key == "zh" else d.zone.name_en) for d in drafts_seen(person)],
    }
    return page(request, "chain/packs.html", context, section="zones")


def _pack(code: str) -> Pack:
    for pack in shipped_packs():
        if pack.code == code:
            return pack
    raise Refused("unknown-chain", _("There is no such pack."), status=404)


def pack_page(request: HttpRequest, chain: str) -> HttpResponse:
    """One pack: every segment with its definition, aliases and inputs."""
    context = pack_context(_pack(chain), shipped_atlas([chain]))
    own = [row for row in packs_seen(signed_in(request)) if row.code == chain]
    context["own_in"] = [(row, row.zone.name if language() == "zh" else row.zone.name_en) for row in own]
    return page(request, "chain/pack.html", context, section="zones")


def zone_pack(request: HttpRequest, code: str, chain: str) -> HttpResponse:
    """One pack that a zone published and uses, for who reads the zone."""
    zone = zone_visible(signed_in(request), code)
    row, pack = pack_in_use(zone, chain)
    context = pack_context(pack, pack_alone(published_keys(zone), row.code))
    return page(request, "chain/pack.html", {**context, "zone_row": row}, zone=zone, section="chain-list")


def zone_pack_file(request: HttpRequest, code: str, chain: str) -> HttpResponse:
    """A pack of a zone in its exchange format, with the packs it requires as the zone has them; the same bytes each time."""
    zone = zone_visible(signed_in(request), code)
    row, pack = pack_in_use(zone, chain)
    needed = [p for p in packs_of(zone) if p.code in pack.head.get("requires", [])]
    reply = HttpResponse(archive_of([pack, *needed]), content_type="application/zip")
    reply["Content-Disposition"] = f'attachment; filename="{row.code}-{row.label}.zip"'
    return reply


def pack_context(pack: Pack, atlas: Atlas) -> dict[str, Any]:
    """A pack as its page shows it. atlas: the pack with the homes of what it shares."""
    said, whole = language(), atlas.chain(pack.code)
    inputs: dict[str, list[dict[str, object]]] = {}
    for link in whole.inputs:
        row = {
            "name": atlas.segments[link.input].name(said),
            "is_essential": link.is_essential,
            "kind": KIND_WORDS[link.kind][said != "zh"],
        }
        inputs.setdefault(link.product, []).append(row)
    groups = []
    for column in whole.columns:
        members = [atlas.segments[code] for code, place in whole.members if place == column.code]
        rows = [
            {
                "segment": s,
                "name": s.name(said),
                "definition": s.definition_zh if said == "zh" else s.definition_en,
                "inputs": inputs.get(s.code, []),
            }
            for s in members
        ]
        groups.append({"name": column.name(said), "stage": column.stage, "rows": rows})
    return {
        "pack": pack,
        "chain": whole,
        "name": whole.name(said),
        "summary": whole.summary_zh if said == "zh" else whole.summary_en,
        "groups": groups,
        "sources": [{**row, "url": web_address(row["url"])} for row in pack.sources],
    }


def pack_file(request: HttpRequest, chain: str) -> HttpResponse:
    """The pack in its exchange format, with the packs it requires; the same bytes each time."""
    pack = _pack(chain)
    needed = [p for p in shipped_packs() if p.code in pack.head.get("requires", [])]
    reply = HttpResponse(archive_of([pack, *needed]), content_type="application/zip")
    reply["Content-Disposition"] = f'attachment; filename="{pack.code}-{pack.version}.zip"'
    return reply


def compare(request: HttpRequest, chain: str) -> HttpResponse:
    """What changed from another version of a pack, brought as a file, to the one that ships. Nothing is stored."""
    pack, said = _pack(chain), language()
    form, status, context = PackForm(), 200, {}
    if request.method == "POST":
        form, status = PackForm(request.POST, request.FILES), 422
        if form.is_valid():
            try:
                other = pack_from_archive(form.cleaned_data["file"].read(), chain)
            except Refused as refused:
                form.add_error("file", sentence_of(refused))
                status = refused.status
            else:
                changes = difference(other, pack)
                context = {
                    "other": other,
                    "count": len(changes),
                    "groups": grouped(changes[:CHANGES_SHOWN], names_of_rows(other, pack, said)),
                }
                context |= {"more": max(0, len(changes) - CHANGES_SHOWN)}
                status = 200
    context |= {"form": form, "pack": pack, "name": pack.head[f"name_{said}"]}
    return page(request, "chain/pack_compare.html", context, section="zones", status=status)


def _short(text: str) -> str:
    return text if len(text) <= CELL_SHOWN else text[:CELL_SHOWN] + "…"


def names_of_rows(old: Pack, new: Pack, language: str) -> dict[str, str]:
    """What the segments and inputs of both versions are called, by the key of their row."""
    called = {r["code"]: r[f"name_{language}"] for p in (*shipped_packs(), old, new) for r in p.segments if not r["home"]}
    inputs = ((r["product"], r["input"]) for p in (old, new) for r in p.inputs)
    return called | {f"{a} ← {b}": f"{called.get(a, a)} ← {called.get(b, b)}" for a, b in inputs}


def named_link(link: str, names: Mapping[str, str]) -> str:
    """A link of two codes, product ← input, in the names of both; a code without a name stays."""
    return " ← ".join(names.get(code, code) for code in link.split(" ← "))


def grouped(changes: list[Change], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The changes of each table, with counts by kind."""
    groups: list[dict[str, Any]] = []
    for table, title in TABLES.items():
        rows = [c for c in changes if c.table == table]
        if rows:
            counts = [(gettext(CHANGE_WORDS[kind]), sum(c.kind == kind for c in rows)) for kind in CHANGE_WORDS]
            shown = [
                {
                    "change": c,
                    "name": names.get(c.key) or c.name or named_link(c.key, names),
                    "word": gettext(CHANGE_WORDS[c.kind]),
                    "cells": [(gettext(COLUMN_WORDS.get(k, k)), (_short(a), _short(b))) for k, (a, b) in (c.cells or {}).items()],
                }
                for c in rows
            ]
            groups.append({"title": gettext(title), "rows": shown, "counts": [pair for pair in counts if pair[1]]})
    return groups


def dictionary(request: HttpRequest) -> HttpResponse:
    """The words of the pages: verdicts, their rules, the default limits."""
    return page(request, "chain/dictionary.html", {"kinds": list(WORDS), "limits": Limits()}, section="zones")
