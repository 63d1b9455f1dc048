"""The log becomes a chain: the rows there are move into it with their number, and back again."""

import json

from django.db import migrations, models

from xinya.kit.audit_chain import GENESIS, canonical, link_hash
from xinya.kit.audit_values import instant_text, pair, plain_text

MANY = 1000


def into_chain(apps, schema_editor):
    old, new = apps.get_model("kit", "OldAuditRow"), apps.get_model("kit", "AuditRow")
    using = schema_editor.connection.alias
    seq, prev, rows = 0, GENESIS, []
    for known in old.objects.using(using).order_by("pk").iterator(chunk_size=MANY):
        seq += 1
        rows.append(chained(new, known, seq, prev))
        prev = rows[-1].hash
        if len(rows) == MANY:
            new.objects.using(using).bulk_create(rows)
            rows = []
    new.objects.using(using).bulk_create(rows)
    if seq:
        apps.get_model("kit", "AuditHead").objects.using(using).create(pk=1, seq=seq, hash=prev)


def chained(model, known, seq, prev):
    values = json.loads(known.values)
    reason = plain_text(values.pop("reason", ""))
    about = f"{known.subject}:{known.subject_id}" if known.subject_id else known.subject
    columns = {
        "actor": plain_text(known.actor), "acting_for": "", "act": plain_text(known.act), "object": plain_text(about),
        "ok": True, "address": "",
    }
    change = {field: pair(value) for field, value in values.items()}
    text = canonical({"seq": seq, "at": instant_text(known.at), "change": change, "reason": reason, **columns})
    return model(seq=seq, at=known.at, prev=prev, hash=link_hash(prev, text), text=text, **columns)


def out_of_chain(apps, schema_editor):
    old, new = apps.get_model("kit", "OldAuditRow"), apps.get_model("kit", "AuditRow")
    using = schema_editor.connection.alias
    rows = []
    for row in new.objects.using(using).order_by("seq").iterator(chunk_size=MANY):
        said = json.loads(row.text)
        values = {field: both[1] for field, both in said["change"].items()}
        values |= {"reason": said["reason"]} if said["reason"] else {}
        values |= {} if row.ok else {"refused": True}
        subject, _colon, subject_id = row.object.partition(":")
        known = old(
            at=row.at, actor=row.actor, act=row.act[:60], subject=subject[:60], subject_id=subject_id[:60],
            values=json.dumps(values, ensure_ascii=False, sort_keys=True),
        )
        known._meta.get_field("at").auto_now_add = False
        rows.append(known)
        if len(rows) == MANY:
            old.objects.using(using).bulk_create(rows)
            rows = []
    old.objects.using(using).bulk_create(rows)


class Migration(migrations.Migration):

    dependencies = [
        ("kit", "0002_later"),
    ]

    operations = [
        migrations.RenameModel('AuditRow', 'OldAuditRow'),
        migrations.AlterModelTable('OldAuditRow', 'kit_audit_old'),
        migrations.CreateModel(
            name='AuditCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=150)),
                ('first', models.BigIntegerField()),
                ('rows', models.BigIntegerField()),
                ('found', models.BigIntegerField(null=True)),
                ('why', models.CharField(blank=True, max_length=20)),
            ],
            options={
                'db_table': 'kit_audit_check',
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='AuditHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.BigIntegerField(default=0)),
                ('hash', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
            ],
            options={
                'db_table': 'kit_audit_head',
            },
        ),
        migrations.CreateModel(
            name='AuditRow',
            fields=[
                ('seq', models.BigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('actor', models.CharField(max_length=150)),
                ('acting_for', models.CharField(blank=True, max_length=60)),
                ('act', models.CharField(max_length=100)),
                ('object', models.CharField(max_length=200)),
                ('ok', models.BooleanField(default=True)),
                ('address', models.CharField(blank=True, max_length=45)),
                ('prev', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('text', models.TextField()),
            ],
            options={
                'db_table': 'kit_audit',
                'ordering': ['seq'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='AuditSalt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('salt', models.CharField(max_length=64)),
            ],
            options={
                'db_table': 'kit_audit_salt',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.BigIntegerField(unique=True)),
                ('hash', models.CharField(max_length=64)),
                ('count', models.BigIntegerField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'kit_audit_seal',
                'ordering': ['seq'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.RunPython(into_chain, out_of_chain),
        migrations.DeleteModel('OldAuditRow'),
        migrations.AddConstraint(
            model_name='audithead',
            constraint=models.CheckConstraint(condition=models.Q(('pk', 1)), name='kit_audit_head_one'),
        ),
        migrations.AddIndex(
            model_name='auditrow',
            index=models.Index(fields=['actor', 'seq'], name='kit_audit_actor'),
        ),
        migrations.AddIndex(
            model_name='auditrow',
            index=models.Index(fields=['act', 'seq'], name='kit_audit_act'),
        ),
        migrations.AddIndex(
            model_name='auditrow',
            index=models.Index(fields=['object', 'seq'], name='kit_audit_object'),
        ),
        migrations.AddIndex(
            model_name='auditrow',
            index=models.Index(fields=['at'], name='kit_audit_at'),
        ),
        migrations.AddIndex(
            model_name='auditrow',
            index=models.Index(condition=models.Q(('ok', False)), fields=['seq'], name='kit_audit_refused'),
        ),
        migrations.AddConstraint(
            model_name='auditsalt',
            constraint=models.CheckConstraint(condition=models.Q(('pk', 1)), name='kit_audit_salt_one'),
        ),
    ]
