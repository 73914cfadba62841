"""Asks the cluster in other threads, and hands the answers to the one that decides."""

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from preflight.errors import ClusterError
from preflight.job.collect import Collected, collect
from preflight.job.made import Made
from preflight.job.order import Order
from preflight.job.reasons import Trouble, why_failed, why_lost, why_no_pod, why_not_started
from preflight.job.targets import Target
from preflight.job.template import RUN_LABEL, job
from preflight.kube import EVENTS, JOBS, PODS, Change, Kube, Object, text

WORKERS = 16
"""Requests to one API server at once."""
WATCH_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Created:
    """A Job was made, or could not be."""

    name: str
    uid: str
    error: ClusterError | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """What keeps a Job's pod from running."""

    name: str
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class Lost:
    """A pod went away before it ended."""

    name: str
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Ended:
    """A pod ended, and what it left behind."""

    name: str
    collected: Collected


@dataclass(frozen=True, slots=True)
class Broken:
    """The watch failed, or a question could not even be asked: nothing goes on without."""

    error: BaseException


Answer = Created | Looked | Lost | Ended
News = Change | Answer | Broken


class Asker:
    """The threads; every method but `make` and `news` returns at once."""

    def __init__(self, kube: Kube, order: Order, made: Made) -> None:
        self._kube = kube
        self._order = order
        self._made = made
        self._news: queue.SimpleQueue[News] = queue.SimpleQueue()
        self._pool = ThreadPoolExecutor(max_workers=WORKERS)
        self._over = threading.Event()

    def news(self, timeout: float = 0) -> News:
        """What came first; queue.Empty when nothing did within so many seconds."""
        return self._news.get(block=timeout > 0, timeout=timeout)

    def rest(self) -> Iterator[News]:
        """Whatever has come."""
        while not self._news.empty():
            yield self._news.get()

    def close(self) -> None:
        """Wait for what is under way: a Job that is made after the clean-up would stay. The watch ends by itself."""
        self._over.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def make(self, name: str, target: Target) -> Object:
        """The Job of that name, made now; ClusterError where it cannot be."""
        chosen_by_scheduler = target.node is None
        manifest = job(
            self._order.template,
            self._order.settings,
            name=name,
            network=target.network,
            node=target.node,
            pool=target.pool,
            node_selector=dict(self._order.node_selector) if chosen_by_scheduler else None,
        )
        return self._made.create(JOBS, manifest)

    def create(self, name: str, target: Target) -> None:
        """Make the Job; news: Created."""

        def created() -> Created:
            try:
                return Created(name, text(self.make(name, target), "metadata", "uid"))
            except ClusterError as error:
                return Created(name, "", error)

        self._ask(created)

    def look(self, name: str, uid: str, pod: Object | None) -> None:
        """Ask for the events of the pod, or of the Job of this uid while it has no pod; news: Looked."""

        def looked() -> Looked:
            if pod is None:
                return Looked(name, why_no_pod(self._events(uid)) or why_failed(self._job(name)))
            events = self._events(text(pod, "metadata", "uid"))
            return Looked(name, why_not_started(pod, events))

        self._ask(looked)

    def collect(self, name: str, pod: Object) -> None:
        """Read what the pod left behind; news: Ended."""
        namespace = self._order.namespace
        self._ask(lambda: Ended(name, collect(self._kube, pod, namespace=namespace)))

    def lose(self, name: str, pod: Object) -> None:
        """Ask the Job why its pod is gone; news: Lost."""

        def lost() -> Lost:
            return Lost(name, why_lost(pod, self._job(name)))

        self._ask(lost)

    def delete(self, name: str) -> None:
        """Delete the Job; no news: what fails is tried again at the end."""
        if not self._over.is_set():
            self._pool.submit(self._made.delete, JOBS, name)

    def watch(self) -> None:
        """Pass on what happens to the run's pods, until closed; news: Change."""
        threading.Thread(target=self._watch, daemon=True, name="watch").start()

    def _watch(self) -> None:
        labels = f"{RUN_LABEL}={self._order.settings.run}"
        try:
            while not self._over.is_set():
                for change in self._kube.watch(
                    PODS, namespace=self._order.namespace, labels=labels, seconds=WATCH_SECONDS
                ):
                    self._news.put(change)
                    if self._over.is_set():
                        return
        except BaseException as error:  # noqa: BLE001 - the deciding thread raises it
            self._news.put(Broken(error))

    def _ask(self, question: Callable[[], News]) -> None:
        def answer() -> None:
            if self._over.is_set():
                return
            try:
                self._news.put(question())
            except BaseException as error:  # noqa: BLE001 - as above
                self._news.put(Broken(error))

        self._pool.submit(answer)

    def _job(self, name: str) -> Object | None:
        """The Job; None where it cannot be read, for then its pod's own words have to do."""
        try:
            return self._kube.get(JOBS, name, namespace=self._order.namespace)
        except ClusterError:
            return None

    def _events(self, uid: str) -> list[Object]:
        """The events of one object; none where they may not be read, which was said beforehand."""
        selector = f"involvedObject.uid={uid}"
        try:
            return list(self._kube.list(EVENTS, namespace=self._order.namespace, fields=selector))
        except ClusterError:
            return []
