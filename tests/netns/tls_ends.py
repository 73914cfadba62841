"""TLS at the firewall or at the internet's end of the path: `python -m tests.netns.tls_ends PLACE`.

Prints a line once everything listens, and ends with its standard input.
"""

import asyncio
import sys
from contextlib import AsyncExitStack

from tests.fakes.answers import respond
from tests.fakes.authority import Authority
from tests.fakes.interceptor import Interceptor
from tests.netns.path import FIREWALL, PORT, SITES

ORGANIZATIONS = {"firewall": "Example Firewall Ltd", "internet": "Microsoft Corporation"}


async def serve(place: str) -> None:
    """Answer every name, whatever it is, with a certificate of the place's own authority."""
    authority = Authority(ORGANIZATIONS[place])
    own = (FIREWALL,) if place == "firewall" else SITES
    async with AsyncExitStack() as running:
        for address in (each[version] for each in own for version in (4, 6)):
            server = Interceptor(authority, respond(200, b"ok"), address=address, port=PORT)
            await running.enter_async_context(server)
        print("ready", flush=True)  # noqa: T201 - the line the parent waits for
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
