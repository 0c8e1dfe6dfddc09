ALTER TABLE webhook_delivery ADD COLUMN cancel_reason INTEGER;  -- CancelReason; null: it is not canceled
