"""What the API says at addresses it does not have and to methods it does not take: problem documents, as every other refusal."""

import pytest
from django.test import Client

from xinya.zones.models import Person

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


@pytest.fixture(params=["stranger", "person"])
def client(request: pytest.FixtureRequest) -> Client:
    made = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    if request.param == "person":
        made.force_login(Person.objects.create_user("anybody"))
    return made


@pytest.mark.parametrize("path", ["nowhere", "zones/", "chains/a/b/c", "zones/x/nothing/here", "../v1/none"])
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_an_address_that_the_api_has_not_is_a_problem(client: Client, method: str, path: str) -> None:
    reply = getattr(client, method)(f"/api/v1/{path}")
    assert (reply.status_code, reply["Content-Type"]) == (404, PROBLEM)
    told = reply.json()
    assert (told["code"], told["status"], told["title"]) == ("not-found", 404, "not-found")
    assert told["detail"] == "The API has no such address; its document, openapi.json, names those there are."


@pytest.mark.parametrize(
    ("method", "path", "allowed"), [("delete", "chains", "GET"), ("get", "diagnose", "POST"), ("put", "zones", "GET, POST")]
)
def test_a_method_that_an_address_does_not_take_is_a_problem_that_names_those_it_does(
    client: Client, method: str, path: str, allowed: str
) -> None:
    reply = getattr(client, method)(f"/api/v1/{path}")
    assert (reply.status_code, reply["Content-Type"]) == (405, PROBLEM)
    assert sorted(reply["Allow"].split(", ")) == allowed.split(", ")
    told = reply.json()
    assert (told["code"], told["status"], told["findings"]) == ("method-not-allowed", 405, [])
    assert all(word in told["detail"] for word in allowed.split(", "))


def test_a_page_that_there_is_not_stays_a_page(client: Client) -> None:
    assert client.get("/zh-hans/nowhere/")["Content-Type"].startswith("text/html")
