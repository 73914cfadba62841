"""The Jobs of one cluster from creation to clean-up: whatever happens, what was made is removed at the end."""

import threading

from preflight.job.dispatch import Dispatcher
from preflight.job.made import Made
from preflight.job.order import Order, Outcome
from preflight.job.progress import Progress
from preflight.kube import Kube


def run(kube: Kube, order: Order, *, progress: Progress, stop: threading.Event) -> Outcome:
    """Run every target's Job and return what they found; when `stop` is set, what was found until then.

    Raises ClusterError when nothing came of it at all. What was made is removed in any case, and what could not be is named.
    """
    made = Made(kube, order.namespace, order.settings.run)
    dispatcher = Dispatcher(kube, order, made, progress, stop)
    remarks: tuple[str, ...] = ()
    try:
        dispatcher.run()
    finally:
        remarks = _leave(made, keep=order.keep)
        for remark in remarks:
            progress.note(kube.context, remark)
    return dispatcher.outcome(remarks)


def _leave(made: Made, *, keep: bool) -> tuple[str, ...]:
    if keep:
        return (f"kept in the cluster, as asked; remove with: {made.command}",)
    return made.remove()
