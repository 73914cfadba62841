"""What counts as left by a removal, and what does not."""

from typing import Any

import pytest

from preflight.kube import NAMESPACES, PODS, SECRETS, Resource
from preflight.model.sensor import Leftover, Purpose, Removal
from preflight.sensor.leftovers import leftover
from preflight.sensor.removal import LOOKED_AT, look
from tests.fakes.kube import FakeKube
from tests.sensor import clusters
from tests.sensor.clusters import put

RESOURCES = dict(LOOKED_AT)


def named(name: str, namespace: str = "", **rest: Any) -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace, **rest.pop("metadata", {})}
    return {"metadata": {key: value for key, value in metadata.items() if value}, **rest}


CRD = "CustomResourceDefinition"
RELEASE = "sh.helm.release.v1."
OURS = [
    ("Namespace", named("mdc"), "the sensor's own namespace"),
    ("Namespace", named("azuredefender"), "the sensor's own namespace"),
    (CRD, named("runtimepolicies.defender.microsoft.com"), "group defender.microsoft.com"),
    (CRD, named("x", spec={"group": "v2.defender.microsoft.com"}), "group defender.microsoft.com"),
    ("DaemonSet", named("microsoft-defender-collector-ds", "kube-system"), "name begins with"),
    ("DaemonSet", named("azuredefender-publisher-ds", "kube-system"), "name begins with"),
    ("ServiceAccount", named("microsoft-defender-publisher-sa", "mdc"), "name begins with"),
    ("Secret", named("defender-admission-controller-server-cert", "mdc"), "name begins with"),
    ("Secret", named("omsagent-secret", "mdc"), "workspace secret"),
    ("Secret", named("microsoft-defender-ws-secret", "kube-system"), "name begins with"),
    ("Secret", named(f"{RELEASE}defender-k8s.v3", "mdc"), "a Helm release"),
    ("Secret", named(f"{RELEASE}microsoft.azuredefender.kubernetes.v1", "mdc"), "a Helm release"),
    ("ClusterRole", named("mdc-pods-reader"), "a role of the chart"),
    ("ClusterRoleBinding", named("mdc-nodes-reader-rolebinding"), "a role of the chart"),
    (
        "ClusterRoleBinding",
        named("anything", subjects=[{"name": "microsoft-defender-collectors-sa"}]),
        "binds the sensor's service account microsoft-defender-collectors-sa",
    ),
    (
        "ValidatingWebhookConfiguration",
        named(
            "gate",
            webhooks=[{"clientConfig": {"service": {"name": "defender-admission-controller"}}}],
        ),
        "calls the sensor's service",
    ),
    (
        "ValidatingAdmissionPolicy",
        named("policy", metadata={"labels": {"kubernetes.azure.com/managedby": "mdc"}}),
        "managedby=mdc",
    ),
    (
        "ConfigMap",
        named(
            "settings",
            "mdc",
            metadata={"labels": {"app.kubernetes.io/name": "defender-k8s-sensor"}},
        ),
        "app.kubernetes.io/name=defender-k8s-sensor",
    ),
    (
        "Service",
        named(
            "other",
            "security",
            metadata={"annotations": {"meta.helm.sh/release-name": "defender-k8s"}},
        ),
        "Helm release defender-k8s",
    ),
    ("ExtensionConfig", named("microsoft.azuredefender.kubernetes", "azure-arc"), "Arc extension"),
    (
        "Role",
        named("gate", "mdc", metadata={"labels": {"app": "defender-admission-controller"}}),
        "label app=defender-admission-controller",
    ),
]

OTHERS = [
    ("Namespace", named("kube-system")),
    ("Namespace", named("mdc-team")),
    (CRD, named("policies.example.com")),
    (CRD, named("x", spec={"group": "notdefender.microsoft.com"})),
    ("DaemonSet", named("defender-of-the-realm", "games")),
    ("Secret", named(f"{RELEASE}prometheus.v1", "monitoring")),
    ("ConfigMap", named("kube-root-ca.crt", "mdc")),
    ("ClusterRole", named("mdc-team-reader")),
    ("ClusterRoleBinding", named("anything", subjects=[{"name": "azure-policy"}])),
    ("Deployment", named("x", metadata={"labels": {"kubernetes.azure.com/managedby": "aks"}})),
    ("Deployment", named("x", metadata={"labels": {"app": "defender"}})),
    ("ValidatingWebhookConfiguration", named("azure-policy", webhooks=[{"clientConfig": "?"}])),
    ("ExtensionConfig", named("azurepolicy", "azure-arc")),
]


@pytest.mark.parametrize(("kind", "found", "why"), OURS)
def test_what_bears_the_sensors_name_or_mark_is_left(
    kind: str, found: dict[str, Any], why: str
) -> None:
    left = leftover(kind, found)

    assert left is not None
    assert left.counted
    assert why in left.why


@pytest.mark.parametrize(("kind", "found"), OTHERS)
def test_what_is_others_is_not(kind: str, found: dict[str, Any]) -> None:
    assert leftover(kind, found) is None


def test_a_secret_whose_name_another_product_used_is_named_and_not_counted() -> None:
    left = leftover("Secret", named("omsagent-secret", "kube-system"))

    assert left is not None
    assert not left.counted
    assert "Container insights" in left.why


