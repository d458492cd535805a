"""What the storages of MinIO, OSS and COS send by the wire, and which addresses browsers get."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import timedelta
from hashlib import md5, sha256
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage.handler import StorageHandler
from django.utils import timezone

from luffy_api.libs.storage.tests.recording_peer import RecordingPeer
from luffy_api.settings import files
from luffy_api.settings.s3_providers import S3_PROVIDERS

KEY, BODY = "course/videos/路 1.mp4", b"0123456789"
QUOTED = "private/course/videos/%E8%B7%AF%201.mp4"
INSIDE = "https://s3.oss-cn-hangzhou-internal.aliyuncs.com"


@dataclass(frozen=True)
class Preset:
    """A provider, its variables, and what must come of them."""

    name: str
    variables: dict[str, str]
    host: str
    region: str
    bucket_path: str = "/"
    browser: str = ""
    public: str = ""

    @property
    def browser_url(self) -> str:
        """Where browsers reach the private bucket; where this server does, unless it is said."""
        return self.browser or f"https://{self.host}{self.bucket_path.rstrip('/')}"


PRESETS = {
    "minio inside": Preset(
        "minio",
        {
            "ENDPOINT_URL": "https://minio.school.example",
            "BROWSER_ENDPOINT_URL": "https://files.school.example",
            "BUCKET": "school",
            "REGION": "cn-east-1",
        },
        host="minio.school.example",
        region="cn-east-1",
        bucket_path="/school/",
        browser="https://files.school.example/school",
    ),
    "oss": Preset(
        "oss",
        {"REGION": "cn-hangzhou", "BUCKET": "school"},
        host="school.s3.oss-cn-hangzhou.aliyuncs.com",
        region="cn-hangzhou",
    ),
    "oss with a domain and a CDN": Preset(
        "oss",
        {
            "REGION": "cn-hangzhou",
            "BUCKET": "school",
            "ENDPOINT_URL": INSIDE,
            "DOMAIN": "https://video.school.example",
            "PUBLIC_DOMAIN": "https://img.school.example",
        },
        host="school.s3.oss-cn-hangzhou-internal.aliyuncs.com",
        region="cn-hangzhou",
        browser="https://video.school.example",
        public="https://img.school.example",
    ),
    "cos": Preset(
        "cos",
        {"REGION": "ap-guangzhou", "BUCKET": "school-1250000000"},
        host="school-1250000000.cos.ap-guangzhou.myqcloud.com",
        region="ap-guangzhou",
    ),
    "cos with a public bucket": Preset(
        "cos",
        {
            "REGION": "ap-guangzhou",
            "BUCKET": "school-1250000000",
            "DOMAIN": "https://video.school.example",
            "PUBLIC_BUCKET": "open-1250000000",
        },
        host="school-1250000000.cos.ap-guangzhou.myqcloud.com",
        region="ap-guangzhou",
        browser="https://video.school.example",
        public="https://open-1250000000.cos.ap-guangzhou.myqcloud.com",
    ),
}


@pytest.fixture(scope="module")
def peer(tmp_path_factory):
    """Whoever is called, this one answers."""
    names = sorted({f"{preset.host}" for preset in PRESETS.values()})
    peer = RecordingPeer(tmp_path_factory.mktemp("peer"), names).start()
    yield peer
    peer.stop()


@pytest.fixture(params=PRESETS, ids=lambda name: name.replace(" ", "-"))
def preset(request):
    """Each in turn."""
    return PRESETS[request.param]


@pytest.fixture
def stores(preset, peer, monkeypatch):
    """Public and private storage of a preset, made of the environment as the settings make them."""
    monkeypatch.setenv("HTTPS_PROXY", peer.url)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(peer.certificate))
    prefix = preset.name.upper()
    # No other test has a client of these keys, which would know another proxy.
    keys = {"ACCESS_KEY": f"key-{peer.server_port}", "SECRET_KEY": "secret"}
    for name, value in {**preset.variables, **keys}.items():
        monkeypatch.setenv(f"{prefix}_{name}", value)
    peer.requests.clear()
    made = files.s3(S3_PROVIDERS[preset.name]).storages
    return {alias: StorageHandler().create_storage(options) for alias, options in made.items()}


def test_every_call_goes_to_the_bucket_and_names_its_region(preset, stores, peer):
    private = stores["private"]

    private.save(KEY, ContentFile(BODY))
    private.stat(KEY)
    assert list(private.list_names("course/")) == []

    assert {(each.host, each.scope) for each in peer.requests} == {(preset.host, preset.region)}
    *asked, listed = [each.path for each in peer.requests]
    assert {path.partition("?")[0] for path in asked} == {preset.bucket_path + QUOTED}
    assert listed.partition("?")[0] == (preset.bucket_path.rstrip("/") or "/")


def test_a_file_is_sent_whole_with_the_hash_of_its_bytes_and_nothing_else(stores, peer):
    """OSS and COS refuse chunks with a checksum behind them, boto3's own choice by https."""
    stores["private"].save(KEY, ContentFile(BODY))

    [put] = [each for each in peer.requests if each.method == "PUT"]
    assert put.body == BODY
    assert put.headers["X-Amz-Content-SHA256"] == sha256(BODY).hexdigest()
    unwanted = (
        "Content-Encoding",
        "Transfer-Encoding",
        "X-Amz-Trailer",
        "X-Amz-Sdk-Checksum-Algorithm",
    )
    assert [name for name in unwanted if name in put.headers] == []
    assert [name for name in put.headers if name.lower().startswith("x-amz-checksum")] == []


def test_many_files_go_in_one_request_with_the_checksum_that_all_providers_know(stores, peer):
    stores["private"].delete_many(f"a/{number}.ts" for number in range(26))

    assert [each.method for each in peer.requests] == ["POST", "POST"]
    for request in peer.requests:
        digest = md5(request.body, usedforsecurity=False).digest()
        assert request.headers["Content-MD5"] == b64encode(digest).decode()
        assert [name for name in request.headers if "checksum" in name.lower()] == []
    assert [each.body.count(b"<Key>private/a/") for each in peer.requests] == [25, 1]


def test_browsers_get_the_address_that_is_theirs(preset, stores):
    later = timezone.now() + timedelta(hours=1)
    private = stores["private"]
    part = private.presign(
        "upload_part", {"Key": private.key(KEY), "UploadId": "u", "PartNumber": 1}, later
    )

    for url in (private.signed_url(KEY, expires_at=later), part):
        assert url.startswith(f"{preset.browser_url}/{QUOTED}?")
        query = parse_qs(urlsplit(url).query)
        assert query["X-Amz-Credential"][0].split("/")[2] == preset.region
        assert query["X-Amz-SignedHeaders"] == ["host"]
    public = preset.public or preset.browser_url
    assert stores["default"].url("a.webp") == f"{public}/public/a.webp"


def test_pages_may_load_from_these_addresses(preset, stores):
    made = files.s3(S3_PROVIDERS[preset.name])

    origin = "://".join(urlsplit(preset.browser_url)[:2])
    public = "://".join(urlsplit(preset.public or preset.browser_url)[:2])
    assert (made.private_origin, made.upload_origin, made.public_origin) == (origin, origin, public)
