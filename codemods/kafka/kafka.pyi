from typing import Any

from kafka.admin import KafkaAdminClient as KafkaAdminClient
from kafka.consumer.group import KafkaConsumer as KafkaConsumer
from kafka.producer.kafka import KafkaProducer as KafkaProducer

class TopicPartition:
    topic: str
    partition: int
    def __init__(self, topic: str, partition: int) -> None: ...

def __getattr__(name: str) -> Any: ...
