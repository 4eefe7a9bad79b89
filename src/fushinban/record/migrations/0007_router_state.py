from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0006_outside")]
    operations = [
        migrations.CreateModel(
            name="RouterStateRow",
            fields=[
                ("site", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("name", models.TextField(default="")),
                ("by", models.TextField(default="")),
                ("kept_at", models.DateTimeField()),
                ("version", models.IntegerField(default=0)),
                ("payload", models.TextField(default="")),
            ],
        ),
    ]
