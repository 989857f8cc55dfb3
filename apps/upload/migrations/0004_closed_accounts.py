from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('upload', '0003_kept_answer'),
    ]

    operations = [
        migrations.AddField(
            model_name='quota',
            name='emptied_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='quota',
            index=models.Index(
                fields=['closed_at'],
                name='quota_to_empty',
                condition=models.Q(closed_at__isnull=False, emptied_at=None),
            ),
        ),
    ]
