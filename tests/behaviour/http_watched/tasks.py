"""Coroutines that are made in one place and awaited in another."""

import asyncio

import requests


async def status(url):
    return requests.get(url).status_code


async def later(url):
    task = asyncio.create_task(status(url))
    await asyncio.sleep(0)
    try:
        return await task
    except OSError:
        return "down"


async def first_of(urls):
    found = []
    for job in asyncio.as_completed([status(url) for url in urls]):
        try:
            found.append(await job)
        except requests.RequestException:
            found.append("down")
    return sorted(map(str, found))
