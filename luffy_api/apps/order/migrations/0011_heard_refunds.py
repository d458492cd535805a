"""What providers say about refunds is kept with the payment; a refused refund has an event."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('order', '0010_invoices'),
    ]

    operations = [
        migrations.AddField(
            model_name='orderpayment',
            name='heard_refunds',
            field=models.DecimalField(decimal_places=2, default=0, editable=False, max_digits=10, verbose_name='支付平台告知的退款(元)'),
        ),
        migrations.AlterField(
            model_name='paymentevent',
            name='reason',
            field=models.CharField(choices=[('paid', '已入账'), ('paid_but_owned_before', '已入账,学员早已拥有,待退款'), ('paid_twice', '同一订单的第二笔付款,待退款'), ('repeated', '重复消息'), ('partly_refunded', '部分退款'), ('refunded', '已全额退款'), ('refund_failed', '退款被支付平台拒绝'), ('TRADE_CLOSED', '交易关闭'), ('WAIT_BUYER_PAY', '等待付款'), ('unknown_order', '拒绝:没有这个订单'), ('amount_differs', '拒绝:金额与订单不符'), ('trade_of_another_order', '拒绝:这笔交易已为另一订单付款'), ('empty', '拒绝:空消息'), ('repeated_parameter', '拒绝:参数重复'), ('missing_sign', '拒绝:没有签名'), ('sign_type', '拒绝:签名方式不是 RSA2'), ('bad_signature', '拒绝:签名不符'), ('missing_field', '拒绝:缺少参数'), ('malformed', '拒绝:参数格式不对'), ('amount', '拒绝:金额格式不对'), ('app_id', '拒绝:不是发给本应用的'), ('seller_id', '拒绝:收款方不是本店')], help_text='为何采信或拒绝', max_length=64, verbose_name='说明'),
        ),
    ]
