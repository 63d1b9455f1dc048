"""What a page cost, for its footer: SQL statements and time so far. Shown to officers; never what was asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase


@dataclass
class PageCost:
    """Counts while a request is answered; a template reads it near its end as `request.page_cost`."""

    do_not_call_in_templates = True  # it is callable for Django's execute wrapper only

    statements: int = 0
    sql_seconds: float = 0.0
    started: float = field(default_factory=time.perf_counter)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        """Django's execute wrapper: run the statement, count it also when it fails."""
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.statements += 1
            self.sql_seconds += time.perf_counter() - began

    @property
    def sql_ms(self) -> float:
        """Milliseconds spent in the database so far."""
        return self.sql_seconds * 1000

    @property
    def page_ms(self) -> float:
        """Milliseconds since the request came in."""
        return (time.perf_counter() - self.started) * 1000


def page_cost(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: puts a PageCost on the request. The response itself is not touched, so streams stay streams."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        cost = PageCost()
        request.page_cost = cost  # type: ignore[attr-defined]
        with connection.execute_wrapper(cost):
            return get_response(request)

    return answer
