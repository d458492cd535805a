"""The storage is chosen by settings, complete or refused, and pages may reach it."""

import pytest

from luffy_api.tests.loaded_settings import DEV, PROD, refusal, run

__all__ = ["refusal", "run"]

S3 = {
    "STORAGE": "s3",
    "S3_ENDPOINT_URL": "https://oss-cn-hangzhou.aliyuncs.com",
    "S3_ACCESS_KEY": "a key",
    "S3_SECRET_KEY": "a secret",
    "S3_BUCKET": "school",
}
MINIO = {
    "STORAGE": "minio",
    "MINIO_ENDPOINT_URL": "https://files.school.example",
    "MINIO_ACCESS_KEY": "a key",
    "MINIO_SECRET_KEY": "a secret",
    "MINIO_BUCKET": "school",
}
OSS = {
    "STORAGE": "oss",
    "OSS_REGION": "cn-hangzhou",
    "OSS_ACCESS_KEY": "a key",
    "OSS_SECRET_KEY": "a secret",
    "OSS_BUCKET": "school",
}
COS = {
    "STORAGE": "cos",
    "COS_REGION": "ap-guangzhou",
    "COS_ACCESS_KEY": "a key",
    "COS_SECRET_KEY": "a secret",
    "COS_BUCKET": "school-1250000000",
}
QINIU = {
    "STORAGE": "qiniu",
    "QINIU_ACCESS_KEY": "a key",
    "QINIU_SECRET_KEY": "a secret",
    "QINIU_BUCKET": "school",
    "QINIU_DOMAIN": "https://video.school.example",
}
HOSTS = "s.STORAGES['private']['OPTIONS']['hosts']"
SOURCES = (
    "*(s.CONTENT_SECURITY_POLICY['DIRECTIVES'][d][-1] for d in ('img-src', 'media-src')),"
    " *s.CONTENT_SECURITY_POLICY['DIRECTIVES']['connect-src']"
)


def test_files_are_on_this_machine_unless_said_otherwise(run):
    show = "s.STORAGES['private']['OPTIONS']['base_url'], sorted(s.PROVIDER_STORAGES), " + SOURCES
    assert run(PROD, show) == (0, "/files/ ['local'] blob: blob: 'self'")


@pytest.mark.parametrize("given", [S3, QINIU, MINIO, OSS, COS], ids=lambda given: given["STORAGE"])
def test_a_storage_is_complete_or_refused(run, refusal, given):
    assert run({**PROD, **given}, "s.STORAGE") == (0, given["STORAGE"])
    for name in given.keys() - {"STORAGE"}:
        assert refusal({**PROD, **given, name: None}).startswith(f"Set {name}")


def test_another_storage_may_be_configured_to_move_to_it(run):
    other = {**S3, "STORAGE": "local"}
    assert run({**PROD, **other}, "s.STORAGE, sorted(s.PROVIDER_STORAGES)") == (
        0,
        "local ['local', 's3']",
    )
    both = {**MINIO, **OSS}
    assert run({**PROD, **both}, "s.STORAGE, sorted(s.PROVIDER_STORAGES)") == (
        0,
        "oss ['local', 'minio', 'oss']",
    )


def test_pages_may_reach_the_domain_that_is_bound_to_a_bucket(run):
    inside = "https://s3.oss-cn-hangzhou-internal.aliyuncs.com"
    bound = {"OSS_ENDPOINT_URL": inside, "OSS_DOMAIN": "https://video.school.example"}
    show = "s.STORAGES['private']['OPTIONS']['endpoint_url'], " + SOURCES
    origin = "https://video.school.example"
    assert run({**PROD, **OSS, **bound}, show) == (0, f"{inside} {origin} {origin} 'self' {origin}")
    cdn = {**bound, "OSS_PUBLIC_DOMAIN": "https://img.school.example"}
    assert run({**PROD, **OSS, **cdn}, show)[1].startswith(f"{inside} https://img.school.example ")


def test_qiniu_is_asked_by_https_only(run):
    _, said = run({**PROD, **QINIU}, HOSTS)
    assert said == str(
        {
            "up": "https://upload.qiniup.com",
            "rs": "https://rs-z0.qiniuapi.com",
            "rsf": "https://rsf-z0.qiniuapi.com",
            "api": "https://api-z0.qiniuapi.com",
        }
    )


