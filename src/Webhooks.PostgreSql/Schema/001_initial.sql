-- Keys are UUIDv7 (RFC 9562) and carry the time: of a message its CreatedAt, of a delivery that of its message.

CREATE TABLE {schema}.endpoints (
  tenant_id       text COLLATE "C" NOT NULL,
  id              text COLLATE "C" NOT NULL,
  seq             bigint GENERATED ALWAYS AS IDENTITY,  -- tells an endpoint from a later one of the same id
  version         bigint NOT NULL,
  status          smallint NOT NULL,                    -- 0 enabled, 1 disabled
  disabled_reason text,
  paused_until    timestamptz,                          -- null: not paused
  paused_by       text,                                 -- the dispatcher that has the endpoint taken over until then
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  channels        text[] COLLATE "C",                   -- null: all
  settings        json NOT NULL,
  secrets         json NOT NULL,                        -- the newest first
  secrets_expire_at timestamptz                         -- the first of those that do
) WITH (fillfactor = 70);
CREATE INDEX endpoints_list ON {schema}.endpoints (tenant_id, seq);
CREATE INDEX endpoints_secrets ON {schema}.endpoints (secrets_expire_at) WHERE secrets_expire_at IS NOT NULL;
CREATE INDEX endpoints_pause ON {schema}.endpoints (paused_until) WHERE paused_until IS NOT NULL AND status = 0;
-- The last: of indexes that seem equal to it, which they do while a table is empty, PostgreSQL takes the youngest.
ALTER TABLE {schema}.endpoints ADD PRIMARY KEY (tenant_id, id);

-- The event types of endpoints, by key.
CREATE TABLE {schema}.subscriptions (
  tenant_id   text COLLATE "C" NOT NULL,
  pattern     text COLLATE "C" NOT NULL,
  endpoint_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, pattern, endpoint_id)
);
CREATE INDEX subscriptions_endpoint ON {schema}.subscriptions (tenant_id, endpoint_id);

CREATE TABLE {schema}.messages (
  key            uuid NOT NULL,
  tenant_id      text COLLATE "C" NOT NULL,
  id             text COLLATE "C",                      -- null: the key itself, written as an id
  event_id       text COLLATE "C",
  event_type     text COLLATE "C" NOT NULL,
  channels       text[] COLLATE "C",
  payload        bytea NOT NULL,
  timestamp      timestamptz NOT NULL,
  created_at     timestamptz NOT NULL,
  delivery_count integer NOT NULL,
  trace_parent   text COLLATE "C",
  PRIMARY KEY (tenant_id, key)
) PARTITION BY RANGE (key);

-- The ids that hosts chose: a row says that one is taken. Not partitioned, because it is unique whatever the time.
CREATE TABLE {schema}.message_ids (
  tenant_id   text COLLATE "C" NOT NULL,
  kind        smallint NOT NULL,                        -- 0 message id, 1 event id
  value       text COLLATE "C" NOT NULL,
  message_key uuid NOT NULL,
  message_id  text COLLATE "C",                         -- null: the key itself, written as an id
  PRIMARY KEY (tenant_id, kind, value)
);
CREATE INDEX message_ids_key ON {schema}.message_ids (message_key);

-- The queue: deliveries that have not ended, and nothing else.
CREATE TABLE {schema}.pending (
  key              uuid NOT NULL,
  tenant_id        text COLLATE "C" NOT NULL,
  message_key      uuid NOT NULL,
  message_id       text COLLATE "C",                    -- as in messages
  endpoint_id      text COLLATE "C" NOT NULL,
  endpoint_seq     bigint NOT NULL,
  event_type       text COLLATE "C" NOT NULL,
  created_at       timestamptz NOT NULL,
  attempt_count    integer NOT NULL,
  due_at           timestamptz,                         -- of a leased one: the end of its lease; null: held
  owner            text,                                -- the dispatcher that has it leased
  last_status_code integer,
  last_error       smallint,
  last_duration    integer                              -- milliseconds
) WITH (
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
  autovacuum_analyze_scale_factor = 0.1, autovacuum_vacuum_cost_delay = 0
);
CREATE INDEX pending_due ON {schema}.pending (due_at, key) WHERE due_at IS NOT NULL;
CREATE INDEX pending_held ON {schema}.pending (tenant_id, endpoint_id, key) WHERE due_at IS NULL;
CREATE INDEX pending_endpoint ON {schema}.pending (endpoint_seq, key);
ALTER TABLE {schema}.pending ADD PRIMARY KEY (tenant_id, key);

-- Deliveries that have ended. Rows are only added, and go with their partition.
CREATE TABLE {schema}.deliveries (
  key              uuid NOT NULL,
  tenant_id        text COLLATE "C" NOT NULL,
  message_key      uuid NOT NULL,
  message_id       text COLLATE "C",
  endpoint_id      text COLLATE "C" NOT NULL,
  event_type       text COLLATE "C" NOT NULL,
  status           smallint NOT NULL,                   -- 1 succeeded, 2 failed, 3 canceled
  attempt_count    integer NOT NULL,
  created_at       timestamptz NOT NULL,
  completed_at     timestamptz NOT NULL,
  last_status_code integer,
  last_error       smallint,
  last_duration    integer,
  PRIMARY KEY (tenant_id, key)
) PARTITION BY RANGE (key);
CREATE INDEX deliveries_endpoint ON {schema}.deliveries (tenant_id, endpoint_id, key);
-- Nearly all have succeeded; the others are looked for.
CREATE INDEX deliveries_not_succeeded ON {schema}.deliveries (tenant_id, status, key) WHERE status <> 1;

CREATE TABLE {schema}.attempts (
  tenant_id     text COLLATE "C" NOT NULL,
  delivery_key  uuid NOT NULL,
  number        integer NOT NULL,                       -- from 1
  id            text COLLATE "C" NOT NULL,
  started_at    timestamptz NOT NULL,
  duration      integer NOT NULL,                       -- milliseconds
  status_code   integer,
  error         smallint NOT NULL,                      -- AttemptError
  error_message text,
  is_truncated  boolean NOT NULL,
  response      bytea,                                  -- the excerpt; null: empty
  PRIMARY KEY (tenant_id, delivery_key, number)
) PARTITION BY RANGE (delivery_key);
CREATE INDEX attempts_age ON {schema}.attempts USING brin (started_at);
