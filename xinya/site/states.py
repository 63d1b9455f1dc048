"""Every state machine of the product: as pictures on a page, and as documents under docs/states, from the same tables."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from xinya.chain.engine.link_states import LINK_STATES
from xinya.chain.engine.placement_states import PLACEMENT_STATES
from xinya.kit.pages import language, page
from xinya.kit.state_charts import COLUMNS, markdown, rows, svg
from xinya.kit.states import Machine
from xinya.kit.text import say
from xinya.zones.engine.company_states import COMPANY_STATES
from xinya.zones.engine.import_states import IMPORT_STATES
from xinya.zones.engine.merge_states import MERGE_STATES
from xinya.zones.engine.notice_states import NOTICE_STATES
from xinya.zones.engine.promise_states import PROMISE_STATES

SHOWN: tuple[Machine, ...] = (
    COMPANY_STATES, PLACEMENT_STATES, LINK_STATES, IMPORT_STATES, MERGE_STATES, PROMISE_STATES, NOTICE_STATES,
)  # fmt: skip


@require_GET
def state_page(request: HttpRequest) -> HttpResponse:
    """What may follow what, by whom: each machine as a picture and a table."""
    said = language()
    machines = [
        {"name": m.name, "title": say(said, m.title), "rows": rows(m, said), "picture": mark_safe(svg(m, said))}  # noqa: S308
        for m in SHOWN
    ]
    context = {"machines": machines, "columns": [say(said, c) for c in COLUMNS]}
    return page(request, "states.html", context, section="zones")


def documents() -> dict[str, str]:
    """The files of docs/states by their name."""
    found = {}
    for machine in SHOWN:
        found[f"{machine.name}.md"] = markdown(machine)
        found[f"{machine.name}.svg"] = svg(machine, on_paper=True) + "\n"
    return found


def write_documents(folder: Path) -> int:
    """Write the documents anew; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in documents().items():
        (folder / name).write_text(text, encoding="utf-8")
    return len(documents())
