import shutil
import requests
async def f(a, b):
    requests.post(
        a,  # why
        json={"b": b},
    )
    shutil.copy(a,
                b)
    (requests
        .get(a)
        .text)
    return(requests.get)(a)
