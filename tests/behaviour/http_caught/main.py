"""Where exceptions of requests end, and where they go on."""

import asyncio
import logging

import requests
import service

LOG = logging.getLogger(__name__)
DOWN = "http://127.0.0.1:9/"


async def state(url):
    try:
        answer = requests.get(url, timeout=5)
        answer.raise_for_status()
        return answer.json()["path"]
    except requests.HTTPError:
        return "rejected"
    except requests.RequestException:
        return "unreachable"
    except ValueError as error:
        # Never one of those above.
        return f"{type(error)}: {error}"


async def as_system_error(url):
    try:
        return requests.get(url, timeout=5).json()["path"]
    except KeyError:
        return "no path"
    except OSError as error:
        LOG.debug("failed: %s", error)
        return "system"


async def as_value_error(url):
    try:
        return requests.get(url, timeout=5).status_code
    except ValueError:
        return "value"


async def tried(url):
    last = None
    for _ in range(2):
        try:
            return requests.get(url, timeout=5).status_code
        except requests.RequestException as error:
            last = error
            await asyncio.sleep(0)
    raise last


async def outer(url):
    try:
        return await tried(url)
    except OSError:
        return "twice"


async def again(url):
    try:
        try:
            return requests.get(url, timeout=5).json()["path"]
        except Exception as error:
            LOG.debug("%s", error)
            raise
    except ValueError:
        return "no json or no url"
    except OSError:
        return "nobody there"


async def of_several(url):
    try:
        return requests.get(url, timeout=5).status_code
    except requests.Timeout or requests.ConnectionError:
        return "timeout"
    except Exception as error:
        return "status" if hasattr(error, "status_code") else "other"


async def shown(url):
    try:
        return requests.get(url, timeout=5).status_code
    except ConnectionRefusedError:
        return "refused"
    except Exception as error:
        return str(error).split(":")[0]


async def main():
    base = service.start()
    for ask in (state, as_system_error, as_value_error, outer, again, of_several, shown):
        print(ask.__name__)
        for url in (f"{base}/item", f"{base}/missing", f"{base}/text", DOWN, "nowhere", "ftp://a/b"):
            try:
                print("   ", await ask(url))
            except Exception:
                print("    raised")


asyncio.run(main())
