"""Every endpoint in detail, folded: what was resolved, which addresses were tried, and each observation in its order."""

from collections.abc import Iterator, Mapping

from preflight.model.report import AddressResult, EndpointResult, Report, TlsResult
from preflight.report.html.findings import observations
from preflight.report.html.markup import NOTHING, Html, block, code, element, host, text
from preflight.report.html.places import endpoint_place
from preflight.report.html.tables import table
from preflight.report.html.tones import VERDICTS, chip
from preflight.report.rows import milliseconds
from preflight.report.terms import STOPPED
from preflight.report.words import component_of, ended, moment, standing, target


def evidence(report: Report, seen_from: Mapping[str, str] | None = None) -> Html:
    """Return a fold for each endpoint; `seen_from` names by id whose result it is, where there are several vantages."""
    if not report.endpoints:
        return NOTHING
    places = seen_from or {}
    folds = (
        _fold(one, endpoint_place(number), places.get(one.id, ""))
        for number, one in enumerate(report.endpoints, 1)
    )
    remark = "Each one as the vantage saw it where it ended worst; -o json holds every vantage's."
    return block(
        "section",
        element("h2", text("Every endpoint in detail")),
        element("p", text(remark), class_="soft") if places else NOTHING,
        block("div", *folds, class_="card evidence"),
        id="evidence",
    )


def _fold(endpoint: EndpointResult, place: str, seen_from: str) -> Html:
    """Return an endpoint's fold; a browser that is led to the place within it unfolds it."""
    verdict = chip(ended(endpoint), VERDICTS[endpoint.verdict])
    needed = element("small", text(f" {component_of(endpoint)}, {standing(endpoint)}"))
    return block(
        "details",
        element("summary", verdict, host(target(endpoint)), needed),
        block(
            "div",
            element("p", text(endpoint.explanation)) if endpoint.explanation else NOTHING,
            block("dl", *_facts(endpoint, seen_from)),
            _addresses(endpoint.addresses),
            observations(endpoint.evidence) if endpoint.evidence else NOTHING,
            id=place,
        ),
    )


def _facts(endpoint: EndpointResult, seen_from: str) -> Iterator[Html]:
    answer = endpoint.http
    for label, said in (
        ("Seen from", seen_from),
        ("Documented rule", endpoint.fqdn),
        ("Cause", endpoint.cause.value if endpoint.cause else ""),
        ("Resolved", _resolved(endpoint)),
        ("TLS", _tls(endpoint.tls) if endpoint.tls else ""),
        ("HTTP", f"{answer.method} {answer.path}: {answer.status}" if answer else ""),
        ("Waived", endpoint.waived.reason if endpoint.waived else ""),
    ):
        if said:
            yield element("dt", text(label))
            yield element("dd", text(said))


def _resolved(endpoint: EndpointResult) -> str:
    found = endpoint.dns
    if found is None:
        return ""
    parts = (
        f"by {found.resolver}" if found.resolver else "no answer",
        found.rcode or "",
        f"as {found.canonical_name}" if found.canonical_name else "",
        ", ".join(map(str, found.addresses)),
    )
    return "; ".join(filter(None, parts))


def _tls(seen: TlsResult) -> str:
    ends = f"valid to {moment(seen.not_after)} UTC" if seen.not_after else ""
    parts = (
        seen.version or "",
        seen.cipher or "",
        f"certificate of {seen.subject}" if seen.subject else "",
        f"issued by {seen.issuer}" if seen.issuer else "",
        ends,
        {True: "trusted here", False: "not trusted here", None: ""}[seen.trusted],
    )
    return "; ".join(filter(None, parts))


def _addresses(results: tuple[AddressResult, ...]) -> Html:
    if len(results) < 2:
        return NOTHING  # the matrix and the observations already say it
    heads = ("Address", "Verdict", "TCP ms", "TLS ms", "HTTP ms")
    rows = [(code(str(one.address)), text(_ended(one)), *_times(one)) for one in results]
    return table(heads, rows)


def _ended(result: AddressResult) -> str:
    where = f" {STOPPED[result.stage]}" if result.stage else ""
    cause = f" ({result.cause.value})" if result.cause else ""
    return f"{result.verdict.value}{where}{cause}"


def _times(result: AddressResult) -> Iterator[Html]:
    for seconds in (result.timings.tcp, result.timings.tls, result.timings.http):
        yield NOTHING if seconds is None else text(milliseconds(seconds))
