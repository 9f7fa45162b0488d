"""``/why``: propositions to ask about, and the page of the answer, taken apart."""

from html.parser import HTMLParser

import httpx

AMMUNITION = "proposition:north-korea-supplies-ammunition-to-russia"
VISIT = "proposition:putin-visits-north-korea"
TRIPLE = {
    "subject": "event:ammunition-supply",
    "predicate": "fd:hasActor",
    "object": "state:north-korea",
}
ATTACK = """@prefix fd: <https://w3id.org/foedus/ont/> .
@prefix state: <https://w3id.org/foedus/id/state/> .
GRAPH <urn:attack> { <urn:e> a fd:Attack ;
  fd:hasAttacker state:ukraine ; fd:hasTarget state:russia }
"""


class Page(HTMLParser):
    """The elements of a page; refuses one that is closed and was not open."""

    VOID = frozenset({"wbr", "meta", "link", "input", "br"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element of the drawing that has no content."""
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data

    def links(self) -> list[str]:
        """Give the addresses of all links."""
        return [attributes["href"] or "" for tag, attributes in self.found if tag == "a"]


def why(client: httpx.Client, accept: str = "application/json", **query: str) -> httpx.Response:
    return client.get("/why", params=query, headers={"Accept": accept})


def page(client: httpx.Client, status: int = 200, **query: str) -> Page:
    response = why(client, "text/html", **query)
    assert response.status_code == status
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in response.headers["content-security-policy"]
    return Page(response.text)
