"""How to read the page, for people who have never seen the tool."""

from collections.abc import Iterable, Sequence

from preflight.model.diagnosis import Confidence, Verdict
from preflight.model.endpoint import Requirement
from preflight.model.report import EndpointResult
from preflight.report.html.markup import Html, block, element, text
from preflight.report.html.summary import listed
from preflight.report.rows import mark
from preflight.report.style import PLAIN
from preflight.report.terms import CONFIDENCE, NEEDED

Pairs = Sequence[tuple[str, str]]
Part = tuple[str, Pairs]
"""A title, and words with what they mean."""

VERDICTS = {
    Verdict.REACHABLE: "the service itself answered; nothing but an answer over a connection that proves its other end counts",
    Verdict.DEGRADED: "it works, but not everywhere or not as documented; the finding says what is impaired",
    Verdict.BLOCKED: "something keeps it from being reached",
    Verdict.INCONCLUSIVE: "it was tried, and what came back proves neither",
    Verdict.SKIPPED: "not tried, because its name is not known here",
}

STAGES = (
    ("DNS", "the name is asked for at the resolver"),
    ("PROXY", "where one is used: connecting to it, and asking it for the destination"),
    ("TCP", "the first packet (SYN) is answered"),
    ("TLS", "the certificate is shown for the name in the ClientHello (SNI), and checked"),
    ("HTTP", "a request without credentials; any status of the service proves the path"),
)

TERMS = (
    ("FQDN rule", "a firewall's rule by name, also application rule; it sees the SNI or the proxy's CONNECT"),
    ("Network rule", "a firewall's rule by address and port; Azure service tags stand for the addresses"),
    ("Dropped", "silence: nothing came back within the time of the step"),
    ("Reset, refused", "an RST came back, from the host or from a device on the way"),
    ("Interception", "TLS ended by a device on the way, which signs certificates with its own authority"),
    ("Source", "the address seen where this ran; behind NAT a firewall sees another one"),
)  # fmt: skip


def reading(endpoints: Iterable[EndpointResult], *more: Part) -> Html:
    """Return what signs, stages and words mean; `more` is what only some pages have to say, after the verdicts."""
    needed = {endpoint.requirement for endpoint in endpoints}
    return block(
        "section",
        element("h2", text("How to read this page")),
        block(
            "div",
            _part("Verdicts", [(f"{mark(v, PLAIN)} {v.value}", VERDICTS[v]) for v in Verdict]),
            *(_part(title, pairs) for title, pairs in more),
            _part("Stages, in the order in which they run", STAGES),
            _part("How much it is needed", [(r, NEEDED[r]) for r in Requirement if r in needed]),
            _part("How sure a finding is", [(c, _beyond_colon(CONFIDENCE[c])) for c in Confidence]),
            _part("Words", TERMS),
            class_="card",
        ),
        id="reading",
    )


def _part(title: str, pairs: Pairs) -> Html:
    return block("div", element("h3", text(title)), listed(pairs)) if pairs else Html("")


def _beyond_colon(said: str) -> str:
    return said.partition(": ")[2]