def test_an_object_whose_deletion_has_begun_is_said_to_be_leaving() -> None:
    gone = named("mdc", metadata={"deletionTimestamp": "2026-11-27T10:00:00Z"})

    left = leftover("Namespace", gone)

    assert left is not None
    assert left.leaving


@pytest.mark.parametrize("kind", RESOURCES)
@pytest.mark.parametrize(
    "broken", [{}, {"metadata": None}, {"metadata": {"name": 3}, "webhooks": 1}]
)
def test_malformed_objects_are_none_of_ours(kind: str, broken: dict[str, Any]) -> None:
    assert leftover(kind, broken) is None


def removed(kube: FakeKube) -> Removal:
    return look(kube)


def test_a_cluster_without_a_sensor_has_nothing_left() -> None:
    found = removed(clusters.aks())

    assert (found.leftovers, found.gaps, found.advice) == ((), (), ())
    assert set(found.looked_at) == {resource.kind for resource in RESOURCES.values()}


def test_the_whole_installation_is_left_before_it_is_removed() -> None:
    found = removed(clusters.chart(clusters.aks()))

    assert {left.kind for left in found.counted} == {"DaemonSet", "Deployment", "Pod"}
    assert found.advice[0].title == "Remove the Helm release"


@pytest.mark.parametrize("kind", RESOURCES)
def test_every_kind_is_looked_at(kind: str) -> None:
    kube = clusters.aks()
    resource = RESOURCES[kind]
    put(kube, resource, named("microsoft-defender-x", "mdc" if resource.namespaced else ""))
    if kind == "Namespace":
        put(kube, NAMESPACES, named("mdc"))
    if kind == CRD:
        put(kube, resource, named("policies.defender.microsoft.com"))

    assert kind in {left.kind for left in removed(kube).counted}


def test_what_nothing_manages_any_more_gets_a_deletion_each() -> None:
    kube = clusters.aks()
    put(kube, RESOURCES[CRD], named("runtimepolicies.defender.microsoft.com"))
    put(kube, RESOURCES["RoleBinding"], named("mdc-event-reader-rolebinding", "mdc"))

    (advice,) = removed(kube).advice

    assert advice.purpose is Purpose.REMOVE
    assert advice.lines == (
        "kubectl delete rolebinding mdc-event-reader-rolebinding --namespace mdc",
        "kubectl delete customresourcedefinition runtimepolicies.defender.microsoft.com",
    )


def test_a_name_with_signs_of_a_shell_is_quoted() -> None:
    kube = clusters.aks()
    put(kube, RESOURCES["ClusterRole"], named("mdc-pods-reader;reboot"))

    (advice,) = removed(kube).advice

    assert advice.lines == ("kubectl delete clusterrole 'mdc-pods-reader;reboot'",)


def test_names_of_secrets_are_all_that_is_asked_for() -> None:
    kube = clusters.aks_add_on()

    found = removed(kube)

    assert clusters.KEY not in repr(found)
    assert ("list", "secrets", "") in kube.calls


@pytest.mark.parametrize("resource", [PODS, SECRETS, RESOURCES[CRD]])
def test_where_the_user_may_not_look_is_a_gap_with_the_right_that_is_needed(
    resource: Resource,
) -> None:
    kube = clusters.aks()
    kube.denied.add(("list", resource.kind))

    (gap,) = removed(kube).gaps

    assert resource.kind in gap.needs
    assert resource.kind not in removed(kube).looked_at


def test_a_cluster_without_arc_and_with_an_older_kubernetes_has_no_gap() -> None:
    kube = clusters.aks()
    for kind in (
        "ExtensionConfig",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
    ):
        kube.unserved.add(RESOURCES[kind].kind)

    assert removed(kube).gaps == ()


def test_an_arc_extension_is_found_in_whichever_version_the_cluster_has() -> None:
    class Old(FakeKube):
        def serves(self, resource: Resource) -> bool:
            return resource.plural != "extensionconfigs" or resource.version == "v1alpha1"

    kube = Old()
    put(
        kube, RESOURCES["ExtensionConfig"], named("microsoft.azuredefender.kubernetes", "azure-arc")
    )

    assert [left.kind for left in removed(kube).counted] == ["ExtensionConfig"]


def test_a_leftover_is_written_as_kubectl_shows_it() -> None:
    in_space = Leftover(kind="Secret", namespace="mdc", name="x", why="")
    cluster_wide = Leftover(kind="Namespace", namespace="", name="mdc", why="")

    assert (str(in_space), str(cluster_wide)) == ("Secret mdc/x", "Namespace mdc")


def test_the_extensions_removal_has_the_names_of_the_arc_resource() -> None:
    kube = clusters.chart(
        clusters.connect_arc(clusters.on_premises()), release="microsoft.azuredefender.kubernetes"
    )

    (line,) = removed(kube).advice[0].lines

    assert line == (
        "az k8s-extension delete --name microsoft.azuredefender.kubernetes --cluster-type connectedClusters "
        "--cluster-name factory --resource-group rg-factory "
        "--subscription aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee --yes"
    )
