"""The permission matrix of all endpoints."""

import pytest
from django.core.cache import cache

from luffy_api.conftest import logged_in
from luffy_api.tests.factories import UserFactory
from luffy_api.tests.test_bad_input import api_routes, path_of

# Who may ask is decided before rows are looked for.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PUBLIC = {
    "GET home/banner/",
    "GET home/listing/",
    "GET home/site/",
    "GET home/announcement/",
    "GET home/announcement/<int:pk>/",
    "GET home/help/<int:pk>/",
    "GET home/agreement/x/",
    "GET home/agreement/<str:kind>/<int:version>/",
    "GET home/topic/",
    "GET home/topic/x/",
    "GET home/topic/x/preview/",
    "GET course/",
    "GET course/category/",
    "GET course/<int:pk>/",
    "GET course/<int:pk>/share/",
    "GET course/<int:pk>/share/card/",
    "GET course/<int:pk>/related/",
    "GET course/<int:pk>/preview/",
    "GET course/<int:pk>/preview/chapter/",
    "GET course/<int:pk>/preview/section/<int:section>/play/",
    "GET course/<int:pk>/preview/section/<int:section>/content/",
    "GET course/<int:pk>/preview/section/<int:section>/quiz/",
    "GET course/chapter/",
    "GET community/rating/",
    "GET community/question/",
    "GET community/question/<int:pk>/",
    "GET community/question/<int:pk>/answer/",
    "GET course/search/",
    "GET course/search/suggest/",
    "GET course/search/hot/",
    "GET course/certificate/x/",
    "GET course/section/<int:pk>/play/",
    "GET course/section/<int:pk>/content/",
    "GET course/section/<int:pk>/quiz/",
    "GET course/section/<int:pk>/hls/<str:token>/<path:name>",
    "POST course/upload/callback/",
    "POST course/upload/transcoded/",
    "POST user/sms_code/",
    "POST user/captcha/",
    "POST user/login/",
    "POST user/sms_login/",
    "POST user/register/",
    "POST user/password/reset/",
    "GET user/social/providers/",
    "POST user/social/authorize/",
    "POST user/social/login/",
    "POST user/social/bind/",
    "GET order/success/",
    "GET promotion/coupon/offered/",
    "GET promotion/membership/",
    "GET promotion/package/",
    "GET promotion/package/all/",
    "GET promotion/package/<int:pk>/",
    "POST order/success/",
    "GET order/methods/",
    "GET order/wechat/return/",
    "GET schema/",
    "GET docs/",
}
STUDENTS = {
    "PUT course/section/<int:pk>/progress/",
    "PUT course/section/<int:pk>/answer/",
    "GET course/section/<int:pk>/quiz/attempts/",
    "POST course/section/<int:pk>/quiz/attempts/",
    "GET course/certificate/",
    "GET course/certificate/x/file/",
    "GET course/<int:pk>/certificate/",
    "POST course/<int:pk>/certificate/",
    "GET community/course/<int:pk>/rating/",
    "PUT community/course/<int:pk>/rating/",
    "DELETE community/course/<int:pk>/rating/",
    "GET community/question/mine/",
    "PUT community/question/<int:pk>/",
    "DELETE community/question/<int:pk>/",
    "POST community/question/<int:pk>/report/",
    "POST community/question/<int:pk>/answer/",
    "POST community/section/<int:pk>/question/",
    "PUT community/answer/<int:pk>/",
    "DELETE community/answer/<int:pk>/",
    "PUT community/answer/<int:pk>/accept/",
    "POST community/answer/<int:pk>/report/",
    "GET community/note/",
    "PUT community/note/<int:pk>/",
    "DELETE community/note/<int:pk>/",
    "POST community/section/<int:pk>/note/",
    "GET community/course/<int:pk>/notes/",
    "GET community/favourite/",
    "GET community/course/<int:pk>/favourite/",
    "PUT community/course/<int:pk>/favourite/",
    "DELETE community/course/<int:pk>/favourite/",
    "POST course/playing/",
    "GET course/<int:pk>/progress/",
    "GET course/mine/",
    "GET course/mine/ended/",
    "GET course/<int:pk>/attachment/",
    "POST course/<int:pk>/enroll/",
    "DELETE course/<int:pk>/enroll/",
    "GET user/social/",
    "DELETE user/social/NUMBER/",
    "POST user/social/connect/",
    "POST user/social/connect/authorize/",
    "POST user/token/refresh/",
    "POST user/logout/",
    "POST user/logout/all/",
    "POST user/confirm_code/",
    "PUT user/mobile/",
    "GET user/consent/",
    "POST user/consent/",
    "GET user/profile/",
    "PATCH user/profile/",
    "PUT user/password/",
    "PUT user/avatar/",
    "GET user/export/",
    "POST user/close/",
    "POST order/pay/",
    "GET order/",
    "GET order/refund/",
    "GET order/NUMBER/",
    "POST order/NUMBER/pay/",
    "POST order/NUMBER/cancel/",
    "POST order/NUMBER/refund/",
    "DELETE order/NUMBER/refund/",
    "GET order/cart/",
    "POST order/cart/",
    "DELETE order/cart/",
    "DELETE order/cart/<int:course>/",
    "GET order/invoice/",
    "POST order/invoice/",
    "GET order/invoice/orders/",
    "GET order/invoice/<int:pk>/file/",
    "GET promotion/coupon/",
    "POST promotion/coupon/claim/",
    "POST promotion/coupon/quote/",
    "POST promotion/code/",
    "GET promotion/membership/mine/",
    "GET course/mine/progress/",
    "GET promotion/membership/course/<int:pk>/",
    "POST promotion/membership/course/<int:pk>/",
    "GET inbox/",
    "GET inbox/unread/",
    "POST inbox/read/",
    "POST inbox/<int:pk>/read/",
    "GET inbox/preference/",
    "PUT inbox/preference/",
}
# Proved by the sender's signature, without which it answers 401 too.
SIGNED = {"POST order/wechat/notify/"}
# By the session of the back office; a student's token means nothing there.
STAFF = {
    "GET course/section/<int:pk>/media/",
    "POST course/section/<int:pk>/media/retry/",
    "GET course/section/<int:pk>/subtitles/",
    "PUT course/section/<int:pk>/subtitles/<str:language>/",
    "DELETE course/section/<int:pk>/subtitles/<str:language>/",
    "POST course/upload/",
    "GET course/upload/<int:pk>/",
    "DELETE course/upload/<int:pk>/",
    "POST course/upload/<int:pk>/sign/",
    "PUT course/upload/<int:pk>/parts/<int:number>/",
    "POST course/upload/<int:pk>/complete/",
    "POST text/picture/",
    "POST text/conversion/",
    "GET course/<int:pk>/outline/",
    "GET course/<int:pk>/outline/media/",
    "POST course/<int:pk>/outline/chapter/",
    "PUT course/<int:pk>/outline/chapter/order/",
    "POST course/<int:pk>/outline/section/",
    "PUT course/<int:pk>/outline/section/order/",
    "PATCH course/<int:pk>/outline/chapter/<int:row>/",
    "PATCH course/<int:pk>/outline/section/<int:row>/",
    "POST course/<int:pk>/outline/chapter/<int:row>/remove/",
    "POST course/<int:pk>/outline/section/<int:row>/remove/",
}
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def shown(route: str) -> str:
    """The route as the tables above write it."""
    path = path_of(route).replace("01JD0000000000000000000000", "NUMBER")
    path = route if "<int:" in route else path
    return path.removeprefix("/api/v1/")


