"""Who resolves names: dnsmasq, unbound, and the files that say whom to ask."""

from collections.abc import Iterator
from contextlib import ExitStack

from tests.lab.addresses import DNSMASQ, UNBOUND
from tests.lab.scenario import Place, Scenario
from tests.lab.stage import Stage


def resolve_at(place: Place, stage: Stage, *resolvers: str) -> None:
    """Resolver files of its own for a place, seen by nobody else."""
    named = "".join(f"nameserver {each}\n" for each in resolvers)
    files = {
        "/etc/resolv.conf": stage.file(f"{place}-resolv.conf", named),
        "/etc/hosts": stage.file(
            f"{place}-hosts", f"127.0.0.1 localhost\n::1 localhost\n{stage.scenario.hosts_file}"
        ),
        "/etc/nsswitch.conf": stage.file(f"{place}-nsswitch.conf", "hosts: files dns\n"),
    }
    stage.way[place].shell(
        *(
            f'[ ! -e {known} ] || mount --bind "{own}" "$(readlink -f {known})"'
            for known, own in files.items()
        )
    )


def start_dnsmasq(stage: Stage, stack: ExitStack) -> None:
    """Start dnsmasq until the stack ends."""
    records = "".join(f"{address} {host}\n" for host, address in _records(stage.scenario))
    stack.enter_context(
        stage.internet.background(
            *("dnsmasq", "--keep-in-foreground", "--log-facility=-", "--conf-file=/dev/null"),
            *("--user=root", "--pid-file=", "--no-resolv", "--no-hosts", "--bind-interfaces"),
            f"--listen-address={DNSMASQ}",
            f"--addn-hosts={stage.file('records', records)}",
            # Whatever it does not know does not exist.
            *(stage.scenario.dnsmasq or ("--local=/#/",)),
            listening=(("udp", DNSMASQ, 53), ("tcp", DNSMASQ, 53)),
            log=stage.log("dnsmasq"),
        )
    )


def _records(scenario: Scenario) -> Iterator[tuple[str, str]]:
    for web in scenario.web:
        if web.has_record and web.host not in scenario.records:
            yield from ((web.host, address) for address in web.addresses)
    for actor in scenario.actors:
        if actor.host:
            yield actor.host, actor.address
    for host, addresses in scenario.records.items():
        yield from ((host, address) for address in addresses)


UNBOUND_CONF = """
server:
    chroot: ""
    directory: "{folder}"
    username: ""
    pidfile: ""
    use-syslog: no
    do-daemonize: no
    interface: {address}
    access-control: 0.0.0.0/0 allow
    module-config: "respip iterator"
    local-zone: "test." nodefault
{lines}
remote-control:
    control-enable: no
"""


def start_unbound(stage: Stage, stack: ExitStack) -> None:
    """Start unbound until the stack ends."""
    for name, text in stage.scenario.zones.items():
        stage.file(name, text)
    conf = UNBOUND_CONF.format(
        folder=stage.folder,
        address=UNBOUND,
        lines=stage.scenario.unbound,
    )
    stack.enter_context(
        stage.internet.background(
            *("unbound", "-d", "-c", stage.file("unbound.conf", conf)),
            listening=(("udp", UNBOUND, 53), ("tcp", UNBOUND, 53)),
            log=stage.log("unbound"),
        )
    )
