"""A process that adds and edits companies and writes the index until it is killed: `python -m tests.search_writer`."""

import itertools
import os

BATCH = 20


def main() -> None:
    """After each commit one line with the number of companies that are safe; then a pass over the index."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "xinya.site.settings"
    import django

    django.setup()
    from django.db import transaction

    from xinya.kit.search import index_marked, mark
    from xinya.zones.models import Company, Zone

    zone = Zone.objects.get(code="crash")
    for turn in itertools.count(Company.objects.filter(zone=zone).count()):
        with transaction.atomic():
            new = [Company(zone=zone, name=f"{turn}x{n}号厂", name_key=f"{turn}x{n}", name_en="edition1") for n in range(BATCH)]
            Company.objects.bulk_create(new)
            old = Company.objects.filter(zone=zone).order_by("pk")[: BATCH // 2]
            edited = [row.pk for row in old]
            for row in old:
                row.name_en = f"edition{int(row.name_en.removeprefix('edition')) + 1}"
            Company.objects.bulk_update(old, ["name_en"])
            mark("company", [*(row.pk for row in new), *edited])
        print(Company.objects.filter(zone=zone).count(), flush=True)
        index_marked()


if __name__ == "__main__":
    main()
