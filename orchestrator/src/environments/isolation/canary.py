# Listens on every address, on ports of its own, and prints one JSON line for whatever arrives.
# Arguments: token, TCP port, UDP port (0 for any free one).
import json, select, socket, subprocess, sys, time

token, tcp_port, udp_port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def say(**what):
    print(json.dumps(what), flush=True)


def bound(kind, port):
    for family, anywhere in ((socket.AF_INET6, "::"), (socket.AF_INET, "0.0.0.0")):
        try:
            it = socket.socket(family, kind)
            it.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                it.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            it.bind((anywhere, port))
            return it
        except OSError:
            continue
    raise SystemExit("no address family works")


def raw(family, protocol):
    try:
        return [socket.socket(family, socket.SOCK_RAW, protocol)]
    except OSError:
        return []


def addresses():
    found, last = set(), ""
    try:
        lines = open("/proc/net/fib_trie").readlines()
    except OSError:
        # A machine with a kernel of its own, such as gVisor's, may lack it.
        words = map(str.split, subprocess.check_output(["ip", "-o", "-4", "addr"], text=True).splitlines())
        told = (word[3].split("/")[0] for word in words)
        return sorted(address for address in told if not address.startswith("127."))
    for line in lines:
        word = line.split()
        if len(word) == 2 and word[0] == "|--":
            last = word[1]
        elif "/32 host LOCAL" in line and not last.startswith("127."):
            found.add(last)
    return sorted(found)


def links():
    found, tentative = {}, False
    try:
        for line in open("/proc/net/if_inet6"):
            word = line.split()
            if word[0].startswith("fe80"):
                found[word[5]] = socket.inet_ntop(socket.AF_INET6, bytes.fromhex(word[0]))
                tentative |= bool(int(word[4], 16) & 0x40)
    except OSError:
        pass
    return found, tentative


def settled_links():
    # A new bridge's address hears nothing until it is known to be nobody else's, a second or two.
    for _ in range(50):
        found, tentative = links()
        if not tentative:
            break
        time.sleep(0.1)
    return found


def tell(how, data):
    text = data.decode("latin-1")
    start = text.find(token + " ")
    if start >= 0:
        say(received=text[start + len(token) + 1:].split("\n")[0].strip("\0"), how=how)


tcp, udp = bound(socket.SOCK_STREAM, tcp_port), bound(socket.SOCK_DGRAM, udp_port)
tcp.listen(64)
others = raw(socket.AF_INET, socket.IPPROTO_ICMP) + raw(socket.AF_INET6, socket.IPPROTO_ICMPV6)
accepted = []
say(ready=True, tcp=tcp.getsockname()[1], udp=udp.getsockname()[1], addresses=addresses(), links=settled_links())
while True:
    for it in select.select([tcp, udp] + others + accepted, [], [])[0]:
        try:
            if it is tcp:
                accepted.append(it.accept()[0])
            elif it is udp:
                data, sender = it.recvfrom(2048)
                tell("udp", data)
                it.sendto(data, sender)
            elif it in accepted:
                data = it.recv(2048)
                tell("tcp", data)
                it.send(data)
                accepted.remove(it)
                it.close()
            else:
                tell("raw", it.recv(2048))
        except OSError:
            if it in accepted:
                accepted.remove(it)
