"""A cluster with something of everything, and hostile names: pods blocked, one pool blocked, a node blocked, a report that came compact."""

from dataclasses import replace

from preflight.codec import compact
from preflight.model.fleet import Failure, FailureReason, FleetReport, Place
from preflight.model.report import Report
from tests.diagnosis.vantages.clusters import (
    HOST,
    NO_ANSWER,
    NO_NAME,
    POD,
    RESET,
    SKIPPED,
    State,
    compared,
    seen,
)
from tests.golden.rich import rich_report
from tests.report.builders import HOSTILE, waived

SENSOR = "api.cloud.defender.microsoft.com"
LOGIN = "login.microsoftonline.com"
IMAGES = "mcr.microsoft.com"
ARM = "management.azure.com"
LOGS = "0f8fad5b-d9cb-469f-a165-70867728950e.ods.opinsights.azure.com"
IDS = (SENSOR, LOGIN, IMAGES, ARM, LOGS)


def at(node: str, network: object, pool: str, **changes: State) -> tuple[Place, Report]:
    """One vantage; what stops is named by the constants above."""
    known = {"sensor": SENSOR, "login": LOGIN, "images": IMAGES, "arm": ARM, "logs": LOGS}
    stops = {known[name]: state for name, state in changes.items()}
    return seen(node, network, pool, ids=IDS, stops=stops)  # type: ignore[arg-type]  # one of the networks


def without_logs(pair: tuple[Place, Report]) -> tuple[Place, Report]:
    """The same as it comes home by a termination message."""
    return pair[0], compact.decode(compact.encode(pair[1]))


def cluster() -> FleetReport:
    """Three pools, both networks, a node that gave no report."""
    where, report = at("aks-system-1", POD, "system", sensor=NO_ANSWER, login=NO_ANSWER)
    mirrored = replace(
        report,
        endpoints=tuple(waived(one) if one.id == ARM else one for one in report.endpoints),
    )
    return compared(
        (where, mirrored),
        at("aks-system-1", HOST, "system"),
        at("aks-gpu-1", POD, "gpu", sensor=NO_ANSWER, login=NO_ANSWER, images=RESET),
        at("aks-gpu-1", HOST, "gpu", images=RESET),
        at("aks-gpu-2", HOST, "gpu", images=RESET),
        without_logs(
            at("aks-spot-1", POD, "spot", sensor=NO_ANSWER, login=NO_ANSWER, logs=NO_NAME)
        ),
        at("aks-spot-1", HOST, "spot", logs=SKIPPED),
        failures=[
            Failure(
                context=None,
                pool="gpu",
                node="aks-gpu-3",
                network=POD,
                reason=FailureReason.IMAGE_PULL,
                detail='Back-off pulling image "registry.example/python": i/o timeout',
            ),
            Failure(
                context=None,
                pool=None,
                node=HOSTILE,
                network=None,
                reason=FailureReason.ADMISSION,
                detail=HOSTILE,
            ),
        ],
    )


def hostile() -> FleetReport:
    """Hostile text in every field that a cluster or a network fills."""
    nasty = Place(context=HOSTILE, pool=HOSTILE, node=HOSTILE, network=POD)
    rich = rich_report()
    fleet = compared(
        (nasty, replace(rich, notices=(HOSTILE,))),
        (replace(nasty, network=HOST), rich_report()),
        (replace(nasty, pool="other"), rich_report()),
        failures=[
            Failure(
                context=HOSTILE,
                pool=HOSTILE,
                node=HOSTILE,
                network=POD,
                reason=FailureReason.SANDBOX,
                detail=HOSTILE,
            )
        ],
    )
    raw = replace(fleet.findings[0].scope, words=HOSTILE)
    told = replace(
        fleet.findings[0], scope=raw, title=HOSTILE, explanation=HOSTILE, endpoints=(HOSTILE,)
    )
    return replace(fleet, findings=(told, *fleet.findings[1:]), notices=(HOSTILE,))
