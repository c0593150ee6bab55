"""uvicorn's HTTP protocol, with time limits on all that a client can begin, and problem documents for errors.

It is set by ``uvicorn.run(http=…)``, and reads its limits from the lifespan's state, under ``connections``.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, cast

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from wirematch.api.problems import MEDIA_TYPE, problem
from wirematch.api.request_state import CLOSING
from wirematch.detection.scheduling.executor import BoundedExecutor, Reservation
from wirematch.server.middleware.answer_headers import REQUEST_ID, SECURITY, chosen_id
from wirematch.server.middleware.deadlines import CONNECTION_WATCH, ConnectionWatch
from wirematch.server.middleware.overload import RESERVATION
from wirematch.server.protocol.batches import LateRefusals, ReadBatches
from wirematch.server.protocol.connections import Connections
from wirematch.server.protocol.framing import StrictConnection
from wirematch.server.protocol.refusals import RefusalThrottle, count_refusal, parse_plain_request, refusal_bytes
from wirematch.server.protocol.stalled_writes import WriteTimeout

HEAD_BYTES = 16 * 1024
"""Maximum size of a request's head, unless uvicorn is configured otherwise."""
HEAD_SECONDS = 10.0
"""Time a client has to send a request's head, or the rest of a refused body."""
REFUSED_BYTES = 16 * 1024 * 1024
"""How much of a refused body is still read: a client that is still sending would not see the response."""
STREAM_SECONDS = 300.0
"""Default for ``stream_timeout`` where the lifespan's state has none."""
UNREAD_SECONDS = 75.0
"""Default for ``unread_timeout``, likewise."""
UNLIMITED = Connections(2**31, 2**31)


