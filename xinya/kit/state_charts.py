"""A state machine as people read it: a picture (SVG) and a table (Markdown), both from the table that moves the rows. No Django.

The picture has a column a state and a row a step, so that no line crosses a word whatever the table holds.
"""

from html import escape
from unicodedata import east_asian_width

from xinya.kit.states import START, Machine, Step
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

ROW, HEAD, MARGIN, LOOP = 34, 44, 64, 34
NARROWEST, LETTER = 104, 7.4
COLUMNS = (_("From"), _("What is done"), _("To"), _("By whom"), _("Needed"))
BEGINS = _("(start)")
ALT = _("States of “%(title)s”: %(steps)s")
FOLLOWS = _("%(source)s, %(verb)s, %(to)s")


def svg(machine: Machine, language: str = "en", *, current: str = "", on_paper: bool = False) -> str:
    """The picture. current: the state to mark. on_paper: with a ground and colours of its own, for a file beside a document."""
    width = _column_width(machine, language)
    place = {state: MARGIN + width * (n + 0.5) for n, state in enumerate(machine.states)}
    place[START] = 16
    across, down = MARGIN + width * len(machine.states) + LOOP, HEAD + ROW * len(machine.steps) + 16
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="states" viewBox="0 0 {across:.0f} {down}" width="{across:.0f}" '
        f'height="{down}" role="img" aria-label="{escape(spoken(machine, language))}" font-size="13" '
        f'font-family="sans-serif" text-anchor="middle" fill="currentColor" stroke="none">'
    )
    parts = [head]
    if on_paper:
        parts.append(f'<rect width="{across:.0f}" height="{down}" fill="#ffffff"/><g color="#1b211e">')
    for state in machine.states:
        parts.append(_state(machine.word(state, language), place[state], width, down, is_current=state == current))
    for row, step in enumerate(machine.steps):
        parts.append(_step(machine.word(step.verb, language), place[step.source], place[step.to], HEAD + ROW * (row + 0.5) + 8))
    return "".join(parts) + ("</g></svg>" if on_paper else "</svg>")


def spoken(machine: Machine, language: str = "en") -> str:
    """The steps in words, for whoever does not see the picture."""
    parted = "；" if language == "zh" else "; "
    steps = parted.join(
        say(language, FOLLOWS, source=source_word(machine, step, language), verb=machine.word(step.verb, language),
            to=machine.word(step.to, language))
        for step in machine.steps
    )  # fmt: skip
    return say(language, ALT, title=say(language, machine.title), steps=steps)


def source_word(machine: Machine, step: Step, language: str) -> str:
    """The word of the state from which a step leads."""
    return say(language, BEGINS) if step.source == START else machine.word(step.source, language)


def rows(machine: Machine, language: str = "en") -> list[tuple[str, str, str, str, str]]:
    """The table in words."""
    comma = "、" if language == "zh" else ", "
    return [
        (
            source_word(machine, step, language), machine.word(step.verb, language), machine.word(step.to, language),
            comma.join(machine.word(one, language) for one in step.who),
            comma.join(machine.word(one, language) for one in step.required) or "–",
        )
        for step in machine.steps
    ]  # fmt: skip


def markdown(machine: Machine, language: str = "en") -> str:
    """The document of a machine; the picture lies beside it as `<name>.svg`."""
    title = say(language, machine.title)
    lines = [f"# {title}", "", f"![{title}]({machine.name}.svg)", ""]
    lines += ["| " + " | ".join(say(language, c) for c in COLUMNS) + " |", "| --- " * len(COLUMNS) + "|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows(machine, language)]
    codes = ", ".join(f"`{state}`" for state in machine.states)
    lines += ["", f"Codes: {codes}. Written by `xinya site states` from the table in the code; a test compares."]
    return "\n".join(lines) + "\n"


def _column_width(machine: Machine, language: str) -> float:
    """Wide enough for every state's word in its box, and for every verb on the shortest arrow."""
    words = [machine.word(name, language) for name in (*machine.states, *(s.verb for s in machine.steps))]
    return max(NARROWEST, *(sum(2 if east_asian_width(c) in "WF" else 1 for c in word) * LETTER + 28 for word in words))


def _state(word: str, x: float, width: float, down: int, *, is_current: bool) -> str:
    box = width - 14
    weight = ' font-weight="700"' if is_current else ""
    return (
        f'<path d="M{x:.1f} {HEAD - 8}V{down - 8}" stroke="currentColor" stroke-opacity="0.35" stroke-dasharray="2 4"/>'
        f'<rect x="{x - box / 2:.1f}" y="8" width="{box:.1f}" height="28" rx="4" fill="none" stroke="currentColor" '
        f'stroke-width="{2.5 if is_current else 1}"/>'
        f'<text x="{x:.1f}" y="27"{weight}>{escape(word)}</text>'
    )


def _step(word: str, x: float, to: float, y: float) -> str:
    """An arrow with its verb above; a step that stays is a loop at the right of its line."""
    if x == to:
        path, tip, middle = f"M{x:.1f} {y - 6:.1f}h{LOOP - 10}v12h-{LOOP - 18}", (x + 8, -1), x + LOOP / 2
        label = f'<text x="{middle + 14:.1f}" y="{y - 10:.1f}">{escape(word)}</text>'
        end_y = y + 6
    else:
        sense = 1 if to > x else -1
        path, tip, end_y = f"M{x:.1f} {y:.1f}H{to - 7 * sense:.1f}", (to, sense), y
        label = f'<text x="{(x + to) / 2:.1f}" y="{y - 6:.1f}">{escape(word)}</text>'
    head_x, sense = tip
    head = f"M{head_x:.1f} {end_y:.1f}l{-8 * sense} -4v8z"
    dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5"/>' if x < MARGIN / 2 else ""
    return f'<path d="{path}" fill="none" stroke="currentColor"/><path d="{head}"/>{dot}{label}'
