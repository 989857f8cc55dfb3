from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('upload', '0005_video_uploading'),
    ]

    operations = [
        migrations.AddField(
            model_name='video',
            name='lease',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='video',
            name='length_bytes',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='video',
            name='locked_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='video',
            name='metadata',
            field=models.TextField(db_default='', default=''),
        ),
        migrations.AddField(
            model_name='video',
            name='offset_bytes',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='video',
            name='wished',
            field=models.JSONField(null=True),
        ),
    ]
