"""This host's surroundings, read once before the first packet → Vantage. The only reader of the environment."""

from preflight.vantage.cluster import api_server_host, cluster_ca_file, detect_environment
from preflight.vantage.places import Places, read_text, standard_places
from preflight.vantage.proxies import parse_proxy
from preflight.vantage.read import read_vantage

__all__ = [
    "Places",
    "api_server_host",
    "cluster_ca_file",
    "detect_environment",
    "parse_proxy",
    "read_text",
    "read_vantage",
    "standard_places",
]
