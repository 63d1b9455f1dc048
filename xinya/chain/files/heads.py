"""What is wrong with the head of a pack, pack.toml, without a look at its tables."""

import datetime
import re
from collections.abc import Iterator

from xinya.kit.text import gettext_noop as _

from .pack import FORMAT, Pack
from .texts import VERSION, Wrong, wrong_texts

CODE = re.compile(r"[a-z][a-z0-9-]{1,29}")
LONGEST_NAME = 30
TEXTS = ("format", "code", "version", "name_zh", "name_en", "summary_zh", "summary_en", "licence")
KEYS = frozenset({*TEXTS, "as_of", "requires", "product", "columns"})

FOLDER = _("The code %(code)s must be the folder's name.")
VERSION_FORM = _("The version %(version)s must be year, month and number of the issue, as in 2026.11.1.")
NAME_LONG = _("The name is longer than 30 characters.")
NO_DAY = _("as_of must be a day written without quotes, as in 2026-11-24.")
LATER = _("The pack stands for %(day)s, which is later than today.")


def wrong_head(pack: Pack, today: datetime.date) -> Iterator[Wrong]:
    """today: after it no pack stands."""
    head = pack.head
    yield from _keys(pack)
    if head.get("format") != FORMAT:
        yield Wrong("format-unknown", _("The format must be %(format)s."), {"format": FORMAT})
    if not CODE.fullmatch(pack.code) or (pack.name and pack.name != pack.code):
        yield Wrong("code-wrong", FOLDER, {"code": pack.code})
    if pack.version and not VERSION.fullmatch(pack.version):
        yield Wrong("version-wrong", VERSION_FORM, {"version": pack.version[:40]})
    if len(str(head.get("name_zh", ""))) > LONGEST_NAME:
        yield Wrong("name-long", NAME_LONG, {})
    as_of = head.get("as_of")
    if as_of and type(as_of) is not datetime.date:
        yield Wrong("as-of-wrong", NO_DAY, {})
    elif as_of and as_of > today:
        yield Wrong("as-of-late", LATER, {"day": as_of.isoformat()})
    yield from wrong_texts(head)


def _keys(pack: Pack) -> Iterator[Wrong]:
    for key in (*TEXTS, "as_of", "columns"):
        if not pack.head.get(key):
            yield Wrong("head-missing", _("%(key)s is missing."), {"key": key})
        elif key in TEXTS and not isinstance(pack.head[key], str):
            yield Wrong("head-wrong", _("%(key)s must be a text."), {"key": key})
    for key in sorted(pack.head.keys() - KEYS):
        yield Wrong("head-unknown", _("%(key)s means nothing in pack.toml."), {"key": key})
