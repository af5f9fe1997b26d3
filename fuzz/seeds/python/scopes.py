import time
class A:
    x = time.sleep(0)
    def load(self, n=time.sleep(0)): time.sleep(n)
    @property
    def slow(self):
        return time.sleep(1)
    async def run(self):
        self.load(1)
        a = [time.sleep(x) for x in [time.sleep(1)]]
        b = sum(time.sleep(x) for x in [time.sleep(1)])
        c = lambda: time.sleep(1)
        d = {k: time.sleep(v) async for k, v in a}
        def inner():
            time.sleep(1)
        inner()
        return self.slow or (y := time.sleep(2))
