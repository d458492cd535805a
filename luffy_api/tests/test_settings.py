"""A wrong or missing variable stops the shop with one sentence that names it."""

import subprocess
import sys
from pathlib import Path

import pytest

from luffy_api.tests.loaded_settings import DEV, PROD, SECRET, refusal, run

__all__ = ["refusal", "run"]


ROOT = Path(__file__).resolve().parents[2]


def test_production_starts_with_everything_it_needs(run):
    assert run(PROD, "s.DEBUG, s.ALIPAY['GATEWAY_URL'], s.SESSION_COOKIE_SECURE") == (
        0,
        "False https://openapi-sandbox.dl.alipaydev.com/gateway.do True",
    )


def test_production_has_no_local_gateway(run):
    assert run(PROD, "'luffy_api.apps.alipay_sandbox' in s.INSTALLED_APPS") == (0, "False")


@pytest.mark.parametrize(
    "name",
    [
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "PUBLIC_URL",
        "ALIPAY_GATEWAY",
        "ALIPAY_APP_ID",
        "ALIPAY_APP_PRIVATE_KEY",
        "ALIPAY_PUBLIC_KEY",
    ],
)
@pytest.mark.parametrize("value", [None, " "], ids=["missing", "blank"])
def test_production_has_no_default(refusal, name, value):
    assert refusal({**PROD, name: value}).startswith(f"Set {name}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "1"),
        ("SECRET_KEY", "short"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", ".school.example"),
        ("ALLOWED_HOSTS", "school.example,*.school.example"),
        ("ALLOWED_HOSTS", "other.example"),
        ("ALIPAY_GATEWAY", "local"),
        ("WECHATPAY_GATEWAY", "local"),
    ],
)
def test_production_refuses_what_belongs_to_development(refusal, name, value):
    assert name in refusal({**PROD, name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "８０００"),
        ("PUBLIC_URL", "school.example"),
        ("PUBLIC_URL", "ftp://school.example"),
        ("TRUSTED_PROXIES", "-1"),
        ("METRICS_TOKEN", "short"),
        ("ORDER_TIMEOUT_MINUTES", "0"),
        ("ORDER_TIMEOUT_MINUTES", "1.5"),
        ("GATEWAY_CONCURRENCY", "0"),
        ("GATEWAY_CONCURRENCY", "many"),
        ("VAR_DIR", "v" * 300),
        ("PORT", "65536"),
        ("PORT", "9" * 5000),
        ("ORDER_TIMEOUT_MINUTES", "21601"),
        ("ORDER_TIMEOUT_MINUTES", "9" * 20),
        ("LOGIN_DAYS", "800000"),
        ("LOGIN_DAYS", "9" * 5000),
        ("COURSE_VIEW_DAYS", "36501"),
        ("SLOW_QUERY_MS", "9" * 400),
        ("PUBLIC_URL", "http://school example"),
        ("PUBLIC_URL", "http://school.example/luffy"),
        ("PUBLIC_URL", "http://school.example?x=1"),
        ("PUBLIC_URL", "http://school.example#x"),
        ("PUBLIC_URL", "http://admin@school.example"),
        ("REDIS_URL", "cache:6379"),
        ("REDIS_URL", "redis+sentinel://one:26379"),
        ("REDIS_URL", "redis+sentinel://one:26379/mymaster/zero"),
        ("REDIS_URL", "redis+sentinel://one:70000/mymaster/0"),
        ("DEBUG", "perhaps"),
        ("ACCEL_REDIRECT_PREFIX", "protected"),
        ("ACCEL_REDIRECT_PREFIX", "/protected"),
        ("CORS_ALLOWED_ORIGINS", "*"),
        ("CORS_ALLOWED_ORIGINS", "null"),
        ("CORS_ALLOWED_ORIGINS", "app.example"),
        ("CORS_ALLOWED_ORIGINS", "https://*.example.com"),
        ("CORS_ALLOWED_ORIGINS", "https://app.example/"),
        ("CORS_ALLOWED_ORIGINS", "https://App.example"),
        ("CORS_ALLOWED_ORIGINS", "https://app.example:443"),
        ("CORS_ALLOWED_ORIGINS", "http://app.example:99999"),
        ("CORS_ALLOWED_ORIGINS", "https://user@app.example"),
        ("CORS_ALLOWED_ORIGINS", "https://one.example, ftp://two.example"),
        ("DATABASE_URL", "postgres://localhost/luffy"),
        ("DATABASE_URL", "mysql://localhost"),
        ("DATABASE_URL", "mysql://u:p@localhost/luffy?ssl=true"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite://var/luffy.sqlite3"),  # of a host called var
        ("DATABASE_REPLICA_URL", "mysql://reader:x@replica/luffy"),  # of an SQLite
        ("DATABASE_REPLICA_URL", "sqlite:///copy.sqlite3"),
        ("DATABASE_REPLICA_MAX_LAG", "0"),
        ("ALIPAY_GATEWAY", "sandbocks"),
        ("WECHATPAY_GATEWAY", "productoin"),
        ("SEARCH_URL", "postgres://localhost/search"),
        ("SEARCH_URL", "sqlite:///"),
        ("SEARCH_URL", "http://:9200"),
        ("SEARCH_URL", "http://localhost:x"),
        ("SEARCH_URL", "http://localhost:9200/a/b"),
        ("SEARCH_URL", "http://localhost:9200/*"),
    ],
)
def test_a_bad_value_is_named(refusal, name, value):
    assert name in refusal({**DEV, name: value})


