"""An operator's settings: typed, complete, and a wrong one is named before anything starts."""

import contextlib
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.kit.refusals import Refused
from xinya.site.environment import VARIABLES, database_settings, is_loopback, read_environment

KEY = {"XINYA_SECRET_KEY": "k" * 40}
ROOT = Path(__file__).resolve().parent.parent
HOME = Path("/srv/xinya")


@contextlib.contextmanager
def naming(name: str) -> Iterator[None]:
    """Whatever is refused inside must name the variable."""
    try:
        yield
    except Refused as refused:
        if name not in refused.sentence("en"):
            raise AssertionError(refused.sentence("en")) from refused
        raise


def refusal(variables: dict[str, str]) -> Refused:
    with pytest.raises(Refused) as caught:
        read_environment(variables, home=HOME)
    return caught.value


def test_nothing_but_a_key_is_needed() -> None:
    environment = read_environment(KEY, home=HOME)
    assert environment.database == str(HOME / "var" / "xinya.sqlite3")
    assert (environment.demo, environment.debug, environment.port) == (False, False, 8000)
    assert environment.time_zone == "Asia/Shanghai"
    assert environment.loopback_only


def test_other_programs_variables_are_none_of_our_business() -> None:
    assert read_environment({**KEY, "DATABASE": "x", "MY_XINYA_PORT": "no number"}, home=HOME).port == 8000


def test_an_unknown_variable_stops_the_start_with_its_name() -> None:
    refused = refusal({**KEY, "XINYA_DATABSE": "typing error"})
    assert refused.code == "setting-unknown"
    assert "XINYA_DATABSE" in refused.sentence("en")
    assert "XINYA_DATABASE" in refused.sentence("en")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DEMO", "maybe"),
        ("DEBUG", ""),
        ("HOSTS", "a.cn,,b.cn"),
        ("HOSTS", "https://a.cn"),
        ("HOSTS", "*"),
        ("DATABASE", ""),
        ("DATABASE", "mysql://a/b"),
        ("DATABASE", "postgresql://host"),
        ("DATABASE", "postgresql://host:port/name"),
        ("DATABASE", "postgresql://host/name?password_file=x"),
        ("SECRET_KEY", "short"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "80a"),
        ("PROXIES", "proxy.example.cn"),
        ("PROXIES", "10.0.0.1,"),
        ("PROXIES", "10.0.0.1/8"),
        ("VAR", ""),
        ("ADDRESS", "xinya.example.cn"),
        ("ADDRESS", "http://xinya.example.cn"),
        ("ADDRESS", "https://xinya.example.cn/path"),
        ("ADDRESS", "https://user@xinya.example.cn"),
        ("MAIL", "mail.example.cn"),
        ("MAIL", "smtp://mail.example.cn"),
        ("MAIL", "smtp://mail.example.cn/?from=zone"),
        ("MAIL", "smtp://mail.example.cn/?from=zone@example.cn&x=1"),
        ("MAIL", "smtp://mail.example.cn:port/?from=zone@example.cn"),
        ("SMS", "http://sms.example.cn/"),
        ("SMS", "file:///etc/passwd"),
        ("WEBHOOKS", "https://hook.example.cn/"),
        ("WEBHOOKS", "office=http://hook.example.cn/"),
        ("WEBHOOKS", "office=https://a.cn/ office=https://b.cn/"),
        ("WEBHOOK_KEY", "short"),
        ("TIME_ZONE", "Asia/Peking"),
        ("TIME_ZONE", "../etc"),
    ],
)
def test_a_malformed_value_stops_the_start_with_its_name_and_without_the_value(name: str, text: str) -> None:
    refused = refusal({**KEY, f"XINYA_{name}": text})
    assert refused.code == "setting-malformed"
    sentence = refused.sentence("en")
    assert f"XINYA_{name}" in sentence
    assert len(text) < 4 or text not in sentence


@given(st.sampled_from(sorted(VARIABLES)), st.text(max_size=40).filter(lambda text: "\0" not in text))
def test_any_value_is_either_read_or_refused_by_name(name: str, text: str) -> None:
    with contextlib.suppress(Refused), naming(f"XINYA_{name}"):
        read_environment({**KEY, f"XINYA_{name}": text}, home=HOME)


def test_a_key_is_demanded_except_by_a_demo() -> None:
    refused = refusal({})
    assert (refused.code, "XINYA_SECRET_KEY" in refused.sentence("zh")) == ("setting-missing", True)
    demo = read_environment({"XINYA_DEMO": "yes"}, home=HOME)
    assert demo.secret_key is None
    assert demo.database.endswith("demo.sqlite3")


