"""Handshake, HELLO, what makes a frame bad, and the limits."""
import base64
import json
import secrets
import struct
import urllib.parse
from http.client import HTTPConnection

import frames
from frames import REPLY, batch, gap, ping
from testbed import MADE_AT, PATIENCE, PlatformTest, greeting, message, numbered
from websocket_client import BINARY, CONTINUATION, TEXT


class Handshake(PlatformTest):
    def test_without_a_token_is_401(self):
        refusal = self.refused(None)
        self.assertEqual(refusal.status, 401)
        self.assertTrue(json.loads(refusal.body)["error"])

    def test_with_a_malformed_token_is_401(self):
        self.assertEqual(self.refused("not-a-token").status, 401)

    def test_with_a_forged_token_is_401(self):
        head, body, _ = self.device.token.split(".")
        forged = base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
        self.assertEqual(self.refused(f"{head}.{body}.{forged}").status, 401)

    def test_with_an_unsigned_token_is_401(self):
        _, body, signature = self.device.token.split(".")
        for algorithm in "none", "None", "NONE":
            head = base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "typ": "JWT"}).encode()).rstrip(b"=").decode()
            for token in f"{head}.{body}.", f"{head}.{body}.{signature}":
                self.assertEqual(self.refused(token).status, 401)

    def test_without_the_sub_protocol_is_400(self):
        self.assertEqual(self.refused(self.device.token, "iottly.v0").status, 400)
        self.assertEqual(self.refused(self.device.token, None).status, 400)

    def test_that_is_no_websocket_handshake_is_400(self):
        url = urllib.parse.urlsplit(self.device.endpoint)
        connection = HTTPConnection(url.hostname, url.port or 80, timeout=PATIENCE)
        self.addCleanup(connection.close)
        connection.request("GET", url.path, headers={"Authorization": f"Bearer {self.device.token}"})
        self.assertEqual(connection.getresponse().status, 400)


class Hello(PlatformTest):
    def test_is_answered_with_a_welcome_that_can_be_used(self):
        welcome = self.link().welcome
        self.assertEqual(welcome.received, 0)
        self.assertGreater(welcome.clock, 1_700_000_000_000)
        self.assertGreaterEqual(welcome.window_messages, 1)
        self.assertGreater(welcome.largest_frame, 12)
        self.assertGreaterEqual(welcome.largest_payload, 2)

    def test_comes_first(self):
        for early in ping(MADE_AT), numbered(1, 1), gap(1, 1, "early"):
            self.assert_closes(self.link(greet=False), 4400, early)

    def test_comes_once(self):
        self.assert_closes(self.link(), 4400, greeting(self.epoch))

    def test_has_a_heartbeat_from_1_to_3600(self):
        for heartbeat in 0, 3601:
            self.assert_closes(self.link(greet=False), 4400, greeting(self.epoch, heartbeat=heartbeat))
        for heartbeat in 1, 3600:
            self.link(heartbeat=heartbeat).socket.close()

    def test_may_carry_facts_the_platform_does_not_know(self):
        link = self.link(greet=False)
        link.send(greeting(self.epoch, info={"os": "linux", "favourite": {"colour": ["blue"]}}))
        self.assertEqual(link.next(frames.Welcome).received, 0)


