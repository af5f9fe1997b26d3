import asyncio
import logging

import requests
import service
from tenacity import before_sleep_log, retry, retry_if_exception, retry_if_exception_type, stop_after_attempt, wait_fixed

LOG = logging.getLogger(__name__)
DOWN = "http://127.0.0.1:9/"
TRIES = []


def is_transient(error):
    return getattr(error, "response", None) is None


def is_plain(error):
    return not hasattr(error, "status_code")


@retry(
    retry=retry_if_exception_type(requests.RequestException),
    wait=wait_fixed(0.01),
    stop=stop_after_attempt(3),
    before_sleep=before_sleep_log(LOG, logging.DEBUG),
    reraise=True,
)
def path(url):
    TRIES.append("p")
    answer = requests.get(url, timeout=5)
    answer.raise_for_status()
    return answer.json()["path"]


@retry(retry=retry_if_exception(is_plain), wait=wait_fixed(0.01), stop=stop_after_attempt(2), reraise=True)
def status(url):
    TRIES.append("s")
    return requests.get(url, timeout=5).status_code


@retry(retry=retry_if_exception(is_transient), wait=wait_fixed(0.01), stop=stop_after_attempt(2), reraise=True)
def size(url):
    TRIES.append("s")
    answer = requests.get(url, timeout=5)
    answer.raise_for_status()
    return len(answer.content)


@retry(retry=retry_if_exception(lambda error: error.response is None), wait=wait_fixed(0.01), stop=stop_after_attempt(2), reraise=True)
def length(url):
    TRIES.append("l")
    answer = requests.get(url, timeout=5)
    answer.raise_for_status()
    return len(answer.content)


async def main():
    base = service.start()
    for url in (f"{base}/item", f"{base}/missing", DOWN):
        try:
            print(path(url))
        except requests.RequestException:
            print("failed")
        try:
            print(status(url))
        except requests.RequestException:
            print("failed")
        try:
            print(size(url))
        except requests.RequestException:
            print("failed")
        try:
            print(length(url))
        except requests.RequestException:
            print("failed")
    await asyncio.sleep(0)
    print(TRIES)


asyncio.run(main())
