"""支付消息 in the back office: what a provider sent, as a table of fields."""

import json

import pytest

from luffy_api.apps.order.models import PaymentEvent
from luffy_api.tests.back_office import ROWS, page

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def shown(client, message):
    event = ROWS["paymentevent"]()
    PaymentEvent.objects.filter(pk=event.pk).update(message=message)
    answer = client.get(page(PaymentEvent, "change", event.pk))
    assert answer.status_code == 200
    return answer.content.decode()


def row(heading, name, value):
    return f'<tr><th scope="row">{heading}</th><td><code>{name}</code></td><td>{value}</td></tr>'


def test_a_form_is_a_table_with_chinese_names(admin_client):
    text = shown(
        admin_client, "out_trade_no=L1&subject=%E7%88%AC%E8%99%AB&new_field=&total_amount=9.90"
    )
    assert row("商户订单号", "out_trade_no", "L1") in text
    assert row("商品名称", "subject", "爬虫") in text
    assert row("订单金额（元）", "total_amount", "9.90") in text
    assert row("", "new_field", "") in text


def test_json_is_a_table_of_its_parts(admin_client):
    message = {"out_trade_no": "L1", "amount": {"total": 990}, "detail": {"a": {"b": {"c": [1]}}}}
    text = shown(admin_client, json.dumps(message))
    assert row("订单金额（分）", "amount.total", "990") in text
    assert row("", "detail.a.b", "{&quot;c&quot;:[1]}") in text


@pytest.mark.any_database
@pytest.mark.parametrize(
    "message",
    [
        *("{", "{}", "[1]", '{"a": ', "=", "&", "a&b=1", "12 已受理", "null"),
        "&".join(f"a{number}=1" for number in range(500)),
        '{"a":' * 300 + "1" + "}" * 300,
        '{"a":' + "[" * 1500 + "]" * 1500 + "}",
    ],
    ids=lambda message: message[:12],
)
def test_what_is_no_message_is_shown_as_it_came(admin_client, message):
    assert '<pre class="provider-message">' in shown(admin_client, message)


def test_a_forged_message_brings_no_markup(admin_client):
    for message in ("a=<script>1</script>", '{"<b>": "<script>1</script>"}', "<script>1</script>"):
        assert "<script>1</script>" not in shown(admin_client, message)


def test_an_event_without_text_shows_none(admin_client):
    assert "provider-message" not in shown(admin_client, "")
