"""The resolvers that a pod may be set to ask: where questions for names have to be let through."""

from dataclasses import replace
from ipaddress import ip_address

from preflight.model.flow import Transfer, Workload
from preflight.policies.kubernetes.inventory import Inventory
from preflight.policies.kubernetes.target import Target, pod

CLUSTER_DNS = ("kube-system", "k8s-app", "kube-dns")
"""CoreDNS on AKS, EKS and kubeadm, and kube-dns on GKE: namespace, label and its value."""
OPENSHIFT_DNS = ("openshift-dns", "dns.operator.openshift.io/daemonset-dns", "default")
NODE_LOCAL = ("169.254.20.10", "169.254.10.10")
"""NodeLocal DNSCache (kubernetes.io, nodelocaldns), and LocalDNS on AKS."""
PORT, OPENSHIFT_PORT = 53, 5353


def resolvers(
    inventory: Inventory, query: str | None, *, by_service: bool = False
) -> tuple[Target, ...]:
    """Everything that may answer the question for a name (None: for any), the cluster's own DNS first.

    With `by_service`, the address of its Service too, whatever that is: some plugins compare rules with it before the packet is led to a pod, and on
    EKS Auto Mode a resolver on the node answers there.
    """
    places = [(CLUSTER_DNS, PORT)]
    if OPENSHIFT_DNS[0] in inventory.namespaces:
        places.append((OPENSHIFT_DNS, OPENSHIFT_PORT))
    pods = [
        Target(None, None, pod(inventory.known(workload)), port, Transfer.UDP, query)
        for place, port in places
        for workload in _workloads(place, port, inventory)
    ]
    caches = [
        Target(None, ip_address(address), None, PORT, Transfer.UDP, query) for address in NODE_LOCAL
    ]
    service = [Target(None, None, None, PORT, Transfer.UDP, query)] if by_service else []
    return (*pods, *caches, *service)


def _workloads(place: tuple[str, str, str], port: int, inventory: Inventory) -> list[Workload]:
    """The DNS pods that are given; else what is known of them everywhere."""
    namespace, label, value = place
    found = [
        replace(one, pod=one.pod, address=one.address)
        for (home, _), one in inventory.workloads.items()
        if home == namespace and dict(one.labels).get(label) == value
    ]
    return found[:8] or [
        Workload(
            namespace=namespace,
            labels=((label, value),),
            labels_known=False,
            ports=(("dns", port, Transfer.UDP), ("dns-tcp", port, Transfer.TCP)),
        )
    ]
