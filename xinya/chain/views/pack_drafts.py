"""Packs edited in the browser: drafts of a zone, their tables, what is wrong row by row, versions, publishing, taking away."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xinya.kit.pages import language, page, sentence_of
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop, say
from xinya.zones.models import Zone
from xinya.zones.queries import signed_in, zone_visible

from .. import queries
from ..actions import packs as actions
from ..engine import KINDS, STAGES
from ..engine.wording import KIND_WORDS
from ..files import Pack, archive_of
from ..files.drafts import TABLES, Finding, changed_rows, pack_of, pasted_rows, rows_of
from ..queries.packs import OpenDraft, changes_of, draft_findings, draft_of, drafts_of, published_of, save_of, saves_of
from ..rules import may_answer_gaps
from .draft_sent import COLUMN_TEXTS, Sent, as_findings, overlaid, row_findings, sent_of
from .packs import CHANGES_SHOWN, COLUMN_WORDS, grouped, names_of_rows

ROWS, NEW_ROWS, LISTED_FINDINGS = 20, 5, 60
TITLES = {
    "segments": gettext_noop("Segments"), "inputs": gettext_noop("Inputs"), "sources": gettext_noop("Sources"),
    "head": gettext_noop("Head and columns"),
}  # fmt: skip
STAGE_WORDS = {
    "up": gettext_noop("Upstream"), "mid": gettext_noop("Midstream"), "down": gettext_noop("Downstream"),
    "equipment": gettext_noop("Equipment"), "service": gettext_noop("Services"),
}  # fmt: skip
CHOICES = {"emerging": ("no", "part", "yes"), "commodity": ("no", "yes"), "essential": ("yes", "no"), "kind": KINDS}
LONG = ("definition_zh", "definition_en", "aliases", "excludes")
FIRST = {
    "segments": ("code", "name_zh", "column", "definition_zh", "broader", "date"),
    "inputs": ("product", "input", "kind", "essential", "share_low", "share_high"),
    "sources": ("id", "title", "publisher", "url", "reference"),
}
"""The columns of a table that stand in it; the others unfold in each row."""


def zone_packs(request: HttpRequest, code: str) -> HttpResponse:
    """Drafts and published packs of the zone, and the form that begins a draft."""
    person = signed_in(request)
    zone = zone_visible(person, code)
    error, status = "", 200
    if request.method == "POST":
        try:
            row = actions.begin_draft(
                person, zone=zone, base=request.POST.get("base", ""), code=request.POST.get("new_code", ""),
                name_zh=request.POST.get("name_zh", ""), name_en=request.POST.get("name_en", ""),
            )  # fmt: skip
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            error, status = sentence_of(refused), refused.status
        else:
            return redirect("pack-draft", code, row.pk)
    key = f"name_{language()}"
    packs = queries.packs_of(zone)
    names = {p.code: p.head[key] for p in packs}
    context = {
        "drafts": [(row, names.get(row.code, row.code)) for row in drafts_of(zone)],
        "published": [(row, names.get(row.code, row.code)) for row in published_of(zone)],
        "bases": sorted(names.items()), "may_edit": may_answer_gaps(person, zone), "error": error,
    }  # fmt: skip
    return page(request, "chain/zone_packs.html", context, zone=zone, section="chain-list", status=status)


def pack_draft(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One table of a draft, twenty rows at a time, each with what is wrong with it; sent back it becomes the next version."""
    person = signed_in(request)
    zone = zone_visible(person, code)
    draft = draft_of(zone, pk)
    table = _table(request.POST.get("table") or request.GET.get("table", ""))
    first = _whole(request.POST.get("from") or request.GET.get("from", ""))
    if request.method != "POST":
        return _draft_page(request, zone, draft, (table, first))
    sent = sent_of(request, table, ROWS + NEW_ROWS)
    change = sent.change(queries.packs_of(zone))
    if request.POST.get("act") != "check":
        return _saved(request, zone, draft, change, (table, first), sent)
    try:
        actions.demand_seen(draft, _whole(request.POST.get("seen", "")))
        tried = change(draft.pack)
    except Refused as refused:
        return _again(request, zone, draft, (table, first), sent, refused)
    return _draft_page(request, zone, draft, (table, first), form=Form(sent, tried))


