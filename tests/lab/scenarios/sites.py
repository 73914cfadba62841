"""The sites that most scenarios have: names of the catalogue, and one that it does not know."""

from tests.lab.addresses import DNSMASQ, site, site_6
from tests.lab.scenario import Web

API = "api.cloud.defender.microsoft.com"
"""Documented as *.cloud.defender.microsoft.com; Microsoft issues for it."""
DATA = "data.cloud.defender.microsoft.com"
REGISTRY = "mcr.microsoft.com"
LOGIN = "login.microsoftonline.com"
UBUNTU = "azure.archive.ubuntu.com:80"
"""Speaks HTTP in clear."""
STRANGE = "service.example.test"
"""Not in the catalogue."""

API_SITE = Web(host=API, addresses=(site(1),))
REGISTRY_SITE = Web(host=REGISTRY, addresses=(site(2),))
LOGIN_SITE = Web(host=LOGIN, addresses=(site(3),))
UBUNTU_SITE = Web(host="azure.archive.ubuntu.com", addresses=(site(4),), shows=None, port=80)
STRANGE_SITE = Web(host=STRANGE, addresses=(site(5),))
DUAL_API_SITE = Web(host=API, addresses=(site(1), site_6(1)))
DUAL_REGISTRY_SITE = Web(host=REGISTRY, addresses=(site(2), site_6(2)))

BOTH = (API_SITE, REGISTRY_SITE)


def forwarded(name: str, address: str = DNSMASQ) -> str:
    """Lines with which unbound asks another nameserver for a name and all below it; clauses follow the server's own lines."""
    return f'forward-zone:\n    name: "{name}"\n    forward-addr: {address}\n'


EVERYTHING_FORWARDED = forwarded(".")
