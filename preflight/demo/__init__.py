"""A described world, and the simulated network that plays it: no sockets, no privileges, no internet.

    worlds ──► SimulatedNetwork ──► SimulatedStream ──► Inspector ──► TlsServer ──► WebServer
    (data)     (Network)            (ByteStream)        (middleboxes)

Only the `Network` differs from a real run: names are answered by real DNS messages, servers speak real TLS with certificates of their
own and HTTP/1.1, so the client's path is the same byte for byte. To add a world: write a file in `worlds`, add a line.
"""
