"""What a renderer of proofs has to be told: labels, passages, and the language."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from pyoxigraph import NamedNode

from foedus.graph.passages import Span
from foedus.graph.proofs.trees import Explanation, Kind, Proof
from foedus.graph.worlds import Firmness

Language: TypeAlias = Literal["de", "en"]


@dataclass(frozen=True)
class Passage:
    """Where a claim is stated."""

    document: NamedNode
    sentence: NamedNode
    span: Span


@dataclass(frozen=True)
class Stance:
    """Who holds a claim, and how.

    Attributes:
        firmness: A concept, as is the mode.
        report_date: The day of the nearest report, if that is known.
        publishers: From the nearest report outwards.
    """

    holder: NamedNode
    firmness: NamedNode
    mode: NamedNode | None
    is_denied: bool
    report_date: str | None
    publishers: tuple[NamedNode, ...]


def _nothing(_: NamedNode) -> None:
    """Know no stance and no firmness."""


def _no_text(_: NamedNode) -> str:
    return ""


@dataclass(frozen=True)
class Wording:
    """Words for a reader, in one language.

    Attributes:
        label: Gives the name of a proposition, rule, document or sentence, and for a claim
            its paraphrase.
        passage: Gives the place of a claim, if it has one.
        language: That of the labels.
        stance: Gives holder, firmness and mode of a claim, if they are known.
        firmness: Gives how firmly a proposition holds, if it does.
        definition: Gives the sentence of a rule; empty if it has none.
    """

    label: Callable[[NamedNode], str]
    passage: Callable[[NamedNode], Passage | None]
    language: Language = "en"
    stance: Callable[[NamedNode], Stance | None] = _nothing
    firmness: Callable[[NamedNode], Firmness | None] = _nothing
    definition: Callable[[NamedNode], str] = _no_text

    def kind(self, proof: Proof) -> str:
        """Say why a node holds, with the name of the rule where it is inferred."""
        word = self.reason(proof)
        return f"{word}: {self.label(proof.inference.rule)}" if proof.inference else word

    def reason(self, proof: Proof) -> str:
        """Say in one word why a node holds."""
        return _WORDS[self.language][proof.kind]

    def place(self, claim: NamedNode) -> str:
        """Name document, sentence and span of a claim; empty where they are not known."""
        passage = self.passage(claim)
        if passage is None:
            return ""
        names = self.label(passage.document), self.label(passage.sentence)
        return ", ".join((*names, f"{passage.span.start}–{passage.span.end}"))

    def held(self, claim: NamedNode) -> str:
        """Say who holds a claim, how firmly and in which mode; empty where that is not known."""
        stance = self.stance(claim)
        return f"{self.label(stance.holder)}: {self.manner(stance)}" if stance else ""

    def manner(self, stance: Stance) -> str:
        """Say how firmly a claim is held, and in which mode or that it is denied."""
        manner = [self.label(stance.firmness)]
        if stance.is_denied:
            manner.append(_WORDS[self.language]["denied"])
        elif stance.mode:
            manner.append(self.label(stance.mode))
        return ", ".join(manner)

    def levels(self, proof: Proof) -> Mapping[NamedNode, Firmness]:
        """Tell how firm each node of a proof is by this proof alone: as its weakest premise.

        A claim as a premise weakens nothing: what matters is that it is made.
        """
        known = {level.concept: level for level in Firmness}
        found: dict[NamedNode, Firmness | None] = {}
        for step in proof.steps():
            if step.kind is Kind.CLAIM:
                stance = self.stance(step.iri)
                found[step.iri] = known[stance.firmness] if stance else None
            elif step.kind is Kind.ASSERTED:
                found[step.iri] = found[step.premises[0].iri]
            else:
                ceiling = step.inference.firmness if step.inference else None
                levels = [found[p.iri] for p in step.premises if p.kind is not Kind.CLAIM]
                levels.append(Firmness.CERTAIN if ceiling is None else ceiling)
                some = [level for level in levels if level is not None]
                found[step.iri] = min(some) if len(some) == len(levels) else None
        return {iri: level for iri, level in found.items() if level is not None}

    def degree(self, firmness: Firmness) -> str:
        """Give the word for a degree of firmness."""
        return self.label(firmness.concept)

    def repeated(self) -> str:
        """Say that the reasons of a node have been given before."""
        return _WORDS[self.language]["repeated"]

    def heading(self, number: int, explanation: Explanation) -> str:
        """Give a support its number among all that are known."""
        key = "of at least" if explanation.is_capped else "of"
        return _WORDS[self.language][key].format(number=number, count=explanation.count)

    def drawn(self, number: int, explanation: Explanation) -> str:
        """Say how many supports a drawing has, if that is not all of them."""
        is_complete = number == explanation.count and not explanation.is_capped
        if is_complete or explanation.is_always:
            return ""
        key = "drawn of at least" if explanation.is_capped else "drawn"
        count = explanation.count
        return _WORDS[self.language][key].format(number=number, count=count) if count else ""

    def remark(self, explanation: Explanation) -> str:
        """Say that the target has no proof, or that the search was cut short; or nothing."""
        if explanation.is_always:
            return _WORDS[self.language]["always"]
        if not explanation.count:
            return _WORDS[self.language]["no support"]
        return _WORDS[self.language]["capped"] if explanation.is_capped else ""


@dataclass(frozen=True)
class _Fixed:
    labels: Mapping[NamedNode, str] = field(default_factory=dict)
    passages: Mapping[NamedNode, Passage | None] = field(default_factory=dict)
    stances: Mapping[NamedNode, Stance | None] = field(default_factory=dict)
    levels: Mapping[NamedNode, Firmness | None] = field(default_factory=dict)
    definitions: Mapping[NamedNode, str] = field(default_factory=dict)

    def label(self, iri: NamedNode) -> str:
        return self.labels.get(iri, iri.value)

    def definition(self, rule: NamedNode) -> str:
        return self.definitions.get(rule, "")


def fixed(wording: Wording, explanation: Explanation, further: Iterable[NamedNode] = ()) -> Wording:
    """Look up all words for an explanation, and the labels of further nodes.

    The result is a plain value: it needs neither the graph that the words come from, nor its
    thread or process.
    """
    steps = {step.iri: step for proof in explanation.proofs for step in proof.steps()}
    passages = {iri: wording.passage(iri) for iri in steps}
    stances = {iri: wording.stance(iri) for iri in steps}
    rules = {step.inference.rule for step in steps.values() if step.inference}
    named = {*steps, *rules, *further, *(level.concept for level in Firmness)}
    for passage in filter(None, passages.values()):
        named |= {passage.document, passage.sentence}
    for stance in filter(None, stances.values()):
        named |= {stance.holder, stance.firmness, *stance.publishers}
        named |= {stance.mode} if stance.mode else set()
    found = _Fixed(
        {iri: wording.label(iri) for iri in named},
        passages,
        stances,
        {iri: wording.firmness(iri) for iri in steps},
        {rule: wording.definition(rule) for rule in rules},
    )
    return Wording(
        found.label,
        found.passages.get,
        wording.language,
        found.stances.get,
        found.levels.get,
        found.definition,
    )


_WORDS: Final[dict[Language, dict[str, str]]] = {
    "de": {
        "always": "Das gilt in jeder Welt: Es ruht auf keiner Behauptung, sondern steht im "
        "Register, in der Ontologie oder in den Angaben zur Herkunft oder folgt daraus.",
        "asserted": "behauptet",
        "capped": "Die Suche wurde abgebrochen; es kann weitere Stützen geben.",
        "claim": "eingelassen",
        "denied": "bestritten",
        "drawn": "Gezeichnet: {number} von {count} Stützen.",
        "drawn of at least": "Gezeichnet: {number} von mindestens {count} Stützen.",
        "inferred": "gefolgert",
        "no support": "Keine Stütze: das gilt hier nicht.",
        "of": "Stütze {number} von {count}",
        "of at least": "Stütze {number} von mindestens {count}",
        "repeated": "siehe oben",
        "supposed": "angenommen",
    },
    "en": {
        "always": "This holds in every world: it rests on no claim, but is in the register, the "
        "ontology or the provenance, or follows from them.",
        "asserted": "asserted",
        "capped": "The search was cut short; there may be more supports.",
        "claim": "let in",
        "denied": "denied",
        "drawn": "Drawn: {number} of {count} supports.",
        "drawn of at least": "Drawn: {number} of at least {count} supports.",
        "inferred": "inferred",
        "no support": "No support: this does not hold here.",
        "of": "Support {number} of {count}",
        "of at least": "Support {number} of at least {count}",
        "repeated": "see above",
        "supposed": "supposed",
    },
}
