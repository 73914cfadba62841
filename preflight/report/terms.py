"""The report's codes in plain words, for people who run firewalls rather than clusters."""

from preflight.model.diagnosis import Confidence
from preflight.model.endpoint import Requirement
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