def test_other_front_ends_are_named_exactly_or_there_are_none(run):
    show = "s.CORS_ALLOWED_ORIGINS, any('cors' in each for each in s.MIDDLEWARE)"

    assert run(DEV, show) == (0, "[] False")
    named = {"CORS_ALLOWED_ORIGINS": "https://app.example, http://127.0.0.1:5173,http://[::1]:3000"}
    found = ["https://app.example", "http://127.0.0.1:5173", "http://[::1]:3000"]
    assert run({**PROD, **named}, show) == (0, f"{found} True")


def test_a_dollar_sign_is_a_character_like_any_other(run):
    secret = "$" + SECRET

    assert run({**PROD, "SECRET_KEY": secret}, f"s.SECRET_KEY == {secret!r}") == (0, "True")


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALIPAY_APP_PRIVATE_KEY", "ALIPAY_PUBLIC_KEY"])
def test_a_secret_may_stand_in_a_file(run, tmp_path, name):
    file = tmp_path / "secret"
    file.write_text(f"{PROD[name]}\n")

    status, said = run({**PROD, name: None, f"{name}_FILE": str(file)})

    assert (status, said) == (0, "fine")


def test_the_file_of_a_secret_is_read(run, tmp_path):
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")

    env = {**PROD, "SECRET_KEY": None, "SECRET_KEY_FILE": str(file)}

    assert run(env, f"s.SECRET_KEY == {SECRET!r}") == (0, "True")


@pytest.mark.parametrize("content", [None, ""], ids=["missing", "empty"])
def test_the_file_of_a_secret_must_hold_one(refusal, tmp_path, content):
    file = tmp_path / "secret"
    if content is not None:
        file.write_text(content)

    sentence = refusal({**PROD, "SECRET_KEY": None, "SECRET_KEY_FILE": str(file)})

    assert sentence.startswith("SECRET_KEY_FILE")


def test_a_refusal_never_tells_the_password(refusal):
    sentence = refusal({**DEV, "DATABASE_URL": "mysql://luffy:hunter2@/"})

    assert "hunter2" not in sentence


def test_a_refused_search_address_never_tells_the_password(refusal):
    sentence = refusal({**DEV, "SEARCH_URL": "http://luffy:hunter2@localhost:9200/A"})

    assert "hunter2" not in sentence


def test_a_replica_of_a_mariadb(run, refusal):
    env = {**DEV, "DATABASE_URL": "mysql://u:p@primary/luffy"}
    replica = {"DATABASE_REPLICA_URL": "mysql://reader:p%40@second:3307/luffy"}
    show = "s.DATABASES.get('replica', {}).get('HOST'), s.DATABASE_REPLICA_MAX_LAG"

    assert run({**env, **replica}, show) == (0, "second 5")
    assert run(env, show) == (0, "None 5")
    for wrong in ("mysql://reader:geheim@second", "sqlite:///copy.sqlite3"):
        sentence = refusal({**env, "DATABASE_REPLICA_URL": wrong})
        assert sentence.startswith("DATABASE_REPLICA_URL")
        assert "geheim" not in sentence


def test_a_refused_redis_address_never_tells_the_password(refusal):
    url = "redis+sentinel://:geheim@one:26379"

    assert "geheim" not in refusal({**DEV, "REDIS_URL": url})


def test_the_search_index_stands_beside_the_database(run, tmp_path):
    expected = f"sqlite:///{tmp_path / 'var' / 'search.sqlite3'}"

    assert run(DEV, f"s.SEARCH_URL == {expected!r}") == (0, "True")


def test_development_needs_nothing_and_keeps_its_keys(run, tmp_path):
    fresh = {**DEV, "VAR_DIR": str(tmp_path / "fresh")}
    first = run(fresh, "s.SECRET_KEY[:9], s.ALIPAY['APP_PRIVATE_KEY'][30:60]")

    assert first[0] == 0
    assert run(fresh, "s.SECRET_KEY[:9], s.ALIPAY['APP_PRIVATE_KEY'][30:60]") == first


@pytest.mark.parametrize("name", ["PORT", "PUBLIC_URL", "DEBUG", "DATABASE_URL", "ALIPAY_GATEWAY"])
def test_blank_means_the_default(run, name):
    assert run({**DEV, name: ""}, "s.PUBLIC_URL, s.ALIPAY_GATEWAY") == (
        0,
        "http://127.0.0.1:8000 local",
    )


