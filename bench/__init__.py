"""Speed and memory of `check`, side by side with `curl --parallel` over the same path.

    near namespace                            far namespace
    check, curl ──► link0 ──► delay_link ──► link0 ──► dnsmasq, TLS server (far_host)
                              25 ms each way

`lab` builds this and takes it down, `command` runs one process and measures it, `scenarios` says what is run, and
`measurement` holds the figures against their goals. Run it with `make bench`: root on Linux, about a minute.
"""
