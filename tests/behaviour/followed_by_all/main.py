import asyncio
import subprocess
import sys
import threading

TOOL = "import sys\nfor number in range(3): print(sys.argv[1], number, flush=True)"


class Runner:
    def __init__(self):
        self.done = 0
        self.told = []

    def follow(self, stream, lines):
        for line in stream:
            lines.append(line.strip())

    def run(self, name):
        before = len(self.told)
        command = [sys.executable, "-c", TOOL, name]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            follower = threading.Thread(target=self.follow, args=(child.stdout, self.told))
            follower.start()
            follower.join()
        self.done += 1
        return len(self.told) - before


async def work(runner, name):
    await asyncio.sleep(0)
    return runner.run(name), name


async def note(runner):
    for number in range(4):
        await asyncio.sleep(0.01)
        runner.told.append(number)


async def main():
    runner = Runner()
    noting = asyncio.create_task(note(runner))
    print(sorted(await asyncio.gather(*(work(runner, name) for name in "abc"))))
    await noting
    print(runner.done, runner.told)


asyncio.run(main())
