"""The fault lab: the real command behind real network parts, one situation at a time, and a score of what it said.

    client ──► firewall ──► router ──► internet            four network namespaces in a row
    check      nftables     a second    dnsmasq, unbound    made for one scenario, gone with it
               iptables     hop         nginx, squid
               mitmproxy                actors of our own

A `Scenario` is data: what stands there, how the command is called, and what it must say of each host; `scenarios` has them all.
`network` builds the namespaces, `parts` starts the programs in them (`nameservers`, `servers`), `actors` and `resolvers` do what no real
program does, `trial` runs one scenario, and `score` holds the reports against the expectations. `make lab` runs everything and needs root
on Linux.

No namespace has a name, and every process dies with the one that started it, so nothing stays behind, even after SIGKILL. Every
address is one of `addresses`: the namespaces have no way out, and the machine's own network and firewall are never touched.

`record` keeps what a run saw and `recorded` is the command that does so; `recordings` has one file for each scenario, and
`test_recordings` judges them anew in milliseconds: `python -m tests.lab --record tests/lab/recordings` makes them.
"""
