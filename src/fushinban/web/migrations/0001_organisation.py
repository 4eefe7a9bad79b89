"""The organisation's name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """First table of the console."""

    initial = True

    dependencies = []  # noqa: RUF012 - as Django writes them

    operations = [  # noqa: RUF012 - as Django writes them
        migrations.CreateModel(
            name="OrganisationRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
            ],
        ),
    ]
