#!/usr/bin/env python3
"""A complete Iottly device: Python 3.9 or newer, standard library only.

It speaks the device link of docs/protocol.md, and its parts follow that page:

    websocket_client.py   one RFC 6455 connection
    frames.py             the frames, made and read
    Spool                 the durable queue: epoch, sequences, and the commands already seen
    Device                the conversation: connect, resume, send within the window, run commands

One thread runs Device.run(). Device.put() may be called from any thread, and returns when the message is on disk.
"""
import argparse
import json
import logging
import os
import platform
import random
import secrets
import socket
import threading
import time
from collections import deque

from frames import (CLOCK_UNTRUSTED, REPLY, USER, Ack, Command, Message, Pong, Welcome, batch, decode, gap, hello, ping,
                    to_json)
from websocket_client import Closed, Refused, WebSocket

log = logging.getLogger("iottly")

# ---------------------------------------------------------------- spool

REMEMBERED_COMMANDS = 2000
DEEPEST = 64


class Spool:
    """Messages on disk until the platform has them, in one append-only file of JSON lines.

        {"epoch", "dropped", "commands"}      always the first line: where this file starts
        ["put", sequence, kind, flags, made_at, channel, payload]
        ["drop", through]                     everything up to `through` is gone: acknowledged, or over the cap

    A put is synced before it returns. A drop is not: when it is lost, WELCOME says it again. Thread-safe.
    """

    def __init__(self, directory, most_messages=100_000):
        os.makedirs(directory, exist_ok=True)
        self._path = os.path.join(directory, "spool.jsonl")
        self._most = most_messages  # over this cap the oldest are dropped, and the platform is told with GAP
        self.largest_payload = 256 << 10  # bytes; WELCOME may say otherwise
        self._lock = threading.RLock()
        self._file = None
        self._held = deque()  # the messages dropped + 1 .. last
        self.dropped = 0  # the highest sequence no longer held
        self.commands = {}  # id -> latest state, oldest first
        if os.path.exists(self._path):
            self._load()
        else:
            self.epoch = secrets.token_bytes(16)
            self._rewrite()

    @property
    def last(self):
        """The last sequence given out."""
        with self._lock:
            return self.dropped + len(self._held)

    def put(self, kind, payload, channel=""):
        """Stores one message durably and returns its sequence. ValueError when the platform would refuse it."""
        if not isinstance(payload, dict) or nesting(payload) > DEEPEST:
            raise ValueError(f"a payload is one JSON object nested at most {DEEPEST} deep")
        data = to_json(payload)
        if len(data) > self.largest_payload:
            raise ValueError(f"a payload has at most {self.largest_payload} bytes, this one has {len(data)}")
        if len(channel.encode()) > 255:
            raise ValueError("a channel has at most 255 bytes")
        made_at, flags = clock()
        message = Message(kind, flags, made_at, channel, data)
        with self._lock:
            sequence = self.last + 1
            self._append(["put", sequence, *message[:-1], data.decode()], sync=True)
            self._hold(message)
            if len(self._held) > self._most:
                self.drop(self.dropped + 1)
            return sequence

    def drop(self, through):
        """Lets go of everything up to `through`."""
        with self._lock:
            through = min(through, self.last)
            if through <= self.dropped:
                return
            self._let_go(through)
            self._append(["drop", through], sync=False)
            if self._size > self._rewrite_at:
                self._rewrite()

    def get(self, sequence):
        """The message with this sequence; None when it is gone or not there yet."""
        with self._lock:
            at = sequence - self.dropped - 1
            return self._held[at] if 0 <= at < len(self._held) else None

    def new_epoch(self):
        """Numbers what is held from 1, in a new epoch."""
        with self._lock:
            self.epoch, self.dropped = secrets.token_bytes(16), 0
            self._rewrite()

    def close(self):
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None

    def _hold(self, message):
        self._held.append(message)
        if message.kind == REPLY:
            reply = json.loads(message.payload)
            self.commands[reply["id"]] = reply["state"]
            while len(self.commands) > REMEMBERED_COMMANDS:
                del self.commands[next(iter(self.commands))]

    def _let_go(self, through):
        while self.dropped < through:
            self._held.popleft()
            self.dropped += 1

    def _append(self, record, sync):
        if self._file is None:
            raise ValueError("the spool is closed")
        line = to_json(record) + b"\n"
        try:
            self._file.write(line)
            self._file.flush()
            if sync:
                os.fsync(self._file.fileno())
        except OSError:
            self.close()  # what is on disk is unknown: nothing more until the spool is opened again
            raise
        self._size += len(line)

    def _load(self):
        with open(self._path, "rb") as file:
            lines = file.read().split(b"\n")
        torn = lines.pop()  # what follows the last newline was never synced, so it was never sent
        start, *records = map(json.loads, lines)
        self.epoch, self.dropped, self.commands = bytes.fromhex(start["epoch"]), start["dropped"], start["commands"]
        for what, number, *rest in records:
            if what == "put":
                self._hold(Message(*rest[:-1], rest[-1].encode()))
            else:
                self._let_go(number)
        if torn:
            log.warning("dropped %d bytes of an unfinished write from the spool", len(torn))
        self._rewrite()

    def _rewrite(self):
        """Writes what is held to a new file, and swaps it in."""
        start = {"epoch": self.epoch.hex(), "dropped": self.dropped, "commands": self.commands}
        records = [start, *(["put", n, *m[:-1], m.payload.decode()] for n, m in enumerate(self._held, self.dropped + 1))]
        with open(self._path + ".new", "wb") as file:
            file.writelines(to_json(record) + b"\n" for record in records)
            file.flush()
            os.fsync(file.fileno())
        os.replace(self._path + ".new", self._path)
        directory = os.open(os.path.dirname(self._path), os.O_RDONLY)
        os.fsync(directory)
        os.close(directory)
        self.close()
        self._file = open(self._path, "ab")
        self._size = self._file.tell()
        self._rewrite_at = max(1 << 20, 2 * self._size)


