import asyncio
from contextlib import ExitStack, suppress

import requests
import service
from causes import TRANSIENT, Rejected

BASE = service.start()
DOWN = "http://127.0.0.1:9"


async def ask(url):
    try:
        answer = requests.get(url, timeout=5)
        if answer.status_code >= 400:
            raise requests.HTTPError("bad", response=answer)
        return answer.json()["path"]
    except requests.HTTPError as error:
        raise Rejected(error.response.reason) from error


async def patiently(url):
    for pause in (0.01, 0.02):
        try:
            return requests.get(url, timeout=5).status_code
        except TRANSIENT:
            await asyncio.sleep(pause)
    return "never"


async def kind(url):
    try:
        requests.get(url, timeout=5).raise_for_status()
    except requests.RequestException as error:
        if isinstance(error, TRANSIENT):
            return "transient"
        return "refused" if isinstance(error, requests.HTTPError) else "strange"
    return "fine"


async def note(url):
    with suppress(requests.Timeout, requests.ConnectionError):
        requests.post(url, json={"seen": True})
        return "noted"
    return "not noted"


async def note_all(*urls):
    count = 0
    with ExitStack() as stack:
        stack.enter_context(suppress(requests.RequestException))
        for url in urls:
            requests.post(url).raise_for_status()
            count += 1
    return count


async def main():
    print(await ask(f"{BASE}/a"))
    for status in (404, 503):
        try:
            await ask(f"{BASE}/a?status={status}")
        except Rejected as error:
            print(error)
    print(await patiently(f"{BASE}/b"), await patiently(DOWN))
    print([await kind(url) for url in (f"{BASE}/c", DOWN, f"{BASE}/c?status=500")])
    print(await note(f"{BASE}/d"), await note(DOWN))
    print(await note_all(f"{BASE}/e", DOWN, f"{BASE}/f"))


asyncio.run(main())
