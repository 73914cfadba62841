"""Squid's access log in its native format: seconds since 1970 in the first column, the client in the third, the target in the seventh.

TCP_DENIED/403 is the access list's refusal, TCP_DENIED/407 the demand for credentials, a 502 or 503 a destination that Squid itself
could not reach. Other proxies keep the same facts under other names.

Source, read 2026-11: wiki.squid-cache.org/Features/LogFormat; www.squid-cache.org/Doc/config/logformat (format `squid`).
"""

from shlex import quote

from preflight.diagnosis.logs.sought import Sought
from preflight.model.search import LogKind, LogQuery, QueryLanguage

FILE = "/var/log/squid/access.log"


def requests(sought: Sought) -> LogQuery | None:
    """What the proxy made of requests for the names; None without a name."""
    if not sought.hosts:
        return None
    begin, end = int(sought.begin.timestamp()), int(sought.end.timestamp())
    names = " ".join(f"-e {quote(name)}" for name in sought.hosts)
    text = f"awk '$1 >= {begin} && $1 <= {end}' {FILE} \\\n  | grep -i -F {names}"
    return LogQuery(log=LogKind.SQUID_ACCESS_LOG, language=QueryLanguage.SHELL, query=text)
