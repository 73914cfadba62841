"""The placeholders that names in the catalogue may hold, and where to find their values."""

import re

PLACEHOLDERS = {
    "workspace_id": "az monitor log-analytics workspace show --query customerId",
    "region": "the Azure region of the cluster's resource, or the AWS region in names of AWS",
    "region_short": "a code such as eus, from the discovery answer of gbl.his.arc.azure.com",
    "api_server_fqdn": "the server in your kubeconfig, or az aks show --query fqdn",
    "servicebus_host": "the answer of guestnotificationservice.azure.com/urls/allowlist",
    "gateway_prefix": "the first label of the Arc gateway's URL",
    "vault_name": "the name of the Key Vault that the cluster reads",
    "dce_id": "the first label of the data collection endpoint's host name",
    "acr_name": "the name of the container registry",
    "aws_account": "the AWS account number of the registry",
    "location": "the location of the Artifact Registry, such as europe or us-central1",
    "dns_server": "the address of the DNS server that the nodes use",
}
"""Name of the placeholder → where its value can be found."""

PATTERN = re.compile(r"\{([^{}]*)\}")
"""A placeholder in a name or path; its name is group 1."""


def names_in(text: str) -> tuple[str, ...]:
    """Returns the placeholder names in `text`, in order, each once."""
    return tuple(dict.fromkeys(PATTERN.findall(text)))
