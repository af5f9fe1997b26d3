"""A program that has httpx as well, and tells its exceptions from those of requests."""

import httpx
import requests


async def kind(url):
    try:
        return requests.get(url, timeout=5).status_code
    except httpx.HTTPError:
        return "httpx"
    except requests.RequestException:
        return "requests"


async def tested(url):
    try:
        return requests.get(url, timeout=5).status_code
    except Exception as error:
        return "httpx" if isinstance(error, httpx.TransportError) else "another"


async def plain(url):
    try:
        return requests.get(url, timeout=5).status_code
    except (requests.RequestException, httpx.HTTPError):
        return "either"
