from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('upload', '0006_pieces'),
    ]

    operations = [
        migrations.AddField(
            model_name='extraction',
            name='steps',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]
