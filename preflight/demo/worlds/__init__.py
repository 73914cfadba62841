"""The worlds that ship, by name; the first is the demo's own."""

from preflight.demo.world import World
from preflight.demo.worlds.blocked import BLOCKED
from preflight.demo.worlds.clean import CLEAN
from preflight.demo.worlds.dns_down import DNS_DOWN

WORLDS: dict[str, World] = {"blocked": BLOCKED, "clean": CLEAN, "dns-down": DNS_DOWN}
