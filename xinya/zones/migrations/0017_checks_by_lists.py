"""What later lists named again becomes one row a fact, with the days the lists stood for."""

import datetime

from django.db import migrations, models

SIZE = 500


def gather(apps, _editor):
    """Of every fact's checks by lists the first stays, with the days of all: the fact's own day and its age then."""
    Check = apps.get_model("zones", "Check")
    rows = Check.objects.filter(voice="list").exclude(fact=None).order_by("fact", "pk")
    by_fact, gone = {}, []
    for check in rows.select_related("fact").iterator(chunk_size=2000):
        day = check.fact.observed_on + datetime.timedelta(days=check.age)
        number = check.reason.removeprefix("list ")
        held = by_fact.setdefault(check.fact_id, [check, []])
        held[1].append((day, int(number) if number.isdecimal() else 0, check.age, check.reason))
        if held[0] is not check:
            gone.append(check.pk)
    kept = []
    for check, said in by_fact.values():
        said.sort()
        check.named = "".join(f"{day.isoformat()}:{number} " for day, number, _age, _reason in said)
        check.age, check.reason = said[-1][2:]
        kept.append(check)
    for start in range(0, len(gone), SIZE):
        Check.objects.filter(pk__in=gone[start : start + SIZE]).delete()
    Check.objects.bulk_update(kept, ["named", "age", "reason"], batch_size=SIZE)


class Migration(migrations.Migration):

    dependencies = [("zones", "0016_undo_and_decisions")]

    operations = [
        migrations.AddField(model_name="check", name="named", field=models.TextField(blank=True, default=""), preserve_default=False),
        migrations.RunPython(gather, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.UniqueConstraint(
                condition=models.Q(("voice", "list")), fields=("fact",), name="zones_check_of_lists_once"
            ),
        ),
    ]
