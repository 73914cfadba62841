"""What the operator can fix, and how a run ends.

PreflightError                exit 2 unless a child says otherwise
├── UsageError                an option, address, URL or PEM file that cannot be used
├── CatalogError              a catalogue file that breaks its schema: file, line, key
├── ObjectError               a file of objects or exports that cannot be read: file, line
├── ReportError               a saved report that cannot be read or breaks the schema
└── ClusterError              exit 4: the cluster or the Job failed
    ├── KubeconfigError       no usable kubeconfig, context or credentials; or the client is not installed
    ├── UnreachableError      the API server cannot be reached, or broke off
    └── RefusedError          the API server said no: status, reason, message

What the network does is never an exception: it is an observation. Anything else that rises is a bug.
"""

from enum import IntEnum, unique
from pathlib import Path


@unique
class ExitCode(IntEnum):
    """The exit codes of the contract."""

    OK = 0
    BLOCKED = 1
    USAGE = 2
    INCONCLUSIVE = 3
    CLUSTER = 4
    INTERRUPTED = 130


class PreflightError(Exception):
    """Something the operator can fix; `str()` of it is the one line that is shown."""

    exit_code = ExitCode.USAGE


class UsageError(PreflightError):
    """An option or a file named by one cannot be used."""


class CatalogError(PreflightError):
    """A catalogue file is not valid; nothing is probed then."""

    def __init__(self, *, file: Path, line: int, key: str, problem: str) -> None:
        super().__init__(f"{file}:{line}: {key}: {problem}")
        self.file = file
        self.line = line
        self.key = key
        self.problem = problem


class ObjectError(PreflightError):
    """A file with objects or exports cannot be read; nothing is said of the rules then."""

    def __init__(self, *, file: str, line: int | None, problem: str) -> None:
        place = f"{file}:{line}" if line else file
        super().__init__(f"{place}: {problem}")
        self.file = file
        self.line = line
        self.problem = problem


class ReportError(PreflightError):
    """A saved report cannot be read, or breaks its schema."""


class ClusterError(PreflightError):
    """The cluster, its API or the Job failed."""

    exit_code = ExitCode.CLUSTER


class KubeconfigError(ClusterError):
    """There is no usable kubeconfig, context, credential or client."""


class UnreachableError(ClusterError):
    """The API server cannot be reached, or broke off in the middle."""


class RefusedError(ClusterError):
    """The API server answered a request with an error."""

    def __init__(self, *, request: str, status: int, reason: str, message: str) -> None:
        super().__init__(f"{request}: {message or reason or status}")
        self.request = request
        self.status = status
        """HTTP status: 403 is a missing right or an admission plugin, 409 a conflict, 422 an invalid object."""
        self.reason = reason
        """The API's own word for it: Forbidden, AlreadyExists, Invalid; may be empty."""
        self.message = message
        """The API server's own words, bounded."""