def clock():
    """The device's clock in milliseconds, and the flags that say whether to trust it: not before someone has set it."""
    milliseconds = int(time.time() * 1000)
    return milliseconds, CLOCK_UNTRUSTED if milliseconds < 1_700_000_000_000 else 0


def nesting(value):
    """How deep JSON is nested, counted up to DEEPEST + 1; an object without objects or arrays in it counts 1."""
    deepest, level = 0, [value]
    while deepest <= DEEPEST and (level := [v for v in level if isinstance(v, (dict, list, tuple))]):
        deepest += 1
        level = [v for outer in level for v in (outer.values() if isinstance(outer, dict) else outer)]
    return deepest


# ---------------------------------------------------------------- device

VERSION = "python-example 1"
LONGEST = (400, 401, 4400, 4401, 4409, 4429)  # answers after which trying again soon is no use


class Device:
    """The conversation with the platform.

    `handlers` maps a command's type to a function (device, body) that returns the result, an object or None; what it raises
    becomes the error of a `failed` reply. Handlers run on the thread of run(), so they must be quick next to the heartbeat.
    """

    def __init__(self, endpoint, token, spool, handlers, info=None, heartbeat=30, reconnect=(1, 60)):
        self.endpoint, self.token, self.spool, self.handlers = endpoint, token, spool, handlers
        self.info, self.heartbeat, self.reconnect = info or {}, heartbeat, reconnect  # seconds
        self.clock_offset = 0  # milliseconds: platform clock - device clock
        self._waiting = deque()  # (command, when its TTL runs out) noted, not yet run
        self._stop = threading.Event()
        for id_, state in list(spool.commands.items()):
            if state == "delivered":
                self._reply(id_, "failed", error="interrupted")

    def put(self, payload, channel=""):
        """Sends a message: returns when it is durable here. It reaches the platform once, whatever happens."""
        return self.spool.put(USER, payload, channel)

    def stop(self):
        self._stop.set()

    def run(self):
        """Connects, and connects again, until stop()."""
        self._attempts = 0
        while not self._stop.is_set():
            code = wait = None
            try:
                self._converse()
                continue
            except Refused as refused:
                code, wait = refused.status, float(refused.headers.get("Retry-After", 0)) or None
                log.warning("the platform refused the connection: %s", refused)
            except Closed as closed:
                code = closed.code
                log.warning("connection %s", closed)
            except OSError as error:
                log.warning("no connection: %s", error)
            self._stop.wait(self._backoff(code, wait))

    def _backoff(self, code, retry_after):
        first, longest = self.reconnect
        if retry_after:
            return retry_after * random.uniform(1, 2)
        ceiling = longest if code in LONGEST else min(longest, first * 2 ** min(self._attempts, 30))
        self._attempts += 1
        return ceiling / 2 + random.uniform(0, ceiling / 2) if code in LONGEST else random.uniform(0, ceiling)

    def _converse(self):
        """One connection, from HELLO to its end. Returns when it ended in order, else raises."""
        link = WebSocket(self.endpoint, {"Authorization": f"Bearer {self.token}", "Sec-WebSocket-Protocol": "iottly.v1"})
        try:
            link.send(hello(self.spool.epoch, self.spool.dropped + 1, *clock(), self.heartbeat, VERSION, self.info))
            welcome = self._read(link, 10)
            if not isinstance(welcome, Welcome):
                raise Closed(4400, f"the first frame was {welcome}, not WELCOME")
            if welcome.received > self.spool.last:
                log.warning("the platform has more than this spool ever sent: starting a new epoch")
                self.spool.new_epoch()
                return
            log.info("connected, the platform has everything up to %d", welcome.received)
            self._attempts = 0
            self.spool.largest_payload = welcome.largest_payload
            self.spool.drop(welcome.received)
            self._serve(link, welcome)
        finally:
            link.close()

    def _serve(self, link, welcome):
        self._sent = welcome.received
        self._unacknowledged = deque()  # (last sequence, messages, bytes) of each BATCH
        next_ping = time.monotonic() + self.heartbeat
        while not self._stop.is_set():
            self._send_what_fits(link, welcome)
            self._take(self._read(link, 0 if self._waiting else 0.05))
            if self._waiting:
                self._run_command(*self._waiting.popleft())
            if time.monotonic() >= next_ping:
                next_ping = time.monotonic() + self.heartbeat
                self._pinged = time.monotonic()
                link.send(ping(clock()[0]))
            if time.monotonic() - link.heard > 2 * self.heartbeat:
                link.close(4408, "nothing received for two heartbeats", wait=0)
                raise Closed(4408, "the platform is silent")

    def _read(self, link, timeout):
        frame = link.receive(timeout)
        try:
            return frame and decode(frame)
        except ValueError as bad:
            link.close(4400, str(bad))
            raise Closed(4400, str(bad)) from bad

    def _send_what_fits(self, link, welcome):
        """Sends what is behind the last sequence sent, as far as the window allows."""
        while self._sent < self.spool.last:
            first, dropped = self._sent + 1, self.spool.dropped
            message = self.spool.get(first)
            if first <= dropped:
                self._send_gap(link, first, dropped, "the spool was full or lost its place")
            elif message and too_large(message, welcome):
                self._send_gap(link, first, first, "larger than the platform takes")
            elif message:
                messages = self._gather(first, welcome)
                if not messages:
                    return
                frame = batch(first, messages)
                link.send(frame)
                self._sent += len(messages)
                self._unacknowledged.append((self._sent, len(messages), len(frame)))

    def _send_gap(self, link, first, through, reason):
        link.send(gap(first, through, reason))
        self._sent = through

    def _gather(self, first, welcome):
        """The messages from `first` on that fit into the window and into one BATCH."""
        count = min(65535, welcome.window_messages - sum(n for _, n, _ in self._unacknowledged))
        room = min(welcome.largest_frame, welcome.window_bytes - sum(size for _, _, size in self._unacknowledged)) - 12
        messages = []
        while len(messages) < count and (message := self.spool.get(first + len(messages))):
            room -= len(message.encode())
            if room < 0 or too_large(message, welcome):
                break
            messages.append(message)
        return messages

    def _take(self, frame):
        if isinstance(frame, Ack):
            self.spool.drop(frame.through)
            while self._unacknowledged and self._unacknowledged[0][0] <= frame.through:
                self._unacknowledged.popleft()
        elif isinstance(frame, Command) and frame.id not in self.spool.commands:
            self._reply(frame.id, "delivered")  # on disk before it runs: from here on it never runs twice
            self._waiting.append((frame, time.monotonic() + frame.ttl / 1000))
        elif isinstance(frame, Pong):
            round_trip = (time.monotonic() - self._pinged) * 1000
            self.clock_offset = round(frame.platform_clock - (frame.device_clock + round_trip / 2))

    def _run_command(self, command, expires):
        if time.monotonic() >= expires:
            self._reply(command.id, "failed", error="its time to live ran out before it could start")
        elif command.type not in self.handlers:
            self._reply(command.id, "failed", error=f"this device has no command {command.type!r}")
        else:
            try:
                result = self.handlers[command.type](self, command.body)
                self._reply(command.id, "succeeded", **({} if result is None else {"result": result}))
            except Exception as error:  # whatever a handler raises is its command's failure, not the device's
                log.exception("command %s failed", command.id)
                self._reply(command.id, "failed", error=f"{type(error).__name__}: {error}"[:2000])

    def _reply(self, id_, state, **more):
        self.spool.put(REPLY, {"id": id_, "state": state, **more})


