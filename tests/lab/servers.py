"""Who answers: nginx, squid, mitmproxy, and the actors of our own."""

import json
import sys
from contextlib import ExitStack
from itertools import groupby

from tests.lab.addresses import DNSMASQ, PROXY, PROXY_PORT
from tests.lab.nameservers import resolve_at
from tests.lab.scenario import Actor, Place, Shown, Web
from tests.lab.stage import Stage

INTERCEPTOR_PORT = 8443
"""Of mitmproxy on the firewall."""

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


def start_nginx(stage: Stage, stack: ExitStack) -> None:
    """Start nginx until the stack ends."""
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


def start_squid(stage: Stage, stack: ExitStack) -> None:
    """Start squid until the stack ends."""
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


def start_mitmproxy(stage: Stage, stack: ExitStack) -> None:
    """Start mitmproxy until the stack ends."""
    settings = stage.folder / "mitmproxy"
    settings.mkdir()
    authority = stage.authorities.interceptor(stage.scenario.interceptor)
    (settings / "mitmproxy-ca.pem").write_bytes(authority.key_pem + authority.pem)
    is_transparent = bool(stage.scenario.intercepted)
    place = Place.FIREWALL if is_transparent else Place.INTERNET
    port = INTERCEPTOR_PORT if is_transparent else PROXY_PORT
    if not is_transparent:
        resolve_at(place, stage, DNSMASQ)
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


def start_actors(stage: Stage, stack: ExitStack) -> None:
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
