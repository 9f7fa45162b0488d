"""The page of a proposition for search engines: schema.org's ``Claim`` and ``ClaimReview``.

https://schema.org/ClaimReview. A rating in words only: we say who holds what, not what is true.
"""

import json
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from foedus.ontology.namespaces import BASE
from foedus.service.reading.stances import Stance
from foedus.service.reading.visit import Visit


def claim_review(iri: str, name: str, verdict: str, said: Sequence[Stance], visit: Visit) -> Markup:
    """Write it as JSON-LD that can stand in a page; each claim is an appearance."""
    appearances: list[dict[str, Any]] = [
        {
            "@type": "CreativeWork",
            "@id": it.iri,
            "abstract": it.paraphrase,
            "author": {"@type": "Thing", "@id": it.holder_iri, "name": it.holder.words},
            "isPartOf": {"@type": "CreativeWork", "name": it.document.words},
            **({} if it.is_bound or not it.day else {"datePublished": it.day}),
        }
        for it in said
        if not it.is_mention
    ]
    claim = {
        "@type": "Claim",
        "@id": iri,
        "name": name,
        "inLanguage": visit.language,
        "appearance": appearances,
    }
    review = {
        "@type": "ClaimReview",
        "claimReviewed": name,
        "inLanguage": visit.language,
        "itemReviewed": {"@id": iri},
        "author": {"@type": "Organization", "name": "Foedus", "url": BASE},
        "reviewRating": {"@type": "Rating", "alternateName": verdict},
        "license": "https://creativecommons.org/licenses/by/4.0/",
    }
    text = json.dumps(
        {"@context": "https://schema.org", "@graph": [claim, review]}, ensure_ascii=False
    )
    # What ends a script ends it wherever it stands.
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))
