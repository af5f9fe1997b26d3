"""Bodies that are gone through while they come."""

import asyncio
import hashlib

import requests
import service


async def digest(url):
    found = hashlib.sha256()
    with requests.get(url, stream=True, timeout=5) as answer:
        answer.raise_for_status()
        for chunk in answer.iter_content(chunk_size=7):
            if chunk:
                found.update(chunk)
    return found.hexdigest()[:8]


async def pieces(session, url):
    found = []
    with session.get(url, stream=True) as answer:
        for piece in answer.iter_content(6):
            found.append(piece)
            await asyncio.sleep(0)
    return found


def lines(url):
    with requests.get(url, stream=True) as answer:
        for line in answer.iter_lines():
            yield line


async def texts(url):
    with requests.request("GET", url, stream=True) as answer:
        if not answer.ok:
            print(answer.status_code, answer.reason)
            return
        for line in answer.iter_lines(decode_unicode=True):
            yield line


async def first(url):
    with requests.post(url, stream=True) as answer:
        print(answer.headers["content-type"], answer.url == url)
        for line in answer.iter_lines():
            return line


async def until_it_fails(url):
    size = 0
    try:
        with requests.get(url, stream=True) as answer:
            for piece in answer.iter_content(None):
                size += len(piece)
    except requests.RequestException:
        return size, "failed"
    return size


async def told_apart(url):
    try:
        with requests.get(url, stream=True) as answer:
            for _ in answer.iter_content(100):
                pass
    except requests.ConnectionError:
        return "connection"
    except requests.exceptions.ChunkedEncodingError:
        return "chunks"
    return "all"


async def main():
    base = service.start()
    for path in ("item", "chunks", "packed", "plain"):
        url = f"{base}/{path}"
        print(await digest(url))
        with requests.Session() as session:
            print(await pieces(session, url))
        for line in lines(url):
            print(line)
        async for text in texts(url):
            print(ascii(text))
        print(await first(url))
    async for text in texts(f"{base}/missing"):
        print(text)
    print(await until_it_fails(f"{base}/cut"), await told_apart(f"{base}/cut"), await told_apart(f"{base}/item"))


asyncio.run(main())
