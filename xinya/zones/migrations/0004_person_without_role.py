from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("zones", "0003_roles_to_memberships")]
    operations = [
        migrations.RemoveConstraint(
            model_name='person',
            name='zones_person_role',
        ),
        migrations.RemoveField(
            model_name='person',
            name='role',
        ),
    ]
