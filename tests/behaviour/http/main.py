import asyncio

import requests

import service
import weather

BASE = service.start()


async def report():
    station = weather.Weather(BASE)
    try:
        print(await station.today("Bonn"))
        print(station.week("Bonn"))
        print(station.status(200), station.status(404))
    finally:
        station.close()
    away = weather.Weather("http://127.0.0.1:9")
    try:
        print(away.status(200))
    except weather.NoAnswer as error:
        print("no answer", error)
    away.close()


async def pages():
    with requests.Session() as session:
        page = weather.first_page(session, BASE)
        if page is not None:
            print(page.url.removeprefix(BASE), page.headers["content-type"], [hop.url for hop in page.history])
    print([weather.once(f"{BASE}/{name}") for name in ("a", "b")])


async def main():
    await report()
    await pages()
    for seen in service.SEEN:
        print(*seen)


asyncio.run(main())
