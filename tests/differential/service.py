"""A service for the generated programs. It notes down every request that it gets, in a form that says what was meant: parameters and
forms as pairs, JSON as its value."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

SEEN = []
# What libraries send on their own, and what follows from the rest.
NOT_MEANT = {"accept", "accept-encoding", "user-agent", "connection", "host", "content-length"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        target = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        kind = self.headers.get("Content-Type", "")
        if body and kind == "application/json":
            body = json.loads(body)
        elif body and kind == "application/x-www-form-urlencoded":
            body = parse_qsl(body.decode(), keep_blank_values=True)
        kind, _, boundary = kind.partition("; boundary=")
        if boundary:
            body = body.replace(boundary.encode(), b"boundary")
        # httpx keeps the type of a body that a redirect has dropped.
        dropped = set() if body else {"content-type"}
        headers = [(name.lower(), value.partition("; boundary=")[0]) for name, value in self.headers.items()]
        headers = sorted(header for header in headers if header[0] not in NOT_MEANT | dropped)
        SEEN.append((self.command, target.path, parse_qsl(target.query, keep_blank_values=True), headers, body))
        what, _, rest = target.path.strip("/").partition("/")
        getattr(self, f"do_{what}", self.do_echo)(rest)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 304 and status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status not in (204, 304):
            self.wfile.write(body)

    def do_echo(self, rest):
        self.reply(200, json.dumps({"rest": rest, "method": self.command}).encode(), Content_Type="application/json", X_Kind="echo", Set_Cookie="seen=1")

    def do_status(self, rest):
        self.reply(int(rest), b"status " + rest.encode(), Content_Type="text/plain; charset=utf-8")

    def do_moved(self, rest):
        hops = int(rest)
        self.reply(302, b"moved", Location=f"/moved/{hops - 1}" if hops > 1 else "/echo/there", Content_Type="text/plain; charset=utf-8", Set_Cookie=f"hop={hops}")

    def do_latin(self, rest):
        self.reply(200, "Grüße".encode("iso-8859-1"), Content_Type="text/plain")

    def do_slow(self, rest):
        threading.Event().wait(1)
        self.reply(200, b"{}", Content_Type="application/json")

    def do_hangup(self, rest):
        self.close_connection = True

    def do_garbled(self, rest):
        self.reply(200, b"{not json", Content_Type="application/json")

    def log_message(self, *args):
        pass


def start():
    """The address of a running service."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
