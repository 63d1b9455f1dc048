"""A zone's chains: the list, and one chain as a map with its table twin."""

from dataclasses import replace

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from xinya.kit.pages import language, page
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from ..engine.map_path import LARGEST_WHOLE, path_of
from ..engine.map_svg import draw_map, draw_strip
from ..engine.wording import percent
from ..queries import ZoneReport
from .evidence import age_words
from .rows import chain_nodes, company_links, day_query, kind_counts, share_words, verdict_row
from .zone import chain_rows, find_report


def chain_list(request: HttpRequest, code: str) -> HttpResponse:
    """The zone's chains, each at a glance."""
    found = find_report(request, code)
    context = {"found": found, "chains": chain_rows(found), "on_query": day_query(found)}
    return page(request, "chain/chains.html", context, zone=found.zone, section="chain-list")


def _known_chain(found: ZoneReport, chain: str) -> None:
    if chain not in {c.code for c in found.report.atlas.chains}:
        raise Refused("unknown-chain", _("This zone has no such chain."), status=404)


def chain_map(request: HttpRequest, code: str, chain: str) -> HttpResponse:
    """One chain: the picture, and under it the same as a table."""
    found = find_report(request, code)
    _known_chain(found, chain)
    said = language()
    whole = found.report.atlas.chain(chain)
    columns, nodes, _links = chain_nodes(found, chain)
    focus = _focus(request, found, chain, len(nodes))
    finding = next(c for c in found.report.diagnosis.chains if c.chain == chain)
    kinds = {n.code: n.kind for n in nodes}
    groups = []
    for column in whole.columns:
        rows = []
        for member, place in whole.members:
            if place == column.code:
                f = found.report.diagnosis.findings[member]
                makers = company_links(found, f.makers)
                age = found.ages.get(member)
                rows.append(
                    {
                        "row": verdict_row(found, f),
                        "kind": kinds[member],
                        "makers": makers[:3],
                        "more": len(makers) - 3,
                        "age": age_words(age) if age else None,
                    }
                )
        if rows:
            groups.append(
                {
                    "column": column.name(said),
                    "rows": rows,
                    "made": sum(1 for r in rows if r["makers"]),
                    "count": len(rows),
                }
            )
    context = {
        "found": found,
        "chain": whole,
        "name": whole.name(said),
        "summary": whole.summary_zh if said == "zh" else whole.summary_en,
        "finding": finding,
        "completeness": "–" if finding.completeness != finding.completeness else percent(finding.completeness),
        "product": found.report.atlas.segments[whole.product].name(said) if whole.product else "",
        "map": _picture(found, chain, focus),
        "focus": focus,
        "is_large": len(nodes) > LARGEST_WHOLE,
        "choices": [(n.code, n.name) for n in nodes],
        "strip": draw_strip(whole.name(said), columns, nodes, language=said, large=True),
        "groups": groups,
        "counts": {k: n for k, n in kind_counts(found, chain).items() if n} if finding.is_known else {},
        "confirmed": share_words(found.shares.get(chain)),
        "stale_count": sum(1 for n in nodes if n.mark == "stale"),
        "outside_count": sum(1 for k in kinds.values() if k == "outside"),
        "made_count": sum(1 for k in kinds.values() if k == "made"),
        "on_query": day_query(found),
        "map_href": reverse("map-file", args=[found.zone.code, chain]) + _path_query(found, focus),
    }
    return page(request, "chain/map.html", context, zone=found.zone, section="chain-list")


def _focus(request: HttpRequest, found: ZoneReport, chain: str, segments: int) -> str:
    """The segment whose path is drawn; "" for the whole chain.

    Asked for by `segment`; of a chain too large to read whole the product, or the segment that most wait for.
    """
    whole = found.report.atlas.chain(chain)
    members = {code for code, _column in whole.members}
    asked = request.GET.get("segment", "")
    if asked in members or segments <= LARGEST_WHOLE:
        return asked if asked in members else ""
    waited = (f.segment for f in found.report.diagnosis.verdicts if f.segment in members)
    return whole.product or next(waited, whole.members[0][0])


def _picture(found: ZoneReport, chain: str, focus: str) -> str:
    """The whole chain, or one path of it without the columns that it does not touch."""
    said = language()
    name = found.report.atlas.chain(chain).name(said)
    columns, nodes, links = chain_nodes(found, chain)
    if focus:
        nodes, links = path_of(focus, nodes, links)
        kept = sorted({node.column for node in nodes})
        place = {column: i for i, column in enumerate(kept)}
        columns, nodes = [columns[i] for i in kept], [replace(node, column=place[node.column]) for node in nodes]
    return draw_map(name, columns, nodes, links, language=said, note=_note(found, chain))


def _path_query(found: ZoneReport, focus: str) -> str:
    day = day_query(found)
    return day if not focus else f"{day}{'&' if day else '?'}segment={focus}"


def _note(found: ZoneReport, chain: str) -> str:
    confirmed = share_words(found.shares.get(chain))
    if language() == "zh":
        said = f"近12个月经人确认的归位：{confirmed['share']}（{confirmed['of']}）。" if confirmed["of"] else ""
        return f"{found.zone.name}，截至{found.on.isoformat()}。框内数字为区内企业数。{said}"
    said = f" Placements that people confirmed in 12 months: {confirmed['share']} ({confirmed['of']})." if confirmed["of"] else ""
    return f"{found.zone.name_en}, as of {found.on.isoformat()}. Figures in the boxes: companies here.{said}"


def map_file(request: HttpRequest, code: str, chain: str) -> HttpResponse:
    """The picture as a file of its own, its style inside it."""
    found = find_report(request, code)
    _known_chain(found, chain)
    whole = found.report.atlas.chain(chain)
    picture = _picture(found, chain, _focus(request, found, chain, len(whole.members)))
    sheet = finders.find("xinya.css")
    with open(str(sheet), encoding="utf-8") as css:
        style = css.read().replace("]]>", "")
    head, _sep, rest = picture.partition(">")
    whole_file = f'<?xml version="1.0" encoding="UTF-8"?>\n{head} xmlns="http://www.w3.org/2000/svg"><style><![CDATA[{style}]]></style>{rest}'
    reply = HttpResponse(whole_file, content_type="image/svg+xml; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="{chain}-{found.zone.code}-{found.on.isoformat()}.svg"'
    return reply
