"""Ask a server over HTTP: with limits on time and bytes, with patience, and without giving a secret away."""

from __future__ import annotations

import contextlib
import email.utils
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2
import stamina

from cutroom import __version__
from cutroom.core.errors import InvalidInput, ProviderFailed, ProviderUnavailable
from cutroom.core.text import one_line

#: A multipart part: file name, bytes, content type.
Part = tuple[str, bytes, str]

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
#: Answers that another try may mend; the official clients of several APIs agree on these.
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
#: Codes that come with 429 and mean that no money is left, which waiting does not mend.
_SPENT = frozenset({"insufficient_quota", "billing_hard_limit_reached"})


class RequestRefused(ProviderFailed):
    """The server understood and said no.

    Attributes:
        answer_status: The HTTP status of the answer.
        code: The server's own name for the error, or ``""``.
        reason: What the server said, shortened, without secrets, or ``""``.
    """

    def __init__(self, message: str, *, answer_status: int = 0, code: str = "", reason: str = "") -> None:
        super().__init__(message)
        self.answer_status = answer_status
        self.code = code
        self.reason = reason


class RequestUnanswered(ProviderUnavailable):
    """The server could not be reached, was busy or broke off.

    Attributes:
        retry_after_s: How long the server asked to be left alone, or ``None``.
    """

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may take.

    Attributes:
        time_limit_s: For one try, from connecting to the last byte.
        connect_s: For reaching the server.
        answer_bytes: The largest answer that is read, after decompression.
        attempts: Tries in all.
        first_wait_s: Before the second try; doubled for each further one, up to 8 s, with jitter.
        longest_wait_s: A server that asks for more than this is reported as busy at once.
    """

    time_limit_s: float = 600.0
    connect_s: float = 10.0
    answer_bytes: int = 64 * 1024 * 1024
    attempts: int = 3
    first_wait_s: float = 0.5
    longest_wait_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer, whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - the caller checks the shape
        """Parse the body.

        Raises:
            RequestRefused: If it is not JSON, as when a proxy answers with a page of its own.
        """
        try:
            return json.loads(self.body)
        except ValueError as error:
            start = _shorten(self.body[:200].decode(errors="replace"))
            raise RequestRefused(
                f"The server answered with something that is not JSON ({start!r}): check its address.",
                answer_status=self.status,
            ) from error


@dataclass(slots=True)
class Server:
    """A server that is asked by name.

    Redirects are not followed by :meth:`ask`: a body or a key must not travel to a host nobody chose.

    Attributes:
        name: How messages call it, such as ``the speech to text server``.
        base_url: ``http`` or ``https``; paths are appended.
        headers: Sent with each request; keys go here.
        secrets: Texts that no message may show.
    """

    name: str
    base_url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: Sequence[str] = field(default=(), repr=False)
    limits: Limits = field(default_factory=Limits)
    _client: httpx2.Client = field(init=False, repr=False)

    def __post_init__(self) -> None:
        address = urlsplit(self.base_url)
        if address.scheme not in {"http", "https"} or not address.hostname:
            raise InvalidInput(
                f"'{self._clean(self.base_url)}' is not an address for {self.name}: write it like https://host/path."
            )
        for header, value in self.headers.items():
            if not (value.isascii() and value.isprintable()):
                # The library's own error would show the value, and the value is most often a key.
                raise InvalidInput(f"The {header} header for {self.name} holds a character that cannot be sent.")
        self._client = httpx2.Client(
            headers={"User-Agent": f"cutroom/{__version__}", **self.headers},
            timeout=httpx2.Timeout(self.limits.time_limit_s, connect=self.limits.connect_s),
            # A server on this machine is not behind anybody's proxy.
            trust_env=address.hostname not in _LOOPBACK,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        form: Mapping[str, str | list[str]] | None = None,
        files: Mapping[str, Part] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request, again if that may help, and read the whole answer.

        Args:
            path: Appended to the base address, such as ``/models``.
            json: A body to send as JSON.
            form: Fields to send as a form, with ``files`` as multipart.
            content: A body to send as it is.

        Raises:
            RequestRefused: If the server says no, redirects, or answers with more than the limit.
            RequestUnanswered: If it cannot be reached, is busy or breaks off, after the last try.
        """
        body: dict[str, Any] = {"data": form, "files": files, "headers": headers}
        if json is not None:
            body["json"] = json
        if content is not None:
            body["content"] = content
        for attempt in self._attempts():
            with attempt, self._exchange(method, path, follow_redirects=False, **body) as response:
                return Answer(response.status_code, response.headers, self._read(response))
        raise AssertionError  # the loop above returns or raises; this tells the type checker

    @contextlib.contextmanager
    def open(self, path: str, *, headers: Mapping[str, str] | None = None) -> Iterator[httpx2.Response]:
        """Get a resource as a stream, once, following redirects; the caller reads ``iter_raw()`` and keeps count.

        Raises:
            RequestRefused: As for :meth:`ask`, but redirects are followed.
            RequestUnanswered: As for :meth:`ask`, also while the caller reads.
        """
        with self._exchange("GET", path, follow_redirects=True, headers=headers) as response:
            yield response

    def _attempts(self) -> Iterator[stamina.Attempt]:
        def decide(error: Exception) -> bool | float:
            if not isinstance(error, RequestUnanswered):
                return False
            if error.retry_after_s is None:
                return True
            return error.retry_after_s if error.retry_after_s <= self.limits.longest_wait_s else False

        return iter(
            stamina.retry_context(
                on=decide,
                attempts=self.limits.attempts,
                timeout=None,
                wait_initial=self.limits.first_wait_s,
                wait_max=8.0,
                wait_jitter=self.limits.first_wait_s,
            )
        )

    @contextlib.contextmanager
    def _exchange(self, method: str, path: str, **options: Any) -> Iterator[httpx2.Response]:  # noqa: ANN401 - passed on
        """Send once and give the successful answer unread; put every failure into our words."""
        host = urlsplit(self.base_url).netloc.rpartition("@")[2]
        follow = options.pop("follow_redirects")
        try:
            request = self._client.build_request(method, self.base_url.rstrip("/") + path, **options)
            response = self._client.send(request, stream=True, follow_redirects=follow)
            try:
                if not response.is_success:
                    raise self._failure(response)
                yield response
            finally:
                response.close()
        except httpx2.TimeoutException as error:
            raise RequestUnanswered(
                f"{_capital(self.name)} at {host} did not answer in time: try again later."
            ) from error
        except httpx2.ConnectError as error:
            raise RequestUnanswered(
                f"{_capital(self.name)} at {host} cannot be reached: check its address and the network."
            ) from error
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            raise RequestUnanswered(
                f"The connection to {self.name} at {host} broke ({type(error).__name__}): try again."
            ) from error
        except (httpx2.InvalidURL, httpx2.TooManyRedirects) as error:
            raise RequestRefused(f"{_capital(self.name)} at {host} gave an address that leads nowhere.") from error

    def _read(self, response: httpx2.Response) -> bytes:
        """Read an answer up to the limits."""
        end = time.monotonic() + self.limits.time_limit_s
        body = bytearray()
        for block in response.iter_bytes():
            body += block
            if len(body) > self.limits.answer_bytes:
                raise RequestRefused(
                    f"{_capital(self.name)} answered with more than {self.limits.answer_bytes:,} bytes: "
                    "check its address.",
                    answer_status=response.status_code,
                )
            # The client's own timeout starts anew with each block, so a server that drips would hold us for ever.
            if time.monotonic() > end:
                raise RequestUnanswered(
                    f"{_capital(self.name)} was still answering after {self.limits.time_limit_s:g} s."
                )
        return bytes(body)

    def _failure(self, response: httpx2.Response) -> RequestRefused | RequestUnanswered:
        """Put an answer that is not a success into a sentence."""
        status = response.status_code
        # The start of the body is enough to explain, and an error page has no reason to be long.
        start = b"".join(_first(response, 64 * 1024))
        # Before it is shortened, or half a key might stay; and after, because JSON may write a letter in other ways.
        code, reason = _explanation(self._clean(start.decode(errors="replace")))
        reason = self._clean(reason)
        said = f" ('{reason}')" if reason else ""
        name = _capital(self.name)
        if status in _PASSING and code not in _SPENT and response.headers.get("x-should-retry") != "false":
            return RequestUnanswered(
                f"{name} is busy or broken, HTTP {status}{said}: try again later.",
                retry_after_s=_retry_after_s(response.headers),
            )
        match status:
            case 401 | 403 if not self.secrets:
                message = f"{name} wants a key, HTTP {status}{said}: set one."
            case 401 | 403:
                message = f"{name} refused the key, HTTP {status}{said}: check the key and its rights."
            case 402 | 429:
                message = f"{name} has no credit left for this key, HTTP {status}{said}: look at its billing page."
            case 404:
                message = f"{name} has nothing there, HTTP 404{said}: check the address and the model's name."
            case 413:
                message = f"{name} found the request too large, HTTP 413{said}."
            case _ if response.is_redirect:
                message = f"{name} sends us to another address, HTTP {status}: write its final address in the settings."
            case _:
                message = f"{name} refused the request, HTTP {status}{said}."
        return RequestRefused(message, answer_status=status, code=code, reason=reason)

    def _clean(self, text: str) -> str:
        """Hide secrets."""
        for secret in sorted(filter(None, self.secrets), key=len, reverse=True):
            text = text.replace(secret, "•••")
        return text


