"""Standard names for idempotency keys and carts.

Tables keep their names. Permissions of the renamed model are renamed with it: Django renames its
content type only.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def rename_permissions(old: str, new: str, verbose_name: str):
    def forwards(apps, schema_editor):
        permissions = apps.get_model("auth", "Permission").objects
        for permission in permissions.using(schema_editor.connection.alias).filter(
            content_type__app_label="order",
            codename__in=[f"{action}_{old}" for action in ("add", "change", "delete", "view")],
        ):
            action = permission.codename.split("_")[0]
            permission.codename = f"{action}_{new}"
            permission.name = f"Can {action} {verbose_name}"
            permission.save()

    return forwards


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("order", "0004_rights_of_finance_on_refunds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameModel("PlacingKey", "IdempotencyKey"),
        migrations.RunPython(
            rename_permissions("placingkey", "idempotencykey", "idempotency key"),
            rename_permissions("idempotencykey", "placingkey", "placing key"),
        ),
        migrations.AddConstraint(
            "idempotencykey",
            models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once_per_user"),
        ),
        migrations.RemoveConstraint("idempotencykey", "placing_key_once_per_user"),
        migrations.RenameField("order", "open_basket", "open_cart_key"),
        migrations.AlterField(
            "idempotencykey",
            "order",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="idempotency_keys",
                to="order.order",
            ),
        ),
        # Without "amount_missing", which was never written.
        migrations.AlterField(
            "paymentevent",
            "reason",
            models.CharField(
                choices=[
                    ("paid", "已入账"),
                    ("paid_but_owned_before", "已入账,学员早已拥有,待退款"),
                    ("paid_twice", "同一订单的第二笔付款,待退款"),
                    ("repeated", "重复消息"),
                    ("partly_refunded", "部分退款"),
                    ("refunded", "已全额退款"),
                    ("TRADE_CLOSED", "交易关闭"),
                    ("WAIT_BUYER_PAY", "等待付款"),
                    ("unknown_order", "拒绝:没有这个订单"),
                    ("amount_differs", "拒绝:金额与订单不符"),
                    ("empty", "拒绝:空消息"),
                    ("repeated_parameter", "拒绝:参数重复"),
                    ("missing_sign", "拒绝:没有签名"),
                    ("sign_type", "拒绝:签名方式不是 RSA2"),
                    ("bad_signature", "拒绝:签名不符"),
                    ("missing_field", "拒绝:缺少参数"),
                    ("malformed", "拒绝:参数格式不对"),
                    ("amount", "拒绝:金额格式不对"),
                    ("app_id", "拒绝:不是发给本应用的"),
                    ("seller_id", "拒绝:收款方不是本店"),
                ],
                help_text="为何采信或拒绝",
                max_length=64,
                verbose_name="说明",
            ),
        ),
    ]
