"""What is worth another try."""

import requests

WORTH_A_RETRY = (requests.ConnectionError, requests.Timeout)
