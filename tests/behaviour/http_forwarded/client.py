import requests


class Client:
    def __init__(self, base: str, key: str):
        self.base = base
        self.session = requests.Session()
        self.session.headers["X-Key"] = key

    def _call(self, method, path, **options):
        options.setdefault("timeout", 5)
        answer = self.session.request(method, f"{self.base}/{path}", **options)
        answer.raise_for_status()
        return answer

    def get(self, path, **options):
        return self._call("GET", path, **options).json()

    def post(self, path, body):
        return self._call("POST", path, json=body, headers={"X-Key": "other"}).json()

    def moved(self):
        answer = self._call("GET", "moved", allow_redirects=False)
        return answer.status_code, answer.headers["location"]

    def close(self):
        self.session.close()


class Loose:
    """Some of what its calls pass is not known to mean the same."""

    def __init__(self, base):
        self.base = base

    def delete(self, path, **options):
        return requests.delete(f"{self.base}/{path}", **options).json()

    def get(self, path, **options):
        return requests.get(f"{self.base}/{path}", **options).json()
