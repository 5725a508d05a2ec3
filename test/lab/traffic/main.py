"""
Makes one case of traffic between two network namespaces and prints its exact totals.

    main.py CASE --near NAME,V4,V6 --far NAME,V4,V6 [--count N]

Standard output is JSON lines: {"phase": TEXT} where the case waits for a line on standard input (live looks,
and connections that are older than capture), and last {"flows": [...]}, as flows.py makes them.
"""

import argparse
import json
import sys
from typing import NamedTuple

import crowd
import datagrams
import owners
import ping
import short
import tcp_ends
import tcp_lives
import tcp_paths

CASES = {
    "short": short.short,
    "sendfile": tcp_paths.sendfile,
    "splice": tcp_paths.splice,
    "zerocopy": tcp_paths.zerocopy,
    "tcp-mapped": tcp_paths.mapped,
    "retransmits": tcp_paths.retransmits,
    "linger0": tcp_ends.linger0,
    "unsent": tcp_ends.unsent,
    "half-close": tcp_ends.half_close,
    "refused": tcp_ends.refused,
    "older": tcp_lives.older,
    "reused": tcp_lives.reused,
    "prefork": owners.prefork,
    "setuid-child": owners.setuid_child,
    "fd-passing": owners.fd_passing,
    "udp-unconnected": datagrams.unconnected,
    "udp-connected": datagrams.connected,
    "udp-mapped": datagrams.mapped,
    "udp-oneshot": datagrams.oneshot,
    "udp-peers": datagrams.peers,
    "udp-gso": datagrams.segmented,
    "udp-lite": datagrams.lite,
    "ping": ping.ping,
    "ping-raw": ping.ping_raw,
    "crowd": crowd.crowd,
}


class End(NamedTuple):
    """One namespace of the pair and its addresses."""

    name: str
    v4: str
    v6: str


class Lab(NamedTuple):
    near: End
    far: End
    count: int

    def pause(self, phase):
        print(json.dumps({"phase": phase}), flush=True)
        if not sys.stdin.readline():
            raise EOFError("nobody said to go on")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("case", choices=CASES)
    parser.add_argument("--near", required=True, type=lambda text: End(*text.split(",")))
    parser.add_argument("--far", required=True, type=lambda text: End(*text.split(",")))
    parser.add_argument("--count", type=int, default=0, help="0: the case's own")
    arguments = parser.parse_args()
    flows = CASES[arguments.case](Lab(arguments.near, arguments.far, arguments.count))
    print(json.dumps({"flows": flows}), flush=True)


main()
