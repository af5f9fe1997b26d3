"""Runs a program that logs much, with each kind of handler and each way to end, and shows that every line has come in order."""

import ast
import json
import os
import pickle
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from urllib.parse import parse_qs

KINDS = ["file", "rotating", "timed", "watched", "memory", "stream", "own", "socket", "syslog", "http", "smtp"]
LINES = int(os.environ.get("LOG_LINES", "12"))
WORKER = Path(__file__).with_name("worker.py")


class Server(socketserver.ThreadingTCPServer):
    """Keeps what programs send it."""

    request_queue_size = 64

    def __init__(self, kind: str) -> None:
        self.got: list[str] = []
        super().__init__(("127.0.0.1", 0), {"socket": Frames, "http": Requests, "smtp": Mails}[kind])


class Frames(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        while size := self.rfile.read(4):
            record = pickle.loads(self.rfile.read(int.from_bytes(size, "big")))
            self.server.got.append(record["msg"])


class Requests(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        target = self.rfile.readline().split()[1].decode()
        while self.rfile.readline().strip():
            pass
        record = parse_qs(target.partition("?")[2])
        self.server.got.append(record["msg"][0] % ast.literal_eval(record["args"][0]))
        self.wfile.write(b"HTTP/1.0 204 No Content\r\n\r\n")


class Mails(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        while words := self.rfile.readline().split():
            if words[0].upper() == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while (line := self.rfile.readline()) != b".\r\n":
                    if line.startswith(b"line "):
                        self.server.got.append(line.decode())
            self.wfile.write(b"221 bye\r\n" if words[0].upper() == b"QUIT" else b"250 fine\r\n")


def datagrams(path: str, got: list[str]) -> threading.Thread:
    server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    server.bind(path)

    def receive() -> None:
        with server:
            while (data := server.recv(1000)) != b"end":
                got.append(data[data.index(b"line ") :].rstrip(b"\0").decode())

    receiver = threading.Thread(target=receive)
    receiver.start()
    return receiver


def run(kind: str, ending: str, folder: Path, lines: int) -> None:
    got: list[str] = []
    address, server = str(folder / "log"), None
    if kind in ("socket", "http", "smtp"):
        server = Server(kind)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address, got = str(server.server_address[1]), server.got
    elif kind == "syslog":
        receiver = datagrams(address, got)
    done = subprocess.run(
        [sys.executable, WORKER, kind, ending, address, str(lines)], capture_output=True, text=True, timeout=600
    )
    counts = json.loads(done.stdout.splitlines()[-1])
    if server:
        server.shutdown()
        server.server_close()
    elif kind == "syslog":
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
            last.sendto(b"end", address)
        receiver.join()
    else:
        paths = sorted(folder.iterdir(), key=lambda path: int(path.suffix[1:] or 0), reverse=True)
        got = [line for path in paths for line in path.read_text().splitlines()]
    came: dict[str, list[int]] = {}
    for line in got:
        _, source, number = line.split()
        came.setdefault(source, []).append(int(number))
    is_whole = came == {source: list(range(count)) for source, count in counts.items() if count}
    said = done.stderr.splitlines()[-1:]
    print(kind, ending, done.returncode, "whole" if is_whole else (counts, came), said, len(counts))


for kind in KINDS:
    lines = LINES if kind not in ("http", "smtp") else min(LINES // 3, 300)
    for ending in ["over", "raise", "terminate"]:
        with tempfile.TemporaryDirectory() as scratch:
            run(kind, ending, Path(scratch), lines)
