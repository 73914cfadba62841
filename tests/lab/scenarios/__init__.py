"""Every scenario of the lab, in the order of the contract's causes, then the near misses, the healthy and the hostile ones."""

from tests.lab.scenario import Scenario
from tests.lab.scenarios import (
    dns,
    healthy,
    hostile,
    http,
    near_misses,
    path,
    profiles,
    proxy,
    tcp,
    tls,
)

SCENARIOS: tuple[Scenario, ...] = (
    *dns.SCENARIOS,
    *tcp.SCENARIOS,
    *tls.SCENARIOS,
    *http.SCENARIOS,
    *proxy.SCENARIOS,
    *path.SCENARIOS,
    *profiles.SCENARIOS,
    *near_misses.SCENARIOS,
    *healthy.SCENARIOS,
    *hostile.SCENARIOS,
)
