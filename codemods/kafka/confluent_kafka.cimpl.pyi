from typing import Any

from confluent_kafka import Consumer as Consumer, KafkaError as KafkaError, KafkaException as KafkaException, Message as Message, Producer as Producer, TopicPartition as TopicPartition

def __getattr__(name: str) -> Any: ...
