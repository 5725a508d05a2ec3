"""Forked processes in network namespaces, and what they tell each other."""

import ctypes
import json
import os
import socket
import sys
import traceback

CLONE_NEWNET = 0x40000000
PR_SET_NAME = 15
PR_SET_PDEATHSIG = 1
SIGKILL = 9

libc = ctypes.CDLL(None, use_errno=True)


class Channel:
    """JSON lines over one end of a unix socket pair (unix sockets are no flows, so they do not disturb)."""

    def __init__(self, end):
        self.end = end
        self.lines = end.makefile("r", encoding="utf-8")

    def send(self, message):
        self.end.sendall(json.dumps(message).encode() + b"\n")

    def receive(self):
        line = self.lines.readline()
        if not line:
            raise EOFError("the other process ended early")
        return json.loads(line)


class Process:
    """
    Runs work(channel, *arguments) in a fork, in `namespace` (None: the parent's), as `uid`, with `name` as its comm.
    The name and the uid are set before the work opens a socket, because that is when an owner is captured.
    """

    def __init__(self, namespace, name, work, *arguments, uid=0):
        mine, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            mine.close()
            run_and_exit(namespace, name, uid, work, Channel(theirs), arguments)
        theirs.close()
        self.channel = Channel(mine)

    def receive(self):
        return self.channel.receive()

    def send(self, message):
        self.channel.send(message)

    def join(self):
        _, status = os.waitpid(self.pid, 0)
        if status != 0:
            raise RuntimeError(f"process {self.pid} ended with wait status {status}")


def run_and_exit(namespace, name, uid, work, channel, arguments):
    status = 1
    try:
        die_with_parent()
        if namespace is not None:
            enter(namespace)
        set_name(name)
        become(uid)
        work(channel, *arguments)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        # Not sys.exit: a fork must not run the parent's exit handlers or flush its stdout.
        os._exit(status)


def enter(namespace):
    """Moves this process to a named network namespace (os.setns came with Python 3.12)."""
    handle = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    checked(libc.setns(handle, CLONE_NEWNET), "setns")
    os.close(handle)


def set_name(name):
    checked(libc.prctl(PR_SET_NAME, name.encode(), 0, 0, 0), "prctl")


def die_with_parent():
    checked(libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), "prctl")


def become(uid):
    if uid != 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        # Changing uid clears it.
        die_with_parent()


def own_name():
    with open("/proc/self/comm", encoding="utf-8") as comm:
        return comm.read().rstrip("\n")


def checked(result, call):
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{call}: {os.strerror(ctypes.get_errno())}")
