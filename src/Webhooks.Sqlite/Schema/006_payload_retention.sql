-- Until when the payload is kept; null: as long as the message. An empty payload was removed: JSON is never empty.
ALTER TABLE webhook_message ADD COLUMN payload_kept_until INTEGER;
CREATE INDEX webhook_message_payload ON webhook_message (payload_kept_until) WHERE payload_kept_until IS NOT NULL;
