from typing import Any

from django.db import migrations, models


def first_version(apps: Any, schema_editor: Any) -> None:
    """The one row that counts versions of jobs."""
    counter = apps.get_model("record", "JobCounterRow")
    counter._base_manager.using(schema_editor.connection.alias).get_or_create(id=1, defaults={"value": 0})


class Migration(migrations.Migration):
    dependencies = [("record", "0003_console")]
    operations = [
        migrations.CreateModel(
            name='JobCounterRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='JobNoteRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job', models.CharField(max_length=120)),
                ('name', models.CharField(max_length=60)),
                ('payload', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='JobReadingRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job', models.CharField(max_length=120)),
                ('device', models.CharField(max_length=200)),
                ('payload', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='JobRow',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('id', models.CharField(max_length=120, unique=True)),
                ('kind', models.CharField(max_length=20)),
                ('site', models.CharField(max_length=100)),
                ('parent', models.CharField(db_index=True, max_length=120)),
                ('state', models.CharField(max_length=20)),
                ('payload', models.TextField()),
                ('asked_by', models.CharField(max_length=200)),
                ('asked_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('stage', models.TextField()),
                ('total', models.IntegerField(default=0)),
                ('done', models.IntegerField(default=0)),
                ('missed', models.IntegerField(default=0)),
                ('summary', models.TextField()),
                ('inspection', models.CharField(db_index=True, max_length=40)),
                ('cancelling', models.BooleanField(default=False)),
                ('enqueued', models.BooleanField(default=False)),
                ('worker', models.CharField(max_length=120)),
                ('version', models.BigIntegerField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='JobSettingsRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('payload', models.TextField()),
                ('version', models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='ScheduleRow',
            fields=[
                ('site', models.CharField(max_length=100, primary_key=True, serialize=False)),
                ('payload', models.TextField()),
                ('version', models.IntegerField(default=0)),
                ('next_at', models.DateTimeField(db_index=True, null=True)),
                ('last_at', models.DateTimeField(null=True)),
                ('last_job', models.CharField(max_length=120)),
                ('missed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SetupRow',
            fields=[
                ('site', models.CharField(max_length=100, primary_key=True, serialize=False)),
                ('payload', models.TextField()),
                ('version', models.IntegerField(default=0)),
                ('saved_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='WorkerRow',
            fields=[
                ('id', models.CharField(max_length=120, primary_key=True, serialize=False)),
                ('started_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
            ],
        ),
        migrations.AddConstraint(
            model_name='jobnoterow',
            constraint=models.UniqueConstraint(fields=('job', 'name'), name='job_note_once'),
        ),
        migrations.AddIndex(
            model_name='jobreadingrow',
            index=models.Index(fields=['job', 'device'], name='job_reading'),
        ),
        migrations.AddIndex(
            model_name='jobrow',
            index=models.Index(fields=['state', 'kind'], name='job_state'),
        ),
        migrations.AddIndex(
            model_name='jobrow',
            index=models.Index(fields=['site', 'number'], name='job_site'),
        ),
        migrations.AddConstraint(
            model_name='jobrow',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'inspection'), ('state__in', ('queued', 'running'))), fields=('site',), name='job_site_once'),
        ),
        migrations.RunPython(first_version, migrations.RunPython.noop),
    ]