def test_the_address_follows_the_port(run):
    assert run({**DEV, "PORT": "8123"}, "s.PUBLIC_URL, s.ALIPAY['RETURN_URL']") == (
        0,
        "http://127.0.0.1:8123 http://127.0.0.1:8123/pay/success",
    )


def test_the_command_line_says_the_sentence_without_a_trace():
    answer = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env={"DJANGO_SETTINGS_MODULE": "luffy_api.settings.prod"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 1
    assert answer.stderr.strip() == "Set SECRET_KEY or SECRET_KEY_FILE: it has no default."


def test_videos_have_a_size_a_time_and_a_watermark(run, refusal):
    names = ("TRANSCODE_TIME_LIMIT", "PLAYER_WATERMARK", "PLAYER_MAX_DEVICES")
    show = ", ".join(["s.VIDEO_MAX_BYTES // 1024**2", *(f"s.{name}" for name in names)])
    assert run(DEV, show) == (0, "4096 3:00:00 True 2")
    given = {"VIDEO_MAX_MB": "10", "TRANSCODE_TIME_LIMIT_MINUTES": "5", "PLAYER_WATERMARK": "no"}
    given["PLAYER_MAX_DEVICES"] = "0"
    assert run({**DEV, **given}, show) == (0, "10 0:05:00 False 0")
    for name in given:
        assert refusal({**DEV, name: "lots"}).startswith(name)


def test_login_by_wechat_is_offered_where_an_app_is_given(run, refusal):
    show = "{d: (a['APP_ID'], a['AUTHORIZE_URL'], a['SCOPE']) for d, a in s.WECHAT_LOGIN.items()}"
    website = {"WECHAT_LOGIN_APP_ID": "wx1", "WECHAT_LOGIN_APP_SECRET": "s1"}
    account = {"WECHAT_LOGIN_MP_APP_ID": "wx2", "WECHAT_LOGIN_MP_APP_SECRET": "s2"}
    base = "https://open.weixin.qq.com/connect"
    expected = {
        "desktop": ("wx1", f"{base}/qrconnect", "snsapi_login"),
        "wechat": ("wx2", f"{base}/oauth2/authorize", "snsapi_userinfo"),
    }

    assert run(PROD, show) == (0, "{}")
    assert run({**PROD, **website, **account}, show) == (0, str(expected))
    assert run({**PROD, **account}, show) == (0, str({"wechat": expected["wechat"]}))
    for name in (*website, *account):
        given = {key: value for key, value in {**website, **account}.items() if key != name}
        assert name in refusal({**PROD, **given})


def test_login_by_alipay_is_off_until_it_is_asked_for(run, refusal):
    show = "s.ALIPAY_LOGIN.get('AUTHORIZE_URL')"
    page = "https://openauth-sandbox.dl.alipaydev.com/oauth2/publicAppAuthorize.htm"
    asked = {**PROD, "ALIPAY_LOGIN": "true"}

    assert run(PROD, show) == (0, "None")
    assert run(asked, show) == (0, page)
    devices = "s.ALIPAY_LOGIN['DEVICES']"
    assert run(asked, devices) == (0, "['desktop']")
    assert run({**asked, "ALIPAY_LOGIN_PHONES": "true"}, devices) == (0, "['desktop', 'phone']")
    elsewhere = {**asked, "ALIPAY_GATEWAY": "https://gateway.example/gateway.do"}
    assert refusal(elsewhere).startswith("ALIPAY_LOGIN needs ALIPAY_GATEWAY")


def test_backups_are_made_where_a_folder_is_named(run):
    show = "s.BACKUP_DIR, s.BACKUP_KEEP"

    assert run(DEV, show) == (0, "None 7")
    named = {"BACKUP_DIR": "/srv/backups", "BACKUP_KEEP": "30"}
    assert run({**DEV, **named}, show) == (0, "/srv/backups 30")


def test_a_backup_must_be_kept(refusal):
    said = "BACKUP_KEEP is '0'; use a whole number from 1 to 10000."

    assert refusal({**DEV, "BACKUP_KEEP": "0"}) == said


def test_where_secrets_come_from_is_known_without_their_text(run, tmp_path):
    (tmp_path / "key").write_text(f"{SECRET}\n")
    given = {**PROD, "SECRET_KEY": None, "SECRET_KEY_FILE": str(tmp_path / "key")}

    status, said = run(given, "{n: v.path for n, v in s.SECRET_SOURCES.items()}")

    assert status == 0
    assert f"'SECRET_KEY': '{tmp_path / 'key'}'" in said
    assert "'ALIPAY_APP_PRIVATE_KEY': ''" in said
    assert SECRET not in run(given, "s.SECRET_SOURCES")[1]
