#!/usr/bin/env python3
"""Checks a running platform against docs/protocol.md, from outside, with devices of its own.

    IOTTLY_URL=http://127.0.0.1:8080 IOTTLY_PROJECT_ID=… IOTTLY_API_KEY=… python3 conformance.py [-v] [Class.test]
"""
import unittest

from testbed import KEY, PROJECT
from tests_of_conversation import Commands, Connections, Gaps, Messages
from tests_of_example import ExampleDevice
from tests_of_frames import BadFrames, Handshake, Hello, Limits

__all__ = ["BadFrames", "Commands", "Connections", "ExampleDevice", "Gaps", "Handshake", "Hello", "Limits", "Messages"]

if __name__ == "__main__":
    if not (PROJECT and KEY):
        raise SystemExit("set IOTTLY_URL, IOTTLY_PROJECT_ID and IOTTLY_API_KEY")
    unittest.main()
