"""Each renderer of proofs by example: a treaty and a supposed attack."""

from proof_cases import EX, case, claim, infer, name
from rdflib import Graph
from rdflib.compare import isomorphic

from foedus.graph.passages import Span
from foedus.graph.proofs import (
    Explanation,
    Limit,
    Passage,
    Supports,
    Wording,
    as_graph,
    as_json,
    as_mermaid,
    as_text,
    explain,
    supports,
)

LABELS = {
    "owes": 'Borduria owes Ruritania "help"',
    "member": "both are parties to the pact",
    "attack": "Syldavia attacks Ruritania",
    "signed": "Both signed.",
    "told": "The pact binds them.",
    "rule": "Called in",
    "list": "List of parties",
    "gazette": "Gazette",
    "s2": "sentence 2",
}
PLACES = {"signed": Passage(name("gazette"), name("s2"), Span(10, 22))}
WORDING = Wording(
    label=lambda iri: LABELS[iri.value.removeprefix(EX)],
    passage=lambda iri: PLACES.get(iri.value.removeprefix(EX)),
)


def story(limit: Limit | None = None) -> Supports:
    grounds = case(
        claim("signed", "member"),
        claim("told", "member"),
        infer("called", "owes", "member", "attack"),
        supposed=["attack"],
    )
    return supports(grounds, name("owes"), limit)


def test_text_shows_a_tree_for_each_support() -> None:
    assert as_text(explain(story()), WORDING) == (
        "Support 1 of 2\n"
        'Borduria owes Ruritania "help" [inferred: Called in]\n'
        "  both are parties to the pact [asserted]\n"
        "    Both signed. (Gazette, sentence 2, 10–22)\n"
        "  Syldavia attacks Ruritania [supposed]\n"
        "\n"
        "Support 2 of 2\n"
        'Borduria owes Ruritania "help" [inferred: Called in]\n'
        "  both are parties to the pact [asserted]\n"
        "    The pact binds them.\n"
        "  Syldavia attacks Ruritania [supposed]\n"
    )


def test_text_says_that_nothing_supports_and_that_the_search_was_cut_short() -> None:
    nothing = explain(supports(case(), name("p")))
    assert as_text(nothing, WORDING) == "No support: this does not hold here.\n"
    german = Wording(WORDING.label, WORDING.passage, "de")
    capped = Explanation(explain(story(), at_most=1).proofs, 2, is_capped=True)
    assert as_text(capped, german) == (
        "Stütze 1 von mindestens 2\n"
        'Borduria owes Ruritania "help" [gefolgert: Called in]\n'
        "  both are parties to the pact [behauptet]\n"
        "    Both signed. (Gazette, sentence 2, 10–22)\n"
        "  Syldavia attacks Ruritania [angenommen]\n"
        "\n"
        "Die Suche wurde abgebrochen; es kann weitere Stützen geben.\n"
    )


def test_text_gives_the_reasons_of_a_node_once() -> None:
    grounds = case(
        claim("c", "p"),
        infer("i", "q", "p"),
        infer("j", "r", "p"),
        infer("k", "s", "q", "r"),
    )
    plain = Wording(lambda iri: iri.value.removeprefix(EX), lambda _: None)
    assert as_text(explain(supports(grounds, name("s"))), plain) == (
        "Support 1 of 1\n"
        "s [inferred: rule]\n"
        "  q [inferred: rule]\n"
        "    p [asserted]\n"
        "      c\n"
        "  r [inferred: rule]\n"
        "    p [asserted; see above]\n"
    )


def test_json_lists_steps_with_premises_first() -> None:
    assert as_json(explain(story(), at_most=1), WORDING) == {
        "holds": True,
        "count": 2,
        "isCapped": False,
        "isAlways": False,
        "language": "en",
        "supports": [
            {
                "conclusion": EX + "owes",
                "leaves": [EX + "attack", EX + "signed"],
                "steps": [
                    {
                        "iri": EX + "signed",
                        "kind": "claim",
                        "label": "Both signed.",
                        "document": EX + "gazette",
                        "sentence": EX + "s2",
                        "start": 10,
                        "end": 22,
                    },
                    {
                        "iri": EX + "member",
                        "kind": "asserted",
                        "label": "both are parties to the pact",
                        "premises": [EX + "signed"],
                    },
                    {
                        "iri": EX + "attack",
                        "kind": "supposed",
                        "label": "Syldavia attacks Ruritania",
                    },
                    {
                        "iri": EX + "owes",
                        "kind": "inferred",
                        "label": 'Borduria owes Ruritania "help"',
                        "inference": EX + "called",
                        "rule": EX + "rule",
                        "ruleLabel": "Called in",
                        "premises": [EX + "member", EX + "attack"],
                    },
                ],
            }
        ],
    }


