ALTER TABLE webhook_message ADD COLUMN at_most_once INTEGER;   -- 1; null: at least once
ALTER TABLE webhook_delivery ADD COLUMN at_most_once INTEGER;  -- the message's
