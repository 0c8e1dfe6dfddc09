-- The reason is a PauseReason and counts while paused_until is set; failing_since is null while it does not fail.
ALTER TABLE {schema}.endpoints
  ADD COLUMN pause_reason smallint NOT NULL DEFAULT 0,
  ADD COLUMN failing_since timestamptz;

-- The time that rate limits have given away.
CREATE TABLE {schema}.rates (
  tenant_id   text COLLATE "C" NOT NULL,
  endpoint_id text COLLATE "C" NOT NULL,                -- empty: the tenant's own limit
  end_at      timestamptz NOT NULL,
  pace        bigint NOT NULL,                          -- the time between two attempts, in units of 100 ns
  PRIMARY KEY (tenant_id, endpoint_id)
) WITH (fillfactor = 50);
