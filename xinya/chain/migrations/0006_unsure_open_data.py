"""Open data of older issues: what nobody kept is held as not known, never as nothing.

The migration before gave revenue of the oldest forms contributions of 0, so that against it nothing could be subtracted any more,
and kept nothing at all of issues that had one list for a whole chain. Now the companies of a cell of revenue stand with the sum that
was printed; what they contributed is not known. Where nothing is kept of a number that an issue shows, its segment is closed, and of
revenue all: chains share companies. Read from the issue itself, so it ends alike wherever the migration before ran.
"""

import json

from django.db import migrations

SCALES = ("above", "other", "total")


def put_right(content, counts):
    """The sets of an issue, from its document and its sets as the migration before left them, or as published since."""
    kept = json.loads(counts)
    unsure, closed = {}, {}
    for table in json.loads(content)["tables"]:
        for kind in ("makers", "revenue_fen"):
            for row, values in table[kind].items():
                if kind == "makers" and row == "total":
                    continue
                for scale, value in zip(SCALES, values):
                    if not value or value == "*":
                        continue
                    chain = "" if kind == "makers" else table["chain"]
                    key = f"{chain}|{row}|{scale}"
                    behind = kept.get(kind, {}).get(key)
                    if not behind:
                        closed[row if kind == "makers" else ""] = {}
                    elif kind == "revenue_fen" and sum(behind.values()) != value:
                        unsure[key] = dict.fromkeys(behind, value)
                        del kept[kind][key]
    found = kept | {k: v for k, v in (("unsure", unsure), ("closed", closed)) if v}
    return json.dumps(found, separators=(",", ":"), sort_keys=True)


def again(apps, schema_editor):
    issues = apps.get_model("chain", "OpenIssue").objects
    for pk, content, counts in issues.values_list("pk", "content", "counts").iterator():
        found = put_right(content, counts)
        if json.loads(found) != json.loads(counts):
            issues.filter(pk=pk).update(counts=found)


class Migration(migrations.Migration):
    dependencies = [("chain", "0005_open_data")]

    operations = [migrations.RunPython(again, migrations.RunPython.noop)]
