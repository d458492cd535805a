"""SmsGate becomes SmsSendLock and SmsSending becomes SmsMessage; their tables keep their names."""

from django.db import migrations

from luffy_api.common import roles

RENAMED = [("smsgate", "smssendlock"), ("smssending", "smsmessage")]


class Migration(migrations.Migration):
    dependencies = [("user", "0003_closed_at"), *roles.NEEDED]

    operations = [
        migrations.RenameModel("SmsGate", "SmsSendLock"),
        migrations.RenameModel("SmsSending", "SmsMessage"),
        *(
            migrations.RunPython(
                roles.rename_permissions("user", old, new),
                roles.rename_permissions("user", new, old),
            )
            for old, new in RENAMED
        ),
    ]
