"""The Jobs of one cluster from creation to clean-up: whatever happens, what was made is removed at the end."""

import threading
from collections.abc import Callable

from preflight.errors import ClusterError
from preflight.job.dispatch import Dispatcher
from preflight.job.made import Made
from preflight.job.order import Order, Outcome
from preflight.job.progress import Progress
from preflight.kube import Kube
from preflight.model.fleet import Place
from preflight.model.report import Report


def run(
    kube: Kube,
    order: Order,
    *,
    found: Callable[[Place, Report], None],
    progress: Progress,
    stop: threading.Event,
) -> Outcome:
    """Run every target's Job and hand each report to `found` as soon as it is there; when `stop` is set, only until then.

    Raises ClusterError when no report came of it because of the cluster. What was made is removed in any case, and what could not be
    is named.
    """
    made = Made(kube, order.namespace, order.settings.run)
    dispatcher = Dispatcher(kube, order, made, found=found, progress=progress, stop=stop)
    try:
        dispatcher.run()
    except ClusterError as error:
        remarks = _leave(made, keep=order.keep)
        if not remarks:
            raise
        raise ClusterError("; ".join((str(error), *remarks))) from error
    except BaseException:
        _leave(made, keep=order.keep)
        raise
    return Outcome(failures=dispatcher.failures, notices=_leave(made, keep=order.keep))


def _leave(made: Made, *, keep: bool) -> tuple[str, ...]:
    if keep:
        return (f"kept in the cluster, as asked; remove with: {made.command}",)
    return made.remove()
