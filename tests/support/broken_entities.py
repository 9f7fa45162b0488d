"""States, places, agents, concepts: changes that break one constraint and nothing else."""

from cell_changes import NAMED, Changes, in_subject, put

ENTITIES = "<https://w3id.org/foedus/graph/entities>"
BROKEN_ENTITIES: Changes = {
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
}
BROKEN_NEW_ENTITIES: Changes = {}


def entity(name: str, statements: str) -> Changes:
    return {
        name: [
            *BROKEN_NEW_ENTITIES.get(name, []),
            (statements, put(name, "a", statements, ENTITIES)),
        ]
    }


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
    BROKEN_NEW_ENTITIES |= entity(_name, _statements)
