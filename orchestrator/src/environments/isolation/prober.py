# Tries every target from inside a node, all at once, and prints those that answered as one JSON list.
# Reads one JSON object: token, seconds, targets: [{id, how, host, port}], and for raw frames bridge, link.
import json, socket, struct, sys, threading

work = json.load(sys.stdin)
token, seconds, reached = work["token"], work["seconds"], []


def payload(target):
    return ("%s %s\n" % (token, target["id"])).encode()


def family(host):
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def tcp(target):
    it = socket.socket(family(target["host"]), socket.SOCK_STREAM)
    it.settimeout(seconds)
    it.connect((target["host"], target["port"]))
    reached.append(target["id"])
    it.send(payload(target))


def udp(target):
    it = socket.socket(family(target["host"]), socket.SOCK_DGRAM)
    it.settimeout(seconds)
    for _ in range(2):
        it.sendto(payload(target), (target["host"], target["port"]))
    it.recvfrom(2048)
    reached.append(target["id"])


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def icmp(target):
    it = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    it.settimeout(seconds)
    body = payload(target)
    mark = threading.get_ident() & 0xFFFF
    head = struct.pack("!BBHHH", 8, 0, 0, mark, 1)
    head = struct.pack("!BBHHH", 8, 0, checksum(head + body), mark, 1)
    it.sendto(head + body, (target["host"], 0))
    while True:
        answer = it.recv(2048)
        if answer[20] == 0 and body in answer:
            reached.append(target["id"])
            return


def name(target):
    socket.getaddrinfo(target["host"], 80)
    reached.append(target["id"])


def gateway_mac():
    work["bridge"] = work["bridge"] or default_gateway()
    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    probe.sendto(b"x", (work["bridge"], 9))
    for _ in range(20):
        for line in open("/proc/net/arp"):
            word = line.split()
            if word[0] == work["bridge"] and word[3] != "00:00:00:00:00:00":
                return bytes.fromhex(word[3].replace(":", "")), word[5]
        threading.Event().wait(0.05)
    raise OSError("the bridge has no hardware address")


def frame(kind, packet):
    mac, interface = gateway_mac()
    it = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    it.bind((interface, 0))
    own = it.getsockname()[4]
    for _ in range(3):
        it.send(mac + own + struct.pack("!H", kind) + packet)


def raw4(target):
    body = payload(target)
    source, to = socket.inet_aton("203.0.113.9"), socket.inet_aton(target["host"])
    datagram = struct.pack("!HHHH", 4000, target["port"], 8 + len(body), 0) + body
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(datagram), 1, 0, 64, 17, 0, source, to)
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    frame(0x0800, head + datagram)


def raw6(target):
    body = payload(target)
    source = socket.inet_pton(socket.AF_INET6, "fe80::7a11")
    to = socket.inet_pton(socket.AF_INET6, target["host"].strip("[]"))
    datagram = struct.pack("!HHHH", 4000, target["port"], 8 + len(body), 0) + body
    pseudo = source + to + struct.pack("!IHBB", len(datagram), 0, 0, 17)
    datagram = datagram[:6] + struct.pack("!H", checksum(pseudo + datagram) or 0xFFFF) + body
    frame(0x86DD, struct.pack("!IHBB", 6 << 28, len(datagram), 17, 64) + source + to + datagram)


def default_gateway():
    for line in open("/proc/net/route"):
        word = line.split()
        if word[1] == "00000000" and int(word[3], 16) & 2:
            return socket.inet_ntoa(struct.pack("<I", int(word[2], 16)))
    raise OSError("no way out at all")


def attempt(target):
    try:
        if target["host"] == "gateway":
            target["host"] = default_gateway()
        globals()[target["how"]](target)
    except OSError:
        pass


threads = [threading.Thread(target=attempt, args=(target,), daemon=True) for target in work["targets"]]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(seconds * 3)
print(json.dumps(sorted(set(reached))))
