"""Packs of a zone's own: begin a draft, save it version by version, publish it for the zone's diagnosis, take it back."""

import re
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.refusals import Refused, demand
from xinya.kit.search import mark
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import one_line
from xinya.zones import actions as zone_actions
from xinya.zones.models import Company, Person, Zone

from .. import queries, rules
from ..files import Pack
from ..files.difference import difference
from ..files.drafts import Finding, content_of, empty_pack, pack_of
from ..models import PackDraft, PackSave, ZoneChain, ZonePack
from ..queries.packs import OpenDraft, draft_findings, draft_of, save_of
from ..queries.search import search_keys

CODE = re.compile(r"[a-z][a-z0-9-]{1,29}")
NOT_EDITOR = _("Only a chain officer of this zone edits its packs; your role is %(role)s.")
STALE = _(
    "This draft was saved again in the meantime (version %(now)s; yours was %(seen)s). Look at it anew, then enter your change."
)
BLOCKED = _("The pack has %(count)s defects and is not published; the first: %(first)s")

STILL_SHARED = _(
    "The pack “%(pack)s” shares the segment %(segment)s from %(home)s, where it would no longer be defined. Keep it there, or "
    "first publish a pack “%(pack)s” of this zone without it."
)


def _demand_editor(actor: Person, zone: Zone) -> None:
    demand(rules.may_answer_gaps(actor, zone), "not-allowed", NOT_EDITOR, role=actor.role_name)


def demand_seen(draft: OpenDraft, seen: int) -> None:
    """Refuse what was entered on an earlier version than the draft's last one."""
    now = draft.row.save_count
    demand(seen == now, "stale", STALE, status=409, now=now, seen=seen)


def begin_draft(
    actor: Person, *, zone: Zone, base: str = "", code: str = "", name_zh: str = "", name_en: str = ""
) -> PackDraft:  # fmt: skip
    """A draft from a pack that the zone has (base: its code), or an empty one with a code and a name of its own.

    Raises Refused: not-allowed, unknown-chain (404), code-wrong, name-missing, draft-exists (409), chain-exists (409).
    """
    _demand_editor(actor, zone)
    every = {p.code: p for p in queries.packs_of(zone)}
    if base:
        demand(base in every, "unknown-chain", _("There is no such pack."), status=404)
        pack, wanted, origin = every[base], base, f"{base} {every[base].version}"
    else:
        wanted, origin, name = code.strip(), "", name_zh.strip()
        demand(bool(CODE.fullmatch(wanted)), "code-wrong", _("The code %(code)s must match [a-z][a-z0-9-]*, 2 to 30 characters."),
               status=422, code=wanted[:40] or "–")  # fmt: skip
        demand(wanted not in every, "chain-exists", _("There is a pack of this code already: begin the draft from it."), status=409)
        is_name = 2 <= len(name) <= 30 and name.isprintable() and name_en.isprintable() and len(name_en) <= 60
        demand(is_name, "name-missing", _("Please name the chain, 2 to 30 characters."), status=422)
        pack = empty_pack(wanted, name, name_en.strip() or name, timezone.localdate())
    try:
        with transaction.atomic():
            row = PackDraft.objects.create(zone=zone, code=wanted, base=origin[:60], save_count=1, begun_by=actor)
            PackSave.objects.create(draft=row, number=1, content=content_of(pack), note=origin[:200], by=actor)
            record(actor, "begin-pack-draft", "pack draft", row.pk, zone=zone.code, code=wanted, base=origin)
    except IntegrityError as twice:
        raise Refused("draft-exists", _("Somebody works on a draft of this pack already."), status=409) from twice
    return row


def save_draft(
    actor: Person, *, zone: Zone, draft_id: int, seen: int, change: Callable[[Pack], Pack], note: str = ""
) -> PackSave:  # fmt: skip
    """Change a draft and keep the result as its next version; a change that changes nothing makes no version.

    seen: the version that the actor had before the eyes. Raises Refused: not-allowed, no-such-draft (404), stale (409), and what
    `change` refuses.
    """
    _demand_editor(actor, zone)
    with transaction.atomic():
        draft = draft_of(zone, draft_id, is_locked=True)
        now = draft.row.save_count
        demand_seen(draft, seen)
        made = content_of(change(draft.pack))
        if made == draft.save.content:
            return draft.save
        row = PackSave.objects.create(draft=draft.row, number=now + 1, content=made, note=one_line(note, 200), by=actor)
        PackDraft.objects.filter(pk=draft.row.pk).update(save_count=now + 1)
        record(actor, "save-pack-draft", "pack draft", draft.row.pk, version=(now, now + 1), secret={"note": row.note})
    return row


