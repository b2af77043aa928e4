"""The frames of docs/protocol.md: hello(), batch(), gap() and ping() make the device's, decode() reads the platform's."""
import json
import struct
from typing import NamedTuple

AGENT, USER, REPLY = 1, 2, 3  # kinds of message
CLOCK_UNTRUSTED = 1  # flag


class Message(NamedTuple):
    kind: int
    flags: int
    made_at: int  # milliseconds since 1970, device clock
    channel: str
    payload: bytes  # one JSON object

    def encode(self):
        return struct.pack(">BBq", self.kind, self.flags, self.made_at) + _text(self.channel) + _sized(self.payload)


class Welcome(NamedTuple):
    received: int
    clock: int
    window_messages: int
    window_bytes: int
    largest_frame: int
    largest_payload: int


class Ack(NamedTuple):
    through: int


class Command(NamedTuple):
    id: str
    ttl: int  # milliseconds
    type: str
    body: dict


class Pong(NamedTuple):
    device_clock: int
    platform_clock: int


def _text(text):
    data = text.encode()
    return struct.pack(">B", len(data)) + data


def _sized(data):
    return struct.pack(">I", len(data)) + data


def to_json(value):
    """`value` as a frame carries it. ValueError when JSON or UTF-8 has no form for it."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def hello(epoch, next_sequence, clock, flags, heartbeat, version, info):
    return (struct.pack(">BB16sQqBH", 1, 1, epoch, next_sequence, clock, flags, heartbeat)
            + _text(version) + _sized(to_json(info)))


def batch(first, messages):
    return struct.pack(">BBQH", 1, 2, first, len(messages)) + b"".join(m.encode() for m in messages)


def gap(first, through, reason):
    return struct.pack(">BBQQ", 1, 3, first, through) + _text(reason)


def ping(clock):
    return struct.pack(">BBq", 1, 4, clock)


def decode(frame):
    """A Welcome, Ack, Command or Pong. ValueError for anything else."""
    at = 2

    def take(layout):
        nonlocal at
        values = struct.unpack_from(layout, frame, at)
        at += struct.calcsize(layout)
        return values

    def sized(layout):
        (size,) = take(layout)
        (data,) = take(f">{size}s")
        return data.decode()

    try:
        version, kind = frame[:2]
        if version != 1:
            raise ValueError(f"frame of version {version}, this device speaks version 1")
        if kind == 17:
            decoded = Welcome(*take(">QqIIII"))
        elif kind == 18:
            decoded = Ack(*take(">Q"))
        elif kind == 19:
            decoded = Command(sized(">B"), *take(">Q"), sized(">B"), json.loads(sized(">I")))
        elif kind == 20:
            decoded = Pong(*take(">qq"))
        else:
            raise ValueError(f"frame of unknown type {kind}")
    except struct.error as short:
        raise ValueError(f"truncated frame: {short}") from short
    if at != len(frame):
        raise ValueError(f"{len(frame) - at} bytes too many at the end of a frame of type {kind}")
    return decoded
