"""Open files and processes that objects have, and that several tasks use."""

import asyncio
import os

from diary import Diary, Speller


async def writer(diary, who, count):
    numbers = []
    for number in range(count):
        numbers.append(diary.write(who, number))
        await asyncio.sleep(0)
    return numbers


async def until_closed(diary, who):
    try:
        while True:
            diary.write(who, "on")
            await asyncio.sleep(0.001)
    except AttributeError:
        return "closed"


async def reader(diary):
    whole = []
    for _ in range(20):
        await asyncio.sleep(0.001)
        whole.append(all(line.count(":") == 1 for line in diary.read()))
    return all(whole)


async def speller(spelling, words):
    spelled = []
    for word in words:
        spelled.append(spelling.spell(word))
        await asyncio.sleep(0)
    return spelled


async def main():
    diary = Diary("days", 60)
    diary.open()
    numbers = await asyncio.gather(writer(diary, "ada", 40), writer(diary, "bob", 40))
    print(sorted(numbers[0] + numbers[1]) == list(range(1, 81)))
    diary.close()
    parts = sorted(name for name in os.listdir(".") if name.startswith("days"))
    lines = []
    for part in parts:
        with open(part) as file:
            lines.extend(file)
    print(len(lines), len(set(lines)), len(parts) > 5)
    long = Diary("long", 100_000)
    with long as kept:
        tasks = [asyncio.create_task(until_closed(kept, who)) for who in ("eve", "fay")]
        print(await reader(kept))
    print(await asyncio.gather(*tasks))
    spelling = Speller()
    print(await asyncio.gather(speller(spelling, ["one", "two"]), speller(spelling, ["three", "four"])))
    print(spelling.stop())


asyncio.run(main())
