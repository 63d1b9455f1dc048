"""What stands behind a published issue: cell by cell, with what each company contributed, only of cells that the issue shows.

Issues of the form before kept keys of companies without their contributions: of revenue these stay unknown (0), so that against such
an issue everything counts as changed.
"""

import json

from django.db import migrations

SCALES = ("above", "other", "total")


def kept_again(content, counts):
    """The new form of an issue's sets, from its document and its sets in the form before."""
    found = {"makers": {}, "revenue_fen": {}}
    for table in json.loads(content)["tables"]:
        kept = json.loads(counts).get(table["chain"])
        if not isinstance(kept, dict):
            continue
        for kind, amount in (("makers", 1), ("revenue_fen", 0)):
            for row, values in table[kind].items():
                for scale, value in zip(SCALES, values):
                    keys = kept.get(kind, {}).get(f"{row}|{scale}", [])
                    if value == "*" or not keys or (kind == "makers" and row == "total"):
                        continue
                    chain = "" if kind == "makers" else table["chain"]
                    found[kind][f"{chain}|{row}|{scale}"] = dict.fromkeys(map(str, keys), amount)
    return json.dumps(found, separators=(",", ":"), sort_keys=True)


def again(apps, schema_editor):
    issues = apps.get_model("chain", "OpenIssue").objects
    for pk, content, counts in issues.values_list("pk", "content", "counts").iterator():
        if set(json.loads(counts)) != {"makers", "revenue_fen"}:
            issues.filter(pk=pk).update(counts=kept_again(content, counts))


class Migration(migrations.Migration):
    dependencies = [("chain", "0004_stock_days")]

    operations = [migrations.RunPython(again, migrations.RunPython.noop)]
