"""How much a result matters: what findings are sorted by."""

from preflight.model.diagnosis import Verdict


def rank(verdict: Verdict, *, counts: bool) -> int:
    """0 is what fails a run; `counts` is whether the endpoint is required and not waived."""
    match verdict:
        case Verdict.BLOCKED:
            return 0 if counts else 2
        case Verdict.INCONCLUSIVE:
            return 1 if counts else 3
        case _:
            return 3 if counts else 4
