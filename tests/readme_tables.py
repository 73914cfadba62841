"""The tables of README that are made of code and catalogue: `python -m tests.readme_tables` writes them anew."""

from collections import Counter
from pathlib import Path

from preflight.catalog.load import load
from preflight.catalog.placeholders import PLACEHOLDERS
from preflight.catalog.select import select
from preflight.diagnosis.manual import pages
from preflight.model.endpoint import Cloud, Endpoint, Environment, Requirement
from preflight.model.profile import Selection

README = Path(__file__).parents[1] / "README.md"
CLOUDS = {
    Cloud.PUBLIC: "public",
    Cloud.USGOV: "US Government",
    Cloud.CHINA: "21Vianet (retired)",
}
VALUES = dict.fromkeys(PLACEHOLDERS, "example") | {
    "api_server_fqdn": "api.example.com",
    "dns_server": "192.0.2.53",
    "servicebus_host": "relay.example.com",
}


def causes() -> str:
    """A row per cause that has a rule, in the contract's order."""
    rows = [
        f"| `{page.cause}` | {page.title[0].upper()}{page.title[1:]}. {page.seen} | {page.ask_for} |"
        for page in pages().values()
    ]
    return "\n".join(["| cause | what one sees | what to ask for |", "| --- | --- | --- |", *rows])


def coverage() -> str:
    """Endpoints of each environment in each cloud: by default, required ones among them, and with --all."""
    rows = [
        f"| {environment.upper()} | "
        + " | ".join(_counted(environment, cloud) for cloud in Cloud)
        + " |"
        for environment in Environment
    ]
    head = [
        "| | " + " | ".join(CLOUDS[cloud] for cloud in Cloud) + " |",
        "| --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *rows])


def _counted(environment: Environment, cloud: Cloud) -> str:
    by_default = _selected(environment, cloud, everything=False)
    every = _selected(environment, cloud, everything=True)
    required = Counter(endpoint.requirement for endpoint in by_default)[Requirement.REQUIRED]
    return f"{len(by_default)} ({required} required), {len(every)} with `--all`"


def _selected(environment: Environment, cloud: Cloud, *, everything: bool) -> tuple[Endpoint, ...]:
    region = "eu-west-1" if environment is Environment.EKS else "westeurope"
    return select(
        load(),
        Selection(
            environment=environment,
            cloud=cloud,
            everything=everything,
            values=tuple({**VALUES, "region": region}.items()),
        ),
    )


TABLES = {"causes": causes, "coverage": coverage}


def written(text: str) -> str:
    """README's text with every table as it should be."""
    for name, table in TABLES.items():
        begin, end = f"<!-- {name} -->\n", "<!-- end -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}{table()}\n{end}{after}"
    return text


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
