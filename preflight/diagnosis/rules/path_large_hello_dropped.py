"""path.large_hello_dropped: a ClientHello of more than one segment is lost, a small one is answered.

Seen: A handshake that begins with a small ClientHello is answered. A ClientHello as large as modern clients send, which takes two
segments, meets silence or RST at the same address, every time, and in small segments too.

Means: A device on the way that reads server names looks only into the first segment, and drops or resets a ClientHello that does not
end in it. Clients with a post-quantum key share (X25519MLKEM768: Go since 1.24, OpenSSL since 3.5, current browsers) send such
ones, so curl works from this very host and the sensor may not.

Ask for: A firmware or rule of the inspecting device that reassembles TCP before it reads the ClientHello, or an exemption from
inspection for the documented names.

Confidence: likely; possible through a proxy, at another address of the same host, and where small segments were not tried or made
a difference.

Example:
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: ok
    hello 10.244.1.7:40002 -> 203.0.113.10:443 1800 bytes: dropped after 5.0 s
    hello 10.244.1.7:40004 -> 203.0.113.10:443 517 bytes: ok
"""

from dataclasses import replace

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.delivery import taken
from preflight.diagnosis.sizes import LOST, Sizes, lost, sizes
from preflight.diagnosis.steps import handshake_of
from preflight.diagnosis.wording import at
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Hello, Outcome
from preflight.model.plan import Stage


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when large ones are lost and small ones answered; blocked, because for a client that sends large ones nothing works."""
    main, tried = handshake_of(attempt, case), sizes(attempt, case)
    if main is None or tried is None or main.outcome not in {Outcome.OK, *LOST}:
        return None
    large = lost(tried, main)
    if not large:
        return None
    is_here = tried.address == attempt.address
    where = at(main, case) if is_here else f"{tried.address}, another address of the host,"
    found = blocked(
        Cause.PATH_LARGE_HELLO_DROPPED,
        Confidence.LIKELY if is_here and _is_sure(tried) else Confidence.POSSIBLE,
        f"A ClientHello of {large[0].size} bytes to {where} {_end(large)}, {len(large)} times, while one of"
        f" {tried.classic[0].size} bytes is answered: a device on the way loses what needs more than one segment."
        f"{taken(large[0], case, 'The large one')}",
        *attempt.steps,
        *tried.classic[:1],
        *tried.in_small_segments[:1],
        *large,
    )
    return replace(found, stage=Stage.TLS)


def _is_sure(tried: Sizes) -> bool:
    """Whether small segments, which no link is too small for, met the same end."""
    small = tried.in_small_segments
    return bool(small) and all(hello.outcome in LOST for hello in small)


def _end(large: tuple[Hello, ...]) -> str:
    if all(hello.outcome is Outcome.DROPPED for hello in large):
        return "meets silence"
    return "is reset" if all(hello.outcome is Outcome.RESET for hello in large) else "is ended"
