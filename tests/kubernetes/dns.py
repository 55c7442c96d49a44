"""Names for the test cluster's pods: dns.py KUBECONFIG

Follows services and endpoints as they change and answers on port 5353: a service with an address by that address, one
without by its machines' addresses. Whatever else is asked does not exist, since nothing leads out of a lab.
"""

import json
import socketserver
import subprocess
import sys
import threading
import time

from dnslib import RCODE, RR, A, DNSRecord, QTYPE

PORT = 5353
ZONE = "svc.cluster.local"
# Long enough that a burst of questions is one, short enough that a new machine is found under its old name at once.
LIFE_SECONDS = 1


class Names:
    """The addresses of every service, by name and namespace."""

    def __init__(self, kubeconfig):
        self.kubeconfig = kubeconfig
        self.services = {}
        self.endpoints = {}
        for kind, table, read in (("services", self.services, of_service), ("endpoints", self.endpoints, of_endpoints)):
            threading.Thread(target=self.follow, args=(kind, table, read), daemon=True).start()

    def follow(self, kind, table, read):
        command = ["kubectl", "--kubeconfig", self.kubeconfig, "get", kind, "--all-namespaces", "--watch",
                   "--output-watch-events", "--output", "json"]
        while True:
            table.clear()
            watch = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            for event in objects(watch.stdout):
                head = event["object"].get("metadata", {})
                key = (head.get("name", ""), head.get("namespace", ""))
                if event["type"] == "DELETED":
                    table.pop(key, None)
                else:
                    table[key] = read(event["object"])
            watch.wait()
            time.sleep(0.5)

    def find(self, name):
        """The addresses behind a name; None where there is no such service."""
        if not name.endswith("." + ZONE):
            return None
        key = tuple(name[: -len(ZONE) - 1].split(".")[-2:])
        if key not in self.services:
            return None
        return self.services[key] or self.endpoints.get(key, [])


def objects(stream):
    """JSON values that come one after the other."""
    decoder, text = json.JSONDecoder(), ""
    for line in stream:
        # One on a line, or spread over many: clients differ.
        text = (text + line).lstrip()
        if not line.rstrip().endswith("}"):
            continue
        try:
            value, end = decoder.raw_decode(text)
        except ValueError:
            continue
        text = text[end:]
        yield value


def of_service(service):
    address = service["spec"].get("clusterIP", "None")
    return [] if address in ("", "None") else [address]


def of_endpoints(endpoints):
    parts = endpoints.get("subsets") or []
    return [it["ip"] for part in parts for it in part.get("addresses") or []]


def answer(names, data):
    question = DNSRecord.parse(data)
    reply = question.reply()
    found = names.find(str(question.q.qname).rstrip(".").lower())
    if found is None:
        reply.header.rcode = RCODE.NXDOMAIN
    elif question.q.qtype in (QTYPE.A, QTYPE.ANY):
        for address in found:
            reply.add_answer(RR(question.q.qname, QTYPE.A, rdata=A(address), ttl=LIFE_SECONDS))
    return reply.pack()


class OverUdp(socketserver.BaseRequestHandler):
    def handle(self):
        data, socket = self.request
        socket.sendto(answer(self.server.names, data), self.client_address)


class OverTcp(socketserver.StreamRequestHandler):
    def handle(self):
        while len(head := self.rfile.read(2)) == 2:
            packed = answer(self.server.names, self.rfile.read(int.from_bytes(head, "big")))
            self.wfile.write(len(packed).to_bytes(2, "big") + packed)


class UdpServer(socketserver.ThreadingUDPServer):
    allow_reuse_address = daemon_threads = True


class TcpServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


if __name__ == "__main__":
    known = Names(sys.argv[1])
    servers = [UdpServer(("", PORT), OverUdp), TcpServer(("", PORT), OverTcp)]
    for server in servers:
        server.names = known
    threading.Thread(target=servers[0].serve_forever, daemon=True).start()
    servers[1].serve_forever()
