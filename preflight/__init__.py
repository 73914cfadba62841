"""Egress preflight checker for Microsoft Defender for Containers.

    endpoints/*.yaml ──► Catalog ──► Plan ──► Evidence ──► Diagnosis ──► Report ──► text, exit code
                 catalog     planning   probes     diagnosis   pipeline     report, cli

Values go right, imports go down:

    cli                                                   click only: parse, call, write, exit
    pipeline                                              joins the rooms that measure and judge
    catalog planning vantage probes diagnosis report demo siblings that share values, never code
    objects policies                                      policies and exports as files have them; what they say of a flow
    wire codec locate files yamltext                      the network; the JSON of the contract; where our data lies; users' files
    model                                                 frozen values, no I/O
    errors                                                what the operator can fix, and exit codes

`planning`, `diagnosis`, `policies`, `report` and `codec` are pure: no clock, no environment, no files, no sockets. `wire` alone touches the
network under test; `vantage` alone reads the environment. Registries are plain dicts and tuples in each room's `__init__`:
`PROBES`, `CONTROLS`, `RULES`, `ENGINES`, `FORMATS`. To add one: write a file, add a line, add its tests.
"""

__version__ = "0.1.0"
