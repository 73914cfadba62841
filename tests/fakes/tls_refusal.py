"""A TLS server that turns the client down and says why: asyncio's own closes without sending the alert."""

import ssl

from tests.fakes.listener import Connection, Handler


def refusing(context: ssl.SSLContext) -> Handler:
    """Shake hands by `context`, which the client cannot satisfy; the alert is sent and the connection left to the client."""

    async def serve(connection: Connection) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_side=True)
        while data := await connection.reader.read(1 << 16):
            incoming.write(data)
            try:
                tls.do_handshake()
            except ssl.SSLWantReadError:
                await connection.send(outgoing.read())
            except ssl.SSLError:
                await connection.send(outgoing.read())
                await connection.reader.read()

    return serve
