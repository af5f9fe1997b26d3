"""Tasks that are asked what they have raised."""

import asyncio
import logging

import requests

log = logging.getLogger("jobs")


async def status(url):
    return requests.get(url, timeout=5).status_code


async def run(url):
    task = asyncio.create_task(status(url))
    await asyncio.wait([task])
    task.add_done_callback(lambda done: None if done.cancelled() else done.exception())
    if task.exception():
        log.error("failed: %s", task.exception())
    try:
        raise task.exception()
    except requests.ConnectionError:
        return "down"


async def seen(url):
    task = asyncio.create_task(status(url))
    await asyncio.wait([task])
    failure = task.exception()
    if failure is not None:
        log.error(f"failed: {failure}")
    return task.done()
