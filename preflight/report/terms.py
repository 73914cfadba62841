"""The report's codes in plain words, for people who run firewalls rather than clusters."""

from preflight.model.diagnosis import Confidence
from preflight.model.endpoint import Requirement
from preflight.model.evidence import Outcome
from preflight.model.plan import Stage
from preflight.model.report import Engine

CONFIDENCE = {
    Confidence.CONFIRMED: "confirmed: the evidence leaves no other reading",
    Confidence.LIKELY: "likely: the evidence has one usual reading",
    Confidence.POSSIBLE: "possible: the evidence fits, and other readings remain",
}

NEEDED = {
    Requirement.REQUIRED: "fails the run when blocked",
    Requirement.CONDITIONAL: "matters when its feature is in use: endpoints show ID",
    Requirement.LEGACY: "only older sensors use it",
    Requirement.OPTIONAL: "the sensor works without it",
}

ACTIONS = {
    "lookup": "DNS query",
    "connect": "TCP SYN",
    "tunnel": "CONNECT to the proxy",
    "handshake": "TLS ClientHello",
    "exchange": "HTTP request",
    "datagram": "UDP datagram",
    "hello": "TLS ClientHello",
    "hop": "packet with few hops to live",
}

OUTCOMES = {
    Outcome.OK: "answered after",
    Outcome.DROPPED: "no answer within",
    Outcome.REFUSED: "refused after",
    Outcome.UNREACHABLE: "unreachable or prohibited (ICMP, or no route), after",
    Outcome.TTL_EXCEEDED: "a router answered that the packet's hops were used up, after",
    Outcome.RESET: "connection reset (RST) after",
    Outcome.CLOSED: "connection closed (FIN) after",
    Outcome.LOCAL: "not sent by this host, after",
    Outcome.MALFORMED: "malformed answer after",
    Outcome.TOO_LARGE: "answer beyond all bounds after",
    Outcome.UNKNOWN: "failed in an unknown way after",
    Outcome.NXDOMAIN: "answered NXDOMAIN (no such name) after",
    Outcome.NO_DATA: "answered without an address (NODATA) after",
    Outcome.SERVFAIL: "answered SERVFAIL after",
    Outcome.RCODE_REFUSED: "answered REFUSED after",
    Outcome.RCODE_OTHER: "answered with an error after",
    Outcome.CNAME_LOOP: "CNAME chain without an end, after",
    Outcome.ALERT: "TLS alert after",
    Outcome.NOT_TLS: "answered with something that is not TLS, after",
    Outcome.UNTRUSTED: "certificate from an unknown issuer, after",
    Outcome.EXPIRED: "expired certificate after",
    Outcome.NOT_YET_VALID: "certificate not yet valid, after",
    Outcome.NAME_MISMATCH: "certificate for another name, after",
    Outcome.VERSION: "no TLS version in common, after",
    Outcome.AUTH_REQUIRED: "proxy asked for authentication (407) after",
    Outcome.DENIED: "proxy refused after",
    Outcome.UPSTREAM_FAILED: "proxy could not reach the destination, after",
}

ENGINES = {
    Engine.KUBERNETES_NETWORK_POLICY: "the Kubernetes NetworkPolicy",
    Engine.CLUSTER_NETWORK_POLICY: "the Kubernetes ClusterNetworkPolicy",
    Engine.CILIUM: "the Cilium policy",
    Engine.CALICO: "the Calico policy",
    Engine.ISTIO: "the Istio configuration",
    Engine.AZURE_NSG: "the Azure network security group",
    Engine.AZURE_ROUTE: "the Azure route table",
    Engine.AZURE_FIREWALL: "the Azure Firewall",
    Engine.AWS_SECURITY_GROUP: "the AWS security group",
    Engine.AWS_NETWORK_ACL: "the AWS network ACL",
    Engine.AWS_NETWORK_FIREWALL: "the AWS Network Firewall",
    Engine.GCP_FIREWALL: "the Google Cloud firewall",
    Engine.SQUID: "the proxy (Squid)",
    Engine.PROXY: "the proxy",
    Engine.DNS: "the resolver",
}
HOSTS_FILE = "hosts file"
"""The name that stands where no resolver but this host's own file answered."""

COMPONENTS = {"user": "named on the command line"}
"""Components that no catalogue file is named for."""

TRANSLATED = "beyond the cluster the source is often the node's address, or a NAT gateway's"
"""What to know of a packet's source that was seen in the cluster's pod network."""

STOPPED = {
    Stage.DNS: "at DNS",
    Stage.PROXY: "at the proxy",
    Stage.TCP: "at TCP",
    Stage.TLS: "at TLS",
    Stage.HTTP: "at HTTP",
}
