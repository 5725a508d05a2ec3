"""A virtual machine that is nothing but its cable: holds a tap and sends datagrams when told to.
tap-guest.py TAP GATEWAY_MAC SOURCE: says "up"; a line "DESTINATION COUNT LENGTH" sends, and is answered "sent"."""
import fcntl, os, socket, struct, sys

tap, gateway, source = sys.argv[1:]
device = os.open('/dev/net/tun', os.O_RDWR)
fcntl.ioctl(device, 0x400454CA, struct.pack('16sH22x', tap.encode(), 0x1002))  # TUNSETIFF, IFF_TAP | IFF_NO_PI
print('up', flush=True)


def checksum(header):
    total = sum(struct.unpack('!10H', header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def frame(destination, length, number):
    datagram = struct.pack('!4H', 40000, 9999, 8 + length, 0) + bytes(length)
    ends = socket.inet_aton(source) + socket.inet_aton(destination)
    head = struct.pack('!BBHHHBB', 0x45, 0, 20 + len(datagram), number, 0, 64, 17)
    whole = head + struct.pack('!H', checksum(head + b'\0\0' + ends)) + ends
    return bytes.fromhex(gateway.replace(':', '')) + b'\x02\0\0\0\0\x09' + b'\x08\0' + whole + datagram


for line in sys.stdin:
    destination, count, length = line.split()
    for number in range(int(count)):
        os.write(device, frame(destination, int(length), number))
    print('sent', flush=True)
