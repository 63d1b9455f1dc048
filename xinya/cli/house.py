"""`xinya site ...`: what an operator does to the whole house: upgrade, backup, restore, catalogues."""

import argparse
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from xinya.kit.refusals import Refused
from xinya.kit.text import LOCALE, say
from xinya.kit.text import gettext_noop as _

from . import people

WRITTEN = _("Backup written: %(file)s, %(rows)s rows.")
RESTORED = _("Restored: %(rows)s rows in %(tables)s tables, from the backup of %(made_at)s.")
UP_TO_DATE = _("The database has the tables of this version.")
COMPILED = _("Compiled: %(file)s, %(count)s sentences.")
CLOSED = _("The database cannot be opened: %(why)s. See XINYA_DATABASE, and run `xinya site upgrade` before its first use.")
FOREIGN = _("The database holds the tables of another program. Give this one a database of its own. Nothing was changed.")
NO_GETTEXT = _("The programs of GNU gettext are needed to renew the catalogues, and they are not installed.")

PLURALS = {"zh_Hans": "nplurals=1; plural=0;", "en": "nplurals=2; plural=(n != 1);"}
HEAD = """msgid ""
msgstr ""
"Project-Id-Version: xinya\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"
"""

# Heads that gettext renews at every run: without them a catalogue changes only with its sentences.
PASSING = ('"POT-Creation-Date:', '"Report-Msgid-Bugs-To:')


ACCOUNT_NAME = _("An account's name has 2 to 150 characters: letters, digits, and . @ + - or _ between them.")
NO_OFFICERS = _("The role %(role)s is not given here: `xinya site officers` makes the first three, and they grant further ones.")
ACCOUNT_MADE = _("%(name)s signs in with the password %(password)s. It is not shown again.")


