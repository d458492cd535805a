"""Payments and refunds become rows; what is due back is derived from them."""

import django.db.models.deletion
import django.db.models.functions.comparison
import luffy_api.apps.order.numbers
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('course', '0010_enrollment_grants'),
        ('order', '0006_tables_without_constraints'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OrderPayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='order.order', verbose_name='订单')),
                ('pay_type', models.SmallIntegerField(choices=[(1, '支付宝'), (2, '微信支付'), (3, '线下转账')], verbose_name='支付方式')),
                ('trade_no', models.CharField(max_length=64, verbose_name='支付平台流水号')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='金额(元)')),
                ('paid_at', models.DateTimeField(db_index=True, verbose_name='付款时间')),
                ('created_time', models.DateTimeField(auto_now_add=True, verbose_name='入账时间')),
            ],
            options={
                'verbose_name': '付款',
                'verbose_name_plural': '付款',
                'db_table': 'luffy_order_payment',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='申请人')),
                ('payment', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='order.orderpayment', verbose_name='付款')),
                ('order', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='order.order', verbose_name='订单')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='处理人')),
                ('course', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='course.course', verbose_name='课程')),
                ('created_time', models.DateTimeField(auto_now_add=True, verbose_name='创建时间')),
                ('updated_time', models.DateTimeField(auto_now=True, verbose_name='更新时间')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='退款金额(元)')),
                ('reason', models.CharField(max_length=200, verbose_name='退款原因')),
                ('answer', models.CharField(blank=True, max_length=200, verbose_name='给学员的答复')),
                ('origin', models.CharField(choices=[('student', '学员申请'), ('staff', '后台发起'), ('command', '命令行'), ('console', '支付平台后台')], max_length=16, verbose_name='来源')),
                ('out_request_no', models.CharField(default=luffy_api.apps.order.numbers.new_request_no, editable=False, max_length=64, unique=True, verbose_name='退款单号')),
                ('status', models.SmallIntegerField(choices=[(0, '申请中'), (1, '已拒绝'), (2, '处理中'), (3, '已退款'), (4, '失败')], default=0, verbose_name='退款状态')),
                ('gateway_answer', models.CharField(blank=True, max_length=200, verbose_name='支付平台答复')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='处理时间')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='完成时间')),
                ('next_query_at', models.DateTimeField(db_index=True, editable=False, null=True, verbose_name='下次查询')),
                ('query_failures', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='连续未答复')),
                ('open_payment', models.GeneratedField(db_persist=True, expression=models.Case(models.When(status__in=(0, 2), then=models.F('payment_id')), default=None), output_field=models.BigIntegerField(null=True))),
                ('line', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce(models.F('course_id'), models.Value(0)), output_field=models.BigIntegerField())),
            ],
            options={
                'verbose_name': '退款',
                'verbose_name_plural': '退款',
                'db_table': 'luffy_refund',
                'ordering': ['-id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='order',
            name='order_refund_due_not_negative',
        ),
        migrations.RemoveField(
            model_name='order',
            name='refund_due',
        ),
        migrations.AddField(
            model_name='orderdetail',
            name='owned_before',
            field=models.BooleanField(default=False, verbose_name='付款时已拥有'),
        ),
        migrations.AlterField(
            model_name='order',
            name='pay_type',
            field=models.SmallIntegerField(choices=[(1, '支付宝'), (2, '微信支付'), (3, '线下转账')], default=1, verbose_name='支付方式'),
        ),
        migrations.AlterField(
            model_name='order',
            name='query_failures',
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='支付平台连续未答复'),
        ),
        migrations.AlterField(
            model_name='order',
            name='trade_no',
            field=models.CharField(blank=True, db_index=True, max_length=64, verbose_name='支付平台流水号'),
        ),
        migrations.AlterField(
            model_name='paymentevent',
            name='reason',
            field=models.CharField(choices=[('paid', '已入账'), ('paid_but_owned_before', '已入账,学员早已拥有,待退款'), ('paid_twice', '同一订单的第二笔付款,待退款'), ('repeated', '重复消息'), ('partly_refunded', '部分退款'), ('refunded', '已全额退款'), ('TRADE_CLOSED', '交易关闭'), ('WAIT_BUYER_PAY', '等待付款'), ('unknown_order', '拒绝:没有这个订单'), ('amount_differs', '拒绝:金额与订单不符'), ('trade_of_another_order', '拒绝:这笔交易已为另一订单付款'), ('empty', '拒绝:空消息'), ('repeated_parameter', '拒绝:参数重复'), ('missing_sign', '拒绝:没有签名'), ('sign_type', '拒绝:签名方式不是 RSA2'), ('bad_signature', '拒绝:签名不符'), ('missing_field', '拒绝:缺少参数'), ('malformed', '拒绝:参数格式不对'), ('amount', '拒绝:金额格式不对'), ('app_id', '拒绝:不是发给本应用的'), ('seller_id', '拒绝:收款方不是本店')], help_text='为何采信或拒绝', max_length=64, verbose_name='说明'),
        ),
        migrations.AlterField(
            model_name='paymentevent',
            name='source',
            field=models.CharField(choices=[('notification', '异步通知'), ('query', '主动查询'), ('refund', '退款')], max_length=16, verbose_name='来源'),
        ),
        migrations.AddConstraint(
            model_name='orderpayment',
            constraint=models.UniqueConstraint(fields=('pay_type', 'trade_no'), name='order_payment_once'),
        ),
        migrations.AddConstraint(
            model_name='orderpayment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='order_payment_positive'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(fields=['status', '-id'], name='refund_by_status'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='refund_amount_positive'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 3), _negated=True), ('finished_at__isnull', False), _connector='OR'), name='refund_finished_has_time'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(fields=('open_payment', 'line'), name='refund_open_once'),
        ),
    ]
