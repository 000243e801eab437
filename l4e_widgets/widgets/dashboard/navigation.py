"""What the frame shows around the page, as markup."""

from __future__ import annotations

from l4e_widgets.services.projects import ProjectSummary, Step
from l4e_widgets.widgets.dashboard.model import FREE_PAGES, STEP_PAGES, TITLES, DashboardModel, Place
from l4e_widgets.widgets.parts.glyphs import STEPS, glyph
from l4e_widgets.widgets.parts.markup import Html, element, together

__all__ = ["foot", "side", "top"]

BRAND = Html(
    '<svg width="20" height="20" viewBox="0 0 20 20" fill="none" aria-hidden="true"><path d="M1.5 12.5h4l2-7 3 10 '
    '2.2-6.5 1.3 3.5h4.5" stroke="var(--l4e-accent)" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>'
    "</svg>"
)


def top(place: Place) -> Html:
    """Name of the product and the path to the page.

    Parameters
    ----------
    place : Place
        What is open.

    Returns
    -------
    Html
        The top bar.
    """
    slash = element("i", "/")
    if place.page in FREE_PAGES:
        path: list[Html] = [element("b", TITLES[place.page])]
    else:
        path = [
            element(
                "button.l4e-crumb-step", place.project, type="button", data_act="project", data_value=place.project
            ),
            slash,
            element("b", TITLES[place.page]),
        ]
        if place.page == "results" and place.model:
            path = [*path[:2], element("span", TITLES["results"]), slash, element("b", f"model {place.model}")]
    return together(
        element("button.l4e-brand", BRAND, "l4e", type="button", data_act="projects", aria_label="l4e, all projects"),
        element("div.l4e-crumb", path),
        element("div.l4e-tools", element("span.l4e-3.l4e-s", "times in UTC")),
    )


def side(model: DashboardModel) -> Html:
    """All projects, and under the open one its steps and models.

    Parameters
    ----------
    model : DashboardModel
        State of the frame.

    Returns
    -------
    Html
        The left bar.
    """
    place = model.place
    count = len(model.projects)
    all_projects = element(
        "button.l4e-nav",
        glyph("list"),
        "All projects",
        element("span.why", count) if count else None,
        class_="here" if place.page == "projects" else "",
        type="button",
        data_act="projects",
    )
    rows: list[Html] = []
    for project in model.projects:
        is_open = project.name == place.project and place.page not in FREE_PAGES
        rows.append(_project(project, is_open))
        if is_open:
            rows += [_step(step, place) for step in model.steps]
            rows += _models(project, place)
    if not rows:
        rows = [element("p.l4e-nav-none", "None yet. Load a CSV, or open the sample pump.")]
    new = element(
        "button.l4e-a",
        glyph("plus", size=12),
        "New",
        type="button",
        data_act="create",
        aria_label="New project",
        aria_current="page" if place.page == "create" else None,
    )
    heading = element("div.l4e-nav-h.l4e-row.l4e-between", "Projects", new)
    inside = together(all_projects, heading, rows)
    return element("nav", inside, aria_label="Projects and steps")


def _project(project: ProjectSummary, is_open: bool) -> Html:
    """One project of the left bar."""
    state = {"ready": "normal", "failed": "blocked"}.get(project.status, "running")
    why = {"ready": "", "failed": "not loaded"}.get(project.status, "loading")
    return element(
        "button.l4e-nav",
        glyph("open", size=12) if is_open else glyph(state, tone="normal" if state == "normal" else "warn"),
        element("span.l4e-grow.l4e-cut", project.name),
        element("span.why", why) if why else None,
        class_="open" if is_open else "",
        type="button",
        title=project.name,
        data_act="project",
        data_value=project.name,
    )


def _step(step: Step, place: Place) -> Html:
    """One step of the open project, with its state, and why it waits."""
    is_here = step.key == place.page
    state = "here" if is_here else step.state
    return element(
        "button.l4e-nav.sub",
        glyph(state, tone=STEPS.get(state, "quiet")),
        element("span.l4e-grow", step.title),
        element("span.why.l4e-cut", step.reason) if step.reason and not is_here else None,
        element("span.l4e-hidden", f", {state}"),
        class_="here" if is_here else "",
        type="button",
        title=". ".join(part for part in (step.fact, step.reason) if part) or None,
        data_act="step",
        data_value=step.key,
        aria_current="page" if is_here else None,
        disabled=step.key not in STEP_PAGES or state == "blocked",
    )


def _models(project: ProjectSummary, place: Place) -> list[Html]:
    """Models of the open project."""
    if not project.models:
        return []
    shown = place.model or project.models[-1]
    return [
        element("div.l4e-nav-h.sub", "Models"),
        *(
            element(
                "button.l4e-nav.sub2",
                element("span.l4e-cut", name),
                class_="open" if place.page == "results" and name == shown else "",
                type="button",
                data_act="model",
                data_value=name,
            )
            for name in project.models
        ),
    ]


def foot(before: Step | None, after: Step | None) -> Html:
    """The way back and the way on.

    Parameters
    ----------
    before, after : Step or None
        Neighbouring steps with a page; None past an end.

    Returns
    -------
    Html
        The foot.
    """
    back = after_button = None
    if before is not None:
        back = element(
            "button.l4e-btn.quiet", glyph("back"), before.title, type="button", data_act="step", data_value=before.key
        )
    if after is not None:
        is_blocked = after.state == "blocked"
        after_button = element(
            "button.l4e-btn.quiet.l4e-on",
            after.title,
            glyph("next"),
            type="button",
            data_act="step",
            data_value=after.key,
            disabled=is_blocked,
            title=after.reason if is_blocked else None,
        )
    return together(element("span", back), element("span", after_button))
