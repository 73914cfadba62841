"""Egress preflight checker for Microsoft Defender for Containers.

    endpoints/*.yaml ──► Catalog ──► Plan ──► Evidence ──► Diagnosis ──► Report ──► text, exit code
                 catalog     planning   probes     diagnosis   pipeline     report, cli

Values go right, imports go down:

    cli                                                   click only: parse, call, write, exit
    pipeline blame                                        join the rooms that measure and judge; these with the rules
    demo                                                  a simulated network for the real engine
    catalog planning vantage probes diagnosis objects policies attribution allow report job sensor
                                                          siblings that share values, never code
    wire kube codec locate files yamltext                 the network; a cluster; the JSON of the contract; our data; users' files
    hostname addresses                                    what names and addresses are
    model                                                 frozen values, no I/O
    errors                                                what the operator can fix, and exit codes

`planning`, `diagnosis`, `policies`, `attribution`, `report`, `allow` and `codec` are pure: no clock, no environment, no files, no sockets.
`wire` alone touches the network under test; `vantage` alone reads the environment (`kube` its KUBECONFIG). Registries are plain dicts and tuples in each room's
`__init__`: `PROBES`, `CONTROLS`, `RULES`, `ENGINES`, `DIALECTS`, `FORMATS`. To add one: write a file, add a line, add its tests.
"""

__version__ = "0.1.0"
