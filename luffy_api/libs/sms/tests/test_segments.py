"""How many messages a text is charged as."""

import pytest

from luffy_api.libs.sms import count_segments, count_units

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("length", "segments"),
    [(0, 0), (1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)],
)
def test_seventy_characters_are_one_message_and_a_longer_text_has_parts_of_67(length, segments):
    assert count_segments("课" * length) == segments


def test_an_emoji_is_two_characters():
    assert count_units("🎉") == 2
    assert count_segments("🎉" * 35) == 1
    assert count_segments("🎉" * 36) == 2


def test_half_a_character_is_counted_and_no_error():
    assert count_units("\ud83d") == 1
