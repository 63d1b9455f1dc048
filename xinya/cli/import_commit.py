"""`xinya zones import FILE --zone CODE --as NAME`: a list into the register from the shell, as a person who may commit lists."""

import argparse
import json
import time
from typing import TYPE_CHECKING

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

from .house import open_house

if TYPE_CHECKING:
    from xinya.zones.models import ImportBatch, Person

LONGEST_WAIT_S, LOOKS_AGAIN_S = 600.0, 0.5
NO_PERSON = _("There is no account %(name)s.")
COMMITTED = _("List %(batch)s: %(created)s new, %(changed)s changed, %(same)s the same; %(waiting)s rows wait for a decision.")
STOPPED = _("List %(batch)s is kept and waits: %(state)s. Go on with it on the page of the zone.")


def run_commit(arguments: argparse.Namespace) -> int:
    """Bring, take the columns as proposed, commit what does not wait. 0 committed, 1 something waits, 2 refused."""
    content, name = arguments.file.read_bytes(), arguments.file.name
    with open_house():
        batch = _committed(arguments, content, name)
        from xinya.zones.api.imports import import_item

        told = import_item(batch)
    language = arguments.language
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False, indent=1))
    elif batch.parts:
        part = batch.parts[-1]
        counts = {name: part.get(name, 0) for name in ("created", "changed", "same")}
        print(say(language, COMMITTED, batch=batch.pk, waiting=batch.counts.get("waiting", 0), **counts))
    else:
        print(say(language, STOPPED, batch=batch.pk, state=batch.reason_code or batch.state))
    if batch.state == "refused":
        return 2
    return 0 if batch.parts and not batch.counts.get("waiting") else 1


def _committed(arguments: argparse.Namespace, content: bytes, name: str) -> "ImportBatch":
    from django.utils import timezone

    from xinya.zones import actions
    from xinya.zones.queries import zone_for_lists

    person = person_called(arguments.person)
    zone, company = zone_for_lists(person, arguments.zone)
    wanted = actions.NewList(name, content, arguments.reason)
    batch = _worked(actions.bring_list(person, zone=zone, file=wanted, company=company))
    if batch.state == "uploaded" and (arguments.encoding or arguments.delimiter or arguments.sheet):
        sign = "\t" if arguments.delimiter == "tab" else arguments.delimiter or ""
        answered = actions.answer_reading(
            person, batch_id=batch.pk, encoding=arguments.encoding or "", delimiter=sign, sheet=arguments.sheet or ""
        )
        batch = _worked(answered)
    says_more = arguments.as_of is not None or bool(arguments.source)
    if batch.outcome == "read" and (batch.state == "read" or (batch.state == "previewed" and says_more)):
        said = [
            actions.ColumnSaid(place, code, year or "", unit or "", clears) for place, code, year, unit, clears in batch.columns
        ]
        day = arguments.as_of or batch.as_of or timezone.localdate()
        batch = _worked(actions.map_columns(person, batch_id=batch.pk, columns=said, as_of=day, source_kind=arguments.source or ""))
    if batch.state == "previewed":
        batch = actions.commit_import(person, batch_id=batch.pk, key=batch.key, confirmed=arguments.confirm, now=True)
    return batch


def person_called(name: str) -> "Person":
    """The person with this sign-in name. Raises Refused no-such-person."""
    from xinya.zones.models import Person

    person = Person.objects.filter(username=name).first()
    if person is None:
        raise Refused("no-such-person", NO_PERSON, name=name)
    return person


def _worked(batch: "ImportBatch") -> "ImportBatch":
    """What the queue would do with a long list, done here and now. A worker may be at the same: whoever is first keeps it."""
    from xinya.zones.actions.import_queue import work_on
    from xinya.zones.models import ImportBatch

    rows = ImportBatch.objects.select_related("zone", "company", "office", "file")
    last = time.monotonic() + LONGEST_WAIT_S
    while batch.busy and time.monotonic() < last:
        before = batch.busy
        work_on(batch.pk, before)
        batch = rows.get(pk=batch.pk)
        if batch.busy == before:  # committed or taken back in somebody's name: that is the worker's
            time.sleep(LOOKS_AGAIN_S)
    return rows.get(pk=batch.pk)
