"""`xinya site officers`, `xinya site account` and `xinya site roles` from the shell."""

import re
from pathlib import Path

import pytest

from xinya.cli.main import main
from xinya.cli.people import register_document
from xinya.zones.engine.roles import OFFICERS, POWERS, REGISTER
from xinya.zones.models import Membership, Person

DOCS = Path(__file__).resolve().parents[3] / "docs"


@pytest.mark.django_db
def test_the_first_start_prints_three_passwords_once(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINYA_LANGUAGE", "en")
    assert main(["site", "officers", "--audit", "shen"]) == 0
    lines = capsys.readouterr().out.splitlines()
    found = [re.fullmatch(r".*: sign in as (\S+) with the password (\S+)", line) for line in lines[:3]]
    for match in found:
        assert match is not None
        assert Person.objects.get(username=match[1]).check_password(match[2])
    assert set(Membership.objects.values_list("role", "person__username")) == {
        ("system_officer", "system"), ("security_officer", "security"), ("audit_officer", "shen"),
    }  # fmt: skip
    assert main(["site", "officers"]) == 2
    assert "officers-exist" in capsys.readouterr().err
    assert Person.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("role", OFFICERS)
def test_the_shell_makes_no_officer_beside_them(role: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["site", "account", "li", "--role", role]) == 2
    assert "officer-by-shell" in capsys.readouterr().err
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_the_shell_still_makes_other_accounts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["site", "account", "li", "--role", "chain_officer"]) == 0
    assert Person.objects.get(username="li").role == "chain_officer"


@pytest.mark.house
@pytest.mark.parametrize(("language", "file"), [("en", "roles.md"), ("zh", "roles.zh.md")])
def test_the_document_of_roles_is_the_one_of_the_register(
    language: str, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (DOCS / file).read_text("utf-8")
    assert text == register_document(language), f"run `XINYA_LANGUAGE={language} xinya site roles docs/{file}`"
    assert all(f"`{role.code}`" in text for role in REGISTER)
    monkeypatch.setenv("XINYA_LANGUAGE", language)
    assert main(["site", "roles", str(tmp_path / file)]) == 0
    assert (tmp_path / file).read_text("utf-8") == text


@pytest.mark.house
def test_every_power_is_somebody_s_and_every_role_has_known_powers() -> None:
    given = set().union(*(role.powers for role in REGISTER))
    assert given == set(POWERS)
