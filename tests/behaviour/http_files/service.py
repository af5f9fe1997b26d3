"""Notes down the forms that it is sent, with a name of its own for what stands between their parts."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SEEN = []


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kind, _, boundary = self.headers.get("Content-Type", "").partition("boundary=")
        if boundary:
            body = body.replace(boundary.encode(), b"BOUNDARY")
        SEEN.append((self.path, kind, body))
        self.send_response(307 if self.path == "/moved" else 200)
        self.send_header("Location", "/there")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_PUT = do_DELETE = do_POST

    def log_message(self, *args):
        pass


def start():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
