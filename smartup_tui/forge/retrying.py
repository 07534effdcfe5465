"""What a failed exchange means, and when a read is sent again. A write never is."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
import tenacity

from smartup_tui.forge import errors

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a read is repeated. Times in seconds; a ``Retry-After`` over ``longest_wait`` ends it at once."""

    attempts: int = 3
    first_wait: float = 0.2
    longest_wait: float = 10.0
    total: float = 45.0


NO_RETRY = RetryPolicy(attempts=1)


def network_error(error: httpx.HTTPError, *, write: bool) -> errors.ForgeError:
    """The error for an exchange that ended without an answer."""
    kind = type(error).__name__
    if isinstance(error, _NEVER_SENT):
        return errors.Unreachable(detail=kind)
    if write:
        return errors.Ambiguous(detail=kind)
    if isinstance(error, httpx.TimeoutException):
        return errors.TimedOut(detail=kind)
    return errors.Unreachable(detail=kind)


def worth_retrying(error: BaseException, policy: RetryPolicy) -> bool:
    """Whether a read that failed so may go well the next time, soon enough."""
    if isinstance(error, errors.RateLimited | errors.ServerError):
        return error.retry_after is None or error.retry_after <= policy.longest_wait
    return isinstance(error, errors.Unreachable)


def pause(state: tenacity.RetryCallState, policy: RetryPolicy) -> float:
    """Seconds to wait before the next attempt: what the server named, else a random time that grows."""
    error = state.outcome.exception() if state.outcome is not None else None
    if isinstance(error, errors.RateLimited | errors.ServerError) and error.retry_after is not None:
        return error.retry_after
    backoff = tenacity.wait_random_exponential(multiplier=policy.first_wait, max=policy.longest_wait)
    return backoff(state)
