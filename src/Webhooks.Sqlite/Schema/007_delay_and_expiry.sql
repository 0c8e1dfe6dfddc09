ALTER TABLE webhook_message ADD COLUMN deliver_at INTEGER;   -- null: at once
ALTER TABLE webhook_message ADD COLUMN expires_at INTEGER;   -- null: never
ALTER TABLE webhook_delivery ADD COLUMN expires_at INTEGER;  -- the message's
