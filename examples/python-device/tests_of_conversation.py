"""Messages, gaps, connections and commands, when everything is in good form."""
import json
import secrets
import time

from frames import AGENT, REPLY, Command, Pong, batch, gap, ping
from testbed import MADE_AT, Identity, Link, PlatformTest, eventually, message, numbered
from websocket_client import BINARY, CONTINUATION, PING


class Messages(PlatformTest):
    def test_are_shown_as_they_were_sent(self):
        link = self.link()
        payload = {"t": 21.5, "text": "però ∞ 🌍", "list": [1, None, True, {"deep": []}], "": "empty key"}
        link.send(batch(1, [message(payload, channel="roof/è"), message({"mine": 1}, kind=AGENT), message({"no": "clock"}, flags=1)]))
        link.acknowledged(3)
        shown = eventually(self.device.sent, lambda seen: len(seen) == 3, "three messages are shown")
        self.assertEqual([m["payload"] for m in shown], [payload, {"mine": 1}, {"no": "clock"}])
        self.assertEqual([m["type"] for m in shown], ["userdefined", "iottlyagent", "userdefined"])
        self.assertEqual([m.get("channel") or "" for m in shown], ["roof/è", "", ""])

    def test_are_acknowledged_cumulatively_and_never_beyond_what_was_sent(self):
        link = self.link()
        for n in range(1, 51):
            link.send(numbered(n, n))
        link.acknowledged(50)
        self.device.wait_for(self.device.numbers, list(range(1, 51)))

    def test_that_were_seen_are_dropped_silently(self):
        link = self.link()
        link.send(numbered(1, 3), numbered(1, 3), numbered(2, 2), numbered(4, 4))
        link.acknowledged(4)
        self.device.wait_for(self.device.numbers, [1, 2, 3, 4])

    def test_of_a_batch_half_of_which_is_known_are_stored_once(self):
        link = self.link()
        link.send(numbered(1, 3), numbered(2, 5))
        link.acknowledged(5)
        self.device.wait_for(self.device.numbers, [1, 2, 3, 4, 5])

    def test_go_on_after_a_reconnect(self):
        with self.link() as link:
            link.send(numbered(1, 3))
            link.acknowledged(3)
        link = self.link()
        self.assertEqual(link.welcome.received, 3)
        link.send(numbered(1, 5))
        link.acknowledged(5)
        self.device.wait_for(self.device.numbers, [1, 2, 3, 4, 5])

    def test_of_a_new_epoch_start_at_1_and_the_old_epoch_is_remembered(self):
        with self.link() as link:
            link.send(numbered(1, 3))
            link.acknowledged(3)
        with self.link(epoch=secrets.token_bytes(16)) as link:
            self.assertEqual(link.welcome.received, 0)
            link.send(numbered(1, 1))
            link.acknowledged(1)
        self.assertEqual(self.link().welcome.received, 3)
        self.device.wait_for(self.device.numbers, [1, 2, 3, 1])

    def test_may_come_in_fragments_with_control_frames_between(self):
        link = self.link()
        frame = numbered(1, 3)
        link.socket.send(frame[:1], BINARY, final=False)
        link.socket.send(b"between", PING)
        link.socket.send(b"", CONTINUATION, final=False)
        link.socket.send(frame[1:20], CONTINUATION, final=False)
        link.socket.send(frame[20:], CONTINUATION)
        link.acknowledged(3)
        self.device.wait_for(self.device.numbers, [1, 2, 3])

    def test_of_several_devices_do_not_mix(self):
        other = Link(Identity(), epoch=self.epoch)
        self.addCleanup(other.socket.close, wait=0)
        self.assertEqual(other.welcome.received, 0)
        link = self.link()
        link.send(numbered(1, 2))
        link.acknowledged(2)
        self.assert_closes(other, 4402, numbered(3, 3))


class Gaps(PlatformTest):
    def gaps(self):
        return [m["payload"]["gap"] for m in self.device.sent() if "gap" in m["payload"]]

    def test_are_shown_in_place_of_what_is_missing(self):
        link = self.link()
        link.send(numbered(1, 1), gap(2, 5, "the spool was full"), numbered(6, 6))
        link.acknowledged(6)
        shown = eventually(self.device.sent, lambda seen: len(seen) == 3, "two messages and a gap are shown")
        self.assertEqual([m["payload"] for m in shown], [
            {"n": 1}, {"gap": {"from": 2, "through": 5, "count": 4, "reason": "the spool was full"}}, {"n": 6}])
        self.assertEqual(shown[1]["type"], "iottlyagent")

    def test_count_as_received(self):
        with self.link() as link:
            link.send(gap(1, 7, "gone"))
            link.acknowledged(7)
        self.assertEqual(self.link().welcome.received, 7)

    def test_are_not_counted_against_the_window(self):
        link = self.link()
        far = 10 * link.welcome.window_messages
        link.send(gap(1, far, "gone"), numbered(far + 1, far + 1))
        link.acknowledged(far + 1)

    def test_that_begin_in_the_known_show_only_the_rest(self):
        link = self.link()
        link.send(numbered(1, 3), gap(2, 5, "gone"), gap(1, 5, "all known"), numbered(6, 6))
        link.acknowledged(6)
        self.device.wait_for(self.gaps, [{"from": 4, "through": 5, "count": 2, "reason": "gone"}])
        self.device.wait_for(self.device.numbers, [1, 2, 3, 6])


