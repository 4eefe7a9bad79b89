"""What people have begun to write and not finished."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Table of drafts."""

    dependencies = [("console", "0001_organisation")]  # noqa: RUF012 - as Django writes them

    operations = [  # noqa: RUF012 - as Django writes them
        migrations.CreateModel(
            name="DraftRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.BigIntegerField(unique=True)),
                ("payload", models.TextField()),
                ("saved_at", models.DateTimeField()),
            ],
        ),
    ]
