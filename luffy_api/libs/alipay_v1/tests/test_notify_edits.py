"""Genuine messages that were edited or cut at other places, and plain garbage."""

from itertools import pairwise
from urllib.parse import parse_qsl, urlencode

from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from luffy_api.libs.alipay_v1 import NotificationRejected, RejectionReason, parse_notification
from luffy_api.libs.alipay_v1.tests.signer import GENUINE, genuine, notification, refusal, sign


def signed_text(fields):
    unsigned = {k: v for k, v in fields.items() if k not in ("sign", "sign_type")}
    return "&".join(f"{k}={v}" for k, v in sorted(unsigned.items()))


def test_every_way_to_merge_two_neighbours_verifies_and_is_still_refused(alipay):
    fields = notification(alipay.alipay_private, refund_fee="8.00")
    names = sorted(name for name in fields if name not in ("sign", "sign_type"))
    for first, second in pairwise(names):
        merged = {k: v for k, v in fields.items() if k != second}
        merged[first] += f"&{second}={fields[second]}"
        assert signed_text(merged) == signed_text(fields)
        assert refusal(merged.items()) == RejectionReason.MALFORMED, (first, second)


def test_a_name_that_swallows_its_neighbour_is_refused(alipay):
    fields = notification(alipay.alipay_private)
    swallowed = {k: v for k, v in fields.items() if k not in ("app_id", "auth_app_id")}
    swallowed[f"app_id={fields['app_id']}&auth_app_id"] = fields["auth_app_id"]
    assert signed_text(swallowed) == signed_text(fields)
    assert refusal(swallowed.items()) == RejectionReason.MALFORMED


def test_a_subject_cut_in_two_repeats_a_parameter_or_is_caught_as_a_swallower(alipay):
    fields = notification(alipay.alipay_private, subject="x&total_amount=0.01")
    assert refusal(fields.items()) == RejectionReason.MALFORMED
    cut = [*({**fields, "subject": "x"}.items()), ("total_amount", "0.01")]
    assert refusal(cut) == RejectionReason.REPEATED_PARAMETER


def test_a_signature_over_another_spelling_of_the_text_is_refused(alipay):
    text = signed_text(GENUINE) + "&sign_type=RSA2"
    fields = {**GENUINE, "sign": sign(text, alipay.alipay_private), "sign_type": "RSA2"}
    assert refusal(fields.items()) == RejectionReason.BAD_SIGNATURE


@hypothesis_settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.integers(min_value=0), byte=st.integers(min_value=0, max_value=255))
@example(place=0, byte=38)
def test_any_changed_byte_is_refused_or_changes_nothing(alipay, place, byte):
    body = urlencode(notification(alipay.alipay_private)).encode()
    place %= len(body)
    edited = body[:place] + bytes([byte]) + body[place + 1 :]
    before = parse_qsl(body.decode(), keep_blank_values=True)
    after = parse_qsl(edited.decode("latin-1"), keep_blank_values=True)
    if sorted(before) != sorted(after):  # %2f and %2F are two spellings of one message
        assert isinstance(refusal(after), RejectionReason)


@hypothesis_settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(fields=st.lists(st.tuples(st.text(max_size=20), st.text(max_size=40)), max_size=8))
def test_any_garbage_is_refused_and_breaks_nothing(alipay, fields):
    assert isinstance(refusal(fields), RejectionReason)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.sampled_from(sorted(GENUINE)), value=st.text(max_size=30))
def test_signed_garbage_is_read_or_refused_and_breaks_nothing(alipay, name, value):
    if any("\ud800" <= c <= "\udfff" for c in value):
        return
    try:
        notice = parse_notification(genuine(alipay, **{name: value}))
    except NotificationRejected:
        return
    assert notice.app_id == GENUINE["app_id"]
    assert notice.total_amount.is_finite()
