from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0007_router_state")]
    operations = [
        migrations.CreateModel(
            name="OutsideBehindRow",
            fields=[
                ("look", models.BigIntegerField(primary_key=True, serialize=False)),
                ("payload", models.TextField(default="")),
            ],
        ),
    ]
