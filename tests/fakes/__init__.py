"""Loopback actors: real sockets on 127.0.0.1 and ::1, free ports, one `async with` each, nothing left behind.

    what                                   where
    nameserver, UDP and TCP, scripted      nameserver.Nameserver, with the replies of dns_script
    web server, TLS                        tls_server.TlsServer, with the answers of answers
    web server, clear                      tls_server.HttpServer
    certificates, any organisation         authority.Authority and authority.Identity
    interception                           interceptor.Interceptor
    filter by server_name                  sni_filter.SniFilter and its decisions
    forward proxy, http and https          connect_proxy.ConnectProxy
    reset, silence, close, alert, no TLS,  raw_tcp: handlers for listener.Listener
      endless handshake
    TLS server that no client satisfies    tls_refusal.refusing: likewise
    port that answers SYN with RST         closed_ports.refusing_tcp
    port whose SYNs are lost               closed_ports.dropping_tcp
    port answering ICMP unreachable        closed_ports.refusing_udp
    any UDP port, silent by default        udp_port.UdpPort
    time server                            udp_port.UdpPort(ntp.answer)

Most have `peer`, the address and port to reach them by. What they saw is kept in `queries`, `requests`, `server_names`,
`asked` or `heard`. `listener.Listener(handler)` makes a new actor of any coroutine function that takes a Connection.
"""
