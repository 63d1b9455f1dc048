"""Evidence as the pages show it: source, date, confidence, half-life, what is left, and what contradicts what."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xinya.kit.web_address import web_address
from xinya.zones.engine.conflicts import Weighed
from xinya.zones.engine.freshness import Age
from xinya.zones.models import Fact, Source
from xinya.zones.queries import Dossier

from ..models import Placement
from ..queries import ZoneReport, fact_age, fact_sure, key_of, place_age, place_sure

LIFE_WORDS = {
    "fresh": gettext_noop("fresh"),
    "fading": gettext_noop("fading"),
    "stale": gettext_noop("stale"),
    "due": gettext_noop("due"),
    "lasting": gettext_noop("does not fade"),
}
FADES = {"fresh": "", "fading": "f2", "stale": "f3", "due": "f3", "lasting": ""}
VOICE_WORDS = {
    "officer": gettext_noop("confirmed by an officer"),
    "commissioner": gettext_noop("confirmed by the commissioner"),
    "company": gettext_noop("confirmed by the company"),
    "link": gettext_noop("confirmed by the company"),
    "list": gettext_noop("named again by a later list"),
}


def life(age: Age, sure: float, voice: tuple[datetime.date, str] | None = None) -> dict[str, Any]:
    """How old something is, as the chip shows it: state, half-life, what is left, how sure it is with all its sources."""
    return {
        "state": age.state,
        "state_word": _(LIFE_WORDS[age.state]),
        "fade": FADES[age.state],
        "half_life": age.half_life,
        "left": f"{age.weight:.0%}",
        "days": age.days,
        "since": age.since.isoformat(),
        "sure": f"{sure:.0%}",
        "voice": _(VOICE_WORDS[voice[1]]) if voice else "",
        "voice_on": voice[0].isoformat() if voice else "",
    }


def age_words(age: Age) -> dict[str, Any]:
    """An age alone: its state in words and since when."""
    return {"state": age.state, "state_word": _(LIFE_WORDS[age.state]), "fade": FADES[age.state], "since": age.since.isoformat()}


def evidence(fact: Fact, found: ZoneReport) -> dict[str, Any]:
    """A fact's source, date, confidence and age as the chip shows them."""
    on = found.on
    words = (
        (0.9, _("both sides or document")),
        (0.7, _("document or list")),
        (0.5, _("one side")),
        (0.0, _("inferred")),
    )
    confidence = float(fact.confidence)
    return {
        "source": _source_words(fact.source),
        "date": f"{fact.observed_on:%Y-%m}",
        "confidence": confidence,
        "word": _("for the demonstration") if fact.source.is_invented else next(w for least, w in words if confidence >= least),
        "href": web_address(fact.source.url),
        "life": life(fact_age(fact, found.held, on), fact_sure(fact, found.held, on), found.held.voice(fact.pk, on)),
    }


def _source_words(source: Source) -> str:
    """Who says so: a title as it was published, else in the reader's language what was made of what."""
    if source.is_invented:
        return _("invented")
    if source.kind != Source.Kind.INFERRED:
        return source.title
    return _("inferred from %(source)s") % {"source": source.reference} if source.reference else _("inferred")


def weighed_words(held: Weighed, facts: Iterable[Fact]) -> dict[str, Any]:
    """Several sources of one figure: which is shown, what the others say, and whether somebody must choose."""
    rows = {f.pk: f for f in facts}
    return {
        "relation": held.relation,
        "is_open": held.is_open,
        "settled": held.shown.settles,
        "values": [
            {"fact": rows[one.key], "is_shown": one is held.shown, "source": rows[one.key].source}
            for one in (held.shown, *held.others)
        ],
    }


def place_evidence(found: ZoneReport, row: Placement, dossier: Dossier) -> dict[str, Any]:
    """The source of the text that a placement rests on, or who confirmed it, with the placement's own age."""
    on = found.on
    fact = next((f for f in dossier.products if row.text and f.text == row.text), None)
    voice = found.held.voice(key_of(row), on)
    chip = evidence(fact, found) if fact else {"source": row.reason or row.get_state_display(), "date": f"{row.placed_on:%Y-%m}"}
    own = life(place_age(row, dossier, found.held, on), place_sure(row, dossier, found.held, on), voice)
    return {**chip, "confidence": float(row.confidence), "life": own}
