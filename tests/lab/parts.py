"""The real programs of a scenario: their configuration, and how they are started."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tests.lab.addresses import DNSMASQ, PROXY, PROXY_PORT, UNBOUND
from tests.lab.certificates import Authorities
from tests.lab.network import Namespace, Way
from tests.lab.scenario import Actor, Place, Scenario, Shown, Web

INTERCEPTOR_PORT = 8443


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a scenario is set up."""

    scenario: Scenario
    way: Way
    folder: Path
    """For the files of this scenario; gone afterwards."""
    authorities: Authorities

    @property
    def internet(self) -> Namespace:
        """Where the servers are."""
        return self.way[Place.INTERNET]

    def file(self, name: str, text: str) -> str:
        """Write a file and return its path."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def log(self, name: str) -> Path:
        """Where a program writes."""
        return self.folder / f"{name}.log"


def start(stage: Stage, stack: ExitStack) -> None:
    """Start everything that the scenario has; the firewall's rules and the scenario's own commands come last."""
    _resolve_at(Place.CLIENT, stage, *stage.scenario.resolvers)
    _start_dnsmasq(stage, stack)
    if stage.scenario.unbound:
        _start_unbound(stage, stack)
    if stage.scenario.web:
        _start_nginx(stage, stack)
    if stage.scenario.squid:
        _start_squid(stage, stack)
    if stage.scenario.interceptor:
        _start_mitmproxy(stage, stack)
    _start_actors(stage, stack)
    _filter(stage)
    for place, commands in stage.scenario.commands.items():
        stage.way[place].shell(*commands)


def _resolve_at(place: Place, stage: Stage, *resolvers: str) -> None:
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


def _start_dnsmasq(stage: Stage, stack: ExitStack) -> None:
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


def _start_unbound(stage: Stage, stack: ExitStack) -> None:
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


NGINX_CONF = """
daemon off;
master_process off;
error_log stderr;
pid {folder}/nginx.pid;
events {{ worker_connections 256; }}
http {{
    access_log off;
    default_type text/plain;
    client_body_temp_path {folder}/nginx;
    proxy_temp_path {folder}/nginx;
    fastcgi_temp_path {folder}/nginx;
    scgi_temp_path {folder}/nginx;
    uwsgi_temp_path {folder}/nginx;
    {servers}
}}
"""


def _start_nginx(stage: Stage, stack: ExitStack) -> None:
    servers = "\n".join(_server(web, stage) for web in stage.scenario.web)
    conf = NGINX_CONF.format(folder=stage.folder, servers=servers)
    stack.enter_context(
        stage.internet.background(
            *("nginx", "-c", stage.file("nginx.conf", conf), "-p", str(stage.folder)),
            listening=tuple(("tcp", web.addresses[0], web.port) for web in stage.scenario.web),
            log=stage.log("nginx"),
        )
    )


def _server(web: Web, stage: Stage) -> str:
    listen = "".join(
        f"listen {f'[{address}]' if ':' in address else address}:{web.port}{' ssl' if web.shows else ''};"
        for address in web.addresses
        if stage.scenario.has_ipv6 or ":" not in address
    )
    tls = ""
    if web.shows is not None:
        file = stage.authorities.write(stage.folder, web.host, web.shows)
        tls = (
            f"ssl_certificate {file}; ssl_certificate_key {file};"
            f" ssl_protocols {web.protocols}; ssl_ciphers ALL:@SECLEVEL=0;"
        )
    return (
        f"server {{ {listen} server_name {web.host}; {tls} {web.directives}"
        f" location / {{ {web.answer} }} }}"
    )


SQUID_CONF = """
http_port {address}:{port}
pid_filename none
cache deny all
cache_mem 1 MB
cache_log /dev/null
access_log none
coredump_dir /
dns_nameservers {resolver}
visible_hostname proxy.example.test
shutdown_lifetime 0 seconds
connect_timeout 1 seconds
{rules}
http_access deny all
"""


def _start_squid(stage: Stage, stack: ExitStack) -> None:
    conf = SQUID_CONF.format(
        address=PROXY,
        port=PROXY_PORT,
        resolver=DNSMASQ,
        rules=stage.scenario.squid,
    )
    # squid leaves shared memory under a fixed name, which the next one would trip over
    stage.internet.shell("mount -t tmpfs -o mode=1777 tmpfs /dev/shm")
    stack.enter_context(
        stage.internet.background(
            *("squid", "-N", "-d", "1", "-f", stage.file("squid.conf", conf)),
            listening=(("tcp", PROXY, PROXY_PORT),),
            log=stage.log("squid"),
        )
    )


def _start_mitmproxy(stage: Stage, stack: ExitStack) -> None:
    settings = stage.folder / "mitmproxy"
    settings.mkdir()
    authority = stage.authorities.interceptor(stage.scenario.interceptor)
    (settings / "mitmproxy-ca.pem").write_bytes(authority.key_pem + authority.pem)
    is_transparent = bool(stage.scenario.intercepted)
    place = Place.FIREWALL if is_transparent else Place.INTERNET
    port = INTERCEPTOR_PORT if is_transparent else PROXY_PORT
    if not is_transparent:
        _resolve_at(place, stage, DNSMASQ)
    stack.enter_context(
        stage.way[place].background(
            *("mitmdump", "--quiet", "--ssl-insecure"),
            *(("--mode", "transparent") if is_transparent else ("--listen-host", PROXY)),
            *("--listen-port", str(port), "--set", f"confdir={settings}"),
            *("--set", "upstream_cert=false", "--set", "connection_strategy=lazy"),
            listening=(("tcp", "", port),),
            log=stage.log("mitmproxy"),
        )
    )


def _start_actors(stage: Stage, stack: ExitStack) -> None:
    """One process for each place that has some."""
    by_place = sorted(stage.scenario.actors, key=lambda actor: actor.place)
    for place, actors in groupby(by_place, key=lambda actor: actor.place):
        own = list(actors)
        specs = [_spec(actor, stage) for actor in own]
        stack.enter_context(
            stage.way[place].background(
                *(sys.executable, "-m", "tests.lab.actors"),
                stage.file(f"actors-{place}.json", json.dumps(specs)),
                listening=tuple((actor.over, actor.address, actor.port) for actor in own),
                log=stage.log(f"actors-{place}"),
            )
        )


def _spec(actor: Actor, stage: Stage) -> dict[str, object]:
    host = actor.host or "nameless.example.test"
    certificate = (
        stage.authorities.write_authority(stage.folder)
        if actor.issues
        else stage.authorities.write(stage.folder, host, Shown.GOOD)
    )
    return {
        "behaviour": actor.behaviour,
        "address": actor.address,
        "port": actor.port,
        "answers": actor.answers,
        "certificate": str(certificate),
    }


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
