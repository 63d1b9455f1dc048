"""One-time invitations, phone numbers shown, sign-ups counted; a claim may name a company that no list holds."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def forget_unknown(apps, schema_editor):
    """On the way back: claims without a company have no place in the former table."""
    apps.get_model("zones", "Claim").objects.filter(company=None).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('zones', '0007_sign_in'),
    ]

    operations = [
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('zone_reader', 'zone reader'), ('chain_officer', 'chain officer'), ('commissioner', 'commissioner'), ('company_user', 'company user'), ('company_admin', 'company administrator'), ('office_handler', 'office handler'), ('office_head', 'office head'), ('desk_lead', 'service desk lead'), ('policy_editor', 'policy editor'), ('policy_releaser', 'policy releaser'), ('finance', 'finance'), ('fund_manager', 'fund manager'), ('attraction_officer', 'attraction officer'), ('transform_officer', 'transformation officer'), ('auditor', 'auditor'), ('system_officer', 'system officer'), ('security_officer', 'security officer'), ('audit_officer', 'audit officer')], max_length=20)),
                ('name', models.CharField(max_length=60)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'invitation',
                'db_table': 'zones_invitation',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='PhoneShown',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'db_table': 'zones_phone_shown',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='SignUpCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=64)),
                ('day', models.DateField()),
                ('made', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'db_table': 'zones_sign_up_count',
            },
        ),
        migrations.AddField(
            model_name='claim',
            name='credit_code',
            field=models.CharField(blank=True, max_length=18),
        ),
        migrations.AddField(
            model_name='person',
            name='is_system',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='claim',
            name='company',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='zones.company'),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_unknown),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.UniqueConstraint(condition=models.Q(('company', None), ('state', 'WAITING')), fields=('person', 'credit_code'), name='zones_claim_unknown'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitation',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='zones.organisation'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='used_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='phoneshown',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='phoneshown',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='phone_showings', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='signupcount',
            constraint=models.UniqueConstraint(fields=('address', 'day'), name='zones_sign_up_count_once'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('used_by', None), ('ended_at__isnull', False), _connector='OR'), name='zones_invitation_used'),
        ),
    ]
