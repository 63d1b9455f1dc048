"""Routes of sign-in, notices, files, the log and the queue in the gate's test, and rows of other people for them."""

from collections.abc import Callable

from django.utils import timezone

from xinya.chain.models import WordLink
from xinya.zones.models import (
    Attachment,
    Company,
    CompanyMerge,
    ImportBatch,
    ImportFinding,
    ImportRow,
    Notice,
    Person,
    Promise,
    SessionRecord,
)

THEIRS = "theirs"
"""A numbered row of somebody else: it opens to nobody but its owner."""
LISTS = "in-zone:import_check|export_audit"
"""Lists of a zone: for those who bring them, and for the auditor."""
ASKED = "in-zone:change_zone|read_assigned"
MERGERS = "in-zone:change_zone"
HEALTH, LOG, GUARD = "power:see_health", "power:read_audit", "power:manage_accounts"

PAGES = {
    "qr-type": "open", "qr-code": "open", "identity-back": "door", "identity": "door", "prove": "door",
    "credential-registration-begin": "own", "credential-registration-complete": "own",
    "credential-authentication-begin": "door", "credential-authentication-complete": "door", "js-i18n-catalog": "door",
    "qr": "door", "qr-poll": "door", "qr-collect": "door", "qr-done": "door",
    "set-up": "own", "my-sign-in": "own", "totp": "own", "remove-totp": "own", "recovery-codes": "own",
    "change-password": "own", "choose-language": "own", "drop-draft": "own",
    "remove-passkey": THEIRS, "end-session": THEIRS, "accounts": GUARD, "account": GUARD,
    "states": "open", "work": HEALTH, "work-again": HEALTH,
    "notices": "own", "notices-read": "own", "notice-choices": "own", "notice-again": THEIRS, "file": "company",
    "say-by-link": "door", "verify": ASKED, "verify-fact": "company", "verify-placement": "company", "half-lives": "zone",
    "settle-fact": "company", "word-links": ASKED, "withdraw-link": "company",
    "company-file-add": "company", "promise-file-add": "company",
    "audit": LOG, "audit-verify": LOG, "audit-export": "power:export_audit", "audit-seal": "power:seal_audit",
    "audit-seal-page": LOG, "audit-seal-file": LOG,
    "duplicates": MERGERS, "same-company": MERGERS, "merge-companies": MERGERS, "tell-apart": MERGERS,
    "merge": MERGERS, "undo-merge": MERGERS,
    "imports": LISTS, "export-csv": LISTS, "export-xlsx": LISTS, "indicators": "zone",
    **dict.fromkeys(
        (
            "import", "import-reading", "import-columns", "import-decide", "import-commit", "import-undo", "import-abandon",
            "import-copy",
        ),
        "company",
    ),
}  # fmt: skip
CALLS = {
    "GET /api/v1/zones/{zone}/companies/{company_id}/attachments": "company",
    "POST /api/v1/zones/{zone}/companies/{company_id}/attachments": "company",
    "GET /api/v1/zones/{zone}/promises/{promise_id}/attachments": "company",
    "POST /api/v1/zones/{zone}/promises/{promise_id}/attachments": "company",
    "GET /api/v1/attachments/{attachment_id}": "company",
    "GET /api/v1/zones/{zone}/freshness": "zone",
    "POST /api/v1/zones/{zone}/half-lives": "zone",
    "GET /api/v1/zones/{zone}/verify-list": ASKED,
    "POST /api/v1/zones/{zone}/verify-list/facts/{fact_id}": "company",
    "POST /api/v1/zones/{zone}/verify-list/placements/{placement_id}": "company",
    "POST /api/v1/zones/{zone}/companies/{company_id}/facts/{fact_id}/settle": "company",
    "POST /api/v1/zones/{zone}/companies/{company_id}/word-links": "company",
    "POST /api/v1/zones/{zone}/word-links/{word_link_id}/withdraw": "company",
    "GET /api/v1/notices": "own",
    "GET /api/v1/audit": LOG,
    "GET /api/v1/audit/seals": LOG,
    "POST /api/v1/audit/seals": "power:seal_audit",
    "POST /api/v1/imports": "own",
    "GET /api/v1/imports/{import_id}": "company",
    "GET /api/v1/imports/{import_id}/findings": "company",
    "GET /api/v1/imports/{import_id}/rows": "company",
    "POST /api/v1/imports/{import_id}/columns": "company",
    "POST /api/v1/imports/{import_id}/decisions": "company",
    "POST /api/v1/imports/{import_id}/commit": "company",
    "POST /api/v1/imports/{import_id}/undo": "company",
    "GET /api/v1/zones/{zone}/indicators": "zone",
    "GET /api/v1/zones/{zone}/duplicates": MERGERS,
    "GET /api/v1/zones/{zone}/merges": MERGERS,
    "POST /api/v1/zones/{zone}/merges": MERGERS,
    "GET /api/v1/zones/{zone}/merges/{merge_id}": MERGERS,
    "POST /api/v1/zones/{zone}/merges/{merge_id}/undo": MERGERS,
    "POST /api/v1/zones/{zone}/two-firms": MERGERS,
}
COUNTED = {
    "promise-file-add": "promise", "verify-fact": "fact", "verify-placement": "placement", "withdraw-link": "word_link",
    "remove-passkey": "nothing", "end-session": "session", "notice-again": "notice", "file": "attachment",
    **dict.fromkeys(
        (
            "import", "import-reading", "import-columns", "import-decide", "import-commit", "import-undo", "import-abandon",
            "import-copy",
        ),
        "import",
    ),
    "merge": "merge", "undo-merge": "merge",
    "account": "person", "audit-seal-page": "nothing", "audit-seal-file": "nothing", "work-again": "nothing",
}  # fmt: skip
COUNTERS: dict[str, Callable[[Company], int | None]] = {
    "session": lambda c: SessionRecord.objects.filter(key=f"key-{c.pk}").values_list("pk", flat=True).first(),
    "notice": lambda c: Notice.objects.filter(key=f"key-{c.pk}").values_list("pk", flat=True).first(),
    "import": lambda c: ImportBatch.objects.filter(company=c).values_list("pk", flat=True).first(),
    "merge": lambda c: CompanyMerge.objects.filter(survivor=c).values_list("pk", flat=True).first(),
    "word_link": lambda c: WordLink.objects.filter(company=c).values_list("pk", flat=True).first(),
    "attachment": lambda c: Attachment.objects.filter(owner_kind="company", owner_id=c.pk).values_list("pk", flat=True).first(),
}


