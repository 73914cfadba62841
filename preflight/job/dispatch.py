"""Keeps so many Jobs going until every target has an outcome.

One thread decides here; others ask the cluster (`asking`) and speak to it by a queue alone, so nothing is shared. Nothing is polled but the events of Jobs that do not get on.
"""

import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from preflight.errors import ClusterError, RefusedError
from preflight.job.asking import Answer, Asker, Broken, Created, Ended, Looked, Lost, News
from preflight.job.collect import Collected, has_ended
from preflight.job.made import Made
from preflight.job.order import Order
from preflight.job.progress import Count, Progress
from preflight.job.reasons import Trouble, is_denial, shortened
from preflight.job.targets import Target
from preflight.job.template import APP, owned
from preflight.kube import Change, ChangeType, Kube, Object, items, text
from preflight.model.fleet import Failure, FailureReason, Network, Place
from preflight.model.report import Report

TICK = 0.5
"""Seconds between two looks at what does not move by itself."""
LOOK_AFTER = 1.5
"""Seconds without a running pod before events are asked for, and between two such questions."""
GRACE = 60.0
"""Seconds beyond the deadline of a run, or of a Job; a node that died says nothing more."""


class _State(Enum):
    CREATING = auto()
    STARTING = auto()
    RUNNING = auto()
    COLLECTING = auto()


@dataclass(slots=True)
class _Vantage:
    """One Job on its way."""

    name: str
    target: Target
    state: _State = _State.CREATING
    uid: str = ""
    since: float = 0.0
    """When the Job was made."""
    looked: float = 0.0
    running_since: float = 0.0
    pod: Object | None = None
    trouble: Trouble | None = None
    troubled_since: float = 0.0


