"""What to do after the report was read, by verdict: the last words of table and Markdown."""

from typing import assert_never

from preflight.model.diagnosis import Verdict
from preflight.model.report import Report, ReportVerdict

HAND_OVER = (
    "Give the findings to the people who run the firewall, proxy or DNS server: each says what to ask for and names a packet to look"
    " for in the log."
)
COMPARE = (
    "-o json=FILE saves a report: rules request --report FILE writes what they have to add, in their device's own format. Then run this"
    " again: report diff OLD NEW shows what changed."
)


def next_steps(report: Report) -> str:
    """Return what to do now, in a few sentences; empty where nothing is left to do."""
    match report.verdict:
        case ReportVerdict.BLOCKED:
            return f"{HAND_OVER} {COMPARE}"
        case ReportVerdict.INCONCLUSIVE:
            return _to_measure(report)
        case ReportVerdict.DEGRADED:
            return _to_clean_up(report)
        case ReportVerdict.PASS:
            return ""
        case unexpected:
            assert_never(unexpected)


def _to_measure(report: Report) -> str:
    skipped = any(e.verdict is Verdict.SKIPPED and not e.waived for e in report.endpoints)
    steps = (
        f"{HAND_OVER} What lies behind them cannot be judged before." if report.findings else "",
        "Supply what is said to be missing, as told there." if skipped else "",
        "What was not measured is not known to be open: run this again when that is done."
        if report.findings or skipped
        else "What was not measured is not known to be open: run this again.",
    )
    return " ".join(filter(None, steps))


def _to_clean_up(report: Report) -> str:
    if not report.findings:
        return "What is said above to be blocked or impaired is not required, or works in part: look at it before the sensor needs it."
    return (
        f"Nothing required is blocked, but the sensor may still fail on what works only in part, is inspected, or is needed by a"
        f" feature in use. {HAND_OVER} {COMPARE}"
    )


def elsewhere(report: Report) -> str:
    """Return the words before the known causes that are not the network; empty where the network comes first."""
    match report.verdict:
        case ReportVerdict.PASS:
            return "The network between here and the required endpoints is then not the reason. These known causes look the same:"
        case ReportVerdict.DEGRADED:
            return "If it fails although the above is mended, the network is not the reason. These known causes look the same:"
        case ReportVerdict.BLOCKED | ReportVerdict.INCONCLUSIVE:
            return ""
        case unexpected:
            assert_never(unexpected)
