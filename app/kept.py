"""Keeps finished immutable answers by their address, in front of everything else: a cached picture costs a look-up."""

from collections.abc import Iterable
from dataclasses import dataclass

from cachetools import LRUCache
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_KEPT = ("/api/v1/runs/", "/static/")

Header = tuple[bytes, bytes]
Key = tuple[str, bytes, bool]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it goes over the wire."""

    headers: tuple[Header, ...]
    body: bytes
    etag: bytes


class KeptAnswers:
    """Answers GET requests for what was answered before with `Cache-Control: immutable` and an entity tag."""

    def __init__(self, app: ASGIApp, *, limit: int) -> None:
        """`limit` is in bytes; the least recently used answers go first."""
        self.app = app
        self._largest = limit // 8
        self._answers: LRUCache[Key, Kept] = LRUCache(limit, getsizeof=lambda kept: len(kept.body) + 1000)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(_KEPT):
            await self.app(scope, receive, send)
            return
        asked = dict(scope["headers"])
        compressed = b"gzip" in asked.get(b"accept-encoding", b"")
        key = (scope["path"], scope["query_string"], compressed)
        kept = self._answers.get(key)
        if kept is None:
            await self._pass_on(key, scope, receive, send)
        else:
            await _answer(kept, asked.get(b"if-none-match"), send)

    async def _pass_on(self, key: Key, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets the application answer, and listens."""
        begun: list[Message] = []
        parts: list[bytes] = []

        async def heard(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(message)
            else:
                parts.append(message.get("body", b""))
            await send(message)

        await self.app(scope, receive, heard)
        if begun:
            self._keep(key, begun[0], b"".join(parts))

    def _keep(self, key: Key, start: Message, body: bytes) -> None:
        headers: tuple[Header, ...] = tuple(start["headers"])
        said = dict(headers)
        etag = said.get(b"etag")
        final = start["status"] == 200 and len(body) <= self._largest
        if final and etag is not None and b"immutable" in said.get(b"cache-control", b""):
            self._answers[key] = Kept(headers, body, etag)


async def _answer(kept: Kept, held: bytes | None, send: Send) -> None:
    if held is not None and _matches(kept.etag, held.split(b",")):
        headers = [header for header in kept.headers if header[0] not in (b"content-length", b"content-type")]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": kept.headers})
    await send({"type": "http.response.body", "body": kept.body})


def _matches(etag: bytes, held: Iterable[bytes]) -> bool:
    return any(tag.strip().removeprefix(b"W/") in (etag, b"*") for tag in held)