class Connections(PlatformTest):
    def test_are_closed_when_the_device_is_silent_for_two_heartbeats(self):
        self.assert_closes(self.link(heartbeat=1), 4408)

    def test_stay_open_while_the_device_pings(self):
        link = self.link(heartbeat=1)
        deadline = time.monotonic() + 4
        while time.monotonic() < deadline:
            link.fence()
            link.socket.receive(0.5)  # waits: nothing is due
        link.fence()

    def test_answer_a_ping_with_its_own_clock(self):
        link = self.link()
        for clock in 0, -1, MADE_AT, (1 << 63) - 1, -(1 << 63):
            link.send(ping(clock))
            pong = link.next(Pong)
            self.assertEqual(pong.device_clock, clock)
            self.assertGreaterEqual(pong.platform_clock, link.welcome.clock - 60_000)

    def test_newer_one_supersedes_the_older(self):
        older = self.link()
        newer = self.link()
        self.assertEqual(older.closed()[0], 4409)
        newer.fence()
        self.device.wait_for(lambda: self.device.connections()[-1:], ["connected"])
        newer.socket.close()
        shown = eventually(self.device.connections, lambda seen: seen[-1:] == ["disconnected"], "the device is shown disconnected")
        self.assertEqual(shown, ["connected", "connected", "disconnected"], "the superseded one wrote")

    def test_are_shown_by_messages_of_the_agent(self):
        self.link().socket.close()
        self.device.wait_for(self.device.connections, ["connected", "disconnected"])
        self.assertEqual({m["type"] for m in self.device.history()}, {"iottlyagent"})

    def test_end_when_the_device_is_provisioned_again(self):
        link = self.link()
        old = self.device.token
        status, answer = self.device.ask_for_token()
        if status == 409:  # the project wants an operator's word while the device is connected
            link.fence()
            return
        self.assertEqual(status, 200, answer)
        self.assertEqual(link.closed()[0], 4401)
        self.assertEqual(self.refused(old).status, 401)

    def test_are_refused_to_a_token_from_before_provisioning_again(self):
        with self.link() as link:
            link.send(numbered(1, 2))
            link.acknowledged(2)
        self.device.wait_for(self.device.connections, ["connected", "disconnected"])
        before = self.device.id
        old = self.device.provision_again()
        self.assertEqual(self.device.id, before)
        refusal = self.refused(old)
        self.assertEqual(refusal.status, 401)
        self.assertTrue(json.loads(refusal.body)["error"])
        self.assertEqual(self.link().welcome.received, 2)


class Commands(PlatformTest):
    def reply(self, link, sequence, id_, *states):
        link.send(batch(sequence, [message({"id": id_, "state": state}, kind=REPLY) for state in states]))
        link.acknowledged(sequence + len(states) - 1)
        return sequence + len(states)

    def test_arrive_in_their_public_form_and_their_end_is_told(self):
        link = self.link()
        posted = self.device.post_command()
        command = link.next(Command)
        self.assertEqual((command.type, command.body), ("echo", {"echo": {"content": "IOTTLY hello world!!!!"}}))
        self.assertTrue(0 < command.ttl < 1 << 63)
        self.reply(link, 1, command.id, "delivered", "succeeded")
        status, answer = posted.answer()
        self.assertIn(status, (200, 201, 202), answer)
        self.assertEqual(self.device.sent(), [], "a reply is shown as a message")

    def test_come_again_in_order_until_delivered_and_then_never(self):
        with self.link() as link:
            posted, first = [], []
            for n in range(3):
                posted.append(self.device.post_command(f"command {n}"))
                first.append(link.next(Command))
        with self.link() as link:
            again = [link.next(Command) for _ in first]
            self.assertEqual([(c.id, c.body) for c in again], [(c.id, c.body) for c in first])
            for before, after in zip(first, again):
                self.assertTrue(0 < after.ttl <= before.ttl, "the TTL grew")
            self.reply(link, 1, first[0].id, "delivered")
            self.reply(link, 2, first[1].id, "delivered", "succeeded")
        with self.link(next_sequence=4) as link:
            self.assertEqual(link.next(Command).id, first[2].id)
            self.reply(link, 4, first[2].id, "delivered", "succeeded")
            self.reply(link, 6, first[0].id, "succeeded")
        link = self.link(next_sequence=7)
        last = self.device.post_command("fence")
        command = link.next(Command)
        self.assertEqual(command.body, {"echo": {"content": "fence"}})
        self.reply(link, 7, command.id, "delivered", "failed")
        for call in posted + [last]:
            call.answer()

    def test_unknown_to_the_platform_change_nothing_when_replied_to(self):
        link = self.link()
        self.reply(link, 1, "no-such-command", "delivered", "succeeded", "failed")
        link.fence()
        self.assertEqual(self.device.sent(), [])
