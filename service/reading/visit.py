"""What a reader has chosen: a page, a language, a world and perhaps a snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from foedus.graph import descriptions
from foedus.graph.proofs import Language
from foedus.graph.worlds import World
from foedus.ontology.namespaces import BASE

CHOICES: Final = (*descriptions.PARAMETERS, "snapshot", "lang")
"""Parameters that every link of a page hands on."""


@dataclass(frozen=True)
class Visit:
    """One request of a reader.

    Attributes:
        path: Where the page is, from the root of the server.
        pairs: All parameters, as they were given.
        language: In which the page is written.
        world: What the world parameters choose.
    """

    path: str
    pairs: tuple[tuple[str, str], ...]
    language: Language
    world: World

    @property
    def chosen(self) -> tuple[tuple[str, str], ...]:
        """The parameters that choose a world and a snapshot."""
        return tuple(
            (name, value)
            for name, value in self.pairs
            if value and name in CHOICES and name != "lang"
        )

    @property
    def snapshot(self) -> str | None:
        """The snapshot that must answer; none for the current one."""
        return self.one("snapshot")

    @property
    def other_language(self) -> str:
        """The address of the same page in the other language."""
        other = "de" if self.language == "en" else "en"
        own = {name: value for name, value in self.pairs if name not in CHOICES}
        return self.to(self.path, {**own, "lang": other})

    def one(self, name: str) -> str | None:
        """Give the last value of a parameter; none where it is empty or was not given."""
        values = [value for key, value in self.pairs if key == name and value]
        return values[-1] if values else None

    def to(self, target: str, changes: Mapping[str, str | None] | None = None) -> str:
        """Give the address of a page in the same world and language.

        Args:
            target: An IRI of ours, whose page is meant, or a path; another IRI is left as it is.
            changes: Parameters to give, or with ``None`` to leave out.
        """
        if "://" in target and not target.startswith(BASE):
            return target
        path = target if target.startswith("/") else self.page(target)
        changes = changes or {}
        kept = [(name, value) for name, value in self.chosen if name not in changes]
        if "lang" not in changes and self.one("lang"):
            kept.append(("lang", self.language))
        kept += [(name, value) for name, value in changes.items() if value]
        path, hash_, fragment = path.partition("#")
        return path + ("?" + urlencode(kept) if kept else "") + hash_ + fragment

    @staticmethod
    def page(iri: str) -> str:
        """Give the path of what we say about a thing."""
        return "/" + quote(iri.removeprefix(BASE), safe="/:~!$&'()*+,;=@")


def slug(iri: str) -> str:
    """Give what an IRI says of itself: what a thing is called that has no name."""
    return iri.rpartition("/")[2].replace("-", " ")


PLAIN: Final = Visit("/", (), "en", World())
"""The visit of who has chosen nothing."""
