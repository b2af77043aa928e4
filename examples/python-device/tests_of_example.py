"""The device of this directory against the platform."""
import os
import subprocess
import sys
import tempfile
import threading

from frames import REPLY, USER, Command
from iottly_device import Device, Spool, echo
from testbed import PATIENCE, PlatformTest, eventually

HERE = os.path.dirname(os.path.abspath(__file__))


class ExampleDevice(PlatformTest):
    """The device of this directory, against the same platform."""

    def setUp(self):
        super().setUp()
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name
        self.spool = Spool(self.directory)
        self.addCleanup(lambda: self.spool.close())

    def reopen(self, **options):
        self.spool.close()
        self.spool = Spool(self.directory, **options)

    def run_until_empty(self):
        device = self.start()
        eventually(lambda: self.spool.last - self.spool.dropped, lambda left: left == 0, "everything is acknowledged")
        self.stop(device)

    def start(self):
        device = Device(self.device.endpoint, self.device.token, self.spool, {"echo": echo}, heartbeat=1, reconnect=(0.05, 0.2))
        device.thread = threading.Thread(target=device.run, name="device", daemon=True)
        device.thread.start()
        self.addCleanup(self.stop, device)
        return device

    def stop(self, device):
        device.stop()
        device.thread.join(PATIENCE)
        self.assertFalse(device.thread.is_alive())

    def put(self, first, through):
        for n in range(first, through + 1):
            self.spool.put(USER, {"n": n})

    def test_answers_echo(self):
        self.start()
        eventually(self.device.connections, lambda seen: seen, "the device is connected")
        status, answer = self.device.post_command().answer()
        self.assertIn(status, (200, 201, 202), answer)
        shown = eventually(self.device.sent, lambda seen: seen, "the echo is shown")
        self.assertEqual([(m["type"], m["payload"]) for m in shown],
                         [("userdefined", {"ECHO": {"echo": {"content": "IOTTLY hello world!!!!"}}})])

    def test_delivers_once_over_reopened_spools(self):
        for turn in range(4):
            self.put(1 + turn * 20, 10 + turn * 20)
            self.put(11 + turn * 20, 20 + turn * 20)
            self.run_until_empty()
            self.reopen()
        self.device.wait_for(self.device.numbers, list(range(1, 81)))

    def test_tells_the_gap_of_a_full_spool(self):
        self.reopen(most_messages=3)
        self.put(1, 10)
        self.run_until_empty()
        shown = eventually(self.device.sent, lambda seen: len(seen) == 4, "a gap and three messages are shown")
        told = shown[0]["payload"]["gap"]
        self.assertEqual((told["from"], told["through"], told["count"]), (1, 7, 7))
        self.assertEqual(self.device.numbers(), [8, 9, 10])

    def test_starts_a_new_epoch_when_its_disk_was_restored(self):
        path = os.path.join(self.directory, "spool.jsonl")
        with open(path, "rb") as file:
            image = file.read()
        self.put(1, 5)
        self.run_until_empty()
        with open(path, "wb") as file:
            file.write(image)
        self.reopen()
        self.put(6, 7)
        self.run_until_empty()
        self.device.wait_for(self.device.numbers, [1, 2, 3, 4, 5, 6, 7])

    def test_fails_a_command_that_a_crash_interrupted(self):
        with self.link() as link:
            posted = self.device.post_command()
            command = link.next(Command)
        self.spool.put(REPLY, {"id": command.id, "state": "delivered"})  # noted, and then the crash
        self.reopen()
        self.run_until_empty()
        posted.answer()
        self.assertEqual(self.spool.commands, {command.id: "failed"})
        self.assertEqual(self.device.sent(), [], "the command ran")

    def test_runs_from_the_command_line(self):
        token = os.path.join(self.directory, "token")
        with open(token, "w", encoding="utf-8") as file:
            file.write(self.device.token)
        run = subprocess.run([sys.executable, os.path.join(HERE, "iottly_device.py"), "--endpoint", self.device.endpoint,
                              "--token-file", token, "--spool", self.directory, "--send", '{"n":1}', "--channel", "roof",
                              "--count", "3", "--run-for", "2"], timeout=PATIENCE, capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.device.wait_for(lambda: [(m["channel"], m["payload"]) for m in self.device.sent()], [("roof", {"n": 1})] * 3)