class BoundedProtocol(H11Protocol):
    """One client connection."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.conn = StrictConnection(config.h11_max_incomplete_event_size or HEAD_BYTES)
        self.peer = ""
        self.waiting_since: float | None = None
        self._places: Connections = app_state.get("connections", UNLIMITED)
        self._read_batches: ReadBatches = app_state.get("read_batches") or ReadBatches()
        self._closing = asyncio.Event()
        unread = app_state.get("unread_timeout", UNREAD_SECONDS)
        stream = app_state.get("stream_timeout", STREAM_SECONDS)
        self._write_timeout = WriteTimeout(self.loop, unread, stream)
        self._head_timer: asyncio.TimerHandle | None = None
        self._after_answer = 0
        self._watch = ConnectionWatch()
        detector = app_state.get("detector")
        self._executor: BoundedExecutor | None = None if detector is None else detector.executor
        self._reservation: Reservation | None = None
        """The admission of the request being read."""
        self._discarded = 0
        """Bytes of a refused request's body that have not arrived yet."""
        self._throttle: RefusalThrottle = app_state.get("refusals") or RefusalThrottle()
        self._late_refusals: LateRefusals = app_state.get("late_refusals") or LateRefusals()
        self.late_refusal: bytes | None = None
        self._kept_until = 0.0
        """Until when the connection is kept open for a further request after a refusal."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See H11Protocol."""
        super().connection_made(transport)
        self.peer = self.client[0] if self.client else ""
        self._wait_for_head()
        if not self._places.enter(self):
            self._answer(503, "overloaded", "Too many connections", "Close some, or try again in a moment.")
        elif self._executor is not None and self._executor.busy and self._executor.refusal(0) is not None:
            self._read_batches.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """See H11Protocol."""
        self._places.leave(self)
        self._write_timeout.end()
        self._stop_waiting()
        self._watch.client_left()
        self._keep_reservation(None)
        self.late_refusal = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """See H11Protocol."""
        if self.transport.is_closing() or self.conn.their_state is h11.MUST_CLOSE:
            return  # what follows the last request is not read (RFC 9112, 9.6): its response may still be under way
        if self._answered and self.conn.their_state is h11.SEND_BODY:
            self._after_answer += len(data)
            if self._after_answer > REFUSED_BYTES:
                self.transport.close()
                return
        data = self._without_refused_body(data)
        if not data:
            return
        if self.late_refusal is not None:  # pipelining: a client that does not wait for responses
            self.transport.close()
            return
        if self._refused(data):
            return
        super().data_received(data)
        if self._head_timer is None and (self.cycle is None or self._answered) and not self.transport.is_closing():
            self._wait_for_head()

    def _without_refused_body(self, data: bytes) -> bytes:
        """Discard what ``data`` has of a refused request's body; return the rest, with which the next request begins.

        Clients may send both at once, as the refusal came before they had sent the body.
        """
        if not self._discarded:
            return data
        discarded = min(self._discarded, len(data))
        self._discarded -= discarded
        if not self._discarded and discarded == len(data) and self.late_refusal is None:
            self._read_batches.add(self)
        return data[discarded:]

    def _refused(self, data: bytes) -> bool:
        """Refuse the request that ``data`` begins if there is no room for its work; return whether it was refused.

        An admitted request counts from here on: many may be read before the first of them reaches the application.
        """
        waiting = self.conn.our_state is h11.IDLE and self.conn.their_state is h11.IDLE
        if self._executor is None or not waiting or self.conn.trailing_data[0]:
            return False
        if (request := parse_plain_request(data)) is None:
            return False
        error = self._executor.refusal(request.length)
        if error is None:
            self._keep_reservation(self._executor.reserve(request.length))
            return False
        if request.length > REFUSED_BYTES:
            return False
        self._stop_waiting()
        self.waiting_since = self._places.clock()
        self._discarded = request.missing
        count_refusal(request.method, request.route)
        refusal = refusal_bytes(error, self.server_state.default_headers, chosen_id([]))
        if wait := self._throttle.next_delay():
            self._late_refusals.add(self, refusal, wait)
        else:
            self.tell_refusal(refusal)
        return True

    def tell_refusal(self, refusal: bytes) -> None:
        """See Refused."""
        self.late_refusal = None
        if self.transport.is_closing():
            return
        self.transport.write(refusal)
        self._kept_until = self.loop.time() + self.timeout_keep_alive
        if self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_handler()
        if not self._discarded:
            self._read_batches.add(self)

    def timeout_keep_alive_handler(self) -> None:
        """See H11Protocol. A refusal only puts the end off: a new timer for each would cost as much as the refusal."""
        left = self.timeout_keep_alive if self.late_refusal else self._kept_until - self.loop.time()
        if left > 0:
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()

    def pause_writing(self) -> None:
        """See H11Protocol."""
        super().pause_writing()
        self._write_timeout.watch(self.transport)

    def resume_writing(self) -> None:
        """See H11Protocol."""
        self._write_timeout.end()
        super().resume_writing()

    def pause_listening(self) -> None:
        """See Listener."""
        self.flow.pause_reading()

    def resume_listening(self) -> None:
        """See Listener."""
        if not self.transport.is_closing():
            self.flow.resume_reading()

    def handle_events(self) -> None:
        """See H11Protocol."""
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self._stop_waiting()
            self._write_timeout.answered = False
            if not self.flow.write_paused:
                self._write_timeout.end()
            self._after_answer = 0
            self._watch = ConnectionWatch()
            ours = {CLOSING: self._closing, CONNECTION_WATCH: self._watch, RESERVATION: self._reservation}
            cast("dict[str, Any]", self.scope).update(ours)
        if self.cycle is not None and not self._answered:
            self.waiting_since = (self.waiting_since or self._places.clock()) if self.cycle.more_body else None

    def on_response_complete(self) -> None:
        """See H11Protocol."""
        self.waiting_since = self._places.clock()
        self._write_timeout.answered = True
        self._write_timeout.watch(self.transport)
        self._keep_reservation(None)  # for requests answered without asking for room
        super().on_response_complete()

    def _keep_reservation(self, reservation: Reservation | None) -> None:
        if self._reservation is not None:
            self._reservation.release()
        self._reservation = reservation

    def shutdown(self) -> None:
        """See H11Protocol. Streams are notified, and say so; requests still waiting for their body are cut off."""
        if self.late_refusal is not None:
            self.tell_refusal(self.late_refusal)
        super().shutdown()
        self._closing.set()
        self._watch.closing()
        if self.cycle is not None and not self._answered:
            self.loop.call_later(0.05, self._cut_off_half)

    def send_400_response(self, msg: str) -> None:
        """See H11Protocol."""
        status = self.conn.failure_status if isinstance(self.conn, StrictConnection) else 400
        phrase = HTTPStatus(status).phrase
        said = f"The request is not valid HTTP/1.1: {getattr(self.conn, 'failure', '') or msg}."
        self._answer(status, phrase.lower().replace(" ", "-"), phrase, said)

    def displace(self) -> None:
        """Close the connection to make room for another."""
        self._cut_off()

    @property
    def _answered(self) -> bool:
        return self.cycle is not None and self.cycle.response_complete

    def _wait_for_head(self) -> None:
        self.waiting_since = self.waiting_since or self._places.clock()
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._head_is_late)

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
        self.waiting_since = None

    def _head_is_late(self) -> None:
        self._head_timer = None
        begun = bool(self.conn.trailing_data[0])
        if begun and self.conn.our_state is h11.IDLE:
            said = f"The head of a request must arrive within {HEAD_SECONDS:.0f} seconds."
            self._answer(408, "request-timeout", "The request takes too long", said)
        else:
            self._cut_off()

    def _cut_off_half(self) -> None:
        """Cut off a request whose body is still not there; streams, which have no deadline, end by themselves."""
        if self.cycle.more_body and not self.cycle.response_started and self._watch.has_deadline:
            self._cut_off()

    def _cut_off(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()

    def _answer(self, status: int, kind: str, title: str, detail: str) -> None:
        """Respond without the application, and close the connection."""
        if self.transport.is_closing():
            return
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            content = problem(status, kind, title, detail).model_dump_json(exclude_none=True).encode()
            headers = [
                *self.server_state.default_headers,
                (b"content-type", MEDIA_TYPE.encode()),
                (b"content-length", str(len(content)).encode()),
                (b"connection", b"close"),
                *SECURITY,
                (REQUEST_ID, chosen_id([])),
            ]
            if status == HTTPStatus.SERVICE_UNAVAILABLE:
                headers.append((b"retry-after", b"1"))
            answer = h11.Response(status_code=status, headers=headers, reason=HTTPStatus(status).phrase.encode())
            for event in (answer, h11.Data(data=content), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self._cut_off()