def test_mermaid_draws_all_supports_in_one_chart() -> None:
    assert as_mermaid(explain(story()), WORDING) == (
        "flowchart BT\n"
        '  n1[/"Both signed. (Gazette, sentence 2, 10–22)"/]\n'
        '  n2["both are parties to the pact"]\n'
        '  n3["Syldavia attacks Ruritania"]:::supposed\n'
        '  n4["Borduria owes Ruritania #quot;help#quot;"]\n'
        '  n5(["Called in"])\n'
        '  n6[/"The pact binds them."/]\n'
        "  n1 --> n2\n"
        "  n5 --> n4\n"
        "  n2 --> n5\n"
        "  n3 --> n5\n"
        "  n6 --> n2\n"
        "  classDef supposed stroke-dasharray: 4 3\n"
    )


def test_mermaid_labels_cannot_break_out() -> None:
    wording = Wording(lambda _: 'a"]\n<b> #1 `x`', lambda _: None)
    chart = as_mermaid(explain(supports(case(claim("c", "p")), name("p"))), wording)
    assert '  n2["a#quot;] #lt;b#gt; #35;1 #96;x#96;"]\n' in chart


def test_rdf_describes_inferences_as_activities() -> None:
    expected = """
    @prefix : <https://example.org/> .
    @prefix fd: <https://w3id.org/foedus/ont/> .
    @prefix prov: <http://www.w3.org/ns/prov#> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    :called a prov:Activity , fd:Inference ;
      fd:byRule :rule ;
      fd:hasPremise :member , :attack ; prov:used :member , :attack ;
      fd:concludes :owes ; prov:generated :owes .
    :rule rdfs:label "Called in"@en .
    :owes a prov:Entity , fd:Proposition ; rdfs:label 'Borduria owes Ruritania "help"'@en ;
      prov:wasDerivedFrom [ a prov:Collection ; prov:hadMember :signed , :attack ] .
    :member a prov:Entity , fd:Proposition ; rdfs:label "both are parties to the pact"@en ;
      prov:wasDerivedFrom :signed .
    :attack a prov:Entity , fd:Proposition ; rdfs:label "Syldavia attacks Ruritania"@en ;
      rdfs:comment "supposed"@en .
    :signed a prov:Entity , fd:Claim ; rdfs:label "Both signed."@en ; fd:onProposition :member ;
      prov:wasDerivedFrom :gazette ; fd:isStatedIn :gazette ; fd:isFoundIn :s2 ;
      fd:start 10 ; fd:end 22 .
    """
    graph = as_graph(explain(story(), at_most=1), WORDING)
    assert isomorphic(graph, Graph().parse(data=expected, format="turtle"))
    again = Graph().parse(data=graph.serialize(format="turtle"), format="turtle")
    assert isomorphic(graph, again)


def test_a_proof_of_thousands_of_steps_is_found_and_rendered() -> None:
    depth = 3000
    grounds = case(
        claim("c0", "p0"), *(infer(f"i{n}", f"p{n}", f"p{n - 1}") for n in range(1, depth))
    )
    plain = Wording(lambda iri: iri.value.removeprefix(EX), lambda _: None)
    explanation = explain(supports(grounds, name(f"p{depth - 1}")))
    assert len(as_text(explanation, plain).splitlines()) == depth + 2
    supported = as_json(explanation, plain)["supports"]
    assert isinstance(supported, list)
    assert isinstance(supported[0], dict)
    steps = supported[0]["steps"]
    assert isinstance(steps, list)
    assert len(steps) == depth + 1
    assert as_mermaid(explanation, plain).count("-->") == 2 * depth - 1
    assert len(as_graph(explanation, plain)) > depth
