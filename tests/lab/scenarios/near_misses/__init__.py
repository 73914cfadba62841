"""What looks like a cause and is none, or another one."""

from tests.lab.scenario import Scenario
from tests.lab.scenarios.near_misses import connections, names, proxies

SCENARIOS: tuple[Scenario, ...] = (
    *names.SCENARIOS,
    *connections.SCENARIOS,
    *proxies.SCENARIOS,
)
