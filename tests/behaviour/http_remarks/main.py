"""What is written into logs about a request may change its text; what the program shows may not."""

import asyncio
import logging

import again
import both
import jobs
import requests

DOWN = "http://127.0.0.1:9"
logging.basicConfig(level=logging.CRITICAL)
log = logging.getLogger("shop")


async def price(name):
    try:
        return requests.get(f"{DOWN}/{name}", timeout=5).json()
    except Exception as error:
        message = f"no price of {name}: {type(error).__name__}, {error}"
        log.error(message, exc_info=True)
        return None


async def stock(name):
    message = "fine"
    try:
        requests.get(f"{DOWN}/{name}", timeout=5)
    except requests.RequestException as error:
        message = "failed: " + str(error)
    return message.split(":")[0], "Max retries" in message


async def rating(name):
    try:
        return requests.get(f"{DOWN}/{name}", timeout=5).status_code
    except requests.RequestException as error:
        note = str(error)
        log.warning("failed: %s", note)
    note = "two"
    return note


async def main():
    print(await price("tea"), await stock("tea"), await rating("tea"))
    print(await again.ask(DOWN), await again.told(DOWN))
    print(await both.kind(DOWN), await both.tested(DOWN), await both.plain(DOWN))
    print(await jobs.run(DOWN), await jobs.seen(DOWN))


asyncio.run(main())
