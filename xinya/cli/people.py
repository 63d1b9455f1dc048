"""`xinya site officers` and `xinya site roles`: the first three officers, and the register of roles as a document."""

import argparse
from pathlib import Path

from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say
from xinya.zones.engine.roles import BY_CODE, POWERS, REGISTER

OFFICER_MADE = _("%(role)s: sign in as %(name)s with the password %(password)s")
SHOWN_ONCE = _("The passwords are not shown again; each must be changed at the first sign-in. Hand them to three different people.")
RENEWED = _("%(name)s signs in with the password %(password)s, changes it and sets up new keys. It is not shown again.")
TITLE = _("Register of roles")
LEAD = _("Printed by `xinya site roles` from the one table that pages, rules and tests read; do not edit it by hand.")
OFFICERS_LEAD = _("Nobody holds two different duties; system, security and audit officers hold no business role.")
DUTY_WORDS = {"BUSINESS": _("business"), "SYSTEM": _("system"), "SECURITY": _("security"), "AUDIT": _("audit")}
KIND_WORDS = {
    "ZONE_OFFICE": _("office of the zone"),
    "COMPANY": _("company"),
    "FUND": _("fund"),
    "AUDIT": _("auditor"),
    "SERVICE_ORG": _("service organisation"),
    "PUBLIC": _("public"),
}
HEADS = (_("Role"), _("Code"), _("Sees"), _("May do"), _("Held in"), _("Duty"), _("Second factor"))


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the commands below `site`."""
    officers = commands.add_parser("officers", help="make the first three officers; refused when there are any")
    for duty, default in (("system", "system"), ("security", "security"), ("audit", "audit")):
        officers.add_argument(f"--{duty}", default=default, metavar="NAME", help=f"sign-in name of the {duty} officer")
    officers.set_defaults(run=run_officers)
    renew = commands.add_parser("renew-officer", help="give an officer who lost password or keys a new password")
    renew.add_argument("name", help="sign-in name of the officer")
    renew.add_argument("--reason", required=True, help="why; it stands in the audit log")
    renew.set_defaults(run=run_renew_officer)
    roles = commands.add_parser("roles", help="print the register of roles as Markdown")
    roles.add_argument("file", type=Path, nargs="?", help="write it there")
    roles.set_defaults(run=run_roles)


def run_officers(arguments: argparse.Namespace) -> int:
    """Three accounts with random passwords, printed this once."""
    from .house import open_house

    with open_house():
        from xinya.zones.actions import first_officers

        names = {f"{duty}_officer": getattr(arguments, duty).strip() for duty in ("system", "security", "audit")}
        passwords = first_officers("shell", names=names)
    for role, password in passwords.items():
        shown = say(arguments.language, BY_CODE[role].name)
        print(say(arguments.language, OFFICER_MADE, role=shown, name=names[role], password=password))
    print(say(arguments.language, SHOWN_ONCE))
    return 0


def run_renew_officer(arguments: argparse.Namespace) -> int:
    """A new password, printed this once; the officer's keys and sessions are gone."""
    from .house import open_house

    with open_house():
        from xinya.zones.actions.passwords import renew_officer

        password = renew_officer("shell", name=arguments.name, reason=arguments.reason)
    print(say(arguments.language, RENEWED, name=arguments.name, password=password))
    return 0


def run_roles(arguments: argparse.Namespace) -> int:
    """The register in the language of the command line."""
    text = register_document(arguments.language)
    if arguments.file is None:
        print(text, end="")
    else:
        arguments.file.write_text(text, encoding="utf-8")
    return 0


def register_document(language: str) -> str:
    """docs/roles.md and docs/roles.zh.md: always the same text for the same register."""

    def said(sentence: str) -> str:
        return say(language, sentence)

    stop, comma = ("；", "、") if language == "zh" else ("; ", "; ")
    lines = [f"# {said(TITLE)}", "", said(LEAD), "", said(OFFICERS_LEAD), ""]
    lines += ["| " + " | ".join(map(said, HEADS)) + " |", "|" + " --- |" * len(HEADS)]
    for role in REGISTER:
        may = stop.join(said(POWERS[p]) for p in POWERS if p in role.powers)
        if role.opens_with:
            may = say(language, _("opens with a later part of the product: %(part)s"), part=role.opens_with)
        cells = (
            said(role.name), f"`{role.code}`", said(role.sees), may, comma.join(said(KIND_WORDS[k]) for k in role.kinds),
            said(DUTY_WORDS[role.duty]), said(_("needed")) if role.is_zone_role else said(_("offered")),
        )  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


__all__ = ["add_commands", "register_document"]