@pytest.mark.parametrize("hosts", ["xinya.example.cn", "0.0.0.0", "localhost,192.168.1.4", "[::]"])
def test_a_demo_never_answers_to_a_public_name(hosts: str) -> None:
    refused = refusal({"XINYA_DEMO": "1", "XINYA_HOSTS": hosts})
    assert (refused.code, "XINYA_HOSTS" in refused.sentence("en")) == ("setting-unsafe", True)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "[::1]", "::1", "demo.localhost"])
def test_this_machine_has_several_names(host: str) -> None:
    assert is_loopback(host)


def test_sqlite_waits_for_the_write_lock_at_the_start_of_a_transaction() -> None:
    options = database_settings("zone.sqlite3", timeout_s=20)["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 20
    assert "journal_mode=WAL" in options["init_command"]
    assert "synchronous=FULL" in options["init_command"]


def test_a_postgresql_address_may_hold_a_socket_folder_and_quoted_characters() -> None:
    address = "postgresql://zone:p%40ss%2Fword@/xinya?host=/run/pg&sslmode=require"
    settings = database_settings(address, timeout_s=20)
    assert (settings["USER"], settings["PASSWORD"], settings["NAME"]) == ("zone", "p@ss/word", "xinya")
    assert (settings["HOST"], settings["OPTIONS"]) == ("/run/pg", {"sslmode": "require"})


def start(variables: dict[str, str], tmp_path: Path) -> "subprocess.CompletedProcess[str]":
    clean = {name: text for name, text in os.environ.items() if not name.startswith(("XINYA_", "DJANGO_"))}
    clean |= {"LANG": "C.UTF-8", "XINYA_VAR": str(tmp_path), **variables}
    return subprocess.run(
        [sys.executable, "manage.py", "diffsettings", "--output=hash"],
        cwd=ROOT,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_wrong_setting_ends_the_start_in_one_sentence(tmp_path: Path) -> None:
    ended = start({**KEY, "XINYA_PORT": "eighty"}, tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.strip() == "The setting XINYA_PORT must be a number from 1 to 65535."


@pytest.mark.long
def test_a_demo_keeps_its_own_key_for_its_owner_only(tmp_path: Path) -> None:
    first, second = start({"XINYA_DEMO": "yes"}, tmp_path), start({"XINYA_DEMO": "yes"}, tmp_path)
    assert first.returncode == 0, first.stderr
    kept = tmp_path / "demo-secret-key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert len(kept.read_text()) >= 32
    key = [line for line in first.stdout.splitlines() if line.startswith("SECRET_KEY")]
    assert key == [line for line in second.stdout.splitlines() if line.startswith("SECRET_KEY")]


@pytest.mark.long
def test_outside_this_machine_cookies_travel_over_tls_only(tmp_path: Path) -> None:
    public = start({**KEY, "XINYA_HOSTS": "xinya.example.cn"}, tmp_path).stdout
    assert "SESSION_COOKIE_SECURE = True" in public
    assert "SECURE_SSL_REDIRECT = True" in public
    near = start(KEY, tmp_path).stdout
    assert "SESSION_COOKIE_SECURE = True" not in near


def test_links_begin_with_the_address_of_the_settings_or_the_first_host() -> None:
    assert read_environment(KEY, home=HOME).address == "http://localhost:8000"
    public = {**KEY, "XINYA_HOSTS": "xinya.example.cn,other.example.cn"}
    assert read_environment(public, home=HOME).address == "https://xinya.example.cn"
    behind = {**public, "XINYA_ADDRESS": "https://zone.example.cn:8443/"}
    assert read_environment(behind, home=HOME).address == "https://zone.example.cn:8443"


def test_a_mail_server_is_read_from_one_address() -> None:
    address = "smtp+starttls://zone:p%40ss@mail.example.cn/?from=zone@example.cn"
    server = read_environment({**KEY, "XINYA_MAIL": address}, home=HOME).mail
    assert server is not None
    assert (server.host, server.port, server.user, server.password) == ("mail.example.cn", 587, "zone", "p@ss")
    assert (server.is_tls, server.is_starttls, server.sender) == (False, True, "zone@example.cn")
    assert read_environment(KEY, home=HOME).mail is None


def test_what_is_sent_to_a_gateway_or_web_hook_must_be_signed() -> None:
    for name, text in (("XINYA_SMS", "https://sms.example.cn/"), ("XINYA_WEBHOOKS", "office=https://hook.example.cn/in?a=b")):
        refused = refusal({**KEY, name: text})
        assert (refused.code, "XINYA_WEBHOOK_KEY" in refused.sentence("en")) == ("setting-missing", True)
        read_environment({**KEY, name: text, "XINYA_WEBHOOK_KEY": "k" * 40}, home=HOME)