class BadFrames(PlatformTest):
    def assert_bad(self, *bad, code=4400, names=""):
        self.assert_closes(self.link(), code, *bad, names=names)

    def assert_bad_42(self, bad):
        self.assert_bad(batch_with_42nd(bad), names="42")

    def tearDown(self):
        self.assertEqual(self.link().welcome.received, 0, "a part of a refused frame was stored")

    def test_text_message(self):
        link = self.link()
        link.socket.send(b'{"t":1}', TEXT)
        self.assert_closes(link, 4400)

    def test_wrong_version(self):
        for version in 0, 2, 255:
            self.assert_bad(bytes([version]) + ping(MADE_AT)[1:])

    def test_unknown_type(self):
        for kind in 0, 5, 17, 18, 19, 20, 255:
            self.assert_bad(b"\x01" + bytes([kind]) + ping(MADE_AT)[2:])

    def test_trailing_bytes(self):
        for frame in ping(MADE_AT), numbered(1, 1), gap(1, 1, "gone"):
            self.assert_bad(frame + b"\x00")

    def test_truncated_frame(self):
        for frame in ping(MADE_AT), numbered(1, 2), gap(1, 1, "gone"):
            for size in 0, 1, 2, len(frame) // 2, len(frame) - 1:
                with self.subTest(frame=frame.hex(), size=size):
                    self.assert_bad(frame[:size])

    def test_batch_of_nothing(self):
        self.assert_bad(batch(1, []))

    def test_integer_beyond_63_bits(self):
        self.assert_bad(batch(1 << 63, [message({})]))
        self.assert_bad(gap(1, 1 << 63, "gone"))

    def test_gap_that_runs_backwards(self):
        self.assert_bad(gap(2, 1, "gone"))

    def test_unknown_kind_of_message(self):
        for kind in 0, 4, 255:
            self.assert_bad_42(message({}, kind=kind))

    def test_bad_payload_is_named_by_its_sequence(self):
        cut = b'{"t":"\xc3\xa9"}'.replace(b"\xa9", b"")
        for bad in b"", b"{", b"nonsense", b'{"t":1}}', b'{"t":\xff}', cut, b'{"t":"\xc0\x80"}', b'[1]', b'"t"', b"1", b"null":
            with self.subTest(payload=bad):
                self.assert_bad_42(message(bad))

    def test_channel_that_is_not_utf8(self):
        self.assert_bad(batch_with_42nd(message({}, channel="xy")).replace(b"\x02xy", b"\x02\xc3y"), names="42")

    def test_nesting_deeper_than_64(self):
        self.assert_bad_42(message(nested(65)))
        self.assert_bad_42(message(nested(40_000)))

    def test_reply_without_a_usable_id_or_state(self):
        for reply in ({}, {"state": "delivered"}, {"id": "x"}, {"id": 7, "state": "delivered"}, {"id": "x", "state": 7},
                      {"id": "x", "state": "dreaming"}):
            with self.subTest(reply=reply):
                self.assert_bad_42(message(reply, kind=REPLY))

    def test_payload_larger_than_the_largest(self):
        self.assert_bad(batch(1, [message(sized(self.link().welcome.largest_payload + 1))]), code=4413)

    def test_frame_larger_than_the_largest(self):
        self.assert_bad(batch_of(self.link().welcome.largest_frame + 1), code=4413)

    def test_frame_larger_than_the_largest_in_fragments(self):
        link = self.link()
        frame = batch_of(link.welcome.largest_frame + 1)
        half = len(frame) // 2
        try:
            link.socket.send(frame[:half], BINARY, final=False)
            link.socket.send(frame[half:], CONTINUATION)
        except OSError:
            pass  # closed before it had read everything
        self.assert_closes(link, 4413)

    def test_more_messages_than_the_window(self):
        # A batch of its own that is larger than the window is too much however fast the platform acknowledges.
        window = self.link().welcome.window_messages
        if window >= 65535:
            self.skipTest("the window is larger than a batch can be")
        self.assert_bad(batch(1, [message({})] * (window + 1)), code=4429)

    def test_hole_in_the_sequences(self):
        self.assert_bad(numbered(2, 2), code=4402)
        self.assert_bad(gap(2, 3, "gone"), code=4402)


class Limits(PlatformTest):
    def test_largest_payload_is_taken(self):
        link = self.link()
        link.send(batch(1, [message(sized(link.welcome.largest_payload))]))
        link.acknowledged(1)

    def test_largest_frame_is_taken(self):
        link = self.link()
        frame = batch_of(link.welcome.largest_frame)
        link.send(frame)
        link.acknowledged(struct.unpack_from(">H", frame, 10)[0])

    def test_whole_window_is_taken_again_and_again(self):
        link = self.link()
        window = min(65535, link.welcome.window_messages, (link.welcome.largest_frame - 12) // 17)
        for turn in range(3):
            link.send(batch(1 + turn * window, [message({})] * window))
            link.acknowledged((turn + 1) * window)

    def test_nesting_of_64_is_taken(self):
        link = self.link()
        link.send(batch(1, [message(nested(64))]))
        link.acknowledged(1)


def nested(depth):
    """An object nested `depth` deep, itself included."""
    return b'{"a":' * (depth - 1) + b"{}" + b"}" * (depth - 1)


def sized(size):
    """A payload of exactly `size` bytes."""
    return b'{"a":"' + b"x" * (size - 8) + b'"}'


def batch_with_42nd(odd):
    """A BATCH of 43 messages, all good but perhaps the 42nd."""
    return batch(1, [message({"n": n}) for n in range(1, 42)] + [odd, message({})])


def batch_of(size):
    """A BATCH from sequence 1 of exactly `size` bytes, in payloads of at most 64 KiB."""
    left, messages = size - 12, []
    while left:
        take = left if left <= 60_000 else min(60_000, left - 1000)
        messages.append(message(sized(take - 15)))
        left -= take
    return batch(1, messages)
