"""What only a page of several vantages has to explain."""

from preflight.report.html.reading import Part

PLACES: Part = (
    "Places",
    (
        ("Vantage", "one place from which everything was tried: a pod, a node, or another host"),
        ("Pods", "seen from the cluster's pod network, in which network policies hold"),
        ("Nodes", "seen from the nodes' own network, which network policies do not hold back"),
        ("Column", "vantages that stand together, because they ended alike or to leave few columns"),
        ("3/50", "so at 3 of the column's 50 vantages, and better at the others"),
    ),
)  # fmt: skip
