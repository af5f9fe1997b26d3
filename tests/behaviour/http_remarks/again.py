"""An exception that is raised again is not its own context, and a decorator is no part of its function."""

import asyncio

import requests
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_none

tries = []


@retry(retry=retry_if_exception_type(requests.RequestException), stop=stop_after_attempt(2), wait=wait_none(), reraise=True)
async def post(url):
    json = {"size": 1}
    tries.append(url)
    return requests.post(url, json=json).json()


async def ask(url):
    try:
        await post(url)
    except requests.RequestException:
        return len(tries)


async def passed(url):
    try:
        return requests.get(url).status_code
    except Exception as error:
        await asyncio.sleep(0)
        raise error


async def told(url):
    try:
        return await passed(url)
    except Exception:
        told = []
    try:
        {}["missing"]
    except KeyError as error:
        told.append(error.__context__)
    return told
