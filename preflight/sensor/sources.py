"""The pages on which commands and procedures rest, with the date that each page bears."""

from preflight.model.endpoint import Source

DEPLOY_CLI = Source(
    key="mdc-deploy-cli",
    title="Deploy the Defender sensor and Azure Policy by Azure CLI",
    url="https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-deploy-azure-cli",
    dated="2026-07-03",
)
WORKSPACE_CLI = Source(
    key="mdc-enable-cli",
    title="Enable Defender for Containers by Azure CLI, custom workspace",
    url="https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-deploy-azure-cli",
    dated="2025-11-27; the version of 2026-07-03 leaves the workspace out",
)
DEPLOY_HELM = Source(
    key="mdc-helm",
    title="Install the Defender sensor with Helm",
    url="https://learn.microsoft.com/azure/defender-for-cloud/deploy-helm",
    dated="2026-07-03",
)
REMOVE = Source(
    key="mdc-remove",
    title="Disable and remove Defender for Containers",
    url="https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-remove",
    dated="2026-01-25",
)
LEFTOVERS = Source(
    key="mdc-helm-leftovers",
    title="Install the Defender sensor with Helm, which deletes the leftovers of an older installation in this way",
    url="https://learn.microsoft.com/azure/defender-for-cloud/deploy-helm",
    dated="2026-07-03",
)
HELM_UNINSTALL = Source(
    key="helm-uninstall",
    title="Helm's own command; no page of Defender describes removing the chart",
    url="https://helm.sh/docs/helm/helm_uninstall/",
    dated="undated",
)
POLICIES = Source(
    key="azure-policy-definitions",
    title="Built-in policy definitions for Defender for Containers",
    url="https://learn.microsoft.com/azure/governance/policy/samples/built-in-policies",
    dated="undated; the ids as public policy sets had them in 2026-11",
)
ALERT = Source(
    key="mdc-enable-alert",
    title="Configure Defender for Containers components: simulate security alerts",
    url="https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-enable",
    dated="2023-06-29",
)
ALERT_NAME = Source(
    key="mdc-alert-validation",
    title="Alert validation in Defender for Cloud: control plane alerts",
    url="https://learn.microsoft.com/azure/defender-for-cloud/alert-validation",
    dated="2022-10-06",
)
ALERT_NOW = Source(
    key="mdc-alerts-containers",
    title="Alerts for Kubernetes clusters, with the attack simulation tool",
    url="https://learn.microsoft.com/azure/defender-for-cloud/alerts-containers",
    dated="2026-05-18",
)
