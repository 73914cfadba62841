"""Asks the diagnosis about evidence: the first piece is judged, the others are the rest of the run."""

from datetime import date

from preflight.diagnosis.case import Case, Judged
from preflight.diagnosis.diagnose import diagnose
from preflight.diagnosis.judgement import Judgement, judge
from preflight.diagnosis.survey import survey
from preflight.model.diagnosis import Cause, Confidence, Diagnosis, Verdict
from preflight.model.endpoint import Endpoint
from preflight.model.evidence import Evidence
from preflight.model.profile import Waiver
from tests.factories import endpoint, plan

TODAY = date(2026, 11, 23)


def case(*run: Evidence, of: Endpoint | None = None) -> Case:
    """The case of the run's first check."""
    served = of or endpoint(run[0].check.host)
    return Case(evidence=run[0], endpoint=served, surroundings=survey(run))


def diagnosed(*run: Evidence, of: Endpoint | None = None) -> Diagnosis:
    """What the run's first check means."""
    return diagnose(case(*run, of=of))[0]


def addresses(*run: Evidence, of: Endpoint | None = None) -> tuple[Judged, ...]:
    """What each address of the run's first check means."""
    return diagnose(case(*run, of=of))[1]


def said(found: Diagnosis) -> tuple[Verdict, Cause | None, Confidence]:
    """The parts of a diagnosis that scripts rely on."""
    return found.verdict, found.cause, found.confidence


def judged(
    *run: Evidence, waivers: tuple[Waiver, ...] = (), of: tuple[Endpoint, ...] = ()
) -> Judgement:
    """The judgement over a plan with an endpoint for each check of the run, unless endpoints are given."""
    endpoints = of or tuple(endpoint(each.check.host) for each in run)
    return judge(plan(*endpoints), run, waivers, TODAY)
