"""What is taken out of a queue belongs to who took it, as long as only new and returned things are put in."""

import asyncio
import http.server
import threading

from pool import Pool
from reader import Reader, jobs


class Pages(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = f"page {self.path}".encode()
        self.send_response(200 if self.path.strip("/").isdigit() else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()


async def read(reader, number):
    await asyncio.sleep(0)
    return reader.page(number)


async def main():
    pool = Pool(server.server_port, 2).open()
    reader = Reader(pool)
    print(await asyncio.gather(*(read(reader, number) for number in range(5))))
    table = jobs(reader)
    for name, argument in (("page", 7), ("status", "/8"), ("status", "/none")):
        print(name, table[name](argument))
    print(pool.close())


asyncio.run(main())
