import asyncio
import csv

TABLE = "id,name\r\n1,ant\r\n2,\"bee, the\nsecond\"\r\n3,cat\r\n"


class Desk:
    def __init__(self):
        self.sent = []

    async def send(self, row):
        await asyncio.sleep(0)
        self.sent.append(tuple(row.values()))


async def upload(desk, path):
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file, strict=True):
            await desk.send(row)


async def upload_to(desk, path, last):
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        head = next(reader)
        for row in reader:
            if row[0] == last:
                break
            await desk.send(dict(zip(head, row)))
        else:
            return "all"
    return f"up to {last}"


async def numbered(desk, path):
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        for row in reader:
            await desk.send({**row, "line": reader.line_num})


async def main():
    desk = Desk()
    await upload(desk, "table.csv")
    print(desk.sent)
    print(await upload_to(desk, "table.csv", "2"), await upload_to(desk, "table.csv", "9"), len(desk.sent))
    await numbered(desk, "table.csv")
    print(desk.sent[-3:])
    for path in ("broken.csv", "odd.csv"):
        desk.sent.clear()
        try:
            await upload(desk, path)
        except (csv.Error, UnicodeDecodeError) as problem:
            print(type(problem).__name__, len(desk.sent))
    try:
        await upload_to(desk, "empty.csv", "1")
    except RuntimeError as problem:
        print(problem)


with open("table.csv", "w", newline="", encoding="utf-8") as file:
    file.write(TABLE)
with open("broken.csv", "w", newline="", encoding="utf-8") as file:
    file.write(TABLE * 60 + '4,"dog"x\r\n5,eel\r\n')
with open("odd.csv", "wb") as file:
    file.write(b"id,name\n" + b"1,ant\n" * 5000 + b"2,\xff\n")
with open("empty.csv", "w"):
    pass
asyncio.run(main())