def add_own(company: Company, by: Person) -> None:
    """A session and a notice of somebody else, and a file of the company."""
    now, word = timezone.now(), f"绝密品{company.name[0]}"
    SessionRecord.objects.create(
        person=by, key=f"key-{company.pk}", way="password", device=f"{word}的机", started_at=now, seen_at=now, ends_at=now
    )
    Notice.objects.create(
        person=by, kind="gap-answered", key=f"key-{company.pk}", subject=f"{word}的信", body=word, channel="page", state="SENT"
    )
    Attachment.objects.create(
        owner_kind="company", owner_id=company.pk, zone=company.zone, name=f"{word}的卷.pdf", kind="pdf", size=3,
        sha256="0" * 64, stored=f"absent-{company.pk}", by=by, secrecy="COMPANY",
    )  # fmt: skip
    batch = ImportBatch.objects.create(
        zone=company.zone, company=company, name=f"{word}的单.xlsx", sha256="2" * 64, size=9, by=by, state="previewed",
        outcome="read", labels=["企业名称"], columns=[[1, "name", None, None, False]], as_of=now.date(), key="0" * 64,
        counts={"created": 0, "changed": 0, "same": 0, "waiting": 1, "left_out": 0, "joined": 0, "rows_read": 1},
    )  # fmt: skip
    ImportRow.objects.create(batch=batch, row=2, rows=[2], name=f"{word}的行", outcome="waiting", values={"name": word})
    ImportFinding.objects.create(batch=batch, place=1, row=2, rows=[2], code="NEGATIVE", level="block", message=f"{word}的话")
    WordLink.objects.create(company=company, digest=f"{company.pk:064}", note=f"{word}的人", made_by=by, expires_at=now)
    CompanyMerge.objects.create(
        zone=company.zone, survivor=company, survivor_name=company.name, merged_name=f"{word}的旧号", score=90,
        reason=f"{word}的并", by=by, at=now,
    )  # fmt: skip
    promise = Promise.objects.filter(other_company=company).order_by("pk")[0]
    Attachment.objects.create(
        owner_kind="promise", owner_id=promise.pk, zone=company.zone, name=f"{word}的证.pdf", kind="pdf", size=3,
        sha256="1" * 64, stored=f"absent-proof-{company.pk}", by=by, secrecy="INTERNAL",
    )  # fmt: skip


PLAYED = ("what-if", "GET /api/v1/zones/{zone}/what-if")
"""Routes whose steps name companies inside a text: come.<number>, leave.<number>."""
