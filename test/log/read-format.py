"""Reads a flow log by nothing but src/log/FORMAT.md: prints rows and gaps as JSON lines, in the order of writing."""
import json
import os
import re
import struct
import sys
import zlib

TYPES = {0: ('B', 1), 1: ('<H', 2), 2: ('<I', 4), 3: ('<d', 8)}
FLOWS = ['id', 'start', 'end', 'protocol', 'local_address', 'local_port', 'remote_address', 'remote_port', 'direction',
         'owner', 'actor', 'netns', 'tx_bytes', 'rx_bytes', 'tx_packets', 'rx_packets', 'rtt_us', 'retransmits', 'state',
         'end_reason', 'flags']
OWNERS = ['kind', 'pid', 'start', 'parent_pid', 'process', 'exe', 'uid', 'user', 'cgroup', 'container', 'why']
GAPS = ['from', 'to', 'reason', 'count']
INDEX = ['offset', 'kind', 'items', 'from', 'to', 'begun']


def u32(data, at):
    return struct.unpack_from('<I', data, at)[0]


def f64(data, at):
    return struct.unpack_from('<d', data, at)[0]


def check(holds, what):
    if not holds:
        raise SystemExit('not as FORMAT.md says: ' + what)


def packed(data, rows):
    least, width = f64(data, 0), data[8]
    check(len(data) == 9 + width * rows, 'length of packed numbers')
    planes = [data[9 + n * rows:9 + (n + 1) * rows] for n in range(width)]
    return [least + sum(plane[row] << (8 * n) for n, plane in enumerate(planes)) for row in range(rows)]


def chunk(data, kind, codec, rows):
    if codec & 1:
        data = zlib.decompress(data, -15)
    if kind == 5:
        count = u32(data, 0)
        ends = [u32(data, 4 + 4 * n) for n in range(count)]
        numbers = [u32(data, 4 + 4 * (count + row)) for row in range(rows)]
        text = data[4 + 4 * (count + rows):]
        texts = [text[begin:end].decode() for begin, end in zip([0] + ends, ends)]
        return [texts[number] for number in numbers]
    if kind == 4:
        if not codec & 2:
            return [data[16 * row:16 * row + 16].hex() for row in range(rows)]
        v4, others = u32(data, 0), u32(data, 4)
        others_at, numbers_at = 8 + 4 * v4, 8 + 4 * v4 + 16 * others
        known = ['0' * 20 + 'ffff' + data[at:at + 4].hex() for at in range(8, others_at, 4)]
        known += [data[at:at + 16].hex() for at in range(others_at, numbers_at, 16)]
        return [known[int(n)] for n in packed(data[numbers_at:], rows)]
    if codec & 2:
        return packed(data, rows)
    form, size = TYPES[kind]
    return [struct.unpack_from(form, data, size * row)[0] for row in range(rows)]


def block(data, names):
    check(u32(data, 0) == 0x31423265, 'magic of a block')
    columns, rows = struct.unpack_from('<H', data, 6)[0], u32(data, 8)
    table = data[16:16 + 16 * columns]
    check(u32(data, 12) == zlib.crc32(data[:12] + table), 'checksum of a block')
    found = {}
    for n in range(columns):
        column, kind, codec, at, length, crc = struct.unpack_from('<HBBIII', table, 16 * n)
        check(at % 8 == 0, 'place of a chunk')
        stored = data[at:at + length]
        check(zlib.crc32(stored) == crc, 'checksum of a chunk')
        found[names[column - 1]] = chunk(stored, kind, codec, rows)
    return [{name: values[row] for name, values in found.items()} for row in range(rows)]


def flows(payload):
    length = u32(payload, 0)
    owners = block(payload[4:4 + length], OWNERS)
    for row in block(payload[4 + length:], FLOWS):
        actor = int(row['actor'])
        yield {**row, 'owner': owners[int(row['owner'])], 'actor': owners[actor - 1] if actor else None}


def frames(data, header):
    at = 128
    while at + 80 <= len(data) and u32(data, at) == 0x31463265:
        head = data[at:at + 80]
        check(u32(head, 76) == zlib.crc32(head[:76], header['stream']), 'checksum of a frame header')
        payload = data[at + 80:at + 80 + u32(head, 8)]
        check(u32(head, 72) == zlib.crc32(payload), 'checksum of a payload')
        kind = struct.unpack_from('<H', head, 4)[0]
        yield at, kind, u32(head, 12), u32(head, 16), f64(head, 24), f64(head, 48), f64(head, 56), f64(head, 64), payload
        at += 80 + len(payload) + -(80 + len(payload)) % 8


def read(path, name):
    data = open(os.path.join(path, name), 'rb').read()
    check(data[:64] == data[64:128], 'two copies of the file header')
    check(u32(data, 0) == 0x314c3265 and u32(data, 60) == zlib.crc32(data[:60]), 'file header')
    kind = struct.unpack_from('<H', data, 6)[0]
    header = {'stream': u32(data, 12)}
    check(u32(data, 8) == int(name[2:12]) and kind == (name[0] == 'S'), 'name and header')
    sequence, rows = (0, 0) if kind else (u32(data, 48), f64(data, 52))
    seen = []
    for at, what, items, number, before, begin, end, begun, payload in frames(data, header):
        check((number, before) == (sequence, rows), 'sequence and rows before of a frame')
        sequence += 1
        if what == 0:
            found = list(flows(payload))
            check(len(found) == items, 'items of a frame')
            check((min(f['end'] for f in found), max(f['end'] for f in found)) == (begin, end), 'times of a frame')
            check(min(f['start'] for f in found) == begun, 'earliest start of a frame')
            rows += items
            for flow in found:
                print(json.dumps({'kind': 'flow', 'host': data[16:32].hex(), 'boot': data[32:48].hex(), **flow}))
        elif what == 1:
            for gap in block(payload, GAPS):
                print(json.dumps({'kind': 'gap', **gap}))
        else:
            for entry, frame in zip(block(payload, INDEX), seen):
                check(tuple(entry[name] for name in INDEX) == frame, 'an entry of the index')
            trailer = data[-16:]
            check(f64(trailer, 0) == at and u32(trailer, 8) == 0x31583265, 'trailer')
            check(u32(trailer, 12) == zlib.crc32(trailer[:12]), 'checksum of the trailer')
        seen.append((at, what, items, begin, end, begun))


names = [name for name in os.listdir(sys.argv[1]) if re.fullmatch(r'J-\d{10}\.e2j|S-\d{10}-\d+-\d+\.e2s', name)]
sealed = {name[2:12] for name in names if name[0] == 'S'}
for name in sorted((n for n in names if n[0] == 'S' or n[2:12] not in sealed), key=lambda n: n[2:12]):
    read(sys.argv[1], name)
