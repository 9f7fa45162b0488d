"""Every page at both widths and in both schemes: axe finds nothing, nothing is wider than it."""

from pathlib import Path
from typing import Any

import pytest

from tests.service.browser.conftest import Open

ROOT = Path(__file__).parents[3]
AXE = ROOT / "service" / "web" / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = ROOT / ".screenshots"
PAGES = {
    "start": "/?q=missiles",
    "questions": "/query",
    "proposition": "/proposition/north-korean-missiles-are-used-in-ukraine.html",
    "document": "/doc/digest/soldiers-and-treaty.html",
    "denials": "/doc/digest/soldiers-and-treaty.html?stance=denied",
    "conclusion": "/proposition/putin-visits-north-korea.html",
    "state": "/id/state/north-korea.html",
    "agreement": "/id/agreement/military-cooperation.html",
    "norm": "/id/norm/ban-on-missile-items-for-north-korea.html",
    "event": "/id/event/putin-visit.html",
    "agent": "/id/agent/moscow.html",
    "thing": "/concept/firmness/certain.html",
    "rule": "/rule/contradiction.html",
    "worlds": "/worlds?as-of=2024-10-23",
    "hypothesis": "/worlds?attacker=Japan&party=PRK&on=2025-01-01",
    "why": "/why?iri=https://w3id.org/foedus/proposition/putin-visits-north-korea",
}
LOOKS = [(width, scheme) for width in (320, 1280) for scheme in ("light", "dark")]
_RUN = "async () => (await axe.run({resultTypes: ['violations']})).violations"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_a_page_can_be_read_by_everybody(opened: Open, name: str, width: int, scheme: str) -> None:
    for language in ("en", "de"):
        # The policy of the pages keeps axe out, too.
        with opened(
            viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
        ) as page:
            join = "&" if "?" in PAGES[name] else "?"
            page.goto(f"{PAGES[name]}{join}lang={language}")
            SHOTS.mkdir(exist_ok=True)
            page.screenshot(path=SHOTS / f"{name}-{language}-{width}-{scheme}.png", full_page=True)
            page.add_script_tag(path=AXE)
            found: list[dict[str, Any]] = page.evaluate(_RUN)
            assert [(it["id"], it["nodes"][0]["html"]) for it in found] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
