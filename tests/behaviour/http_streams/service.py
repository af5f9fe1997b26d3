import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LINES = "one\r\ntwo\n\nthr\u00e9e\u2028and more\nlast".encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = gzip.compress(LINES) if self.path == "/packed" else LINES
        is_chunked = self.path in ("/chunks", "/cut")
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Type", "text/plain; charset=utf-8" if self.path != "/plain" else "text/plain")
        if self.path == "/packed":
            self.send_header("Content-Encoding", "gzip")
        if is_chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not is_chunked:
            self.wfile.write(body)
            return
        for piece in (LINES[:4], LINES[4:5], LINES[5:]):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
        if self.path == "/chunks":
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = True

    do_POST = do_GET

    def log_message(self, *args):
        pass


def start():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
