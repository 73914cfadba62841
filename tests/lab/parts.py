"""Sets a scenario up: starts its programs, and gives the firewall its rules."""

from contextlib import ExitStack

from tests.lab.nameservers import resolve_at, start_dnsmasq, start_unbound
from tests.lab.scenario import Place
from tests.lab.servers import (
    INTERCEPTOR_PORT,
    start_actors,
    start_mitmproxy,
    start_nginx,
    start_squid,
)
from tests.lab.stage import Stage


def start(stage: Stage, stack: ExitStack) -> None:
    """Start everything that the scenario has; the firewall's rules and the scenario's own commands come last."""
    resolve_at(Place.CLIENT, stage, *stage.scenario.resolvers)
    start_dnsmasq(stage, stack)
    if stage.scenario.unbound:
        start_unbound(stage, stack)
    if stage.scenario.web:
        start_nginx(stage, stack)
    if stage.scenario.squid:
        start_squid(stage, stack)
    if stage.scenario.interceptor:
        start_mitmproxy(stage, stack)
    start_actors(stage, stack)
    _filter(stage)
    for place, commands in stage.scenario.commands.items():
        stage.way[place].shell(*commands)


def _filter(stage: Stage) -> None:
    """The firewall's rules."""
    scenario, firewall = stage.scenario, stage.way[Place.FIREWALL]
    nat = scenario.nat
    if scenario.interceptor and scenario.intercepted:
        nat += f"\niifname in0 {scenario.intercepted} redirect to :{INTERCEPTOR_PORT}"
    tables = f"""table inet lab {{
        chain forward {{ type filter hook forward priority 0; policy accept;
            {scenario.nft}
        }}
        chain prerouting {{ type nat hook prerouting priority dstnat; policy accept;
            {nat}
        }}
    }}"""
    tables += scenario.tables
    if scenario.nft or nat or scenario.tables:
        firewall.shell(f"nft -f {stage.file('rules.nft', tables)}")
    if scenario.iptables:
        firewall.shell(*(f"iptables -A FORWARD {rule}" for rule in scenario.iptables))
