-- Times are Unix milliseconds. "seq" is a row's number in this file; ids are what the rest of the world sees.

-- Counts the changes that matter to fan-out, so that every process knows when to forget the matches that it remembers.
CREATE TABLE webhook_generation (
  value INTEGER NOT NULL
);
INSERT INTO webhook_generation (value) VALUES (0);

-- Outlives its endpoint: deliveries name an endpoint by a number, also after it was deleted.
CREATE TABLE webhook_endpoint_name (
  seq       INTEGER PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  id        TEXT NOT NULL,
  UNIQUE (tenant_id, id)
);

CREATE TABLE webhook_endpoint (
  seq             INTEGER PRIMARY KEY,  -- of webhook_endpoint_name
  tenant_id       TEXT NOT NULL,
  version         INTEGER NOT NULL,
  status          INTEGER NOT NULL,     -- 0 enabled, 1 disabled
  disabled_reason TEXT,
  paused_until    INTEGER,              -- null: not paused
  paused_by       TEXT,                 -- the dispatcher that has the endpoint taken over until then
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL,
  channels        TEXT,                 -- separated by spaces; null: all
  settings        TEXT NOT NULL,        -- JSON
  secrets         TEXT NOT NULL,        -- JSON, encrypted where the host has a protector
  secrets_expire_at INTEGER             -- the first of those that do
);
CREATE INDEX webhook_endpoint_list ON webhook_endpoint (tenant_id, created_at);
CREATE INDEX webhook_endpoint_secrets ON webhook_endpoint (secrets_expire_at) WHERE secrets_expire_at IS NOT NULL;
CREATE INDEX webhook_endpoint_pause ON webhook_endpoint (paused_until) WHERE paused_until IS NOT NULL AND status = 0;

-- settings.eventTypes, by key.
CREATE TABLE webhook_subscription (
  endpoint_seq INTEGER NOT NULL,
  pattern      TEXT NOT NULL,
  tenant_id    TEXT NOT NULL,
  PRIMARY KEY (endpoint_seq, pattern)
) WITHOUT ROWID;
CREATE INDEX webhook_subscription_match ON webhook_subscription (tenant_id, pattern);

CREATE TABLE webhook_message (
  seq            INTEGER PRIMARY KEY,
  tenant_id      TEXT NOT NULL,
  id             TEXT NOT NULL,
  event_id       TEXT,
  event_type     TEXT NOT NULL,
  channels       TEXT,                  -- separated by spaces; null: none
  timestamp      INTEGER NOT NULL,
  created_at     INTEGER NOT NULL,
  delivery_count INTEGER NOT NULL,
  payload        BLOB NOT NULL,
  trace_parent   TEXT,
  UNIQUE (id, tenant_id)                -- in this order, because ids grow: new ones of all tenants then share a page
);
CREATE UNIQUE INDEX webhook_message_event ON webhook_message (event_id, tenant_id) WHERE event_id IS NOT NULL;
-- The columns behind the order are there to be filtered by without a look at the row.
CREATE INDEX webhook_message_list ON webhook_message (tenant_id, created_at, seq, event_type, delivery_count);
CREATE INDEX webhook_message_age ON webhook_message (created_at);

CREATE TABLE webhook_delivery (
  message_seq      INTEGER NOT NULL,
  ordinal          INTEGER NOT NULL,    -- among the deliveries of the message, from 0
  tail             INTEGER NOT NULL,    -- the random part of its id
  tenant_id        TEXT NOT NULL,
  endpoint_seq     INTEGER NOT NULL,    -- of webhook_endpoint_name
  created_at       INTEGER NOT NULL,    -- the message's
  status           INTEGER NOT NULL,    -- 0 pending, 1 succeeded, 2 failed, 3 canceled
  attempt_count    INTEGER NOT NULL,
  due_at           INTEGER,             -- of a leased one: the end of its lease; null: ended, or held
  owner            TEXT,                -- the dispatcher that has it leased
  completed_at     INTEGER,
  last_status_code INTEGER,
  last_error       INTEGER,
  last_duration    INTEGER,             -- milliseconds
  PRIMARY KEY (message_seq, ordinal)
) WITHOUT ROWID;
CREATE INDEX webhook_delivery_due ON webhook_delivery (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_delivery_held ON webhook_delivery (endpoint_seq, message_seq, ordinal)
  WHERE status = 0 AND due_at IS NULL;
CREATE INDEX webhook_delivery_endpoint ON webhook_delivery (endpoint_seq, created_at, message_seq, ordinal);
-- Nearly all deliveries have succeeded; the others are looked for.
CREATE INDEX webhook_delivery_not_succeeded
  ON webhook_delivery (tenant_id, status, created_at, message_seq, ordinal, endpoint_seq) WHERE status <> 1;

CREATE TABLE webhook_attempt (
  message_seq   INTEGER NOT NULL,
  ordinal       INTEGER NOT NULL,
  number        INTEGER NOT NULL,       -- from 1
  id            TEXT NOT NULL,
  started_at    INTEGER NOT NULL,
  duration      INTEGER NOT NULL,       -- milliseconds
  status_code   INTEGER,
  error         INTEGER NOT NULL,       -- AttemptError
  error_message TEXT,
  is_truncated  INTEGER NOT NULL,
  response      BLOB,                   -- the excerpt; null: empty
  PRIMARY KEY (message_seq, ordinal, number)
) WITHOUT ROWID;
CREATE INDEX webhook_attempt_age ON webhook_attempt (started_at);
