"""The shipped packs: what is in them, and each as a file to take away; and the words used on every page."""

import io
import zipfile

from django.http import HttpRequest, HttpResponse

from xinya.kit.pages import language, page
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from ..engine import Limits
from ..engine.wording import KIND_WORDS, WORDS
from ..files import Pack, pack_members, shipped_atlas, shipped_packs


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
    return page(request, "chain/packs.html", {"rows": rows}, section="zones")


def _pack(code: str) -> Pack:
    for pack in shipped_packs():
        if pack.code == code:
            return pack
    raise Refused("unknown-chain", _("There is no such pack."), status=404)


def pack_page(request: HttpRequest, chain: str) -> HttpResponse:
    """One pack: every segment with its definition, aliases and inputs."""
    pack, said = _pack(chain), language()
    atlas = shipped_atlas([chain])
    whole = atlas.chain(chain)
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
    context = {
        "pack": pack,
        "chain": whole,
        "name": whole.name(said),
        "summary": whole.summary_zh if said == "zh" else whole.summary_en,
        "groups": groups,
        "sources": pack.sources,
    }
    return page(request, "chain/pack.html", context, section="zones")


def pack_file(request: HttpRequest, chain: str) -> HttpResponse:
    """The pack in its exchange format, with the packs it requires; the same bytes each time."""
    pack = _pack(chain)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in [pack, *(p for p in shipped_packs() if p.code in pack.head.get("requires", []))]:
            for name, content in pack_members(one).items():
                archive.writestr(zipfile.ZipInfo(f"{one.code}/{name}", (2026, 1, 1, 0, 0, 0)), content)
    reply = HttpResponse(out.getvalue(), content_type="application/zip")
    reply["Content-Disposition"] = f'attachment; filename="{pack.code}-{pack.version}.zip"'
    return reply


def dictionary(request: HttpRequest) -> HttpResponse:
    """The words of the pages: verdicts, their rules, the default limits."""
    return page(request, "chain/dictionary.html", {"kinds": list(WORDS), "limits": Limits()}, section="zones")