@require_POST
def paste_rows(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Rows copied from a spreadsheet, added at the end of a table."""
    zone = zone_visible(signed_in(request), code)
    draft = draft_of(zone, pk)
    table = _table(request.POST.get("table", ""))
    text, packs = request.POST.get("rows", ""), queries.packs_of(zone)

    def change(pack: Pack) -> Pack:
        return changed_rows(pack, table, {}, pasted_rows(text, table), day=timezone.localdate(), others=packs)

    last = max(0, (len(rows_of(draft.pack, table)) if table in TABLES else 0) // ROWS * ROWS)
    return _saved(request, zone, draft, change, (table, last), Sent(table, {}, pasted=text))


def _saved(
    request: HttpRequest, zone: Zone, draft: OpenDraft, change: Callable[[Pack], Pack], place: tuple[str, int], sent: Sent
) -> HttpResponse:
    table, first = place
    seen = _whole(request.POST.get("seen", ""))
    try:
        save = actions.save_draft(
            signed_in(request), zone=zone, draft_id=draft.row.pk, seen=seen, change=change, note=request.POST.get("note", ""),
        )  # fmt: skip
    except Refused as refused:
        return _again(request, zone, draft, place, sent, refused)
    messages.success(request, _("Version %(number)s is kept, with your name and the day.") % {"number": save.number})
    return redirect(reverse("pack-draft", args=[zone.code, draft.row.pk]) + f"?table={table}&from={first}")


def _table(asked: str) -> str:
    return asked if asked in TITLES else "segments"


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _again(
    request: HttpRequest, zone: Zone, draft: OpenDraft, place: tuple[str, int], sent: Sent, refused: Refused
) -> HttpResponse:
    """The page with the refusal and everything that was typed, beside what somebody else saved meanwhile if that is the reason."""
    if refused.status in (403, 404):
        raise refused
    form = Form(sent)
    if refused.code == "stale":
        seen, draft = _whole(request.POST.get("seen", "")), draft_of(zone, draft.row.pk)
        earlier = pack_of(save_of(draft, seen).content) if 0 < seen < draft.row.save_count else None
        kept, typed = sent.beside(draft.pack, earlier)
        form = Form(kept, typed=typed)
    return _draft_page(request, zone, draft, place, error=sentence_of(refused), status=refused.status, form=form)


@dataclass(frozen=True)
class Form:
    """A form that is drawn again. tried: the pack as it would be kept, where it was only checked; typed: what had no place."""

    sent: Sent
    tried: Pack | None = None
    typed: Mapping[int, str] = field(default_factory=dict)


def _draft_page(
    request: HttpRequest, zone: Zone, draft: OpenDraft, place: tuple[str, int], *, error: str = "", status: int = 200,
    form: Form | None = None,
) -> HttpResponse:  # fmt: skip
    table, first = place
    may_edit = may_answer_gaps(signed_in(request), zone)
    sent, tried = (form.sent, form.tried) if form is not None else (None, None)
    findings = draft_findings(zone, tried or draft.pack)
    rows = rows_of(draft.pack, table) if table in TABLES else ()
    first = min(first, max(0, len(rows) - 1)) // ROWS * ROWS
    names = {r["code"]: r[f"name_{language()}"] for p in queries.packs_of(zone) for r in p.segments if not r["home"]}
    by_row, of_added = _placed(findings, table, len(rows), draft, form)
    shown = [
        _row(draft, table, n, row, names) | {"findings": by_row.get(n, []), "is_dropped": is_dropped}
        for n, row, is_dropped in overlaid(rows, first, ROWS, sent)
    ]
    empty = dict.fromkeys(TABLES[table], "") if table in TABLES else {}
    typed = [{**empty, **row} for row in (sent.added if sent is not None else ())]
    blank = [
        _row(draft, table, None, row, names) | {"findings": of_added.get(n, [])}
        for n, row in enumerate([*typed, *[empty] * (NEW_ROWS - len(typed))])
    ] if table in TABLES else []  # fmt: skip
    head = draft.pack.head
    columns = head.get("columns", [])
    if sent is not None and sent.head is not None:
        head, columns = {**head, **sent.head}, [c for c in sent.columns if any(c[k].strip() for k in COLUMN_TEXTS[:3])]
    context = {
        "own_path": reverse("pack-draft", args=[zone.code, draft.row.pk]) + f"?table={table}" if request.method == "POST" else None,
        "held": draft.row, "save": draft.save, "pack": draft.pack, "name": draft.pack.head[f"name_{language()}"],
        "head": head, "error": error, "note": sent.note if sent else "", "pasted": sent.pasted if sent else "",
        "table": table, "tables": [(k, _(v), len(rows_of(draft.pack, k)) if k in TABLES else "") for k, v in TITLES.items()],
        "labels": [_(COLUMN_WORDS[c]) for c in FIRST.get(table, ())], "rows": shown, "new_rows": blank if may_edit else [],
        "first": first, "is_first": not first, "previous": max(0, first - ROWS), "total": len(rows),
        "next": first + ROWS if first + ROWS < len(rows) else None,
        "findings": [_finding(f) for f in findings[:LISTED_FINDINGS]], "finding_count": len(findings),
        "hard_count": sum(not f.is_soft for f in findings), "may_edit": may_edit, "is_try": tried is not None,
        "stages": [(code, _(STAGE_WORDS[code])) for code in STAGES],
        "columns": [*columns, *[dict.fromkeys(("code", "name_zh", "name_en", "stage"), "")] * 2],
        "codes": sorted(names) if table in ("segments", "inputs") and may_edit else [],
    }  # fmt: skip
    return page(request, "chain/pack_draft.html", context, zone=zone, section="chain-list", status=status)


def _placed(
    findings: Sequence[Finding], table: str, count: int, draft: OpenDraft, form: Form | None
) -> tuple[dict[int, list[dict[str, Any]]], dict[int, list[dict[str, Any]]]]:
    """Findings at the rows of the form, by place and by number of the added row; of a tried table at the rows that were sent."""
    by_row: dict[int, list[dict[str, Any]]] = {}
    of_added: dict[int, list[dict[str, Any]]] = {}
    places: list[Any] = list(range(count))
    sent_rows = form.sent.added if form is not None else ()
    if form is not None and form.tried is not None and table in TABLES:
        places = form.sent.places(count)
    elif form is not None:
        known, added = row_findings(form.sent, draft.pack)
        by_row, of_added = as_findings(known) | as_findings(form.typed, is_typed=True), as_findings(added)
    for f in findings:
        if f.table == table and f.row is not None and f.row < len(places):
            where = places[f.row]
            at = by_row if isinstance(where, int) else of_added
            number = where if isinstance(where, int) else next(n for n, row in enumerate(sent_rows) if row is where)
            at.setdefault(number, []).append(_finding(f))
    return by_row, of_added


def _row(draft: OpenDraft, table: str, place: int | None, row: dict[str, str], names: dict[str, str]) -> dict[str, Any]:
    is_shared = bool(row.get("home"))
    columns = {c["code"]: c[f"name_{language()}"] for c in draft.pack.head.get("columns", [])}
    choices = CHOICES | {"column": tuple(columns)}
    words = {"column": columns, "kind": {k: KIND_WORDS[k][language() != "zh"] for k in KINDS}}
    answers = {"yes": _("yes"), "no": _("no"), "part": _("in part")}

    def cell(c: str) -> dict[str, Any]:
        value, offered = row[c], choices.get(c, ())
        return {
            "column": c, "label": _(COLUMN_WORDS[c]), "value": value, "is_long": c in LONG,
            "is_chinese": c in ("name_zh", "definition_zh", "aliases", "excludes", "title", "publisher"),
            "choices": [(o, words.get(c, answers).get(o) or o) for o in (*(() if value in ("", *offered) else (value,)), *offered)]
            if offered else [],
            "is_fixed": is_shared and c != "column", "word": names.get(value, "") if c in ("product", "input", "broader") else "",
        }  # fmt: skip

    first = FIRST[table]
    return {
        "place": "" if place is None else place, "number": "" if place is None else place + 1, "is_shared": is_shared,
        "first": [cell(c) for c in first], "more": [cell(c) for c in row if c not in first],
        "width": len(first) + 1,
        "name": names.get(row["code"], row["code"]) if is_shared else "",
    }  # fmt: skip


def _finding(f: Finding) -> dict[str, Any]:
    values = dict(f.defect.values)
    if values.get("key") in COLUMN_WORDS:
        values["key"] = _(COLUMN_WORDS[str(values["key"])])
    return {
        "row": None if f.row is None else f.row + 1, "file": _(TITLES[f.table]), "column": f.defect.code,
        "sentence": say(language(), f.defect.message, **values), "is_soft": f.is_soft,
        "href": "" if f.row is None else f"?table={f.table}&from={f.row // ROWS * ROWS}#row-{f.row + 1}",
    }  # fmt: skip


@require_GET
def draft_history(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Every version with its author and day; what the one asked for changed."""
    person = signed_in(request)
    zone = zone_visible(person, code)
    draft = draft_of(zone, pk)
    number = _whole(request.GET.get("save", "")) or draft.row.save_count
    changes = changes_of(draft, number)
    context = {
        "held": draft.row, "name": draft.pack.head[f"name_{language()}"], "saves": saves_of(draft), "number": number,
        "count": len(changes), "groups": grouped(changes[:CHANGES_SHOWN], names_of_rows(draft.pack, draft.pack, language())),
        "more": max(0, len(changes) - CHANGES_SHOWN), "may_edit": may_answer_gaps(person, zone),
    }  # fmt: skip
    return page(request, "chain/pack_history.html", context, zone=zone, section="chain-list")


@require_POST
def draft_act(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Publish a draft, go back to an earlier version, or give it up."""
    person = signed_in(request)
    zone = zone_visible(person, code)
    act, seen = request.POST.get("act", ""), _whole(request.POST.get("seen", ""))
    try:
        if act == "publish":
            row = actions.publish_draft(person, zone=zone, draft_id=pk, seen=seen)
            messages.success(
                request, _("Version %(label)s is published: the zone's verdicts rest on it from now on.") % {"label": row.label}
            )
            return redirect("zone-packs", code)
        if act == "restore":
            number = _whole(request.POST.get("number", ""))
            save = actions.restore_save(person, zone=zone, draft_id=pk, number=number, seen=seen)
            messages.success(request, _("Version %(number)s is kept, with your name and the day.") % {"number": save.number})
            return redirect("pack-draft", code, pk)
        actions.end_draft(person, zone=zone, draft_id=pk)
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        messages.error(request, sentence_of(refused))
        return redirect("pack-draft", code, pk)
    messages.success(request, _("The draft is given up; what was published of it stays."))
    return redirect("zone-packs", code)


@require_POST
def retire_pack(request: HttpRequest, code: str, chain: str) -> HttpResponse:
    """Go back to the shipped pack."""
    person = signed_in(request)
    zone = zone_visible(person, code)
    try:
        actions.retire_pack(person, zone=zone, code=chain)
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        messages.error(request, sentence_of(refused))
    else:
        messages.success(request, _("The zone's own pack is no longer used."))
    return redirect("zone-packs", code)


@require_GET
def draft_file(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The draft in the exchange format."""
    draft = draft_of(zone_visible(signed_in(request), code), pk)
    reply = HttpResponse(archive_of([draft.pack]), content_type="application/zip")
    reply["Content-Disposition"] = f'attachment; filename="{draft.row.code}-{draft.save.number}.zip"'
    return reply
