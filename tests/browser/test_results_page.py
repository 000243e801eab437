"""The results page in a real browser: a case is opened, answered from two browsers, labelled, and its budget moved."""

from __future__ import annotations

import shutil

import pytest

from l4e_widgets.services.cases import list_cases
from l4e_widgets.services.labels import label_group
from l4e_widgets.services.library import Workspace
from l4e_widgets.services.results import results
from tests.widgets.conftest import trained as of_the_pages

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from tests.browser.test_dashboard import browser, page, pytestmark, served, wait_until

__all__ = ["browser", "of_the_pages", "page", "pytestmark", "served"]

ANSWER = ".l4e-say [data-act=answer]"


@pytest.fixture(scope="module")
def trained(of_the_pages: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A copy of the small project, which this flow changes."""
    copy = tmp_path_factory.mktemp("answered") / "copy"
    shutil.copytree(of_the_pages.context.store.uri.removeprefix("file://"), copy)
    return Workspace(copy)


def opened_case(one, served) -> None:
    """Open the first case of the small project on a page."""
    one.goto(f"{served.address}?project=pump&page=results")
    one.locator("table.l4e-events tbody tr").last.click()
    one.wait_for_selector(ANSWER)


def test_a_case_is_answered_labelled_and_its_budget_moved(request, page, browser, served, trained):
    context = trained.context
    other = browser.new_context(viewport={"width": 1280, "height": 900})
    request.addfinalizer(other.close)
    second = other.new_page()
    opened_case(second, served)
    opened_case(page, served)
    page.wait_for_function("document.querySelector('.l4e-tsc')?.dataset.window")
    page.fill("[data-act=note]", "Seal replaced")
    page.click(f"{ANSWER} >> text=Real fault")
    page.wait_for_selector("text=Undo answer")
    assert [(case.verdict, case.note) for case in list_cases(context, "pump")] == [("real", "Seal replaced")]
    page.wait_for_selector("table.l4e-events >> text=real fault")

    second.click(f"{ANSWER} >> text=False alarm")
    second.wait_for_selector("text=was not stored")
    second.wait_for_selector("table.l4e-events >> text=real fault")
    other.close()

    page.click("[data-act=label]")
    page.wait_for_selector("text=Labelled in group from-events")
    assert len(label_group(context, "pump", "from-events").labels) == 1
    page.click("text=Undo answer")
    wait_until(lambda: list_cases(context, "pump")[0].verdict == "open", "the answer to be taken back")

    page.focus("[data-act=ask]")
    before = page.inner_text(".l4e-budget-receipt")
    page.keyboard.press("End")
    wait_until(lambda: page.inner_text(".l4e-budget-receipt") != before, "the budget to be counted")
    assert "50 false alarms a month" in page.inner_text(".l4e-budget-receipt")
    page.click("[data-act=keep]")
    wait_until(
        lambda: page.locator("[data-act=event]").count() == len(results(context, "pump", "first").events) > 2,
        "the events of the new budget",
    )
