import asyncio

import httpx
import jobs
import requests

DOWN = "http://127.0.0.1:9"


async def wait(task):
    return await task


async def again(task):
    try:
        return await wait(task)
    except requests.ConnectionError as error:
        print("again", error is not None)
        raise


async def by_a_task():
    task = asyncio.create_task(jobs.size(DOWN))
    try:
        return await wait(task)
    except requests.ConnectionError:
        return "down"


async def raised_again():
    task = asyncio.create_task(jobs.length(DOWN))
    try:
        return await again(task)
    except requests.RequestException:
        return "still down"


async def by_a_function():
    try:
        return await jobs.start(DOWN)
    except OSError:
        return "not started"


def slow():
    # What the program makes itself is not what a request raises.
    return [httpx.ReadTimeout("slow")]


async def main():
    print(slow())
    print(await by_a_task(), await raised_again(), await by_a_function())
    print(await jobs.together([DOWN, f"{DOWN}/2"]), await jobs.one_by_one([DOWN]))


asyncio.run(main())
