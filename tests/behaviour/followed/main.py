import asyncio
import subprocess
import sys
import threading

TOOL = "import sys\nfor number in range(3): print(sys.argv[1], number, flush=True)"


class Runner:
    def __init__(self):
        self.done = 0
        self.told = {}

    def follow(self, stream, lines):
        for line in stream:
            lines.append(line.strip())

    def run(self, name):
        lines = []
        command = [sys.executable, "-c", TOOL, name]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            follower = threading.Thread(target=self.follow, args=(child.stdout, lines))
            follower.start()
            follower.join()
        self.told[name] = lines
        self.done += 1
        return self.done


async def work(runner, name):
    await asyncio.sleep(0)
    number = runner.run(name)
    return number, name


async def main():
    runner = Runner()
    print(sorted(await asyncio.gather(*(work(runner, name) for name in "abc"))))
    print(runner.done, sorted(runner.told.items()))


asyncio.run(main())
