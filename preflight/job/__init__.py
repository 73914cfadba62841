"""The check as a Kubernetes Job: what it is made of, and its life from creation to clean-up.

`payload` packs this program and its dependencies into parts that fit into ConfigMaps, and `bootstrap` unpacks them in the pod.
`template` makes the Job from `job/base` (pure). `targets` says which nodes are looked from, and which are left out and why (pure);
`rights` what the user must be allowed to do; `reasons` why a pod gave no report, in the cluster's own words (pure).
`lifecycle` creates, watches, collects and cleans up.
"""
