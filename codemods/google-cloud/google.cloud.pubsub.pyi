from typing import Any

from google.cloud.pubsub_v1 import PublisherClient as PublisherClient, SubscriberClient as SubscriberClient

def __getattr__(name: str) -> Any: ...