def _first(response: httpx2.Response, size_bytes: int) -> Iterator[bytes]:
    """Read an answer's first bytes, and none at all if it breaks off."""
    read = 0
    with contextlib.suppress(httpx2.TransportError, httpx2.DecodingError):
        for block in response.iter_bytes():
            yield block[: size_bytes - read]
            read += len(block)
            if read >= size_bytes:
                return


def _explanation(body: str) -> tuple[str, str]:
    """Find an error's code and message in the envelopes that servers use."""
    try:
        found = json.loads(body)
    except ValueError:
        return "", "" if body.lstrip().startswith("<") else _shorten(body)
    if isinstance(found, dict):
        for key in ("error", "detail", "message"):
            match found.get(key):
                case dict() as inner:
                    return str(inner.get("code") or inner.get("type") or ""), _shorten(
                        str(inner.get("message") or inner)
                    )
                case str() as text:
                    return str(found.get("code") or ""), _shorten(text)
    return "", _shorten(body)


def _shorten(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= 300 else line[:299] + "…"


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Read how long to wait: milliseconds, seconds or a date, as RFC 9110 §10.2.3 and several APIs have it."""
    with contextlib.suppress(KeyError, ValueError):
        return max(0.0, float(headers["retry-after-ms"]) / 1000)
    with contextlib.suppress(KeyError, ValueError):
        return max(0.0, float(headers["retry-after"]))
    with contextlib.suppress(KeyError, ValueError, TypeError):
        date = email.utils.parsedate_to_datetime(headers["retry-after"])
        return max(0.0, (date - datetime.now(UTC)).total_seconds())
    return None
