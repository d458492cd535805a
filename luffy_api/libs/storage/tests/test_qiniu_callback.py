"""Qiniu's callback: only its own word counts, and only about a file of ours."""

import urllib.parse

import pytest

from luffy_api.libs import storage
from luffy_api.libs.storage import private_storage
from luffy_api.libs.storage.tests import qiniu_signing as signing

PATH = "/api/v1/course/upload/callback/?upload=7"
FORM = "application/x-www-form-urlencoded"
FIELDS = {
    "key": "private/course/videos/路 1/video.mp4",
    "hash": "FhVH9",
    "fsize": "1024",
    "mimeType": "video/mp4",
    "bucket": "school",
}

pytestmark = pytest.mark.usefixtures("qiniu")


def body_of(**changes):
    return urllib.parse.urlencode({**FIELDS, **changes}).encode()


def signed(body, **how):
    return signing.callback_authorization(PATH, body, **how)


def verify(body, authorization=None, *, path=PATH, content_type=FORM):
    return private_storage().uploads.verify_callback(
        authorization=signed(body) if authorization is None else authorization,
        path_and_query=path,
        body=body,
        content_type=content_type,
    )


NEW = {"new": True, "host": "school.example", "content_type": FORM}


@pytest.mark.parametrize("how", [{}, NEW], ids=["QBox", "Qiniu"])
def test_its_own_word_is_believed(how):
    told = verify(body_of(), signed(body_of(), **how))
    assert told == storage.UploadedObject(
        key="course/videos/路 1/video.mp4", size=1024, hash="FhVH9", mime="video/mp4"
    )


def test_a_charset_beside_the_type_changes_nothing():
    assert verify(body_of(), content_type=f"{FORM}; charset=UTF-8").size == 1024


@pytest.mark.parametrize("how", [{}, NEW], ids=["QBox", "Qiniu"])
def test_an_edited_body_or_path_is_not(how):
    authorization = signed(body_of(), **how)
    for body in (body_of(fsize="1025"), body_of() + b"&x=1", b"", body_of(key="private/o.mp4")):
        with pytest.raises(storage.CallbackRejected):
            verify(body, authorization)
    with pytest.raises(storage.CallbackRejected):
        verify(body_of(), authorization, path=PATH.replace("7", "8"))


@pytest.mark.parametrize(
    "authorization",
    ["", "QBox", "QBox :", "Qiniu x:y", "路飞", "\ud800", "Basic YTpi", "x" * 100_000],
)
def test_a_word_without_a_signature_is_not(authorization):
    with pytest.raises(storage.CallbackRejected):
        verify(body_of(), authorization)


def test_the_signature_of_another_key_is_not():
    text = PATH.encode() + b"\n" + body_of()
    with pytest.raises(storage.CallbackRejected):
        verify(body_of(), f"QBox {signing.token(text, 'another secret')}")


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "", "multipart/form-data; boundary=x"]
)
def test_a_body_that_the_signature_would_not_cover_is_not(content_type):
    text = PATH.encode() + b"\n"
    with pytest.raises(storage.CallbackRejected):
        verify(body_of(), f"QBox {signing.token(text)}", content_type=content_type)


@pytest.mark.parametrize(
    "changes",
    [
        {"bucket": "another"},
        {"key": "course/videos/video.mp4"},
        {"key": "public/course/videos/video.mp4"},
        {"key": "private/../public/video.mp4"},
        {"key": "private/.uploads/video.mp4"},
        {"key": "private/"},
        {"key": ""},
        {"fsize": "-1"},
        {"fsize": "1e3"},
        {"fsize": "１"},
        {"fsize": "9" * 30},
        {"fsize": ""},
    ],
)
def test_a_signed_word_about_something_else_is_not(changes):
    body = body_of(**changes)
    with pytest.raises(storage.CallbackRejected):
        verify(body)


@pytest.mark.parametrize(
    "body",
    [
        body_of() + b"&key=private%2Fother.mp4",
        body_of() + b"&more=1",
        b"key=private%2Fa.mp4",
        b"nothing",
        b"&".join([b"a=1"] * 1000),
        b"\xff\xfe",
        body_of(key="x").replace(b"key=x", b"key=%ff%fe"),
        b"{}",
    ],
)
def test_a_signed_word_of_another_form_is_not(body):
    with pytest.raises(storage.CallbackRejected):
        verify(body)


def test_the_fake_signs_as_the_sdk_does():
    from qiniu import Auth

    auth = Auth(signing.ACCESS_KEY, signing.SECRET_KEY)
    assert auth.verify_callback(signed(body_of()), PATH, body_of().decode(), FORM)
