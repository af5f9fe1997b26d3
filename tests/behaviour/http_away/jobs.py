"""Coroutines that are made here, and run by others."""

import asyncio

import requests


async def size(url):
    return len(requests.get(url).content)


async def length(url):
    return len(requests.get(url).text)


async def status(url):
    return requests.get(url).status_code


async def reason(url):
    return requests.get(url).reason


async def kind(url):
    return requests.get(url).headers["Content-Type"]


def start(url):
    return asyncio.create_task(status(url))


async def together(urls):
    found = []
    for url in urls:
        found.append(reason(url))
    try:
        return await asyncio.gather(*found)
    except requests.RequestException:
        return "none"


async def one_by_one(urls):
    tasks = [asyncio.create_task(kind(url)) for url in urls]
    found = []
    for task in tasks:
        try:
            found.append(await task)
        except requests.RequestException:
            found.append(task.done())
    return found
