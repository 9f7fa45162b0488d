"""Events, agreements, dates, quantities: changes that break one constraint and nothing else."""

from cell_changes import DATE, DAY, EVENT, QUANTITY, Changes, drop, in_subject, put

FLOAT = '"4"^^xsd:float'
SECOND = (
    "agreement:second . agreement:second a fd:Agreement ; fd:hasParty state:marovia, state:tarland"
)
BROKEN_AGREEMENTS: Changes = {
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
}
EXEMPLARS = {"agreement:Agreement": "Agreement", "provision:Agreement": "Agreement"}
EXEMPLARS |= {
    node: "Membership"
    for node in ("agreement:Membership", "membership:Membership", "provision:Membership")
}
EXEMPLARS |= {"office:Tenure": "Tenure", "event:Attack": "Attack"}
BROKEN_EVENTS: Changes = {
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
