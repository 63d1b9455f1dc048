
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('zones', '0015_desk_rules'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='indicatordef',
            name='zones_indicator_def_once',
        ),
        migrations.AddField(
            model_name='indicatordef',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='matchdecision',
            name='known',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name='matchdecision',
            name='company',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='match_decisions', to='zones.company'),
        ),
        migrations.AddConstraint(
            model_name='indicatordef',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('system', 'code', 'version'), name='zones_indicator_def_once'),
        ),
    ]
