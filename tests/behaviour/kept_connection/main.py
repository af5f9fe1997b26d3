import asyncio
import os
import tempfile

from store import Store, fill


async def write(store: Store, author: str) -> None:
    for number in range(3):
        store.add(author, f"note {number}")
        await asyncio.sleep(0)


async def main(path: str) -> None:
    store = Store(path)
    try:
        await asyncio.gather(write(store, "ann"), write(store, "bob"))
        for author, text in store.notes():
            print(author, text)
        found = store.notes()
        print(next(found, None), [author for author, _ in store.notes()], len(list(found)))
        print(await store.count(), store.add("cy", "last"))
    finally:
        store.close()


with tempfile.TemporaryDirectory() as folder:
    fill(os.path.join(folder, "notes.db"))
    asyncio.run(main(os.path.join(folder, "notes.db")))
