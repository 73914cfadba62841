"""What looks like a cause and is none, or another one."""

from tests.lab.scenario import Scenario
from tests.lab.scenarios.near_misses import connections, names, odd, proxies

SCENARIOS: tuple[Scenario, ...] = (
    *names.SCENARIOS,
    *connections.SCENARIOS,
    *odd.SCENARIOS,
    *proxies.SCENARIOS,
)
