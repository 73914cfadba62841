"""What this host's kernel knows of bytes that nobody answered: whether anybody took them."""

from preflight.diagnosis.case import Case
from preflight.model.evidence import Exchange, Handshake, Hello


def taken(sent: Handshake | Exchange | Hello, case: Case, what: str) -> str:
    """A sentence, with a space before it, on whether `what` was acknowledged; empty where the kernel does not tell.

    Behind a proxy it knows of the proxy alone.
    """
    told = sent.delivery
    if told is None or case.proxy is not None:
        return ""
    if told.is_acknowledged:
        return f" {what} was acknowledged: the host, or a device in its place, took it and stayed silent."
    if not told.retransmissions:
        return ""
    return (
        f" {what} was never acknowledged, though it was sent {told.retransmissions + 1} times: it is lost on the way, after the"
        " connection itself was let through."
    )
