"""How a person likes to look at the console goes with them to every browser."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns for theme and density; empty: as the browser's own choice says."""

    dependencies: ClassVar = [("people", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField("person", "theme", models.CharField(blank=True, default="", max_length=5)),
        migrations.AddField("person", "density", models.CharField(blank=True, default="", max_length=5)),
    ]
