import asyncio
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from till import Till


class Bank(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = f"{self.path} {body.decode()}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


async def customer(till: Till, name: str) -> list[str]:
    seen = []
    for amount in (3, 5):
        seen.append(till.pay(name, amount))
        await asyncio.sleep(0)
    return seen


async def rest(till: Till) -> None:
    await asyncio.sleep(0)
    till.hang_up()


async def main(host: str) -> None:
    till = Till(host)
    try:
        for seen in (await asyncio.gather(customer(till, "ann"), customer(till, "bob"), rest(till)))[:2]:
            print(*seen)
    finally:
        till.hang_up()
    print(till.payments)


bank = ThreadingHTTPServer(("127.0.0.1", 0), Bank)
threading.Thread(target=bank.serve_forever, daemon=True).start()
asyncio.run(main(f"127.0.0.1:{bank.server_port}"))
