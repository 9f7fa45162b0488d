"""Claims, sentences, documents ...: changes that break one constraint and nothing else."""

from cell_changes import EVENT, GRAPH, Changes, alike, change, drop, each, in_subject, put, stance

from foedus.ontology.namespaces import BASE

TITLE = "dcterms:title"
TWO_DAYS = '"1921-05-03"^^xsd:date, "1921-05-04"^^xsd:date'
DATED = (
    f"{drop('c:2', 'fd:notReportedBefore')} ; {change('c:2', 'fd:reportDateBasis', 'basis:stated')}"
)
THIRD = (
    "fd:Sentence ; fd:isStatedIn digest:cell ; fd:number 3 ; fd:start 99 ; fd:end 120 ;"
    ' fd:yieldsNoClaim "A farewell."'
)
BROKEN_SOURCES: Changes = {
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
}