class Dispatcher:
    """The deciding thread and what it knows."""

    def __init__(
        self,
        kube: Kube,
        order: Order,
        made: Made,
        *,
        found: Callable[[Place, Report], None],
        progress: Progress,
        stop: threading.Event,
    ) -> None:
        self._kube = kube
        self._order = order
        self._made = made
        self._found = found
        self._progress = progress
        self._stop = stop
        self._cluster = Asker(kube, order, made)
        self._pending = deque(
            _Vantage(name=f"{APP}-{order.settings.run}-{number}", target=target)
            for number, target in enumerate(order.targets, start=1)
        )
        self._active: dict[str, _Vantage] = {}
        self._anchor = ""
        """The first Job, which owns what all of them need: it goes last."""
        self._host_refusal: Trouble | None = None
        self._reported = 0
        self._failures: list[Failure] = []

    def run(self) -> None:
        """Return when every target has an outcome, or nobody wants to wait any longer."""
        try:
            self._cluster.watch()
            self._set_up()
            while (self._pending or self._active) and not self._stop.is_set():
                self._start_more()
                self._take_news()
                self._look_at_the_slow()
        except ClusterError as error:
            if not self._reported:
                raise
            self._give_up_the_rest(FailureReason.CLUSTER, str(error))
        finally:
            self._cluster.close()
        self._take_what_is_there()
        self._give_up_the_rest(FailureReason.INTERRUPTED, "stopped before it had a report")

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The targets that gave no report."""
        return tuple(self._failures)

    def _set_up(self) -> None:
        """Make the first Job that is admitted, and what all of them need, as its property."""
        while self._pending and not self._stop.is_set():
            vantage = self._pending.popleft()
            self._active[vantage.name] = vantage
            try:
                first = self._cluster.make(vantage.name, vantage.target)
            except RefusedError as error:
                if not is_denial(error.message):
                    raise
                self._fail(vantage, _denied(error))
                continue
            self._began(vantage, text(first, "metadata", "uid"))
            self._anchor = vantage.name
            for resource, manifest in self._order.belongings:
                self._made.create(resource, owned(manifest, first))
            return

    def _start_more(self) -> None:
        while self._pending and len(self._active) < self._order.parallel:
            vantage = self._pending.popleft()
            if self._host_refusal and vantage.target.network is Network.HOST:
                continue  # said once for all nodes
            vantage.since = time.monotonic()
            self._active[vantage.name] = vantage
            self._cluster.create(vantage.name, vantage.target)

    def _take_news(self) -> None:
        """Wait for something to happen, then take all that is there; the wait ends soon, to look at what does not happen."""
        try:
            self._hear(self._cluster.news(timeout=TICK))
            while True:
                self._hear(self._cluster.news())
        except queue.Empty:
            self._tell()

    def _take_what_is_there(self) -> None:
        """What was answered while the last threads ended is not lost."""
        for news in self._cluster.rest():
            if isinstance(news, Ended):
                self._hear(news)

    def _hear(self, news: News) -> None:
        match news:
            case Change():
                self._pod_changed(news)
            case Broken(error):
                raise error
            case Created() | Looked() | Lost() | Ended():
                if vantage := self._active.get(news.name):
                    self._answered(vantage, news)

    def _answered(self, vantage: _Vantage, answer: Answer) -> None:
        match answer:
            case Created(_, uid, error):
                self._refused(vantage, error) if error else self._began(vantage, uid)
            case Looked(_, trouble):
                self._weigh(vantage, trouble)
            case Lost(_, trouble):
                self._fail(vantage, trouble)
            case Ended(_, collected):
                self._finish(vantage, collected)

    def _began(self, vantage: _Vantage, uid: str) -> None:
        vantage.uid = uid
        vantage.since = vantage.looked = time.monotonic()
        if vantage.state is _State.CREATING:  # its pod may have been seen before the answer came
            vantage.state = _State.STARTING

    def _refused(self, vantage: _Vantage, error: ClusterError) -> None:
        if isinstance(error, RefusedError) and is_denial(error.message):
            self._fail(vantage, _denied(error))
        elif isinstance(error, RefusedError) and error.status == 403:
            self._fail(vantage, _trouble(FailureReason.FORBIDDEN, error))
        else:
            self._fail(vantage, _trouble(FailureReason.CLUSTER, error))

    def _pod_changed(self, change: Change) -> None:
        pod = change.object
        vantage = self._active.get(_job_of(pod))
        if vantage is None or vantage.state is _State.COLLECTING:
            return
        vantage.pod = pod
        if has_ended(pod):
            vantage.state = _State.COLLECTING
            self._cluster.collect(vantage.name, pod)
        elif change.type is ChangeType.DELETED:
            vantage.state = _State.COLLECTING
            self._cluster.lose(vantage.name, pod)
        elif text(pod, "status", "phase") == "Running":
            if vantage.state is not _State.RUNNING:
                vantage.running_since = time.monotonic()
            vantage.state = _State.RUNNING
        else:
            vantage.state = _State.STARTING

    def _look_at_the_slow(self) -> None:
        now = time.monotonic()
        for vantage in list(self._active.values()):
            if self._is_overdue(vantage, now):
                self._fail(vantage, vantage.trouble or _overdue(vantage.state))
            elif vantage.state is _State.STARTING and now - vantage.looked > LOOK_AFTER:
                vantage.looked = now
                self._cluster.look(vantage.name, vantage.uid, vantage.pod)

    def _is_overdue(self, vantage: _Vantage, now: float) -> bool:
        settings = self._order.settings
        match vantage.state:
            case _State.STARTING:
                return now - vantage.since > settings.active_deadline + GRACE
            case _State.RUNNING:
                return now - vantage.running_since > settings.deadline + GRACE
            case _State.CREATING | _State.COLLECTING:
                return False  # a request is under way, which has a deadline of its own

    def _weigh(self, vantage: _Vantage, trouble: Trouble | None) -> None:
        """A trouble that lasts longer than it may is the outcome; until then it may resolve itself."""
        if vantage.state is not _State.STARTING:
            return
        known, vantage.trouble = vantage.trouble, trouble
        if trouble is None:
            return
        if known is None or known.reason is not trouble.reason:
            vantage.troubled_since = time.monotonic()
            self._progress.note(self._kube.context, f"{_where(vantage.target)}: {trouble.detail}")
        if time.monotonic() - vantage.troubled_since >= trouble.patience:
            self._fail(vantage, trouble)

    def _finish(self, vantage: _Vantage, collected: Collected) -> None:
        if collected.report is None:
            self._fail(vantage, collected.trouble or _overdue(vantage.state))
            return
        self._reported += 1
        self._found(self._place(vantage), collected.report)
        self._leave(vantage)

    def _fail(self, vantage: _Vantage, trouble: Trouble) -> None:
        target = vantage.target
        host_denied = trouble.reason is FailureReason.ADMISSION and target.network is Network.HOST
        if not (host_denied and self._host_refusal):
            place = self._place(vantage)
            self._failures.append(
                Failure(
                    context=place.context,
                    node=None if host_denied else place.node,
                    pool=None if host_denied else place.pool,
                    network=place.network,
                    reason=trouble.reason,
                    detail=trouble.detail,
                )
            )
        if host_denied:
            self._host_refusal = trouble
        self._leave(vantage)

    def _leave(self, vantage: _Vantage) -> None:
        """The Job has done its service; the first one stays until all have."""
        self._active.pop(vantage.name, None)
        if vantage.uid and vantage.name != self._anchor and not self._order.keep:
            self._cluster.delete(vantage.name)

    def _place(self, vantage: _Vantage) -> Place:
        """Where it was meant to run; without a choice of ours where the scheduler put it."""
        target = vantage.target
        scheduled = text(vantage.pod, "spec", "nodeName") or None
        return Place(
            context=self._order.place_context,
            pool=target.pool,
            node=target.node or scheduled,
            network=target.network,
        )

    def _give_up_the_rest(self, reason: FailureReason, detail: str) -> None:
        for vantage in [*self._active.values(), *self._pending]:
            place = self._place(vantage)
            if self._host_refusal and place.network is Network.HOST:
                continue
            self._failures.append(
                Failure(
                    context=place.context,
                    node=place.node,
                    pool=place.pool,
                    network=place.network,
                    reason=reason,
                    detail=shortened(detail),
                )
            )
        self._active.clear()
        self._pending.clear()

    def _tell(self) -> None:
        states = [vantage.state for vantage in self._active.values()]
        running = sum(state in {_State.RUNNING, _State.COLLECTING} for state in states)
        done = len(self._order.targets) - len(self._pending) - len(states)
        self._progress.changed(
            self._kube.context,
            Count(
                total=len(self._order.targets),
                waiting=len(self._pending),
                starting=len(states) - running,
                running=running,
                done=done,
                failed=len(self._failures),
            ),
        )


def _job_of(pod: Object) -> str:
    owners = items(pod, "metadata", "ownerReferences")
    return next((text(one, "name") for one in owners if text(one, "kind") == "Job"), "")


def _where(target: Target) -> str:
    return f"{target.node or 'a node'}, {target.network} network"


def _denied(error: RefusedError) -> Trouble:
    return _trouble(FailureReason.ADMISSION, error)


def _trouble(reason: FailureReason, error: ClusterError) -> Trouble:
    said = error.message if isinstance(error, RefusedError) and error.message else str(error)
    return Trouble(reason=reason, detail=shortened(said), patience=0.0)


def _overdue(state: _State) -> Trouble:
    if state is _State.RUNNING:
        words = "it ran longer than its Job may"
        return Trouble(reason=FailureReason.TIMEOUT, detail=words, patience=0.0)
    words = "its pod did not start in time, and no event says why"
    return Trouble(reason=FailureReason.NOT_STARTED, detail=words, patience=0.0)
