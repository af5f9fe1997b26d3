import time

async def f():
	time.sleep(1)
	if f:
		return (time\
		.sleep(2))