def restore_save(actor: Person, *, zone: Zone, draft_id: int, number: int, seen: int) -> PackSave:
    """The content of an earlier version as the next one; nothing of the history goes."""
    _demand_editor(actor, zone)
    earlier = pack_of(save_of(draft_of(zone, draft_id), number).content)
    return save_draft(actor, zone=zone, draft_id=draft_id, seen=seen, change=lambda _now: earlier, note=f"← {number}")


def end_draft(actor: Person, *, zone: Zone, draft_id: int) -> None:
    """Give a draft up; what was published of it stays."""
    _demand_editor(actor, zone)
    with transaction.atomic():
        draft = draft_of(zone, draft_id, is_locked=True)
        PackDraft.objects.filter(pk=draft.row.pk).update(ended_at=timezone.now())
        record(actor, "end-pack-draft", "pack draft", draft.row.pk, code=draft.row.code)


def publish_draft(actor: Person, *, zone: Zone, draft_id: int, seen: int) -> ZonePack:
    """The zone's diagnosis takes this version from now on; its companies are placed anew. The draft stays open.

    Raises Refused: not-allowed, no-such-draft (404), stale (409), pack-defects, still-shared (409), published-already (409).
    """
    _demand_editor(actor, zone)
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        draft = draft_of(zone, draft_id, is_locked=True)
        now, code = draft.row.save_count, draft.row.code
        demand_seen(draft, seen)
        hard = [f for f in draft_findings(zone, draft.pack) if not f.is_soft]
        if hard:
            raise Refused("pack-defects", BLOCKED, count=len(hard), first=_place(hard[0]))
        before = ZonePack.objects.filter(zone=zone, code=code)
        last = before.filter(replaced_at=None).first()
        is_new = last is None or bool(difference(pack_of(last.content), draft.pack, with_version=False))
        demand(is_new, "published-already", _("This version is published already."), status=409)
        today = timezone.localdate()
        label = f"{zone.code}-{today.year}.{today.month}.{before.count() + 1}"[:40]
        pack = pack_of(draft.save.content)
        content = content_of(Pack({**pack.head, "version": label}, pack.segments, pack.inputs, pack.sources, pack.name))
        before.filter(replaced_at=None).update(replaced_at=timezone.now())
        row = ZonePack.objects.create(zone=zone, code=code, label=label, content=content, save_number=now, published_by=actor)
        ZoneChain.objects.get_or_create(zone=zone, chain=code)
        _use(zone)
        _mark_found(zone, last)
        record(actor, "publish-pack", "zone", zone.pk, code=code, label=label, version=now)
    return row


def retire_pack(actor: Person, *, zone: Zone, code: str) -> None:
    """The zone goes back to the shipped pack of this code; a chain that only this zone had is no longer looked at."""
    _demand_editor(actor, zone)
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        held = ZonePack.objects.filter(zone=zone, code=code, replaced_at=None)
        demand(held.exists(), "no-such-pack", _("The zone has published no such pack."), status=404)
        last = held.get()
        held.update(replaced_at=timezone.now())
        if code not in {p.code for p in queries.packs_of(zone)}:
            left = ZoneChain.objects.filter(zone=zone).exclude(chain=code).exists()
            demand(left, "no-chains", _("Please choose at least one chain."), status=409)
            ZoneChain.objects.filter(zone=zone, chain=code).delete()
        _use(zone)
        _mark_found(zone, last)
        record(actor, "retire-pack", "zone", zone.pk, code=code)


def _place(finding: Finding) -> str:
    return f"{finding.table}{'' if finding.row is None else f' {finding.row + 1}'}: {finding.defect.code}"


def _mark_found(zone: Zone, gone: ZonePack | None) -> None:
    """Search reads anew what the zone uses: a change of one pack may change what another one shares with it."""
    used = ZonePack.objects.filter(zone=zone, replaced_at=None)
    for rows, is_hidden in ((list(used), False), ([gone] if gone is not None else [], True)):
        for row in rows:
            segments, packs = search_keys(pack_of(row.content), row.pk)
            mark("segment", segments, is_hidden=is_hidden)
            mark("pack", packs, is_hidden=is_hidden)


def _use(zone: Zone) -> None:
    """The atlas of the zone is another one: refused when its packs no longer fit together, else everything is placed anew.

    Every pack that the zone may choose counts, chosen today or not: choosing one later must not fail for what is published now.
    """
    from . import place_companies

    packs = queries.packs_of(zone)
    defined = {row["code"] for p in packs for row in p.segments if not row["home"]}
    for pack in packs:
        for row in pack.segments:
            if row["code"] not in defined:
                values = {"pack": pack.head["name_zh"], "segment": row["code"], "home": row["home"]}
                raise Refused("still-shared", STILL_SHARED, status=409, **values)
    queries.zone_atlas(zone)
    place_companies(zone, Company.objects.filter(zone=zone))
    zone_actions.touch_zone(zone)


__all__ = ["begin_draft", "demand_seen", "end_draft", "publish_draft", "restore_save", "retire_pack", "save_draft"]
