"""The elements of a page, as a parser that forgives nothing finds them."""

from html.parser import HTMLParser


class Elements(HTMLParser):
    """The elements of a page, in order; refuses one that is closed and was not open."""

    VOID = frozenset({"wbr", "meta", "link", "input", "br"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        assert self.open.pop() == tag

    def links(self) -> list[str]:
        """Give the addresses of all links."""
        return [attributes["href"] or "" for tag, attributes in self.found if tag == "a"]
