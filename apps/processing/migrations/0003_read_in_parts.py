from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('processing', '0002_admin_lists'),
    ]

    operations = [
        migrations.AddField(
            model_name='processingjob',
            name='source_sha256',
            field=models.CharField(db_default='', default='', max_length=64),
        ),
        migrations.AddField(
            model_name='processingjob',
            name='source_read_bytes',
            field=models.BigIntegerField(null=True),
        ),
    ]
