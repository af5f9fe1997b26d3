"""Generator expressions around what becomes a coroutine function: what stops early still does, in the same order."""

import asyncio

from probe import alive, load, names


async def survey():
    web, db = names("web"), names("db")
    print(any(alive(host) for host in web), all(alive(host) for host in db))
    print(not any(load(host) > 1000 for host in web) and all(alive(host) or host == "db2" for host in db))
    print(next((host for host in web if alive(host)), None), next((load(host) for host in []), "nobody"))
    print(sum(load(host) for host in web), sum((load(host) for host in db), 100))
    print(max((load(host), host) for host in db)[1], sorted((load(host) for host in web), reverse=True))
    print(", ".join(f"{host}={load(host)}" for host in db if host.endswith("1")))
    print(list(load(host) for host in db), sorted(set(load(host) for host in db)), dict((h, load(h)) for h in db))
    print(tuple(name for name in names("app")), {name: load(name) for name in web if alive(name)})
    if any(alive(host)  # as long as one is
           for host in db):
        print("on")


async def kept():
    ready = (host for host in names("app") if alive(host))
    print("made")
    print(next(ready), next(ready, "nobody"), next(ready, "nobody"))
    loads = (load(host) for host in names("web"))
    for one in loads:
        print(one)
        if one > 10:
            break
    print(list(loads))
    last = (load(host) for host in names("db"))
    print([*last, "end"], sum(last))


async def main():
    await survey()
    await kept()
    await asyncio.gather(survey(), asyncio.sleep(0))


asyncio.run(main())
