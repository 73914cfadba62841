"""The facts about a run that stand at the head of every report for people."""

from preflight.model.happening import lasted
from preflight.model.report import Report
from preflight.report.headline import tally
from preflight.report.words import about_profile, about_vantage, moment


def facts(report: Report) -> tuple[tuple[str, str], ...]:
    """Return a label and a line for each: what was looked at, from where, by which way, when, and remarks."""
    vantage = report.vantage
    run = f"{moment(report.started_at)} UTC, {lasted(report.duration)}, defender-preflight {report.tool_version}"
    return (
        ("Endpoints", tally(report)),
        ("Profile", about_profile(report.profile)),
        ("Seen from", about_vantage(vantage)),
        ("Resolver", ", ".join(vantage.resolvers) or "none"),
        ("Proxy", vantage.proxy or "none"),
        ("Run", run),
        *(("Note", notice) for notice in report.notices),
    )
