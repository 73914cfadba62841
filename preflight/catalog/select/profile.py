"""Which entries a profile has."""

from collections.abc import Sequence

from preflight.catalog.select.hosts import endpoints_of
from preflight.catalog.select.named import known_hosts, named, with_named
from preflight.catalog.suggestion import unknown
from preflight.errors import UsageError
from preflight.model.endpoint import Catalog, Endpoint, Entry, Environment, Requirement
from preflight.model.profile import Selection

ARC_AGENTS = "arc-agents"


def select(catalog: Catalog, selection: Selection) -> tuple[Endpoint, ...]:
    """The endpoints of the profile, in the catalogue's order, then the hosts that `extra` adds; never empty.

    `only` replaces the profile by just those hosts. Else an entry counts when its clouds and environments hold the profile's, and
    its component is asked for. Optional endpoints (informational ones among them) are left out unless everything is asked
    for; conditional and legacy ones stay.

    Entries of the Arc agents count on EKS and GKE only where the cluster is Arc-connected, because a Helm install of the sensor needs
    no Arc: there they are left out unless their component is named, while the `arc` environment has them always. AKS has no
    such entries.

    Raises UsageError for an unknown component, for no environment where one is needed, and when nothing is selected.
    """
    check_components(selection.components, catalog)
    if not (selection.only or selection.extra):
        chosen = _of_profile(catalog, selection)
    else:
        known = known_hosts(catalog, selection)
        chosen = named(selection.only, known) or _of_profile(catalog, selection)
        chosen = with_named(chosen, selection.extra, known)
    if not chosen:
        raise UsageError(_nothing_selected(selection))
    return chosen


def applies(entry: Entry, selection: Selection) -> bool:
    """Whether the entry belongs to the profile, however much the profile depends on it."""
    return (
        selection.cloud in entry.clouds
        and selection.environment in entry.environments
        and entry.component in (selection.components or (entry.component,))
        and not left_to_arc(entry, selection)
    )


def left_to_arc(entry: Entry, selection: Selection) -> bool:
    """Whether the entry would count if the cluster were known to be Arc-connected."""
    return (
        entry.component == ARC_AGENTS
        and selection.environment is not Environment.ARC
        and ARC_AGENTS not in selection.components
    )


def _of_profile(catalog: Catalog, selection: Selection) -> tuple[Endpoint, ...]:
    if selection.environment is None:
        raise UsageError(
            "which endpoints matter depends on the environment: give --environment aks, eks, gke or arc, "
            "or name each endpoint with --only-endpoint HOST"
        )
    every = (
        endpoint
        for entry in catalog.entries
        if applies(entry, selection)
        for endpoint in endpoints_of(entry, selection)
    )
    return tuple(
        e for e in every if selection.everything or e.requirement is not Requirement.OPTIONAL
    )


def check_components(components: Sequence[str], catalog: Catalog) -> None:
    """Raise UsageError for a component that the catalogue does not have."""
    known = sorted({entry.component for entry in catalog.entries})
    for component in components:
        if component not in known:
            raise UsageError(
                f"--component {component[:60]!r} {unknown(component, known, 'the components')}"
            )


def _nothing_selected(selection: Selection) -> str:
    where = f"{selection.environment} in cloud {selection.cloud}"
    what = " or ".join(selection.components) or "any component"
    more = "" if selection.everything else "; --all adds optional and informational ones"
    return f"no endpoint of {what} applies to {where}{more}"
