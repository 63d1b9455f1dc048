"""Files of rows: adding one, opening one, clearing away what no row knows."""

from dataclasses import dataclass

from django.db import transaction

from xinya.kit.attachments import at_least, forget_orphans, owner_of, put_down, throw_away
from xinya.kit.audit import record
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _

from ..models import Attachment, Person, Secrecy
from ..queries.attachments import attachment_visible

MOST_FILES = 200
UNKNOWN_CLASS = _("The class of a file is public, internal, company or restricted.")
TOO_MANY = _("There are %(count)s files here already; no more are taken.")


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as somebody brings it. secrecy "": that of its owner."""

    name: str
    content: bytes
    secrecy: str = ""


def add_attachment(actor: Person, *, owner_kind: str, owner_id: int, file: NewFile) -> Attachment:
    """Add a file to a row of a registered kind; its class is at least the row's. Raises Refused as kit.file_types says."""
    owner = owner_of(owner_kind)
    owner.demand_add(actor, owner_id)
    least, zone_id = owner.about(owner_id)
    if file.secrecy and file.secrecy not in Secrecy.values:
        raise Refused("class-unknown", UNKNOWN_CLASS)
    here = Attachment.objects.filter(owner_kind=owner_kind, owner_id=owner_id)
    demand(here.count() < MOST_FILES, "too-many-files", TOO_MANY, status=409, count=MOST_FILES)
    put = put_down(file.content, file.name)
    try:
        with transaction.atomic():
            row = Attachment.objects.create(
                owner_kind=owner_kind, owner_id=owner_id, zone_id=zone_id, name=put.name, kind=put.kind, size=put.size,
                sha256=put.sha256, stored=put.stored, secrecy=at_least(file.secrecy or least, least), by=actor,
            )  # fmt: skip
            record(actor, "add-file", owner_kind, owner_id, file=row.pk, kind=put.kind, size=put.size, sha256=put.sha256)
    except BaseException:
        throw_away(put.stored)
        raise
    return row


def open_attachment(actor: Person, *, attachment_id: int) -> Attachment:
    """The file that somebody is about to read; the reading of a company's or a restricted file is recorded."""
    row = attachment_visible(actor, attachment_id)
    if row.secrecy in (Secrecy.COMPANY, Secrecy.RESTRICTED):
        with transaction.atomic():
            record(actor, "read-file", row.owner_kind, row.owner_id, file=row.pk, secrecy=row.secrecy)
    return row


def forget_orphan_files() -> int:
    """Nightly: delete what lies on the disk since more than a day and belongs to no row."""
    return forget_orphans(set(Attachment.objects.values_list("stored", flat=True)))
