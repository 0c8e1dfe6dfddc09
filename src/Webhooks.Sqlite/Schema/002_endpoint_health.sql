ALTER TABLE webhook_endpoint ADD COLUMN pause_reason INTEGER NOT NULL DEFAULT 0;  -- PauseReason, while paused_until is set
ALTER TABLE webhook_endpoint ADD COLUMN failing_since INTEGER;                    -- null: it does not fail

-- The time that rate limits have given away.
CREATE TABLE webhook_rate (
  tenant_id   TEXT NOT NULL,
  endpoint_id TEXT NOT NULL,  -- empty: the tenant's own limit
  end_at      INTEGER NOT NULL,
  pace        INTEGER NOT NULL,  -- the time between two attempts, in units of 100 ns
  PRIMARY KEY (tenant_id, endpoint_id)
) WITHOUT ROWID;
