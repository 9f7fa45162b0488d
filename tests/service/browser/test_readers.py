"""What readers do: from a claim to its proof, to another world and back, by mouse or keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.service.browser.conftest import Open

MISSILES = "/proposition/north-korean-missiles-are-used-in-ukraine"


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_reader_goes_to_the_proof_to_another_world_and_back(
    opened: Open, has_scripts: bool
) -> None:
    with opened(java_script_enabled=has_scripts) as page:
        page.goto(f"{MISSILES}.html")
        expect(page.locator(".verdict")).to_contain_text("Does not hold in this world")
        page.get_by_role("link", name="what is said to be possible").click()
        expect(page.locator(".verdict")).to_contain_text("Holds in this world")
        page.get_by_role("link", name="Why?").click()
        expect(page.locator("main")).to_contain_text("sentence")
        page.go_back()
        page.go_back()
        expect(page.locator(".verdict")).to_contain_text("Does not hold in this world")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_the_worlds_bar_chooses_a_world(opened: Open, has_scripts: bool) -> None:
    with opened(java_script_enabled=has_scripts, locale="de-DE") as page:
        page.goto(f"{MISSILES}.html")
        page.locator("details.world summary, .world summary").first.click()
        page.get_by_label("mindestens").select_option("possible")
        page.get_by_role("button", name="Zeigen").click()
        expect(page).to_have_url(re.compile("at-least=possible"))
        expect(page.locator(".verdict")).to_contain_text("Gilt in dieser Welt")
        page.get_by_role("link", name="English").click()
        expect(page.locator(".verdict")).to_contain_text("Holds in this world")


def test_the_keyboard_alone_reaches_the_content_first(opened: Open) -> None:
    with opened() as page:
        page.goto(f"{MISSILES}.html")
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text("Skip to content")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        inside = "document.querySelector('main').contains(document.activeElement)"
        assert page.evaluate(inside)


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_reader_supposes_an_attack_and_reads_the_proof(opened: Open, has_scripts: bool) -> None:
    with opened(java_script_enabled=has_scripts) as page:
        page.goto("/worlds")
        page.get_by_label("If this state").fill("Japan")
        page.get_by_label("attacks this one").fill("North Korea")
        page.get_by_label("on this day").fill("2025-01-01")
        page.get_by_role("button", name="What would be owed?").click()
        owed = page.locator("#owed li").first
        expect(owed).to_contain_text("Russia owes North Korea defence")
        expect(owed).to_contain_text("article 4")
        owed.get_by_role("link", name="proof").first.click()
        expect(page.locator("main")).to_contain_text("Japan attacks North Korea on 1 January 2025")
