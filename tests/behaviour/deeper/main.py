"""What cannot go to a thread as a whole, because it changes what tasks share, becomes a coroutine function with threads in it."""

import asyncio

from book import Book, Diary


async def write(book, line):
    book.add(line)
    await asyncio.sleep(0)
    return book.pages


async def main():
    book = Book("book.txt")
    print(await write(book, "one"), await write(book, "two"))
    print(book.text(), book.lines, book.seen)
    diary = Diary()
    print(sorted(await asyncio.gather(*[diary.note(str(n)) for n in range(3)])), diary.count)
    print(diary.load("book.txt"), diary.loaded)


asyncio.run(main())
