"""The tables of orders carry no foreign key in the database: docs/decisions/0002."""

import pytest
from django.db import connection

from luffy_api.apps.order.models import (
    IdempotencyKey,
    Invoice,
    InvoiceOrder,
    Order,
    OrderDetail,
)
from luffy_api.tests.factories import OrderFactory

pytestmark = pytest.mark.django_db


def foreign_keys(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return list(connection.introspection.get_relations(cursor, table))


@pytest.mark.parametrize("model", [Order, OrderDetail, IdempotencyKey, Invoice, InvoiceOrder])
def test_a_table_of_orders_has_no_foreign_key(model):
    assert foreign_keys(model._meta.db_table) == []


def test_a_foreign_key_would_be_seen():
    assert foreign_keys("auth_permission")


def test_the_program_deletes_the_details_and_keys_of_an_order():
    order = OrderFactory()
    IdempotencyKey.objects.create(user=order.user, key="k", fingerprint="", order=order)

    order.delete()

    assert not OrderDetail.objects.exists()
    assert not IdempotencyKey.objects.exists()