def too_large(message, welcome):
    return (len(message.payload) > welcome.largest_payload
            or 12 + len(message.encode()) > min(welcome.largest_frame, welcome.window_bytes))


def echo(device, body):
    """The handler of `echo`: sends the command's body back as a message."""
    device.put({"ECHO": body})


def main():
    options = argparse.ArgumentParser(description="An Iottly device.")
    options.add_argument("--endpoint", required=True, help="such as ws://127.0.0.1:8080/ws")
    options.add_argument("--token-file", required=True, help="file with the device's token")
    options.add_argument("--spool", required=True, help="directory of the spool, of this process alone")
    options.add_argument("--send", type=json.loads, metavar="JSON", help="message to send")
    options.add_argument("--channel", default="", help="channel of the message")
    options.add_argument("--count", type=int, default=1, help="how many times to send it (1)")
    options.add_argument("--run-for", type=float, metavar="SECONDS", help="stop after this time (never)")
    options.add_argument("--heartbeat", type=int, default=30, metavar="SECONDS", help="1 to 3600 (30)")
    given = options.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")

    with open(given.token_file, encoding="utf-8") as file:
        token = file.read().strip()
    info = {"os": platform.system().lower(), "arch": platform.machine(), "hostname": socket.gethostname()}
    device = Device(given.endpoint, token, Spool(given.spool), {"echo": echo}, info, given.heartbeat)
    if given.send is not None:
        for _ in range(given.count):
            device.put(given.send, given.channel)
    if given.run_for is not None:
        threading.Timer(given.run_for, device.stop).start()
    try:
        device.run()
    except KeyboardInterrupt:
        pass
    left = device.spool.last - device.spool.dropped
    log.info("stopped with %d messages the platform has not acknowledged", left)
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main())