def test_qiniu_of_another_zone_or_house(run):
    zone = {**PROD, **QINIU, "QINIU_REGION": "cn-east-2"}
    assert run(zone, f"{HOSTS}['up'], {HOSTS}['rs']") == (
        0,
        "https://upload-cn-east-2.qiniup.com https://rs-cn-east-2.qiniuapi.com",
    )
    house = {**zone, "QINIU_UP_HOST": "http://a:1", "QINIU_API_HOST": "http://a:2"}
    assert run(house, f"{HOSTS}['up'], {HOSTS}['api']") == (0, "http://a:1 http://a:2")


def test_pages_may_reach_qiniu(run):
    public = {"QINIU_PUBLIC_BUCKET": "open", "QINIU_PUBLIC_DOMAIN": "https://img.school.example"}
    assert run({**PROD, **QINIU, **public}, SOURCES) == (
        0,
        "https://img.school.example https://video.school.example"
        " 'self' https://video.school.example https://upload.qiniup.com",
    )
    assert run({**PROD, **QINIU}, SOURCES)[1].startswith("https://video.school.example ")


def test_pages_may_reach_s3(run):
    origin = "https://oss-cn-hangzhou.aliyuncs.com"
    assert run({**PROD, **S3}, SOURCES) == (0, f"{origin} {origin} 'self' {origin}")
    style = {**S3, "S3_ADDRESSING_STYLE": "virtual", "S3_PUBLIC_DOMAIN": "https://cdn.example"}
    origin = "https://school.oss-cn-hangzhou.aliyuncs.com"
    assert run({**PROD, **style}, SOURCES) == (0, f"https://cdn.example {origin} 'self' {origin}")


def test_browsers_may_know_s3_by_another_address(run):
    inside = {**S3, "S3_ENDPOINT_URL": "http://minio:9000"}
    outside = {**inside, "S3_BROWSER_ENDPOINT_URL": "https://files.school.example"}
    show = "s.STORAGES['private']['OPTIONS']['endpoint_url'], " + SOURCES
    origin = "https://files.school.example"
    assert run({**PROD, **outside}, show) == (
        0,
        f"http://minio:9000 {origin} {origin} 'self' {origin}",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STORAGE", "floppy"),
        ("S3_ENDPOINT_URL", "minio:9000"),
        ("S3_ADDRESSING_STYLE", "auto"),
        ("QINIU_DOMAIN", "video.school.example"),
        ("QINIU_REGION", "z0/../x"),
        ("MINIO_ENDPOINT_URL", "minio:9000"),
        ("MINIO_BUCKET", "School"),
        ("OSS_REGION", "oss-cn-hangzhou"),
        ("OSS_REGION", "cn-hangzhou-internal"),
        ("OSS_REGION", "hangzhou"),
        ("OSS_BUCKET", "school.videos"),
        ("OSS_DOMAIN", "video.school.example"),
        ("OSS_DOMAIN", "https://video.school.example/school"),
        ("COS_REGION", "cos.ap-guangzhou"),
        ("COS_REGION", "ap-guangzhou.evil.example/"),
        ("COS_BUCKET", "school"),
        ("COS_PUBLIC_BUCKET", "open"),
    ],
)
def test_a_bad_value_is_named(refusal, name, value):
    given = {**S3, **QINIU, **MINIO, **OSS, **COS}
    assert refusal({**DEV, **given, name: value}).startswith(f"{name} is {value!r}; use ")


def test_a_bucket_at_tencent_is_asked_for_with_its_account(refusal):
    said = refusal({**PROD, **COS, "COS_BUCKET": "school"})
    assert said == "COS_BUCKET is 'school'; use one like school-1250000000."


# The whole shop is loaded: models hold on to a storage.
LOADED = (
    "s.VAR_DIR.mkdir(parents=True, exist_ok=True), __import__('django').setup(),"
    " type(__import__('luffy_api.urls').libs.storage.public_storage()).__name__,"
    " *sorted({m.split('.')[0] for m in __import__('sys').modules} & {'boto3', 'qiniu'})"
)


@pytest.mark.parametrize(
    ("given", "loaded"),
    [
        ({}, "LocalStorage"),
        (S3, "S3Storage boto3"),
        (OSS, "S3Storage boto3"),
        (QINIU, "QiniuStorage qiniu"),
    ],
    ids=["local", "s3", "oss", "qiniu"],
)
def test_the_shop_starts_and_loads_the_library_of_its_storage_only(run, given, loaded):
    assert run({**PROD, **given}, LOADED) == (0, f"None None {loaded}")
