"""Liveness; readiness is tested in monitoring/test_readiness.py."""


def test_liveness_needs_no_dependency(client):
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


def test_every_answer_carries_a_request_id(client):
    given = "0123456789abcdef0123456789abcdef"

    echoed = client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"]
    replaced = client.get("/healthz", headers={"X-Request-ID": "evil\tvalue"})["X-Request-ID"]

    assert echoed == given
    assert replaced != given
    assert len(replaced) == 32
