"""Drafts of a zone's own packs: which there are, what is in them, what is wrong with them, how they came to be."""

from dataclasses import dataclass
from functools import lru_cache

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.zones.models import Person, Zone
from xinya.zones.queries import visible_to

from ..files import Pack
from ..files.difference import Change, difference
from ..files.drafts import Finding, content_of, findings_of, pack_of
from ..models import PackDraft, PackSave, ZonePack
from .atlas import Chosen, packs_with, published_keys, published_pack

NO_DRAFT = _("There is no such draft in this zone.")
NO_PACK = _("The zone has published no such pack.")


def packs_seen(person: Person) -> list[ZonePack]:
    """The packs in use of the zones that the person reads whole, by zone and code, without their content. One statement."""
    rows = ZonePack.objects.filter(zone__in=visible_to(person, Zone), replaced_at=None)
    return list(rows.defer("content").select_related("zone").order_by("zone__code", "code"))


def drafts_seen(person: Person) -> list[PackDraft]:
    """The drafts of the zones that the person reads whole, by zone and code. One statement."""
    rows = PackDraft.objects.filter(zone__in=visible_to(person, Zone), ended_at=None)
    return list(rows.select_related("zone").order_by("zone__code", "code"))


def pack_in_use(zone: Zone, code: str) -> tuple[ZonePack, Pack]:
    """The pack that a zone published under a code and uses; another zone's, a replaced or an absent one is refused alike (404)."""
    rows = ZonePack.objects.filter(zone=zone, code=code, replaced_at=None).defer("content")
    row = rows.select_related("published_by").first() if code.isascii() and code.isprintable() else None
    if row is None:
        raise Refused("no-such-pack", NO_PACK, status=404)
    return row, published_pack((row.pk, row.published_at))


@dataclass(frozen=True)
class OpenDraft:
    """A draft with its last save and the pack in it."""

    row: PackDraft
    save: PackSave
    pack: Pack


def drafts_of(zone: Zone) -> list[PackDraft]:
    """The drafts that are worked on. One statement."""
    return list(PackDraft.objects.filter(zone=zone, ended_at=None).select_related("begun_by"))


def published_of(zone: Zone) -> list[ZonePack]:
    """Every pack that the zone published, the latest first. One statement."""
    return list(ZonePack.objects.filter(zone=zone).defer("content").select_related("published_by").order_by("-pk"))


def draft_of(zone: Zone, draft_id: int, *, is_locked: bool = False) -> OpenDraft:
    """One draft of this zone; another zone's, an ended or an absent one is refused alike. Two statements."""
    rows = PackDraft.objects.filter(zone=zone, pk=draft_id, ended_at=None)
    row = (rows.select_for_update() if is_locked else rows).first() if 0 < draft_id < 2**63 else None
    if row is None:
        raise Refused("no-such-draft", NO_DRAFT, status=404)
    save = PackSave.objects.select_related("by").get(draft=row, number=row.save_count)
    return OpenDraft(row, save, pack_of(save.content))


def draft_findings(zone: Zone, pack: Pack) -> list[Finding]:
    """What is wrong with a draft beside every other pack of its zone. One statement; kept in the process by what was checked."""
    return list(_findings(content_of(pack), published_keys(zone)))


@lru_cache(maxsize=16)
def _findings(content: str, published: Chosen) -> tuple[Finding, ...]:
    return tuple(findings_of(pack_of(content), packs_with(published)))


def save_of(draft: OpenDraft, number: int) -> PackSave:
    """One save. Raises Refused (404)."""
    found = PackSave.objects.filter(draft=draft.row, number=number).select_related("by").first() if number < 2**31 else None
    if found is None:
        raise Refused("no-such-save", _("There is no such version of this draft."), status=404)
    return found


def saves_of(draft: OpenDraft) -> list[PackSave]:
    """Every save, the latest first, without its content. One statement."""
    return list(PackSave.objects.filter(draft=draft.row).defer("content").select_related("by").order_by("-number"))


def changes_of(draft: OpenDraft, number: int) -> list[Change]:
    """What a save changed from the one before it; of the first one nothing."""
    if number < 2:
        return []
    return difference(pack_of(save_of(draft, number - 1).content), pack_of(save_of(draft, number).content))
