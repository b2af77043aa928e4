"""A small WebSocket client (RFC 6455): Python 3.9 or newer, standard library only. It knows nothing of Iottly."""
import base64
import hashlib
import http.client
import io
import secrets
import socket
import ssl
import struct
import time
import urllib.parse

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
LARGEST_RECEIVED = 4 << 20  # bytes


class Refused(Exception):
    """The server answered the handshake with something else than 101."""

    def __init__(self, status, headers, body):
        super().__init__(f"HTTP {status}: {body.strip()[:200]}")
        self.status, self.headers, self.body = status, headers, body


class Closed(Exception):
    """The connection is over. `code` is 1006 when no close frame came."""

    def __init__(self, code, reason):
        super().__init__(f"closed with {code} {reason}".rstrip())
        self.code, self.reason = code, reason


class WebSocket:
    """One client connection. Used by one thread."""

    def __init__(self, endpoint, headers, timeout=10):
        url = urllib.parse.urlsplit(endpoint)
        port = url.port or (443 if url.scheme == "wss" else 80)
        self._sock = socket.create_connection((url.hostname, port), timeout)
        self._timeout = timeout  # seconds, for the handshake and for each send
        self._buffer = bytearray()  # received, not yet read
        self._message = None  # the fragments so far of a message that is still incomplete
        self.heard = time.monotonic()  # when something last arrived
        try:
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if url.scheme == "wss":
                self._sock = ssl.create_default_context().wrap_socket(self._sock, server_hostname=url.hostname)
            self._handshake(url, headers)
        except BaseException:
            self._sock.close()
            raise

    def _handshake(self, url, headers):
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        lines = [f"GET {url.path or '/'} HTTP/1.1", f"Host: {url.netloc}", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", *(f"{k}: {v}" for k, v in headers.items())]
        self._sock.sendall("\r\n".join(lines + ["", ""]).encode("ascii"))
        deadline = time.monotonic() + self._timeout
        while b"\r\n\r\n" not in self._buffer:
            self._fill_before(deadline)
        head, _, rest = bytes(self._buffer).partition(b"\r\n\r\n")
        status_line, _, fields = head.partition(b"\r\n")
        if not status_line.startswith(b"HTTP/1.1 "):
            raise Closed(1002, "the handshake was not answered with HTTP/1.1")
        status = int(status_line[9:12])
        answer = http.client.parse_headers(io.BytesIO(fields + b"\r\n\r\n"))
        self._buffer = bytearray(rest)
        if status != 101:
            while len(self._buffer) < int(answer.get("Content-Length", 0)):
                self._fill_before(deadline)
            raise Refused(status, answer, self._buffer.decode(errors="replace"))
        accept = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        if answer.get("Sec-WebSocket-Accept") != base64.b64encode(accept).decode():
            raise Closed(1002, "the answer to the handshake has a wrong Sec-WebSocket-Accept")
        if answer.get("Sec-WebSocket-Protocol") != headers.get("Sec-WebSocket-Protocol"):
            raise Closed(1002, "the server did not agree to the sub-protocol")

    def _fill_before(self, deadline):
        if not self._fill(deadline):
            raise Closed(1006, "the handshake was not answered in time")

    def _fill(self, deadline):
        """Waits for bytes until `deadline`; says whether some came."""
        self._sock.settimeout(max(0.001, deadline - time.monotonic()))
        try:
            received = self._sock.recv(65536)
        except socket.timeout:
            return False
        if not received:
            raise Closed(1006, "the connection ended without a close frame")
        self._buffer += received
        self.heard = time.monotonic()
        return True

    def send(self, payload, opcode=BINARY, final=True):
        """Sends one WebSocket frame, masked as a client must."""
        size = len(payload)
        first = (0x80 if final else 0) | opcode
        if size < 126:
            header = struct.pack(">BB", first, 0x80 | size)
        elif size < 65536:
            header = struct.pack(">BBH", first, 0x80 | 126, size)
        else:
            header = struct.pack(">BBQ", first, 0x80 | 127, size)
        mask = secrets.token_bytes(4)
        masked = int.from_bytes(payload, "big") ^ int.from_bytes((mask * (size // 4 + 1))[:size], "big")
        self._sock.settimeout(self._timeout)
        self._sock.sendall(header + mask + masked.to_bytes(size, "big"))

    def receive(self, timeout):
        """The next whole binary message, or None when there is none within `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while True:
            frame = self._next_frame()
            if frame is None:
                if not self._fill(deadline):
                    return None
                continue
            final, opcode, payload = frame
            if opcode >= CLOSE:
                self._control(opcode, payload)
                continue
            if (opcode == CONTINUATION) != (self._message is not None) or opcode == TEXT:
                self._fail(1003 if opcode == TEXT else 1002, "unexpected text message or fragment")
            self._message = (self._message or b"") + payload
            if final:
                message, self._message = self._message, None
                return message

    def _next_frame(self):
        """Takes one WebSocket frame from the buffer; None while it is incomplete."""
        if len(self._buffer) < 2:
            return None
        first, second = self._buffer[:2]
        size, start = second, 2
        if first & 0x70 or second & 0x80 or (first & 8 and (second > 125 or not first & 0x80)):
            self._fail(1002, "a frame that RFC 6455 does not allow")
        if second >= 126:
            start = 4 if second == 126 else 10
            if len(self._buffer) < start:
                return None
            size = int.from_bytes(self._buffer[2:start], "big")
        if size + len(self._message or b"") > LARGEST_RECEIVED:
            self._fail(1009, f"a message larger than {LARGEST_RECEIVED} bytes")
        if len(self._buffer) < start + size:
            return None
        payload = bytes(self._buffer[start:start + size])
        del self._buffer[:start + size]
        return bool(first & 0x80), first & 0x0F, payload

    def _control(self, opcode, payload):
        if opcode == PING:
            self.send(payload, PONG)
        elif opcode == CLOSE:
            code = struct.unpack(">H", payload[:2])[0] if len(payload) >= 2 else 1005
            try:
                self.send(payload, CLOSE)
            except OSError:
                pass  # the close is known; that its echo did not get out changes nothing
            self._sock.close()
            raise Closed(code, payload[2:].decode(errors="replace"))
        elif opcode != PONG:
            self._fail(1002, "unknown control frame")

    def _fail(self, code, reason):
        self.close(code, reason, wait=0)
        raise Closed(code, reason)

    def close(self, code=1000, reason="", wait=2):
        """Says goodbye, waits up to `wait` seconds for the answer, and closes the socket. Never fails."""
        try:
            self.send(struct.pack(">H", code) + reason.encode()[:123], CLOSE)
            deadline = time.monotonic() + wait
            while time.monotonic() < deadline:
                self.receive(deadline - time.monotonic())
        except (OSError, Closed):
            pass
        finally:
            self._sock.close()
