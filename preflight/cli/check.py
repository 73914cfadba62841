"""`check`: probe every endpoint of a profile from here."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from preflight.catalog.load import load
from preflight.catalog.select import notices, select
from preflight.cli import arguments, options, policies, profile
from preflight.cli.exit_code import exit_code
from preflight.cli.output import places, write
from preflight.cli.process_title import hide_credentials
from preflight.errors import ExitCode, UsageError
from preflight.model.endpoint import Endpoint
from preflight.model.plan import Plan
from preflight.model.profile import Profile, Settings, Waiver
from preflight.model.vantage import Vantage
from preflight.planning import plan
from preflight.report import FORMATS
from preflight.vantage import (
    api_server_host,
    cluster_ca_file,
    read_text,
    read_vantage,
    standard_places,
)

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

    from preflight.cli.watch import Watched
    from preflight.model.report import Report

PLACES = standard_places(os.environ)
PEM_LIMIT = 16 * 1024 * 1024
"""Bytes; a host's whole bundle has 0.2 MiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Everything that must be right before the first packet is sent."""

    plan: Plan
    profile: Profile
    vantage: Vantage
    settings: Settings
    ca_file: str | None
    cluster_ca_file: str | None


@click.command()
@options.selection
@options.way_out
@options.budget
@options.policies
@options.watch
@options.output
def check(**typed: Any) -> int:
    """Probe every endpoint of a profile from here, and say what stops it.

    \b
    Exit codes:
      0  every required endpoint is reachable   1  at least one is blocked
      2  usage or input error                   3  something could not be measured
      130  interrupted; what was measured until then is written

    With --watch, whatever changes is told on standard error, with the time of the packet that shows it. The report
    that is written at the end, and the exit code, are those of the last look; --deadline holds for each look.

    With --policies, findings name the rule that blocks: confirmed where it denies and its engine's way of denying was seen.

    \b
    Examples:
      defender-preflight check --environment aks --region westeurope
      defender-preflight check --environment arc -o table -o json=report.json
      defender-preflight check --environment eks --component defender-sensor
      defender-preflight check --environment gke --proxy http://proxy:3128
      defender-preflight check --only-endpoint api.cloud.defender.microsoft.com
      defender-preflight check --environment aks --watch -o html=report.html
      defender-preflight check --environment aks --policies exports/
    """  # noqa: D301 - \b tells click to keep the lines
    hide_credentials(typed["proxy"])
    wanted = typed["outputs"] or (() if typed["quiet"] else ("table",))
    outputs = places(wanted, FORMATS) if wanted else ()
    rules = policies.documents(typed["policies"])
    prepared = prepare(typed)
    if typed["watch"]:
        watched = watch_over(prepared, quiet=typed["quiet"])
        write(policies.named(watched.report, rules), outputs)
        return ExitCode.INTERRUPTED if watched.interrupted else exit_code(watched.report)
    report = policies.named(measure(prepared, quiet=typed["quiet"]), rules)
    try:
        write(report, outputs)
    finally:
        leave_behind(report, os.environ)
    return exit_code(report)


def prepare(typed: dict[str, Any]) -> Prepared:
    """Read the surroundings, the catalogue and what was typed into a plan; UsageError or CatalogError for what cannot be."""
    vantage = _vantage(typed)
    known = load(tuple(Path(file) for file in typed["catalog"]))
    selection = profile.selection(typed, known=_told_to_pods())
    settings = _settings(typed)
    endpoints = select(known, selection)
    return Prepared(
        plan=plan(
            endpoints,
            vantage=vantage,
            settings=settings,
            notices=(
                *notices(known, selection, _today()),
                *_idle_waivers(settings.waivers, endpoints),
            ),
        ),
        profile=profile.profile_of(selection, known),
        vantage=vantage,
        settings=settings,
        ca_file=_certificates(typed["ca_file"], "--ca-file"),
        cluster_ca_file=_certificates(typed["cluster_ca_file"], "--cluster-ca-file")
        or _own_cluster_ca(),
    )


def measure(prepared: Prepared, *, quiet: bool) -> "Report":
    """Carry out the plan on the real network; Ctrl-C ends it early, with what was measured until then."""
    # Loaded only now: usage errors and help need no event loop.
    import asyncio

    async def measured() -> "Report":
        stop = asyncio.Event()
        _stop_on_signal(stop)
        return await looking(prepared, stop, quiet=quiet)()

    return asyncio.run(measured())


