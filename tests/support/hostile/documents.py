"""RDF that is valid, nearly valid or hostile, by the kind of body that it is sent as."""

from typing import Final

from hypothesis import strategies as st

TRIG: Final = "application/trig"
_PREFIXES: Final = (
    "@prefix fd: <https://w3id.org/foedus/ont/> .\n"
    "@prefix state: <https://w3id.org/foedus/id/state/> .\n"
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
)
_SUBJECT = st.sampled_from(["state:russia", "<urn:e>", "_:b", "<urn:p>", "[]"])
_PREDICATE = st.sampled_from(
    ["a", "fd:hasAttacker", "fd:hasTarget", "fd:onProposition", "fd:polarity", "fd:earliest"]
)
_OBJECT = st.sampled_from(
    [
        *("fd:Attack", "fd:Claim", "state:ukraine", "<urn:p>", "(1 2)", "_:b", "[ fd:start 1 ]"),
        *('"x"@de', '"2025-01-01"^^xsd:date', '"-99999999-01-01"^^xsd:date', "1e400", "true"),
        '"\\u0000"',
    ]
)
_TRIPLES = st.lists(
    st.tuples(_SUBJECT, _PREDICATE, _OBJECT).map(lambda it: "{} {} {} .".format(*it)), max_size=5
).map("\n".join)
VALID = st.tuples(_TRIPLES, _TRIPLES).map(
    lambda it: f"{_PREFIXES}{it[0]}\nGRAPH <urn:p> {{ {it[1]} }}"
)


@st.composite
def nearly_valid(draw: st.DrawFn) -> str:
    """Break valid TriG in a few places."""
    text = draw(VALID)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        until = min(at + draw(st.integers(0, 12)), len(text))
        text = (
            text[:at] + draw(st.text(max_size=5) | st.sampled_from("<>{}[]()\"'.;,")) + text[until:]
        )
    return text


def _entities(count: int) -> str:
    declared = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 10}">' for n in range(count)
    )
    return (
        f"<!DOCTYPE r [{declared}]>"
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:">'
        f'<r:Description r:about="urn:a"><u:p>&e{count - 1};</u:p></r:Description></r:RDF>'
    )


HOSTILE: Final = {
    "nothing": (TRIG, ""),
    "nulls": (TRIG, "\x00" * 1000),
    "blank-nodes": (TRIG, "<urn:a> <urn:b> " + "[ <urn:b> " * 50_000 + "1" + " ]" * 50_000 + " ."),
    "collections": (TRIG, "<urn:a> <urn:b> " + "( " * 50_000 + ") " * 50_000 + "."),
    "long-collection": (TRIG, f"<urn:a> <urn:b> ({' 1' * 100_000} ) ."),
    "triple-terms": (TRIG, "<urn:a> <urn:b> " + "<<( <urn:a> <urn:b> " * 20_000),
    "annotations": (TRIG, "<urn:a> <urn:b> 1 " + "{| <urn:b> 1 " * 20_000 + "|}" * 20_000 + " ."),
    "graphs": (TRIG, "GRAPH <urn:g> { " * 10_000),
    "many-graphs": (TRIG, "".join(f"<urn:{n}> {{ <urn:a> <urn:b> {n} }}\n" for n in range(5000))),
    "prefixes": (TRIG, "".join(f"@prefix p{n}: <urn:{n}> .\n" for n in range(20_000))),
    "unclosed": (TRIG, '<urn:a> <urn:b> """' + "x" * 500_000),
    "quotes": (TRIG, '"' * 500_001),
    "digits": (TRIG, "<urn:a> <urn:b> " + "9" * 500_000 + " ."),
    "surrogate": (TRIG, '<urn:a> <urn:b> "\\uD800" .'),
    "escaped-null": (TRIG, '<urn:a> <urn:b> "\\u0000" .'),
    "imports": (
        TRIG,
        "@prefix owl: <http://www.w3.org/2002/07/owl#> ."
        "<urn:a> owl:imports <http://127.0.0.1:1/> , <file:///etc/passwd> .",
    ),
    "endless-list": (
        TRIG,
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> ."
        "_:l rdf:first 1 ; rdf:rest _:l . <urn:a> <urn:b> _:l .",
    ),
    "endless-content": (
        TRIG,
        "@prefix fd: <https://w3id.org/foedus/ont/> ."
        "GRAPH <urn:p> { <urn:x> a fd:Plan ; fd:hasContent <urn:p> }"
        "GRAPH <urn:q> { <urn:y> a fd:Inference ; fd:concludes <urn:q> ; fd:hasPremise <urn:q> }",
    ),
    "shapes": (
        TRIG,
        "@prefix sh: <http://www.w3.org/ns/shacl#> ."
        "<urn:s> a sh:NodeShape ; sh:targetNode <urn:s> ; sh:node <urn:s> ;"
        ' sh:sparql [ sh:select "SELECT $this { SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }" ] .',
    ),
    "entities": ("application/rdf+xml", _entities(12)),
    "external-entity": (
        "application/rdf+xml",
        '<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:">'
        '<r:Description r:about="urn:a"><u:p>&e;</u:p></r:Description></r:RDF>',
    ),
    "deep-xml": ("application/rdf+xml", "<a>" * 100_000),
    "remote-context": (
        "application/ld+json",
        '{"@context": "http://127.0.0.1:1/", "@id": "urn:a"}',
    ),
    "file-context": ("application/ld+json", '{"@context": "file:///etc/passwd", "@id": "urn:a"}'),
    "deep-json": ("application/ld+json", "[" * 100_000 + "]" * 100_000),
    "deep-context": ("application/ld+json", '{"@context": ' * 20_000 + "{}" + "}" * 20_000),
    "lone-surrogate": ("application/ld+json", '{"@id": "urn:a", "urn:b": "\\ud800"}'),
    "huge-number": ("application/ld+json", '{"@id": "urn:a", "urn:b": 1e999999}'),
    "lines": ("application/n-quads", "<urn:a> <urn:b> <urn:c> <urn:g> .\n" * 20_000),
    "wrong-kind": ("image/png", "x"),
    "no-kind": ("", "x"),
}
"""By name the kind of a body, and the body."""