def add_parsers(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `site` with its commands."""
    site = subparsers.add_parser("site", help="upgrade, backup, restore, catalogues")
    commands = site.add_subparsers(dest="site_command", required=True)
    backup = commands.add_parser("backup", help="write the whole database into one zip")
    backup.add_argument("file", type=Path)
    backup.set_defaults(run=run_backup)
    restore = commands.add_parser("restore", help="fill an empty database from a backup")
    restore.add_argument("file", type=Path)
    restore.add_argument("--replace", action="store_true", help="delete all rows of the database first")
    restore.set_defaults(run=run_restore)
    upgrade = commands.add_parser("upgrade", help="backup, then bring the tables up to this version; also the first set-up")
    upgrade.set_defaults(run=run_upgrade)
    messages = commands.add_parser("messages", help="compile the catalogues of the languages")
    messages.add_argument("--renew", action="store_true", help="collect the sentences from the sources first (GNU gettext)")
    messages.set_defaults(run=run_messages)
    account = commands.add_parser("account", help="make an account, or give one a new password, which is printed once")
    account.add_argument("name")
    account.add_argument("--role", default="zone_reader", help="a role of the register, held in the house-wide office")
    account.set_defaults(run=run_account)
    people.add_commands(commands)
    states = commands.add_parser("states", help="write docs/states: every state machine as a table and a picture")
    states.add_argument("folder", type=Path, nargs="?", default=Path("docs/states"))
    states.set_defaults(run=run_states)
    document = commands.add_parser("openapi", help="write the document of the HTTP API")
    document.add_argument("file", type=Path)
    document.set_defaults(run=run_openapi)


def start_django() -> None:
    """Load the settings and the applications. Raises Refused with the name of a wrong setting."""
    import django
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinya.site.settings")
    try:
        django.setup()
    except ImproperlyConfigured as wrong:
        if isinstance(wrong.__cause__, Refused):
            raise wrong.__cause__ from None
        raise


@contextmanager
def open_house() -> Iterator[None]:
    """Start Django for one command; a database that does not answer becomes one sentence. Raises Refused."""
    start_django()
    from django.db import DatabaseError, OperationalError

    try:
        yield
    except DatabaseError as wrong:
        if type(wrong) not in (OperationalError, DatabaseError):  # of a statement, not of the database
            raise
        raise Refused("database-closed", CLOSED, why=str(wrong).strip().partition("\n")[0]) from wrong


def run_backup(arguments: argparse.Namespace) -> int:
    """`xinya site backup FILE.zip`."""
    with open_house():
        _backup(arguments.file, arguments.language)
    return 0


def _backup(target: Path, language: str) -> None:
    from xinya.site.backup import write_backup

    rows = write_backup(target)
    print(say(language, WRITTEN, file=target, rows=rows))


def run_restore(arguments: argparse.Namespace) -> int:
    """`xinya site restore FILE.zip [--replace]`."""
    with open_house():
        from xinya.site.backup import restore_backup

        restored = restore_backup(arguments.file, replace=arguments.replace)
    counts = {"rows": restored.rows, "tables": restored.tables, "made_at": restored.made_at}
    print(say(arguments.language, RESTORED, **counts))
    return 0


def run_upgrade(arguments: argparse.Namespace) -> int:
    """`xinya site upgrade`: a backup under var/backups when there is anything to lose, then tables and static files."""
    with open_house():
        from django.conf import settings
        from django.core.management import call_command

        from xinya.site.marks import is_untouched, stored_models
        from xinya.zones.tasks import keep_calendar

        settings.VAR.mkdir(parents=True, exist_ok=True)
        if not is_untouched():
            if not stored_models():
                raise Refused("database-foreign", FOREIGN)
            folder = settings.VAR / "backups"
            folder.mkdir(mode=0o700, exist_ok=True)
            _backup(folder / f"before-upgrade-{datetime.now():%Y%m%d-%H%M%S-%f}.zip", arguments.language)
        prepare()
        keep_calendar()
        call_command("collectstatic", interactive=False, verbosity=0)
    print(say(arguments.language, UP_TO_DATE))
    return 0


def prepare() -> None:
    """Bring the tables of the database up to this version."""
    from xinya.site.tables import bring_up_to_date

    bring_up_to_date()


def run_states(arguments: argparse.Namespace) -> int:
    """`xinya site states [FOLDER]`: the documents that docs/states holds."""
    with open_house():
        from xinya.site.states import write_documents

        write_documents(arguments.folder)
    return 0


def run_openapi(arguments: argparse.Namespace) -> int:
    """`xinya site openapi FILE`: the document that docs/openapi.json holds."""
    with open_house():
        arguments.file.write_text(openapi_document(), encoding="utf-8")
    return 0


def openapi_document() -> str:
    """The OpenAPI document of this version, always the same text. Django must have started."""
    from xinya.site.api import api

    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def run_messages(arguments: argparse.Namespace) -> int:
    """`xinya site messages [--renew]`."""
    if arguments.renew:
        renew_catalogues(LOCALE.parent)
    for catalogue, count in compile_catalogues(LOCALE):
        print(say(arguments.language, COMPILED, file=catalogue.relative_to(LOCALE), count=count))
    return 0


def compile_catalogues(locale: Path) -> list[tuple[Path, int]]:
    """Compile every `.po` below `locale` to the `.mo` beside it, without GNU gettext; returns files and sentences."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as text:
            catalogue = read_po(text, domain=source.stem, abort_invalid=True)
        target = source.with_suffix(".mo")
        growing = target.with_suffix(f".{os.getpid()}")
        with growing.open("wb") as file:
            write_mo(file, catalogue)
        growing.replace(target)
        translated = (m.string if isinstance(m.string, str) else all(m.string or ()) for m in catalogue if m.id and not m.fuzzy)
        compiled.append((target, sum(map(bool, translated))))
    return compiled


def renew_catalogues(package: Path) -> None:
    """Collect the marked sentences of the sources into the catalogues. Raises Refused without GNU gettext."""
    if shutil.which("xgettext") is None or shutil.which("msgmerge") is None:
        raise Refused("no-gettext", NO_GETTEXT)
    command = [sys.executable, "-m", "django", "makemessages", "--no-obsolete", "--no-wrap", "--no-location"]
    command += ["--ignore", "tests", "--ignore", "*/tests/*", "--ignore", "migrations"]
    for language, plural in PLURALS.items():
        command += ["--locale", language]
        catalogue = package / "locale" / language / "LC_MESSAGES" / "django.po"
        if not catalogue.exists():  # gettext's own head would name an author who does not exist
            catalogue.parent.mkdir(parents=True, exist_ok=True)
            catalogue.write_text(HEAD.format(language=language, plural=plural), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=package, env=environment, check=True, stdout=subprocess.DEVNULL)
    for language in PLURALS:
        catalogue = package / "locale" / language / "LC_MESSAGES" / "django.po"
        lines = catalogue.read_text(encoding="utf-8").splitlines(keepends=True)
        catalogue.write_text("".join(line for line in lines if not line.startswith(PASSING)), encoding="utf-8")


def run_account(arguments: argparse.Namespace) -> int:
    """Make an account from the machine's own shell; the password is random and shown this once."""
    start_django()
    from xinya.zones.actions import renew_account
    from xinya.zones.engine.roles import OFFICERS
    from xinya.zones.models import Person

    name = arguments.name.strip()
    if not re.fullmatch(r"[\w.@+-]{2,150}", name):
        raise Refused("name-wrong", ACCOUNT_NAME)
    if arguments.role in OFFICERS:
        raise Refused("officer-by-shell", NO_OFFICERS, role=arguments.role)
    password = secrets.token_urlsafe(12)
    renew_account(Person(username="shell"), username=name, role=arguments.role, password=password)
    print(say(arguments.language, ACCOUNT_MADE, name=name, password=password))
    return 0
