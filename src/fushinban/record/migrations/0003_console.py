"""Customers, counters, acceptances and the search index of the console; what is on record already gets its customer."""

import unicodedata
from datetime import UTC, datetime
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

_LONGEST_NAME = 300
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_FAR_AWAY = datetime(9000, 1, 1, tzinfo=UTC)
_OUTCOMES = {"fail": 0, "unknown": 1, "error": 2, "not-applicable": 4, "pass": 5}
_SEVERITIES = ("critical", "high", "medium", "low", "info")

_SQLITE = (
    """CREATE VIRTUAL TABLE record_searchwords USING fts5(
        grams, content='record_searchrow', content_rowid='id', detail='none', columnsize=0, prefix='2 3',
        tokenize="unicode61 remove_diacritics 0"
    )""",
    """CREATE TRIGGER record_search_insert AFTER INSERT ON record_searchrow BEGIN
        INSERT INTO record_searchwords(rowid, grams) VALUES (new.id, new.grams);
    END""",
    """CREATE TRIGGER record_search_delete AFTER DELETE ON record_searchrow BEGIN
        INSERT INTO record_searchwords(record_searchwords, rowid, grams) VALUES ('delete', old.id, old.grams);
    END""",
    """CREATE TRIGGER record_search_update AFTER UPDATE OF grams ON record_searchrow BEGIN
        INSERT INTO record_searchwords(record_searchwords, rowid, grams) VALUES ('delete', old.id, old.grams);
        INSERT INTO record_searchwords(rowid, grams) VALUES (new.id, new.grams);
    END""",
)
# Told what it costs to read the words of a row, the planner uses their index wherever few rows fit.
_POSTGRES = (
    """CREATE FUNCTION record_words(grams text) RETURNS tsvector
        LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS 'BEGIN RETURN grams::tsvector; END'""",
    "CREATE INDEX search_words ON record_searchrow USING gin (record_words(grams))",
)


def _make_word_index(apps: Any, schema_editor: Any) -> None:
    """The word index of each database: FTS5 inside SQLite, GIN inside PostgreSQL; neither needs an extension."""
    with schema_editor.connection.cursor() as cursor:
        for statement in _SQLITE if schema_editor.connection.vendor == "sqlite" else _POSTGRES:
            cursor.execute(statement)


def _customers(apps: Any, schema_editor: Any) -> None:
    """A customer for every name that sites carry; what belongs to the sites repeats its number."""
    alias = schema_editor.connection.alias
    sites, customers, names, states, devices, inspections = (
        apps.get_model("record", name)._base_manager.using(alias)
        for name in ("SiteRow", "CustomerRow", "CustomerNameRow", "SiteStateRow", "DeviceRow", "InspectionRow")
    )
    known: dict[str, int] = {}
    for site in sites.all().only("id", "name", "customer", "kind"):
        name = " ".join(site.customer.split())[:_LONGEST_NAME].strip()
        if name and name not in known:
            words = unicodedata.normalize("NFKC", name).casefold()
            known[name] = customers.create(name=name, words=words).pk
            names.create(name=name, customer_id=known[name])
        owner = known.get(name)
        sites.filter(pk=site.pk).update(owner=owner)
        devices.filter(site=site.pk).update(owner=owner)
        inspections.filter(site=site.pk).update(owner=owner)
        # Everything else is counted when somebody first looks.
        states.create(
            site_id=site.pk, owner=owner, name=site.name[:200], words="", kind=site.kind, next_due=_FAR_AWAY,
            inspected_at=_LONG_AGO, recount_at=_LONG_AGO,
        )


def _findings(apps: Any, schema_editor: Any) -> None:
    """Mark the findings of each site's newest finished inspection, and give all their rank."""
    alias = schema_editor.connection.alias
    findings, inspections, devices = (
        apps.get_model("record", name)._base_manager.using(alias)
        for name in ("FindingRow", "InspectionRow", "DeviceRow")
    )
    for outcome, state in _OUTCOMES.items():
        for place, severity in enumerate(_SEVERITIES):
            findings.filter(outcome=outcome, severity=severity).update(rank=state * 8 + place)
    maker = devices.filter(site=OuterRef("site"), device=OuterRef("device")).values("maker")[:1]
    newest: dict[str, Any] = {}
    for row in inspections.filter(ended_at__isnull=False).order_by("started_at", "id").only("id", "site", "owner"):
        newest[row.site_id] = row
    for site, row in newest.items():
        kind = apps.get_model("record", "SiteRow")._base_manager.using(alias).filter(pk=site).values_list("kind").get()[0]
        mine = findings.filter(inspection=row.pk)
        mine.update(current=True, owner=row.owner, place=kind)
        mine.exclude(device="").update(maker=Coalesce(Subquery(maker), Value("")))


