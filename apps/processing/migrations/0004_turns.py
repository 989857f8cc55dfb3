from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('processing', '0003_read_in_parts'),
    ]

    operations = [
        migrations.AddField(
            model_name='processingjob',
            name='worked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='processingjob',
            index=models.Index(
                fields=['owner_id', 'queued_at', 'due_at'],
                name='job_waiting',
                condition=models.Q(state='queued'),
            ),
        ),
        migrations.AddIndex(
            model_name='processingjob',
            index=models.Index(fields=['owner_id', 'worked_at'], name='job_worked'),
        ),
    ]
