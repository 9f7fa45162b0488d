"""Claims, sentences, documents, dates ...: what breaks one constraint and nothing else."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from foedus.ontology.namespaces import BASE
from foedus.shapes.report import Finding, short

GRAPH = "digest:cell"


def drop(node: str, path: str, graph: str = GRAPH) -> str:
    return f"DELETE WHERE {{ GRAPH {graph} {{ {node} {path} ?o }} }}"


def put(node: str, path: str, value: str, graph: str = GRAPH) -> str:
    return f"INSERT DATA {{ GRAPH {graph} {{ {node} {path} {value} }} }}"


def change(node: str, path: str, value: str, graph: str = GRAPH) -> str:
    return f"{drop(node, path, graph)} ; {put(node, path, value, graph)}"


def each(node: str, path: str, *values: str) -> list[tuple[str, str]]:
    """Give one change a value: without any where it is empty, beside the others after a ``+``."""
    updates = []
    for value in values:
        if not value:
            update = drop(node, path)
        elif value.startswith("+"):
            update = put(node, path, value[1:])
        else:
            update = change(node, path, value)
        updates.append((f"{node} {path} {value}", update))
    return updates


def in_subject(node: str, path: str, *values: str) -> list[tuple[str, str]]:
    return [
        (name, update.replace(f"GRAPH {GRAPH}", "GRAPH proposition:subject"))
        for name, update in each(node, path, *values)
    ]


DATE = "date:Transfer"
QUANTITY = "quantity:Transfer"
EVENT = "event:Transfer"
FLOAT = '"4"^^xsd:float'
DAY = (
    'fd:Date ; fd:earliest "1921-04-01"^^xsd:date ; fd:latest "1921-04-01"^^xsd:date ;'
    ' fd:asStated "am 1. April"'
)
TITLE = "dcterms:title"
SECOND = (
    "agreement:second . agreement:second a fd:Agreement ; fd:hasParty state:marovia, state:tarland"
)
TWO_DAYS = '"1921-05-03"^^xsd:date, "1921-05-04"^^xsd:date'
DATED = (
    f"{drop('c:2', 'fd:notReportedBefore')} ; {change('c:2', 'fd:reportDateBasis', 'basis:stated')}"
)


def stance(firmness: str, polarity: str, mode: str, cue: str = "") -> str:
    """Change the stance of the first claim."""
    parts = [("firmness", firmness), ("polarity", polarity), ("mode", mode)]
    updates = [drop("c:1", f"fd:{role}") for role, _ in parts]
    updates += [put("c:1", f"fd:{role}", f"{role}:{value}") for role, value in parts if value]
    return " ; ".join([*updates, put("c:1", "fd:cue", f'"{cue}"')] if cue else updates)


THIRD = (
    "fd:Sentence ; fd:isStatedIn digest:cell ; fd:number 3 ; fd:start 99 ; fd:end 120 ;"
    ' fd:yieldsNoClaim "A farewell."'
)


def alike(claim: str, end: int = 90) -> str:
    """Repeat the second claim under another name."""
    return (
        f"INSERT {{ GRAPH {GRAPH} {{ {claim} ?p ?o }} }} WHERE {{ GRAPH {GRAPH}"
        f" {{ c:2 ?p ?o FILTER (?p != fd:end) }} }} ; {put(claim, 'fd:end', str(end))}"
    )


# Node that is named: changes to the smallest document, with a transfer as its subject.
BROKEN: dict[str, list[tuple[str, str]]] = {
    "c:1": [
        *each("c:1", "fd:onProposition", "+proposition:content"),
        *each("c:1", "fd:heldBy", "", "+agent:league", "place:lissa", "digest:cell"),
        *each(
            "c:1", "fd:heldBy", "event:Transfer", "proposition:subject", '"Orel"', "agent:nobody"
        ),
        *each("c:1", "fd:firmness", "", "firmness:sure", "mode:mention"),
        *each("c:1", "fd:polarity", "", "polarity:unsure", "mode:opinion"),
        *each("c:1", "fd:mode", "", "+mode:opinion", "mode:shouting"),
        *each("c:1", "fd:cue", '"wohl"@de', '""', "7"),
        *each("c:1", "fd:isStatedIn", "", "s:1"),
        *each("c:1", "fd:isFoundIn", ""),
        *each("c:1", "fd:isHeldOnBehalfOf", "+state:marovia"),
        *each("c:1", "fd:drawsOn", "+state:marovia"),
        *each("c:1", "fd:isAccepted", "+true"),
        *each("c:1", "fd:start", "", "+11", '"10"', "9"),
        *each("c:1", "fd:end", "", "+51", '"50"', "91", "10"),
        *each("c:1", "fd:paraphrase", '"It is so."@en', '"Es ist so."@de'),
        *each("c:1", "fd:paraphrase", '+"Again."@en', '+"C\'est vrai."@fr', '+"It is so."'),
        *each("c:1", "fd:paraphrase", '" "@en, "Es ist so."@de', '"It is so."@en, ""@de'),
        *each("c:1", "fd:isReportedBy", "+report:far", "agent:lissa-bote"),
        *each("c:1", "fd:reportDate", '"1921-05-04"^^xsd:date'),
        *each("c:1", "fd:reportDateBasis", "", "+basis:inferred", "basis:rumour"),
        *each("c:1", "fd:notReportedBefore", '+"1921-05-03"^^xsd:date'),
        *each("c:1", "fd:reportDateBasis", "basis:bound"),
        ("certain hearsay", stance("certain", "affirmed", "hearsay")),
        ("certain speculation", stance("certain", "affirmed", "speculation")),
        ("certain implication", stance("certain", "affirmed", "implicit")),
        ("probable without cue", stance("probable", "affirmed", "assertion")),
        ("possible without cue", stance("possible", "affirmed", "hearsay")),
        ("certain presumption", stance("certain", "affirmed", "presumption")),
        ("probable presupposition", stance("probable", "affirmed", "presupposition")),
        *each("c:1", "fd:hasSupplier", "+state:marovia"),
        *each("c:1", "skos:note", '+"a note"@en'),
        ("denied assertion", stance("certain", "denied", "assertion")),
        ("affirmed denial", stance("certain", "affirmed", "denial")),
        ("uncommitted with polarity", stance("uncommitted", "affirmed", "mention")),
        ("uncommitted assertion", stance("uncommitted", "", "assertion")),
        ("certain mention", stance("certain", "affirmed", "mention")),
        (
            "two polarities",
            f"{stance('certain', 'denied', 'denial')} ;"
            f" {put('c:1', 'fd:polarity', 'polarity:affirmed')}",
        ),
        ("no class", drop("c:1", "a")),
        ("class of a report", change("c:1", "a", "fd:Report")),
    ],
    "c:2": [
        *each("c:2", "fd:firmness", "+firmness:possible"),
        *each("c:2", "fd:corrects", "s:1", "proposition:content", "c:2"),
        *each("c:2", "fd:notReportedBefore", "", '+"1921-05-09"^^xsd:date', '"1921"^^xsd:gYear'),
        *each("c:2", "fd:notReportedBefore", '"1921-02-30"^^xsd:date'),
        *each("c:2", "fd:reportDate", '+"1921-05-03"^^xsd:date'),
        *each("c:2", "fd:reportDateBasis", "basis:stated"),
        *each("c:2", "fd:isFoundIn", "digest:cell"),
        ("two dates", f"{DATED} ; {put('c:2', 'fd:reportDate', TWO_DAYS)}"),
        ("a date that is text", f"{DATED} ; {put('c:2', 'fd:reportDate', '3')}"),
    ],
    "c:3": [*each("c:3", "fd:onProposition", "", "proposition:nowhere", "event:content")],
    "c:4": [("said twice", alike("c:4"))],
    "doc:other/claim/1": [("named apart", alike(f"<{BASE}doc/digest/other/claim/1>", end=89))],
    "doc:cellar/claim/1": [("named alike", alike(f"<{BASE}doc/digest/cellar/claim/1>", end=89))],
    "doc:other/sentence/3": [
        ("named apart", put(f"<{BASE}doc/digest/other/sentence/3>", "a", THIRD))
    ],
    "s:1": [
        *each("s:1", "fd:hasSupplier", "+state:marovia"),
        *each("s:1", "fd:start", "", "+9", '"10"', "-1"),
        *each("s:1", "fd:yieldsNoClaim", '+"Greeting."@en, "Gruß."@de'),
        ("no class", drop("s:1", "a")),
    ],
    "s:2": [
        *each("s:2", "fd:number", "", "+3", '"2"', "3"),
        *each("s:2", "fd:start", "", "+91", '"90"', "89", "99"),
        *each("s:2", "fd:end", "", "+100", '"99"', "90"),
        *each("s:2", "fd:yieldsNoClaim", "", "7", "item:arms", '"A greeting.", "A farewell."'),
        *each("s:2", "fd:yieldsNoClaim", '+"More."@en', '""@en, "Ein Gruß."@de'),
        ("no class", drop("s:2", "a")),
        ("class of a report", change("s:2", "a", "fd:Document")),
    ],
    "digest:cell": [
        *each("digest:cell", "fd:sha256", "", f'+"{"0" * 64}"', '"C0FFEE"', '"g"@de'),
        *each("digest:cell", "fd:hasAuthor", "", "place:lissa", '"Orel"'),
        *each("digest:cell", TITLE, '+"Second"@en', '+"Zweite"@de', '"A cell"', "item:arms"),
        *each("digest:cell", "dcterms:language", '+"en"', '"German"', "item:arms"),
        *each("digest:cell", "fd:hasRecipient", "+state:marovia"),
        *each("digest:cell", "rdfs:seeAlso", "+state:marovia"),
        ("no class", drop("digest:cell", "a")),
        ("class of a place", change("digest:cell", "a", "fd:Place")),
    ],
    "digest:empty": [
        (
            "no sentence",
            f"INSERT {{ GRAPH {GRAPH} {{ digest:empty ?p ?o }} }}"
            f" WHERE {{ GRAPH {GRAPH} {{ digest:cell ?p ?o }} }}",
        )
    ],
    "report:near": [
        *each("report:near", "fd:isPublishedBy", "", "+agent:orel", "place:lissa"),
        *each("report:near", "fd:isReportedBy", "agent:orel"),
        *each("report:near", "fd:hasItem", "+item:arms"),
        *each("report:near", "fd:notReportedBefore", '+"1921-05-03"^^xsd:date'),
        ("no class", drop("report:near", "a")),
        ("class of a claim", change("report:near", "a", "fd:Conflict")),
        ("no source in a supplement", change("digest:cell", "a", "fd:Supplement")),
    ],
    "report:far": [
        *each("report:far", "fd:notReportedBefore", '"May"', TWO_DAYS),
        *each("report:far", "fd:reportDate", '"May"', TWO_DAYS),
        *each("report:far", "fd:isReportedBy", "report:far"),
    ],
    "proposition:content": [
        ("no claim", "; ".join([drop("c:2", "?p"), drop("c:3", "?p")])),
    ],
    "proposition:empty": [
        (
            "nothing in it",
            change(
                "c:3", "fd:onProposition", "proposition:empty . proposition:empty a fd:Proposition"
            ),
        ),
    ],
    "proposition:subject": [
        *in_subject(EVENT, "fd:isInReturnFor", "proposition:subject"),
        *each("proposition:subject", "fd:holdsWithFirmness", "+firmness:certain"),
        *each("proposition:subject", "fd:isAbout", "+state:tarland"),
        *each("proposition:subject", "rdfs:label", '+"subject"@en'),
    ],
    "agreement:Agreement": [
        *in_subject("agreement:Agreement", "fd:hasParty", "", "state:marovia"),
        *in_subject("agreement:Agreement", "fd:signatureDate", "+date:force"),
        *in_subject("agreement:Agreement", "fd:entryIntoForceDate", "+date:signed"),
    ],
    "agreement:Membership": [
        *in_subject("agreement:Membership", "fd:atopNumber", "", "+12", '"12"'),
        *in_subject("agreement:Membership", "fd:hasParty", ""),
    ],
    "membership:Membership": [
        *in_subject("membership:Membership", "fd:isMembershipIn", "", f"+{SECOND}"),
        *in_subject("membership:Membership", "fd:isMembershipOf", "", "+agent:orel"),
        *in_subject("membership:Membership", "fd:isMembershipOf", "state:tarland"),
        *in_subject("membership:Membership", "fd:memberFrom", "", "+date:left"),
        *in_subject("membership:Membership", "fd:memberUntil", "+date:joined"),
        *in_subject("membership:Membership", "fd:phaseNumber", "", "+2"),
        *in_subject("membership:Membership", "a", "+fd:Agreement"),
    ],
    "provision:Membership": [
        *in_subject("provision:Membership", "fd:phaseNumber", "", "+2"),
        *in_subject("provision:Membership", "fd:binds", "state:tarland"),
    ],
    "event:Attack": [
        *in_subject("event:Attack", "fd:fulfils", "+condition:demand"),
    ],
    "provision:Agreement": [
        *in_subject(
            "provision:Agreement", "fd:isSubjectTo", "condition:adversary, condition:conflict"
        ),
        *in_subject(
            "provision:Agreement", "fd:isSubjectTo", "condition:adversary, condition:location"
        ),
        *in_subject(
            "provision:Agreement", "fd:isSubjectTo", "condition:conflict, condition:location"
        ),
        *in_subject("provision:Agreement", "fd:binds", "", "+agent:orel", "state:marovia"),
        *in_subject("provision:Agreement", "fd:binds", "state:tarland"),
        *in_subject("provision:Agreement", "fd:benefits", "", "+agent:orel", "state:ruritania"),
        *in_subject("provision:Agreement", "fd:hasPledge", "", "+pledge:defence"),
        *in_subject("provision:Agreement", "fd:hasTrigger", ""),
        *in_subject("provision:Agreement", "fd:asStated", '+"mehr"'),
        ("of no agreement", drop("agreement:Agreement", "fd:hasProvision", "proposition:subject")),
    ],
    "office:Tenure": [
        *in_subject("office:Tenure", "fd:isOfficeOf", ""),
        *in_subject("office:Tenure", "fd:nameAsStated", ""),
    ],
    "item:arms": [("redefined", put("item:arms", "rdfs:comment", '"my arms"@en'))],
    "item:own": [("bare", put("item:own", "a", "skos:Concept ; fd:hasSupplier state:marovia"))],
    "place:lissa": [
        ("reclassified", put("place:lissa", "a", "fd:Agent")),
        *in_subject("place:lissa", "fd:isLocatedIn", "+state:tarland"),
    ],
    "agent:league": [("another label", put("agent:league", "rdfs:label", '"Liga"@de'))],
    "agent:strelsau": [
        ("another state", put("agent:strelsau", "fd:speaksFor", "state:tarland")),
        *in_subject("agent:strelsau", "skos:altLabel", '+"Strelsau"@en'),
    ],
    "state:tarland": [
        ("a code", put("state:tarland", "fd:cowCode", "7")),
        *in_subject("state:tarland", "fd:cowCode", "+7"),
    ],
    "state:marovia": [("a role", put("state:marovia", "fd:hasRecipient", "state:tarland"))],
    "agent:orel": [("expertise", put("agent:orel", "fd:isExpertOn", "state:marovia"))],
    EVENT: [
        *in_subject(EVENT, "fd:hasDate", f"+date:second . date:second a {DAY}"),
        *in_subject(EVENT, "fd:hasSuplier", "+state:marovia"),
        *in_subject(EVENT, "dcterms:titel", '+"Transfer"'),
        *in_subject(EVENT, "<https://example.org/p>", "+state:marovia"),
        *in_subject(EVENT, "a", "+fd:Transfr", "+fd:Agreement", "+fd:Date"),
        *in_subject(EVENT, "a", "fd:Claim", "fd:Obligation", "fd:NormConflict", "fd:Inference"),
        *in_subject(EVENT, "a", "fd:CasusFoederis", "fd:ConditionTest"),
        *in_subject(EVENT, "rdfs:label", '+"the delivery"@en'),
        *in_subject(EVENT, "fd:isAttributedTo", "+state:marovia"),
        ("no class", drop(EVENT, "a", "proposition:subject")),
        ("described outside", put(EVENT, "a", "fd:Event")),
    ],
    "event:content": [
        *in_subject(EVENT, "fd:isCausedBy", "+event:content"),
        (
            "leak",
            put(
                "event:content", "a", "fd:Famine ; fd:hasPlace state:marovia", "proposition:subject"
            ),
        ),
    ],
    "event:elsewhere": [
        *in_subject(EVENT, "fd:isDuring", "+event:elsewhere"),
        ("outside", put("event:elsewhere", "rdfs:label", '"elsewhere"@en')),
        ("outside with a class", put("event:elsewhere", "a", "fd:Attack")),
    ],
    "agreement:elsewhere": [("outside", put("agreement:elsewhere", "a", "fd:Agreement"))],
    "norm:elsewhere": [("outside", put("norm:elsewhere", "a", "fd:Sanction"))],
    "attitude:elsewhere": [("outside", put("attitude:elsewhere", "a", "fd:Plan"))],
    DATE: [
        *in_subject(DATE, "fd:earliest", "", '+"1921-04-02"^^xsd:date', '"April"'),
        *in_subject(DATE, "fd:earliest", '"1921-04-11"^^xsd:date', '"1921-04-31"^^xsd:date'),
        *in_subject(DATE, "fd:latest", "", '+"1921-04-12"^^xsd:date', '"April"'),
        *in_subject(DATE, "fd:asStated", "", '+"im April"', '"Anfang April"@de', '""'),
        *in_subject(DATE, "fd:isYearImplied", "+false", '"true"'),
        ("another date elsewhere", put(DATE, "a", DAY, "proposition:content")),
    ],
    QUANTITY: [
        *in_subject(QUANTITY, "fd:amount", '"vierzig"', "-1", "41, 42", FLOAT),
        *in_subject(QUANTITY, "fd:atLeast", '"vierzig"', "-1", "+41", "51", FLOAT),
        *in_subject(QUANTITY, "fd:atMost", '"fünfzig"', "+51", "30", '"50"^^xsd:float'),
        *in_subject(QUANTITY, "fd:asStated", "", '+"40"'),
        *in_subject(QUANTITY, "fd:hasUnit", "+unit:person"),
        (
            "another quantity elsewhere",
            put(QUANTITY, "a", 'fd:Quantity ; fd:asStated "40"', "proposition:content"),
        ),
    ],
}
EXEMPLARS = {"agreement:Agreement": "Agreement", "provision:Agreement": "Agreement"}
EXEMPLARS |= {
    node: "Membership"
    for node in ("agreement:Membership", "membership:Membership", "provision:Membership")
}
EXEMPLARS |= {"office:Tenure": "Tenure", "event:Attack": "Attack"}

# What cannot be broken alone: a change, and the constraint that it breaks among others.
ENTANGLED = {
    "two sentences": (put("c:1", "fd:isFoundIn", "s:2"), "Claim isFoundIn MaxCount"),
    "two documents": (put("c:1", "fd:isStatedIn", "digest:far"), "Claim isStatedIn MaxCount"),
    "another document": (
        change("c:1", "fd:isStatedIn", "digest:far")
        + f" ; INSERT DATA {{ GRAPH {GRAPH} {{ digest:far a fd:Document }} }}",
        "Claim isStatedIn Equals",
    ),
    "two reports": (
        put("report:near", "fd:isReportedBy", "report:near"),
        "Report isReportedBy MaxCount",
    ),
    "sentence in no document": (drop("s:2", "fd:isStatedIn"), "Sentence isStatedIn MinCount"),
    "sentence in two": (put("s:2", "fd:isStatedIn", "digest:far"), "Sentence isStatedIn MaxCount"),
    "sentence in an agent": (
        change("s:2", "fd:isStatedIn", "agent:orel"),
        "Sentence isStatedIn Class",
    ),
    "sentence zero": (change("s:1", "fd:number", "0"), "Sentence number MinInclusive"),
    "one number twice": (change("s:1", "fd:number", "2"), "Sentence sharesNumberWith In"),
    "per year and piece": (
        put(QUANTITY, "fd:per", "unit:piece", "proposition:subject"),
        "Quantity per MaxCount",
    ),
    "blank node": (
        put(
            EVENT, "fd:isDuring", "[ a fd:Session ; fd:hasBody agent:diet ]", "proposition:subject"
        ),
        "BlankNode isBlank MaxCount",
    ),
}

ENTITIES = "<https://w3id.org/foedus/graph/entities>"
NAMED = 'rdfs:label "New"@en, "Neu"@de'


def entity(name: str, statements: str) -> dict[str, list[tuple[str, str]]]:
    return {name: [*BROKEN.get(name, []), (statements, put(name, "a", statements, ENTITIES))]}


for _name, _statements in (
    ("state:new", f'fd:State ; {NAMED} ; fd:isoCode "new"'),
    ("state:new", f'fd:State ; {NAMED} ; fd:isoCode "NEWS"'),
    ("state:new", f'fd:State ; {NAMED} ; fd:isoCode "NEW"@en'),
    ("state:new", f'fd:State ; {NAMED} ; fd:isoCode "NEW", "NEU"'),
    ("state:new", f"fd:State ; {NAMED} ; fd:cowCode 1, 2"),
    ("state:new", f'fd:State ; {NAMED} ; fd:cowCode "1"'),
    ("place:new", f"fd:Place ; {NAMED} ; fd:cowCode 1"),
    ("place:new", "fd:Place"),
    ("place:new", 'fd:Place ; rdfs:label "New"@en'),
    ("place:new", f'fd:Place ; {NAMED}, "Newer"@en'),
    ("place:new", f"fd:Place ; {NAMED} ; fd:isLocatedIn agent:orel"),
    ("agent:new", 'fd:Person ; rdfs:label "Neu"@de'),
    ("agent:new", f"fd:Person, fd:State ; {NAMED}"),
    ("agent:new", f"fd:Person ; {NAMED} ; fd:isExpertOn state:marovia"),
    ("agent:new", f'fd:Person ; {NAMED} ; fd:nameAsStated "Neu"'),
    ("agent:new", f"fd:Person ; {NAMED} ; dcterms:relation state:marovia"),
    ("agent:new", f"fd:Publisher ; {NAMED} ; fd:speaksFor state:marovia"),
    ("agent:new", f"fd:Government ; {NAMED} ; fd:speaksFor agent:orel"),
    ("conflict:new", f"fd:Conflict, fd:Place, fd:Person ; {NAMED}"),
):
    BROKEN |= entity(_name, _statements)


SOUND = {
    "denied": stance("certain", "denied", "denial"),
    "probable with cue": stance("probable", "affirmed", "hearsay", "angeblich"),
    "possible presupposition": stance("possible", "affirmed", "presupposition"),
    "probable implication": stance("probable", "affirmed", "implicit"),
    "held by an agreement": change("c:1", "fd:heldBy", "agreement:own")
    + " ; INSERT DATA { GRAPH proposition:subject { agreement:own a fd:Agreement ;"
    " fd:hasParty state:marovia, state:tarland } }",
    "sourced supplement": f"{change('digest:cell', 'a', 'fd:Supplement')}"
    f" ; {put('report:near', 'dcterms:source', '<https://example.org/near>')}",
    "certain presupposition": stance("certain", "affirmed", "presupposition"),
    "probable presumption": stance("probable", "affirmed", "presumption", "wohl"),
    "claim alike on other words": alike("c:4", end=89),
    "reason in one language": change("s:2", "fd:yieldsNoClaim", '"A greeting."@en'),
    "reason in no language": change("s:2", "fd:yieldsNoClaim", '"A greeting."'),
    "reason in three languages": put("s:2", "fd:yieldsNoClaim", '"Salut."@fr'),
    "comments and sources": put(
        "c:1", "rdfs:comment", '"checked"@en ; dcterms:source <https://example.org/>'
    )
    + " ; "
    + put("proposition:subject", "skos:closeMatch", 'proposition:content ; rdfs:comment "like"@en'),
    "own concept": put(
        "item:own", "a", f"skos:Concept ; {NAMED} ; skos:broader item:arms ; skos:note 'own'@en"
    ),
    "own entity": put(
        "agent:own-paper",
        "a",
        f"fd:Publisher ; {NAMED} ; skos:altLabel 'Own'@en ; rdfs:seeAlso item:arms",
    ),
    "register repeated": put("place:lissa", "a", "fd:Place ; fd:isLocatedIn state:marovia"),
    "promised to the others in a phase": (
        "INSERT DATA { GRAPH proposition:subject { agreement:own a fd:Agreement ; fd:atopNumber 7 ;"
        " fd:hasParty state:marovia ; fd:hasProvision provision:own ."
        " provision:own a fd:Provision ; fd:binds state:marovia ; fd:phaseNumber 2 ;"
        " fd:hasPledge pledge:defence ; fd:hasTrigger trigger:attack-by-third-party } }"
    ),
    "member without end": (
        "INSERT DATA { GRAPH proposition:subject { agreement:own a fd:Agreement ; fd:atopNumber 7 ;"
        " fd:hasParty state:marovia . membership:own a fd:Membership ; fd:phaseNumber 1 ;"
        " fd:isMembershipIn agreement:own ; fd:isMembershipOf state:marovia ;"
        f" fd:memberFrom date:own . date:own a {DAY} }} }}"
    ),
    "one date in two graphs": f"INSERT {{ GRAPH proposition:content {{ {DATE} ?p ?o }} }}"
    f" WHERE {{ GRAPH proposition:subject {{ {DATE} ?p ?o }} }}",
    "name of an organisation": put(
        "agent:league", "fd:nameAsStated", '"Bund"', "proposition:subject"
    ),
    "inferred date": change("c:1", "fd:reportDateBasis", "basis:inferred"),
    "own unnamed holder": "INSERT DATA { GRAPH <https://w3id.org/foedus/graph/entities>"
    " { agent:own-witness a fd:UnnamedAgent } } ; "
    + change("c:1", "fd:heldBy", "agent:own-witness"),
    "claims in a graph of their own": "MOVE digest:cell TO <https://w3id.org/foedus/graph/provenance>",
}


def cases() -> Iterator[tuple[str, str, str]]:
    for node, changes in BROKEN.items():
        for name, update in changes:
            yield f"{node}: {name}", node, update


@pytest.fixture(scope="module")
def found(
    judge: Callable[..., Mapping[str, Sequence[Finding]]], make_case: Callable[..., Any]
) -> Mapping[str, Sequence[Finding]]:
    table = {
        name: make_case(EXEMPLARS.get(node, "Transfer"), update) for name, node, update in cases()
    }
    table |= {name: make_case("Transfer", update) for name, (update, _) in ENTANGLED.items()}
    return judge(table | {name: make_case("Transfer", update) for name, update in SOUND.items()})


@pytest.mark.parametrize(("name", "node"), [(name, node) for name, node, _ in cases()])
def test_what_breaks_one_constraint_is_refused_for_that_alone(
    name: str, node: str, found: Mapping[str, Sequence[Finding]]
) -> None:
    (finding,) = found[name]
    assert short(finding.focus).strip("<>").endswith(node.split(":", 1)[1])


@pytest.mark.parametrize("name", ENTANGLED)
def test_what_breaks_several_constraints_is_refused_for_each(
    name: str, found: Mapping[str, Sequence[Finding]]
) -> None:
    shape, path, component = ENTANGLED[name][1].split()
    assert any(
        str(finding.source_shape).endswith(f"/{shape}Shape")
        and path in str(finding.path)
        and str(finding.component).endswith(f"#{component}ConstraintComponent")
        for finding in found[name]
    )


@pytest.mark.parametrize("name", SOUND)
def test_what_is_allowed_passes(name: str, found: Mapping[str, Sequence[Finding]]) -> None:
    assert not found[name]


def test_each_constraint_is_broken_by_a_case(
    found: Mapping[str, Sequence[Finding]],
    constraints: Callable[[str], set[tuple[str, str, str]]],
) -> None:
    broken = {
        (str(f.source_shape), f.path.n3() if f.path is not None else "", str(f.component))
        for findings in found.values()
        for f in findings
    }
    wanted = {
        constraint
        for name in ("agreements", "core", "officials", "sources", "states")
        for constraint in constraints(name)
        if not constraint[0].endswith(
            (
                "ValueShape",
                "RoleShape",
                "InferenceShape",
                "FindingShape",
                "TenureShape",
            )  # test_classes
        )
    }
    assert sorted(wanted - broken) == []
