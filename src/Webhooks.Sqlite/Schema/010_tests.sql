ALTER TABLE webhook_message ADD COLUMN tested_endpoint_id TEXT;  -- the endpoint that it tests; null: it was published
