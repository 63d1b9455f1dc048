"""The one role of a person becomes a membership in an office that works for every zone of the house."""

from django.db import migrations
from django.utils import timezone

ROLES = {"reader": "zone_reader", "officer": "chain_officer"}
OFFICE = ("ZONE_OFFICE", "管委会", "Committee of the zone")


def forwards(apps, schema_editor):
    person, office, duty, membership = (apps.get_model("zones", n) for n in ("Person", "Organisation", "Duty", "Membership"))
    today = timezone.localdate()
    for row in person.objects.all():
        if not row.is_active:
            row.state = "LOCKED"
            row.save(update_fields=["state"])
        if row.role not in ROLES:
            continue
        home, _made = office.objects.get_or_create(kind=OFFICE[0], name=OFFICE[1], zone=None, defaults={"name_en": OFFICE[2]})
        own, _made = duty.objects.get_or_create(key=f"{row.pk}:BUSINESS", person=row, kind="BUSINESS")
        membership.objects.create(
            person=row, organisation=home, role=ROLES[row.role], duty_kind="BUSINESS", duty=own, since=today, is_current=True
        )


def backwards(apps, schema_editor):
    back = {new: old for old, new in ROLES.items()}
    for row in apps.get_model("zones", "Membership").objects.filter(is_current=True, role__in=back):
        apps.get_model("zones", "Person").objects.filter(pk=row.person_id).update(role=back[row.role])


class Migration(migrations.Migration):
    dependencies = [("zones", "0002_people")]
    operations = [migrations.RunPython(forwards, backwards)]