def watch_over(prepared: Prepared, *, quiet: bool) -> "Watched":
    """Carry out the plan again and again until everything required is open; Ctrl-C ends it with the last whole report."""
    import asyncio

    from preflight.cli.watch import Lines, until, watch

    async def watched() -> "Watched":
        stop = asyncio.Event()
        _stop_on_signal(stop)
        look = looking(prepared, stop, quiet=quiet)
        return await watch(look, rest=until(stop), lines=Lines(None if quiet else sys.stderr))

    return asyncio.run(watched())


def looking(
    prepared: Prepared, stop: "asyncio.Event", *, quiet: bool
) -> "Callable[[], Awaitable[Report]]":
    """Return what carries out the plan, each time on the same network, whose trust anchors are read once."""
    from preflight.cli.progress import progress
    from preflight.pipeline import run
    from preflight.wire.host import RealNetwork

    network = RealNetwork(ca_file=prepared.ca_file, cluster_ca_file=prepared.cluster_ca_file)

    async def look() -> "Report":
        with progress(quiet=quiet) as listener:
            return await run(
                prepared.plan,
                profile=prepared.profile,
                vantage=prepared.vantage,
                network=network,
                settings=prepared.settings,
                today=_today(),
                progress=listener,
                stop=stop,
            )

    return look


def leave_behind(report: "Report", environ: Mapping[str, str]) -> None:
    """Write the compact form where our own Job says that the kubelet looks for a container's last words."""
    place = environ.get("PREFLIGHT_TERMINATION_LOG")
    if not place:
        return
    from preflight.codec.compact import encode

    try:
        Path(place).write_text(encode(report), encoding="ascii")
    except OSError as error:
        raise UsageError(f"PREFLIGHT_TERMINATION_LOG: {error.strerror}") from None


def _vantage(typed: dict[str, Any]) -> Vantage:
    if typed["proxy"] and typed["no_proxy"]:
        raise UsageError("--proxy and --no-proxy exclude each other")
    return read_vantage(
        os.environ,
        PLACES,
        dns_servers=tuple(arguments.dns_server(text) for text in typed["dns_server"]),
        proxy=arguments.proxy(typed["proxy"]) if typed["proxy"] else None,
        without_proxy=typed["no_proxy"],
    )


def _told_to_pods() -> Mapping[str, str]:
    """Inside a pod the API server is known."""
    own = api_server_host(os.environ)
    return {"api_server_fqdn": own} if own else {}


def _settings(typed: dict[str, Any]) -> Settings:
    return Settings(
        timeout=arguments.seconds(typed["timeout"], option="--timeout"),
        deadline=arguments.seconds(typed["deadline"], option="--deadline"),
        control=not typed["no_control"],
        waivers=tuple(arguments.waiver(text) for text in typed["waive"]),
    )


def _idle_waivers(waivers: Iterable[Waiver], endpoints: Iterable[Endpoint]) -> Iterator[str]:
    """A remark for each waiver that no endpoint of this profile has a use for: likely a slip of the pen."""
    ids = {name for endpoint in endpoints for name in (endpoint.id, endpoint.id.partition("/")[0])}
    for waiver in waivers:
        if waiver.id not in ids:
            yield f"the waiver for {waiver.id!r} names no endpoint of this profile"


def _certificates(file: str | None, option: str) -> str | None:
    """The PEM file, known to be one; OpenSSL reads it while the first packets travel, which takes 20 ms for a host's bundle."""
    if file is None:
        return None
    text = read_text(Path(file), PEM_LIMIT)
    if text is None:
        raise UsageError(f"{option} {file!r}: it cannot be read")
    if (
        "-----BEGIN CERTIFICATE-----" not in text
        and "-----BEGIN TRUSTED CERTIFICATE-----" not in text
    ):
        raise UsageError(f"{option} {file!r}: it holds no certificate in PEM form")
    if not Path(file).is_file():
        raise UsageError(f"{option} {file!r}: it is read twice, so it must be a file, not a pipe")
    return file


def _own_cluster_ca() -> str | None:
    own = cluster_ca_file(PLACES)
    return str(own) if own else None


def _stop_on_signal(stop: "asyncio.Event") -> None:
    """Ctrl-C, and the end of a pod, stop the run in an orderly way."""
    import asyncio
    import signal

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))


def _today() -> date:
    return datetime.now(UTC).date()
