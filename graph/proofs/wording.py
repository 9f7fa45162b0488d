"""What a renderer of proofs has to be told: labels, passages, and the language."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from pyoxigraph import NamedNode

from foedus.graph.passages import Span
from foedus.graph.proofs.trees import Explanation, Proof

Language: TypeAlias = Literal["de", "en"]


@dataclass(frozen=True)
class Passage:
    """Where a claim is stated."""

    document: NamedNode
    sentence: NamedNode
    span: Span


@dataclass(frozen=True)
class Wording:
    """Words for a reader, in one language.

    Attributes:
        label: Gives the name of a proposition, rule, document or sentence, and for a claim
            its paraphrase.
        passage: Gives the place of a claim, if it has one.
        language: That of the labels.
    """

    label: Callable[[NamedNode], str]
    passage: Callable[[NamedNode], Passage | None]
    language: Language = "en"

    def kind(self, proof: Proof) -> str:
        """Say why a node holds, with the name of the rule where it is inferred."""
        word = _WORDS[self.language][proof.kind]
        return f"{word}: {self.label(proof.inference.rule)}" if proof.inference else word

    def place(self, claim: NamedNode) -> str:
        """Name document, sentence and span of a claim; empty where they are not known."""
        passage = self.passage(claim)
        if passage is None:
            return ""
        names = self.label(passage.document), self.label(passage.sentence)
        return ", ".join((*names, f"{passage.span.start}–{passage.span.end}"))

    def repeated(self) -> str:
        """Say that the reasons of a node have been given before."""
        return _WORDS[self.language]["repeated"]

    def heading(self, number: int, explanation: Explanation) -> str:
        """Give a support its number among all that are known."""
        key = "of at least" if explanation.is_capped else "of"
        return _WORDS[self.language][key].format(number=number, count=explanation.count)

    def remark(self, explanation: Explanation) -> str:
        """Say that nothing supports the target, or that the search was cut short; or nothing."""
        if not explanation.count:
            return _WORDS[self.language]["no support"]
        return _WORDS[self.language]["capped"] if explanation.is_capped else ""


_WORDS: Final[dict[Language, dict[str, str]]] = {
    "de": {
        "asserted": "behauptet",
        "capped": "Die Suche wurde abgebrochen; es kann weitere Stützen geben.",
        "claim": "eingelassen",
        "inferred": "gefolgert",
        "no support": "Keine Stütze: das gilt hier nicht.",
        "of": "Stütze {number} von {count}",
        "of at least": "Stütze {number} von mindestens {count}",
        "repeated": "siehe oben",
        "supposed": "angenommen",
    },
    "en": {
        "asserted": "asserted",
        "capped": "The search was cut short; there may be more supports.",
        "claim": "let in",
        "inferred": "inferred",
        "no support": "No support: this does not hold here.",
        "of": "Support {number} of {count}",
        "of at least": "Support {number} of at least {count}",
        "repeated": "see above",
        "supposed": "supposed",
    },
}
