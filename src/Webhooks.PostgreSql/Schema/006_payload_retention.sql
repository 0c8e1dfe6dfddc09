-- Until when the payload is kept; null: as long as the message. An empty payload was removed: JSON is never empty.
ALTER TABLE {schema}.messages ADD COLUMN payload_kept_until timestamptz;
CREATE INDEX messages_payload ON {schema}.messages (payload_kept_until) WHERE payload_kept_until IS NOT NULL;
