from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0005_webhooks")]
    operations = [
        migrations.CreateModel(
            name="OutsideLookRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("site", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
                ("family", models.IntegerField()),
                ("address", models.CharField(max_length=45)),
                ("reflector", models.TextField(default="")),
                ("payload", models.TextField(default="")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["site", "family", "at"], name="outside_of_site"),
                    models.Index(fields=["address", "at"], name="outside_of_address"),
                ],
            },
        ),
    ]
