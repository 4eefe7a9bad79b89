"""The audit log, its end, the seals of groups, and a seal for every row of the large tables.

Nothing is sealed here: the key is not known to migrations. What is on record is sealed with the first entry of the log.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="AuditHeadRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField(default=0)),
                ("hash", models.CharField(default="", max_length=64)),
                ("seal", models.CharField(default="", max_length=64)),
                ("key", models.CharField(default="", max_length=16)),
            ],
        ),
        migrations.CreateModel(
            name="AuditRow",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("actor_kind", models.CharField(default="", max_length=10)),
                ("actor_id", models.CharField(default="", max_length=100)),
                ("actor_name", models.CharField(default="", max_length=200)),
                ("address", models.CharField(default="", max_length=64)),
                ("action", models.CharField(default="", max_length=80)),
                ("kind", models.CharField(default="", max_length=40)),
                ("object", models.CharField(default="", max_length=320)),
                ("detail", models.TextField()),
                ("digest", models.CharField(default="", max_length=120)),
                ("previous", models.CharField(default="", max_length=64)),
                ("hash", models.CharField(default="", max_length=64)),
                ("seal", models.CharField(default="", max_length=64)),
                ("key", models.CharField(default="", max_length=16)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["kind", "object", "number"], name="audit_object"),
                    models.Index(fields=["actor_kind", "actor_id", "number"], name="audit_actor"),
                    models.Index(fields=["action", "number"], name="audit_action"),
                    models.Index(fields=["at"], name="audit_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SealRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(default="", max_length=40)),
                ("object", models.CharField(default="", max_length=320)),
                ("version", models.BigIntegerField(default=0)),
                ("count", models.BigIntegerField(default=0)),
                ("total", models.CharField(default="", max_length=64)),
                ("seal", models.CharField(default="", max_length=64)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "object"), name="seal_once")],
            },
        ),
        migrations.AddField(model_name="devicerow", name="seal", field=models.BinaryField(null=True)),
        migrations.AddField(model_name="sheetrow", name="seal", field=models.BinaryField(null=True)),
        migrations.AddField(model_name="devicerecordrow", name="seal", field=models.BinaryField(null=True)),
        migrations.AddField(model_name="findingrow", name="seal", field=models.BinaryField(null=True)),
        migrations.AddField(model_name="askedrow", name="seal", field=models.BinaryField(null=True)),
    ]
