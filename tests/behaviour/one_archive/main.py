import asyncio
import zipfile


class Album:
    def __init__(self, path):
        self.path = path
        self.zip = zipfile.ZipFile(path, "w")

    def add(self, name, lines):
        with self.zip.open(name, "w") as page:
            for line in lines:
                page.write(line.encode() + b"\n")

    def close(self):
        self.zip.close()


async def fill(album: Album, name):
    await asyncio.sleep(0)
    album.add(name, [f"{name} {number}" for number in range(2000)])


async def main():
    album = Album("album.zip")
    await asyncio.gather(*(fill(album, name) for name in "abcdef"))
    album.close()
    with zipfile.ZipFile("album.zip") as archive:
        print(sorted((info.filename, info.file_size) for info in archive.infolist()))


asyncio.run(main())
