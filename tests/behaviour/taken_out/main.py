"""A task that takes something out gives it back, also when it is cancelled."""

import asyncio
import threading


class Shelf:
    def __init__(self, books):
        self.lock = threading.Lock()
        self.books = books
        self.lent = 0

    def take(self):
        with self.lock:
            book = self.books.pop()
            self.lent += 1
            return book

    def put(self, book):
        self.books.append(book)
        self.lent -= 1


async def read(shelf):
    book = shelf.take()
    try:
        await asyncio.sleep(1)
    finally:
        shelf.put(book)


async def main():
    shelf = Shelf(["a", "b"])
    reader = asyncio.create_task(read(shelf))
    await asyncio.sleep(0)
    reader.cancel()
    await asyncio.wait([reader])
    print(shelf.lent, len(shelf.books))


asyncio.run(main())
