import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0004_jobs")]
    operations = [
        migrations.CreateModel(
            name="WebhookRow",
            fields=[
                ("id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("url", models.TextField(default="")),
                ("events", models.TextField(default="")),
                ("note", models.TextField(default="")),
                ("active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.TextField(default="")),
                ("failing_since", models.DateTimeField(null=True)),
                ("disabled_at", models.DateTimeField(null=True)),
                ("version", models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="DeliveryRow",
            fields=[
                ("id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("event", models.CharField(max_length=60)),
                ("body", models.TextField(default="")),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("attempts", models.IntegerField(default=0)),
                ("status", models.IntegerField(default=0)),
                ("detail", models.TextField(default="")),
                ("again_of", models.CharField(max_length=40)),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="record.webhookrow"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["due_at"], name="delivery_due"),
                    models.Index(fields=["webhook", "created_at", "id"], name="delivery_newest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AttemptRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("status", models.IntegerField(default=0)),
                ("milliseconds", models.IntegerField(default=0)),
                ("detail", models.TextField(default="")),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="record.deliveryrow"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReplyRow",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("status", models.IntegerField(default=0)),
                ("headers", models.TextField(default="")),
                ("body", models.BinaryField(default=b"")),
                ("until", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["until"], name="reply_until")]},
        ),
        migrations.CreateModel(
            name="RequestCountRow",
            fields=[
                ("id", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("window", models.BigIntegerField(default=0)),
                ("count", models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="EvidenceRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("site", models.CharField(max_length=100)),
                ("digest", models.CharField(max_length=64)),
                ("name", models.TextField(default="")),
                ("by", models.TextField(default="")),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["site", "digest"], name="evidence_once")],
            },
        ),
    ]
