"""Who finds that no server runs starts one, and waits until it answers, before others look."""

import asyncio
import socket
import subprocess
import sys
import time

SERVER = """
import socket, sys, time
time.sleep(0.1)
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    server.accept()
"""


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def is_up(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


def ensure(port: int) -> subprocess.Popen | None:
    if is_up(port):
        return None
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(port)])
    while not is_up(port):
        time.sleep(0.01)
    return process


async def serve(port: int) -> subprocess.Popen | None:
    return ensure(port)


async def main() -> None:
    port = free_port()
    found = await asyncio.gather(*(serve(port) for _ in range(3)))
    started = [process for process in found if process is not None]
    print(len(started))
    for process in started:
        process.kill()
        process.wait()


asyncio.run(main())
