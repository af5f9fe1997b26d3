"""A library without aiofiles: threads open, write and close its files."""

import asyncio
import csv
import os
import tempfile


async def chunks(name, count):
    for number in range(count):
        await asyncio.sleep(0)
        if number == 7:
            raise ValueError(name)
        yield f"{name}{number};".encode()


async def save(path, name, count):
    with open(path, "wb") as file:
        async for chunk in chunks(name, count):
            file.write(chunk)
    return os.path.basename(path)


async def saved_rows(path, count):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        async for chunk in chunks("row", count):
            writer.writerow([chunk.decode(), len(chunk)])


async def size_of(path):
    with open(path, "rb") as file:
        await asyncio.sleep(0)
        return len(file.read())


def work(folder):
    async def main():
        first, second = os.path.join(folder, "first"), os.path.join(folder, "second")
        print(await asyncio.gather(save(first, "a", 3), save(second, "b", 5)))
        try:
            await save(first, "c", 9)
        except ValueError as error:
            print("failed", error)
        await saved_rows(os.path.join(folder, "rows"), 2)
        print(await size_of(first), await size_of(second))

    asyncio.run(main())
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            print(name, file.read())


with tempfile.TemporaryDirectory() as folder:
    work(folder)
