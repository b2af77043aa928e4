"""What the conformance suite stands on: the platform's HTTP calls, and a Link that can also say what a device must not."""
import json
import os
import re
import secrets
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

import frames
from websocket_client import Closed, Refused, WebSocket

URL = os.environ.get("IOTTLY_URL", "http://127.0.0.1:8080").rstrip("/")
PROJECT = os.environ.get("IOTTLY_PROJECT_ID", "")
KEY = os.environ.get("IOTTLY_API_KEY", "")
PATIENCE = 10  # seconds, the longest wait for anything
MADE_AT = 1_790_000_000_000


def call(method, path, body=None, timeout=PATIENCE):
    """(status, JSON or text) of one HTTP call with the API key."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data, {"Authentication": f"bearer {KEY}", "Content-Type": "application/json"},
                                     method=method)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            status, text = answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read().decode()
    try:
        return status, json.loads(text)
    except ValueError:
        return status, text


def eventually(look, wanted, what):
    """What look() returns, as soon as wanted(it) holds. AssertionError when it does not in time."""
    deadline = time.monotonic() + PATIENCE
    while True:
        seen = look()
        if wanted(seen):
            return seen
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}, not within {PATIENCE} s; last seen: {seen!r}")
        time.sleep(0.05)


def message(payload, kind=frames.USER, channel="", flags=0):
    """`payload` may be bytes, to send what is not JSON."""
    data = payload if isinstance(payload, bytes) else frames.to_json(payload)
    return frames.Message(kind, flags, MADE_AT, channel, data)


def numbered(first, through):
    """A BATCH of messages whose payloads say their sequence."""
    return frames.batch(first, [message({"n": n}) for n in range(first, through + 1)])


class Identity:
    """A provisioned device."""

    def __init__(self):
        self.mac = ":".join(["02"] + [secrets.token_hex(1) for _ in range(5)])
        status, answer = self.ask_for_token()
        if status != 200:
            raise AssertionError(f"provisioning answered {status}: {answer}")
        self._keep(answer)

    def _keep(self, answer):
        self.id, self.token, self.endpoint = answer["device"]["id"], answer["token"], answer["endpoint"]

    def ask_for_token(self):
        name = "conformance-" + self.mac.replace(":", "")
        return call("POST", "/v1.0/agent/provision", {
            "project": PROJECT, "name": name, "macaddress": self.mac, "machine_id": name, "agent_version": "conformance 1",
            "os": "linux", "arch": "any", "hostname": name})

    def provision_again(self):
        """Takes a new token; waits while the platform still believes the device connected (409). Returns the old token."""
        old = self.token
        _, answer = eventually(self.ask_for_token, lambda seen: seen[0] == 200, "provisioning again answers 200")
        self._keep(answer)
        return old

    def _path(self, rest):
        return f"/v1.0/project/{urllib.parse.quote(str(PROJECT))}/device/{urllib.parse.quote(str(self.id))}/{rest}"

    def history(self):
        status, answer = call("GET", self._path("messages/paginated?l=100&sort=asc"))
        if status == 404:
            return []
        if status != 200:
            raise AssertionError(f"reading messages answered {status}: {answer}")
        return answer["messages"]

    def sent(self):
        """The history without the messages about connections."""
        return [m for m in self.history() if "connectionstatus" not in m["payload"]]

    def numbers(self):
        return [m["payload"]["n"] for m in self.sent() if "n" in m["payload"]]

    def connections(self):
        return [m["payload"]["connectionstatus"] for m in self.history() if "connectionstatus" in m["payload"]]

    def wait_for(self, look, wanted):
        return eventually(look, lambda seen: seen == wanted, f"the history shows {wanted!r}")

    def post_command(self, content="IOTTLY hello world!!!!"):
        """Posts an echo command on a thread of its own, as the call waits for the device. Returns that call."""
        return CommandCall(self._path("command?wait=10"), {"cmd_type": "echo", "values": {"echo.content": content}})


class CommandCall(threading.Thread):
    def __init__(self, path, body):
        super().__init__(name="command", daemon=True)
        self._path, self._body, self._answer = path, body, None
        self.start()

    def run(self):
        try:
            self._answer = call("POST", self._path, self._body, timeout=PATIENCE + 2)
        except OSError as error:
            self._answer = (0, str(error))

    def answer(self):
        """(status, body), once the platform has answered."""
        self.join(PATIENCE + 3)
        if self._answer is None:
            raise AssertionError("the command call was not answered")
        return self._answer


class Link:
    """A connection that says HELLO, unless told not to, and then whatever the test wants."""

    def __init__(self, identity, epoch=None, next_sequence=1, heartbeat=30, greet=True):
        self.socket = WebSocket(identity.endpoint, headers(identity.token), PATIENCE)
        self.seen = []  # the frames that arrived and were not asked for, in order
        self._acknowledged = -1
        if greet:
            self.send(greeting(epoch or secrets.token_bytes(16), next_sequence, heartbeat))
            self.welcome = self.next(frames.Welcome)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, *several):
        for frame in several:
            self.socket.send(frame)

    def _read(self, deadline):
        frame = self.socket.receive(max(0, deadline - time.monotonic()))
        if frame is None:
            raise AssertionError(f"nothing more arrived within {PATIENCE} s")
        frame = frames.decode(frame)
        if isinstance(frame, frames.Ack):
            if frame.through < self._acknowledged:
                raise AssertionError(f"ACK {frame.through} after ACK {self._acknowledged}")
            self._acknowledged = frame.through
        return frame

    def next(self, wanted, holds=lambda frame: True):
        """The next frame of a type."""
        deadline = time.monotonic() + PATIENCE
        for frame in list(self.seen):
            if isinstance(frame, wanted) and holds(frame):
                self.seen.remove(frame)
                return frame
        while True:
            frame = self._read(deadline)
            if isinstance(frame, wanted) and holds(frame):
                return frame
            self.seen.append(frame)

    def acknowledged(self, through):
        """Waits for the ACK that covers `through`; it must not cover more."""
        ack = self.next(frames.Ack, lambda frame: frame.through >= through)
        if ack.through != through:
            raise AssertionError(f"ACK {ack.through}, but only {through} was ever sent")

    def fence(self):
        """Returns once the platform has answered a PING sent now: it has read everything before it."""
        mark = secrets.randbits(62)
        self.send(frames.ping(mark))
        return self.next(frames.Pong, lambda frame: frame.device_clock == mark)

    def closed(self):
        """(code, reason) with which the platform closes."""
        deadline = time.monotonic() + PATIENCE
        try:
            while True:
                self.seen.append(self._read(deadline))
        except Closed as closed:
            return closed.code, closed.reason


def headers(token, protocol="iottly.v1"):
    fields = {"Authorization": token and f"Bearer {token}", "Sec-WebSocket-Protocol": protocol}
    return {name: value for name, value in fields.items() if value}


def greeting(epoch, next_sequence=1, heartbeat=30, info=None):
    return frames.hello(epoch, next_sequence, int(time.time() * 1000), 0, heartbeat, "conformance 1", info or {"os": "linux"})


class PlatformTest(unittest.TestCase):
    """A test with a device of its own."""

    def setUp(self):
        self.device = Identity()
        self.epoch = secrets.token_bytes(16)

    def link(self, **options):
        link = Link(self.device, **{"epoch": self.epoch, **options})
        self.addCleanup(link.socket.close, wait=0)
        return link

    def refused(self, token, protocol="iottly.v1"):
        """The handshake's refusal."""
        with self.assertRaises(Refused) as caught:
            WebSocket(self.device.endpoint, headers(token, protocol), PATIENCE).close()
        return caught.exception

    def assert_closes(self, link, code, *bad, names=""):
        """Sends bad frames: the platform closes with `code`, and its reason has the number `names` in it."""
        try:
            link.send(*bad)
        except OSError:
            pass  # it closed before it had read everything; the close frame is still there to read
        got, reason = link.closed()
        self.assertEqual((got, not names or names in re.findall(r"\d+", reason)), (code, True), f"closed with {got} {reason!r}, wanted {code} naming {names!r}")
        self.assertLessEqual(len(reason.encode()), 123)
