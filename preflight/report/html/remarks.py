"""What no finding says: what was not judged and why, what was waived, and what to do next."""

from preflight.model.diagnosis import Verdict
from preflight.model.profile import Profile
from preflight.model.report import EndpointResult, Report
from preflight.report.advice import elsewhere, next_steps
from preflight.report.hints import applicable
from preflight.report.html.markup import NOTHING, Html, block, element, host, joined, text
from preflight.report.html.tables import table
from preflight.report.words import ended, standing, target


def unjudged(report: Report) -> Html:
    """Return the endpoints whose reason no finding gives."""
    rest = [
        one
        for one in report.endpoints
        if one.verdict is not Verdict.REACHABLE and not one.findings and not one.waived
    ]
    if not rest:
        return NOTHING
    rows = [(*_named(one), text(one.explanation)) for one in rest]
    title = element("h2", text("Not judged, and why"))
    return block("section", title, table(("Endpoint", "Needed", "Verdict", "Why"), rows))


def waivers(report: Report) -> Html:
    """Return what is reported and does not count."""
    accepted = [(one, one.waived) for one in report.endpoints if one.waived]
    if not accepted:
        return NOTHING
    rows = [
        (
            *_named(one),
            text(waiver.until.isoformat() if waiver.until else "no end"),
            text(waiver.reason),
        )
        for one, waiver in accepted
    ]
    title = element("h2", text("Waived: reported, not counted"))
    heads = ("Endpoint", "Needed", "Verdict", "Until", "Reason")
    return block("section", title, table(heads, rows))


def _named(endpoint: EndpointResult) -> tuple[Html, Html, Html]:
    return host(target(endpoint)), text(standing(endpoint)), text(ended(endpoint))


def advice(report: Report) -> Html:
    """Return what to do now, and where else to look when the network is not what is wrong."""
    return advised(next_steps(report), elsewhere(report), report.profile)


def advised(steps: str, intro: str, profile: Profile) -> Html:
    """Return the steps, and the hints of the profile after `intro`; of either nothing where it is empty."""
    return joined(
        block("section", element("h2", text("Next")), element("p", text(steps)))
        if steps
        else NOTHING,
        _hints(profile, intro) if intro else NOTHING,
    )


def _hints(profile: Profile, intro: str) -> Html:
    items = (
        element(
            "li",
            element("b", text(f"{hint.title}. ")),
            text(f"{hint.look} "),
            element("small", text(f"({hint.source})")),
        )
        for hint in applicable(profile)
    )
    title = element("h2", text("If the sensor still fails"))
    return block("section", title, element("p", text(intro)), block("ul", *items))