class Migration(migrations.Migration):
    dependencies = [("record", "0002_audit")]
    operations = [
        migrations.CreateModel(
            name='AcceptanceRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('site', models.CharField(default='', max_length=100)),
                ('device', models.CharField(default='', max_length=200)),
                ('control', models.CharField(default='', max_length=100)),
                ('severity', models.CharField(default='', max_length=20)),
                ('reason', models.TextField()),
                ('by', models.TextField()),
                ('at', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('end', models.CharField(default='', max_length=20)),
                ('ended_by', models.TextField(default='')),
                ('end_reason', models.TextField(default='')),
                ('version', models.IntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='CustomerNameRow',
            fields=[
                ('name', models.CharField(max_length=300, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='CustomerRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=300, unique=True)),
                ('words', models.TextField(default='')),
                ('version', models.IntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='SearchRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(default='', max_length=12)),
                ('site', models.CharField(default='', max_length=100)),
                ('ref', models.CharField(default='', max_length=200)),
                ('owner', models.BigIntegerField(null=True)),
                ('title', models.TextField()),
                ('detail', models.TextField(default='')),
                ('grams', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='SiteShareRow',
            fields=[
                ('site', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='record.siterow')),
                ('buckets', models.CharField(default='', max_length=100)),
                ('payload', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='SiteStateRow',
            fields=[
                ('site', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='record.siterow')),
                ('owner', models.BigIntegerField(null=True)),
                ('name', models.CharField(default='', max_length=200)),
                ('words', models.TextField()),
                ('kind', models.CharField(default='', max_length=40)),
                ('urgency', models.BigIntegerField(default=0)),
                ('devices', models.IntegerField(default=0)),
                ('cameras', models.IntegerField(default=0)),
                ('recorders', models.IntegerField(default=0)),
                ('failed', models.IntegerField(default=0)),
                ('accepted', models.IntegerField(default=0)),
                ('unknown', models.IntegerField(default=0)),
                ('error', models.IntegerField(default=0)),
                ('passed', models.IntegerField(default=0)),
                ('not_applicable', models.IntegerField(default=0)),
                ('critical', models.IntegerField(default=0)),
                ('high', models.IntegerField(default=0)),
                ('medium', models.IntegerField(default=0)),
                ('low', models.IntegerField(default=0)),
                ('info', models.IntegerField(default=0)),
                ('changes', models.IntegerField(default=0)),
                ('exposed', models.IntegerField(default=0)),
                ('exposed_by', models.TextField(default='')),
                ('verified', models.IntegerField(default=0)),
                ('answered', models.IntegerField(default=0)),
                ('could_not', models.IntegerField(default=0)),
                ('without_use', models.IntegerField(default=0)),
                ('next_due', models.DateTimeField()),
                ('due_what', models.TextField(default='')),
                ('inspection', models.CharField(default='', max_length=40)),
                ('inspected_at', models.DateTimeField()),
                ('recount_at', models.DateTimeField(db_index=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='TallyRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bucket', models.CharField(default='', max_length=24)),
                ('dimension', models.CharField(default='', max_length=12)),
                ('value', models.CharField(default='', max_length=220)),
                ('amount', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='findingrow',
            name='finding_control',
        ),
        migrations.RemoveIndex(
            model_name='findingrow',
            name='finding_outcome',
        ),
        migrations.AddField(
            model_name='devicerow',
            name='accepted',
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name='devicerow',
            name='error',
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name='devicerow',
            name='failed',
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name='devicerow',
            name='owner',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='devicerow',
            name='unknown',
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name='devicerow',
            name='worst',
            field=models.CharField(default='', max_length=20),
        ),
        migrations.AddField(
            model_name='findingrow',
            name='current',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='findingrow',
            name='maker',
            field=models.CharField(default='', max_length=200),
        ),
        migrations.AddField(
            model_name='findingrow',
            name='owner',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='findingrow',
            name='place',
            field=models.CharField(default='', max_length=40),
        ),
        migrations.AddField(
            model_name='findingrow',
            name='rank',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='inspectionrow',
            name='change_count',
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name='inspectionrow',
            name='outcomes',
            field=models.TextField(default=''),
        ),
        migrations.AddField(
            model_name='inspectionrow',
            name='owner',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='devicerow',
            name='maker',
            field=models.CharField(max_length=200),
        ),
        migrations.AlterField(
            model_name='findingrow',
            name='inspection',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='record.inspectionrow'),
        ),
        migrations.AddIndex(
            model_name='devicerow',
            index=models.Index(fields=['maker', 'site', 'device'], name='device_maker'),
        ),
        migrations.AddIndex(
            model_name='devicerow',
            index=models.Index(fields=['kind', 'site', 'device'], name='device_kind'),
        ),
        migrations.AddIndex(
            model_name='devicerow',
            index=models.Index(fields=['owner', 'site', 'device'], name='device_owner'),
        ),
        migrations.AddIndex(
            model_name='findingrow',
            index=models.Index(fields=['inspection', 'position'], name='finding_order'),
        ),
        migrations.AddIndex(
            model_name='findingrow',
            index=models.Index(condition=models.Q(('current', True)), fields=['rank', '-id'], name='finding_rank'),
        ),
        migrations.AddIndex(
            model_name='findingrow',
            index=models.Index(condition=models.Q(('current', True)), fields=['control', 'rank', '-id', 'maker'], name='finding_by_control'),
        ),
        migrations.AddIndex(
            model_name='findingrow',
            index=models.Index(condition=models.Q(('current', True)), fields=['maker', 'rank', '-id', 'control'], name='finding_by_maker'),
        ),
        migrations.AddIndex(
            model_name='findingrow',
            index=models.Index(condition=models.Q(('current', True)), fields=['owner', 'rank', '-id', 'control'], name='finding_by_owner'),
        ),
        migrations.AddIndex(
            model_name='findingrow',
            index=models.Index(condition=models.Q(('current', True)), fields=['site', 'rank', '-id'], name='finding_by_site'),
        ),
        migrations.AddIndex(
            model_name='inspectionrow',
            index=models.Index(fields=['-started_at', '-id'], name='inspection_order'),
        ),
        migrations.AddIndex(
            model_name='inspectionrow',
            index=models.Index(fields=['owner', '-started_at', '-id'], name='inspection_owner'),
        ),
        migrations.AddIndex(
            model_name='acceptancerow',
            index=models.Index(fields=['site', 'device', 'control', '-id'], name='acceptance_history'),
        ),
        migrations.AddIndex(
            model_name='acceptancerow',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['until'], name='acceptance_until'),
        ),
        migrations.AddConstraint(
            model_name='acceptancerow',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('site', 'device', 'control'), name='acceptance_once'),
        ),
        migrations.AddField(
            model_name='customernamerow',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='record.customerrow'),
        ),
        migrations.AddField(
            model_name='siterow',
            name='owner',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.customerrow'),
        ),
        migrations.AddConstraint(
            model_name='searchrow',
            constraint=models.UniqueConstraint(fields=('site', 'kind', 'ref'), name='search_once'),
        ),
        migrations.AddIndex(
            model_name='sitestaterow',
            index=models.Index(fields=['urgency', 'site'], name='state_worst'),
        ),
        migrations.AddIndex(
            model_name='sitestaterow',
            index=models.Index(fields=['owner', 'urgency', 'site'], name='state_owner'),
        ),
        migrations.AddIndex(
            model_name='sitestaterow',
            index=models.Index(fields=['name', 'site'], name='state_name'),
        ),
        migrations.AddIndex(
            model_name='sitestaterow',
            index=models.Index(fields=['next_due', 'site'], name='state_due'),
        ),
        migrations.AddIndex(
            model_name='sitestaterow',
            index=models.Index(fields=['inspected_at', 'site'], name='state_oldest'),
        ),
        migrations.AddConstraint(
            model_name='tallyrow',
            constraint=models.UniqueConstraint(fields=('bucket', 'dimension', 'value'), name='tally_once'),
        ),
        migrations.RunPython(_customers, migrations.RunPython.noop),
        migrations.RunPython(_findings, migrations.RunPython.noop),
        migrations.RunPython(_make_word_index, migrations.RunPython.noop),
    ]
