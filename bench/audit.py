"""Verifying the log: over the stored texts, against parsing and writing every row anew, and from both databases.

`python -m bench.audit 1000000` measures another length than `make bench`.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench.clock import best
from xinya.kit.audit_chain import GENESIS, Link, canonical, link_hash, linked, verify

ROWS = 50_000
MANY = 5_000
INSIDE = "--inside"


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Made-up acts of the usual length."""
    for seq in range(1, count + 1):
        minute, second = seq // 60 % 60, seq % 60
        yield {
            "seq": seq, "at": f"2026-11-02T01:{minute:02}:{second:02}.{seq % 1_000_000:06}Z", "actor": f"person:{seq % 97}",
            "acting_for": f"organisation:{seq % 13}", "act": "answer-part", "object": f"request:2026-{seq:06}",
            "ok": seq % 50 != 0, "change": {"state": ["IN_WORK", "ANSWERED"], "amount_fen": [None, seq * 1000]},
            "reason": "请补充环评批复", "address": "10.1.2.3",
        }  # fmt: skip


def anew(links: Iterable[Link]) -> bool:
    """The peer: every row is parsed and written in its canonical form again before it is hashed."""
    prev = GENESIS
    for link in links:
        prev = link_hash(prev, canonical(json.loads(link.text)))
        if prev != link.hash:
            return False
    return True


def run(count: int = ROWS) -> Iterator[str]:
    """One line for the chain alone, one for each database that is there."""
    yield in_memory(count)
    with tempfile.TemporaryDirectory() as folder:
        for name, address in addresses(Path(folder)):
            environment = {k: v for k, v in os.environ.items() if not k.startswith("XINYA_")}
            environment |= {"XINYA_DATABASE": address, "XINYA_SECRET_KEY": "bench-" * 8, "XINYA_VAR": folder}
            command = [sys.executable, "-m", "bench.audit", INSIDE, name, str(count)]
            yield subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def in_memory(count: int) -> str:
    chain = list(linked(rows(count)))
    ours, mine = best(lambda: verify(chain).ok, 3)
    peer, other = best(lambda: anew(chain), 3)
    same = "same verdict" if mine is other is True else "VERDICT DIFFERS"
    return f"log, {count} rows in memory: ours {ours:.2f} s, written anew {peer:.2f} s, ratio {peer / ours:.1f}; {same}"


def addresses(folder: Path) -> Iterator[tuple[str, str]]:
    from tests import postgres

    yield "SQLite", str(folder / "log.sqlite3")
    try:
        yield "PostgreSQL", postgres.address()
    except postgres.NoPostgres as reason:
        print(f"log on PostgreSQL: not measured, {reason}")


def inside(name: str, count: int) -> str:
    """Fill a fresh database and verify it as `xinya audit verify` does."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "xinya.site.settings"
    django.setup()
    from django.core.management import call_command

    from xinya.kit.audit_check import verify_stored

    call_command("migrate", "kit", verbosity=0)
    fill(count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, processor = time.perf_counter(), time.process_time()
    verdict = verify_stored()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    found = "whole" if verdict.ok and verdict.rows == count else "VERDICT DIFFERS"
    return f"log, {count} rows on {name}: {wall:.1f} s by the clock, {processor:.1f} s CPU, {grown:.0f} MB more; {found}"


def fill(count: int) -> None:
    from datetime import datetime
    from itertools import islice

    from django.db import transaction

    from xinya.kit.models import AuditHead, AuditRow

    copies = ("seq", "actor", "acting_for", "act", "object", "ok", "address")
    last, made = GENESIS, linked(rows(count))
    with transaction.atomic():
        while some := list(islice(made, MANY)):
            said = [(link, json.loads(link.text)) for link in some]
            AuditRow.objects.bulk_create(
                AuditRow(at=datetime.fromisoformat(s["at"]), prev=k.prev, hash=k.hash, text=k.text, **{c: s[c] for c in copies})
                for k, s in said
            )
            last = some[-1].hash
        AuditHead.objects.create(pk=1, seq=count, hash=last)


if __name__ == "__main__":
    if sys.argv[1:2] == [INSIDE]:
        print(inside(sys.argv[2], int(sys.argv[3])))
    else:
        for line in run(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS):
            print(line, flush=True)
