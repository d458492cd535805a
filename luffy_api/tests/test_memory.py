"""Pausing the collector of cycles, which the tests themselves do without."""

import gc
from contextlib import suppress

import pytest

from luffy_api.common.memory import paused_collection


@pytest.fixture
def collecting():
    gc.enable()
    yield
    gc.disable()


def test_it_is_paused_within_the_block_and_goes_on_after_an_error(collecting):
    with suppress(ZeroDivisionError), paused_collection():
        assert not gc.isenabled()
        raise ZeroDivisionError

    assert gc.isenabled()


def test_where_it_was_off_it_stays_off():
    assert not gc.isenabled()
    with paused_collection():
        pass
    assert not gc.isenabled()
