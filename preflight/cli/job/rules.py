"""The rules that may be responsible: the cluster's own, read while the Jobs run, and those of `--policies`."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING

from preflight.cli.policies import kept
from preflight.errors import ClusterError
from preflight.model.fleet import Network, Place
from preflight.model.flow import Workload

if TYPE_CHECKING:
    from preflight.blame import Blame
    from preflight.job.order import Order
    from preflight.kube import Kube
    from preflight.model.document import Document
    from preflight.model.report import Report

PODS_OF = ("kube-system", "openshift-dns")
"""Where the cluster's DNS runs: of other pods nothing has to be known, for the endpoints are outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is known of the rules of one cluster."""

    blame: "Blame | None"
    """None where there is no rule."""
    remarks: tuple[str, ...]
    is_complete: bool
    """Whether the cluster's own policies are all there, so that what none of them denies is no policy's doing."""


def rules(kube: "Kube", given: Sequence["Document"], *, live: bool) -> Rules:
    """The rules given, and with `live` the cluster's own; one that cannot be read leaves a remark and no more."""
    from preflight.blame import Blame
    from preflight.objects import Live, read_live

    try:
        found = (
            read_live(kube, pods_of=PODS_OF)
            if live
            else Live(documents=(), remarks=(), is_complete=False)
        )
    except ClusterError as trouble:
        remark = f"the cluster's policies were not looked at: {trouble}"
        found = Live(documents=(), remarks=(remark,), is_complete=False)
    has_rules = bool(given) or found.policies > 0
    return Rules(
        blame=Blame((*given, *found.documents)) if has_rules else None,
        remarks=found.remarks,
        is_complete=found.is_complete,
    )


def named(report: "Report", place: Place, order: "Order", known: "Future[Rules]") -> "Report":
    """The report with the rules that block named in its findings."""
    blame = known.result().blame
    if blame is None:
        return report
    return kept(report, lambda: blame.named(report, _source(report, place, order)))


def _source(report: "Report", place: Place, order: "Order") -> Workload:
    """The pod as policies saw it."""
    from preflight.job.template import pod_labels

    labels = pod_labels(order.settings, place.network)
    return Workload(
        namespace=order.namespace,
        pod=report.vantage.pod,
        labels=tuple(sorted(labels.items())),
        service_account="default",
        node=place.node,
        address=next((one for one in report.vantage.addresses if one.version == 4), None),
        host_network=place.network is Network.HOST,
    )
