"""One table-driven machine for everything that has states: what may follow, by whom, with which fields. No Django.

A table is rows of (from, verb, to, who, required): "" as `from` is the start; `who` and `required` are one name, several parted
by blanks, or a tuple of names. The same table moves a row, gives the page its buttons and draws the picture (state_charts.py).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

START = ""
Names = str | tuple[str, ...]
Table = Iterable[tuple[str, str, str, Names, Names]]
Actor = Collection[str] | Callable[[str], bool]

WRONG_STATE = _("It is “%(state)s” now. What may follow: %(next)s.")
NOTHING_FOLLOWS = _("It is “%(state)s” now, and nothing follows that.")
WRONG_PERSON = _("This is not for you to do.")
NOT_HERE = _("There is nothing here.")
FIELD_MISSING = _("This is still missing: %(field)s.")

MACHINES: dict[str, "Machine"] = {}


class WrongState(Refused):
    """A refusal that names the state and what may follow, in the reader's language."""

    def __init__(self, machine: "Machine", state: str) -> None:
        verbs = machine.verbs_from(state)
        super().__init__("wrong-state", WRONG_STATE if verbs else NOTHING_FOLLOWS, status=409, state=state, next=list(verbs))
        self.machine, self.state, self.verbs = machine, state, verbs

    def sentence(self, language: str = "en") -> str:
        comma = "、" if language == "zh" else ", "
        said = [self.machine.word(verb, language) for verb in self.verbs]
        return say(language, self.message, state=self.machine.word(self.state, language), next=comma.join(said))


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a table."""

    source: str
    verb: str
    to: str
    who: tuple[str, ...]
    required: tuple[str, ...]


class Machine:
    """The states of one kind of row.

    words: English words, marked for the catalogue, for states, verbs, persons and fields. `field`: where a row keeps its state.
    Raises ValueError for a table that contradicts itself or leaves a state out of reach.
    """

    def __init__(self, name: str, table: Table, *, title: str, words: Mapping[str, str], field: str = "state") -> None:
        self.name, self.title, self.words, self.field = name, title, dict(words), field
        self.steps = tuple(Step(source, verb, to, _names(who), _names(required)) for source, verb, to, who, required in table)
        self._by_place = {(step.source, step.verb): step for step in self.steps}
        self.states = tuple(dict.fromkeys(s for step in self.steps for s in (step.source, step.to) if s != START))
        self._check()
        MACHINES[name] = self

    @property
    def starts(self) -> tuple[str, ...]:
        """The states in which a row may begin."""
        return tuple(dict.fromkeys(step.to for step in self.steps if step.source == START))

    @property
    def ends(self) -> tuple[str, ...]:
        """The states that nothing follows."""
        return tuple(state for state in self.states if not self.verbs_from(state))

    def verbs_from(self, state: str, actor: Actor | None = None) -> tuple[str, ...]:
        """What may follow a state, in the table's order; with an actor only what this actor may do: the page's buttons."""
        return tuple(s.verb for s in self.steps if s.source == state and (actor is None or _is_one_of(s.who, actor)))

    def word(self, name: str, language: str = "en") -> str:
        """The word of a state, verb, person or field."""
        return say(language, self.words.get(name, name))

    def move(self, row: object, verb: str, actor: Actor, /, *, hidden: bool = False, **fields: object) -> Step:
        """Move `row` by `verb`: sets its state and returns the step. The caller saves and records.

        actor: the person's roles, or a predicate on a role. A person who may never do this is refused before anything is said of
        the state: 403, or 404 with `hidden`. Raises Refused not-allowed or not-found, wrong-state (409), field-missing (422).
        """
        step = self.step(getattr(row, self.field), verb, actor, hidden=hidden, **fields)
        setattr(row, self.field, step.to)
        return step

    def step(self, state: str, verb: str, actor: Actor, /, *, hidden: bool = False, **fields: object) -> Step:
        """The step that leads on from a state; refuses as `move` does and changes nothing."""
        same = [s for s in self.steps if s.verb == verb]
        if not same:
            raise ValueError(f"{self.name} has no verb {verb}")
        if not any(_is_one_of(s.who, actor) for s in same):
            raise _wrong_person(hidden)
        found = self._by_place.get((state, verb))
        if found is None:
            raise WrongState(self, state)
        if not _is_one_of(found.who, actor):
            raise _wrong_person(hidden)
        for name in found.required:
            value = fields.get(name)
            if value is None or (isinstance(value, str | Collection) and not (value.strip() if isinstance(value, str) else value)):
                raise MissingField(self, name)
        return found

    def _check(self) -> None:
        if len(self._by_place) != len(self.steps):
            raise ValueError(f"{self.name}: one verb leads from one state to two")
        if any(not step.to or not step.who for step in self.steps):
            raise ValueError(f"{self.name}: a step without an aim or without anybody who may take it")
        reached, waiting = set(self.starts), list(self.starts)
        while waiting:
            state = waiting.pop()
            new = {s.to for s in self.steps if s.source == state} - reached
            reached |= new
            waiting += new
        if lost := set(self.states) - reached:
            raise ValueError(f"{self.name}: nothing leads to {', '.join(sorted(lost))}")


class MissingField(Refused):
    """A refusal that names the field in the reader's language."""

    def __init__(self, machine: Machine, name: str) -> None:
        super().__init__("field-missing", FIELD_MISSING, status=422, field=name)
        self.machine, self.name = machine, name

    def sentence(self, language: str = "en") -> str:
        return say(language, self.message, field=self.machine.word(self.name, language))


def _wrong_person(hidden: bool) -> Refused:
    if hidden:
        return Refused("not-found", NOT_HERE, status=404)
    return Refused("not-allowed", WRONG_PERSON, status=403)


def _names(given: Names) -> tuple[str, ...]:
    return tuple(given.split()) if isinstance(given, str) else tuple(given)


def _is_one_of(who: tuple[str, ...], actor: Actor) -> bool:
    return any(actor(one) for one in who) if callable(actor) else any(one in actor for one in who)