ROUTES = {shown(route): path_of(route) for route in api_routes() if route != "/api/v1/"}


def status_of(client, method: str, path: str) -> int:
    """What a request gets that no throttle remembers."""
    cache.clear()
    return client.generic(method, path, b"{}", "application/json").status_code


EVERY_ANSWER = [f"{method} {name}" for name in ROUTES for method in METHODS]


def answers(client, names) -> dict[str, int]:
    """The statuses of methods on routes, which are named like those in the tables."""
    asked = {name: name.split(" ", 1) for name in names}
    return {
        name: status_of(client, method, ROUTES[route]) for name, (method, route) in asked.items()
    }


def test_a_visitor_reaches_the_public_endpoints_and_no_other(api):
    statuses = answers(api, EVERY_ANSWER)

    assert {name for name, status in statuses.items() if status == 401} >= STUDENTS | STAFF
    reached = {name for name, status in statuses.items() if status not in (401, 405)}
    assert reached == PUBLIC


def test_a_student_reaches_every_endpoint_of_the_tables_and_no_other():
    student = UserFactory()
    reached, refused = set(), set()
    for name, path in ROUTES.items():
        for method in METHODS:
            # Logging out ends tokens, so everyone comes with a fresh one.
            student.refresh_from_db()
            status = status_of(logged_in(student), method, path)
            assert status < 500, f"{method} {name}"
            if status == 401:
                refused.add(f"{method} {name}")
            elif status != 405:
                reached.add(f"{method} {name}")

    assert reached == PUBLIC | STUDENTS
    assert refused >= STAFF
    assert {name.partition(" ")[2] for name in refused} == {
        name.partition(" ")[2] for name in STAFF | SIGNED
    }


@pytest.mark.parametrize(
    ("rights", "reaches"),
    [({"is_superuser": True, "is_staff": True}, True), ({"is_staff": True}, False), ({}, False)],
)
def test_only_staff_with_the_right_reach_what_belongs_to_the_back_office(api, rights, reaches):
    api.force_login(UserFactory(**rights))
    statuses = answers(api, STAFF | STUDENTS)

    if reaches:
        assert {statuses[name] for name in STAFF} <= {400, 404, 415}
    else:
        assert {statuses[name] for name in STAFF} == {403}
    assert {name for name, status in statuses.items() if status == 401} >= STUDENTS


def test_the_back_office_is_closed_to_students(client):
    client.force_login(UserFactory())

    response = client.get("/admin/order/order/")

    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")
