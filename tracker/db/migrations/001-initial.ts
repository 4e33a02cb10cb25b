/** Times are milliseconds since the epoch by the tracker's clock; JSON columns hold values of the schemas in shared/. */
export const initial = `
CREATE TABLE tokens (
  hash       TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN ('admin', 'session')),
  created_at INTEGER NOT NULL,
  expires_at INTEGER
) STRICT;

CREATE TABLE services (
  name       TEXT PRIMARY KEY,
  repo       TEXT NOT NULL,
  path       TEXT NOT NULL,
  -- Its standing rules: which hosts are to have it as soon as they join.
  rules      TEXT NOT NULL DEFAULT '[]',
  created_at INTEGER NOT NULL
) STRICT;

-- The configs of services: each change of a setting makes the next version.
CREATE TABLE configs (
  service    TEXT NOT NULL,
  version    INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  reason     TEXT,
  PRIMARY KEY (service, version)
) STRICT, WITHOUT ROWID;

-- A value from the version that set it up to the one that has it no more: so every version is there whole, and none changes.
CREATE TABLE settings (
  service       TEXT NOT NULL,
  -- 'service', 'cluster' or 'host', and the name of the latter two.
  scope         TEXT NOT NULL,
  scope_name    TEXT NOT NULL,
  name          TEXT NOT NULL,
  since_version INTEGER NOT NULL,
  until_version INTEGER,
  plain         INTEGER NOT NULL,
  -- With a key that is not in here.
  sealed        BLOB NOT NULL,
  PRIMARY KEY (service, scope, scope_name, name, since_version)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX settings_last ON settings (service, scope, scope_name, name) WHERE until_version IS NULL;

CREATE TABLE enrolments (
  token_hash TEXT PRIMARY KEY,
  kind       TEXT NOT NULL CHECK (kind IN ('host', 'packer')),
  name       TEXT NOT NULL,
  cluster    TEXT,
  labels     TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE agents (
  id          TEXT PRIMARY KEY,
  kind        TEXT NOT NULL CHECK (kind IN ('host', 'packer')),
  name        TEXT NOT NULL,
  cluster     TEXT,
  labels      TEXT NOT NULL,
  nkey        TEXT NOT NULL UNIQUE,
  -- The first time; enrolled_at is the last.
  joined_at   INTEGER NOT NULL,
  enrolled_at INTEGER NOT NULL,
  UNIQUE (kind, name)
) STRICT;

CREATE TABLE reports (
  host_id  TEXT PRIMARY KEY REFERENCES agents (id),
  at       INTEGER NOT NULL,
  grabber  TEXT NOT NULL,
  boot_id  TEXT NOT NULL,
  services TEXT NOT NULL
) STRICT;

-- What each host ran, by its own reports: a row from one change to the next, the last without an end.
CREATE TABLE ran (
  host_id  TEXT NOT NULL,
  service  TEXT NOT NULL,
  from_at  INTEGER NOT NULL,
  until_at INTEGER,
  running  TEXT,
  current  TEXT,
  version  TEXT,
  health   TEXT NOT NULL,
  config   INTEGER,
  -- What should have run, when the report came.
  desired  TEXT,
  desired_config INTEGER,
  PRIMARY KEY (host_id, service, from_at)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ran_last ON ran (host_id, service) WHERE until_at IS NULL;

-- When nothing was heard of a host, once that is over: before its first report (heard_at is null), and when it was silent.
CREATE TABLE absences (
  host_id  TEXT NOT NULL,
  heard_at INTEGER,
  from_at  INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  PRIMARY KEY (until_at, host_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE builds (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  service      TEXT NOT NULL,
  version      TEXT NOT NULL,
  commit_id    TEXT NOT NULL,
  subject      TEXT NOT NULL,
  build_config TEXT NOT NULL,
  -- What build_config is the digest of: what the repo says, and what of the packer decides the bytes.
  recipe       TEXT NOT NULL,
  built_by     TEXT NOT NULL,
  -- Labels that a packer needs for it.
  labels       TEXT NOT NULL,
  fresh        INTEGER NOT NULL,
  -- What it is for, and who asked first; what is more urgent has the smaller priority.
  cause        TEXT NOT NULL,
  priority     INTEGER NOT NULL,
  asked_by     TEXT NOT NULL,
  state        TEXT NOT NULL,
  -- Who has it, or had it last.
  packer       TEXT,
  attempts     INTEGER NOT NULL DEFAULT 0,
  -- So many packers fell silent over it.
  lost         INTEGER NOT NULL DEFAULT 0,
  error        TEXT,
  digest       TEXT,
  -- What its log and its record are called in the artifact store; null where they are not there.
  kept         TEXT,
  created_at   INTEGER NOT NULL,
  -- When it was handed out last.
  started_at   INTEGER,
  ended_at     INTEGER
) STRICT;
CREATE INDEX builds_by_service ON builds (service, started_at);
CREATE INDEX builds_by_digest ON builds (digest) WHERE digest IS NOT NULL;
CREATE UNIQUE INDEX one_running_build ON builds (service, commit_id, build_config) WHERE ended_at IS NULL;

CREATE TABLE artifacts (
  digest        TEXT PRIMARY KEY,
  service       TEXT NOT NULL,
  version       TEXT NOT NULL,
  commit_id     TEXT NOT NULL,
  build_config  TEXT NOT NULL,
  size          INTEGER NOT NULL,
  unpacked_size INTEGER NOT NULL,
  entries       INTEGER NOT NULL,
  rollout       TEXT NOT NULL,
  created_at    INTEGER NOT NULL,
  -- When it was given up: from then on nobody can choose it. History goes on naming it.
  removed_at    INTEGER,
  -- Since when the store does not have it any more.
  erased_at     INTEGER
) STRICT;
CREATE INDEX artifacts_by_commit ON artifacts (service, commit_id, build_config);
CREATE INDEX artifacts_to_erase ON artifacts (digest) WHERE removed_at IS NOT NULL AND erased_at IS NULL;

-- What is kept of services' artifacts beside what is in use; without a service, of those that have no rule of their own.
CREATE TABLE keep_rules (
  service TEXT,
  -- The newest so many, those of so many days, and for ever the tags that match one of these patterns (JSON).
  last    INTEGER NOT NULL,
  days    INTEGER NOT NULL,
  tags    TEXT NOT NULL,
  set_by  TEXT NOT NULL,
  set_at  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_keep_rule_a_service ON keep_rules (ifnull(service, ''));

-- By which others know this tracker: it stays the same as long as the database does.
CREATE TABLE identity (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  tracker TEXT NOT NULL
) STRICT;
INSERT INTO identity (id, tracker) VALUES (1, lower(hex(randomblob(16))));

-- The upkeep of the artifact store: when it is next, and how the last one went.
CREATE TABLE upkeep (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  next_at INTEGER NOT NULL,
  -- Since when it fails, and why; null while it does not.
  failing_since INTEGER,
  error   TEXT,
  -- What the last one that came through found, JSON; null before the first.
  found   TEXT
) STRICT;

CREATE TABLE deploys (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  service     TEXT NOT NULL,
  version     TEXT NOT NULL,
  commit_id   TEXT,
  digest      TEXT,
  -- The version of its service's settings; null where there were none, and in a rollback whose hosts differ.
  config      INTEGER,
  build_id    INTEGER,
  state       TEXT NOT NULL,
  state_since INTEGER NOT NULL,
  -- Where it goes on when it is resumed; null unless it is paused.
  paused_from TEXT,
  -- Up to this batch, somebody has said that the rollout may go on.
  cleared_through   INTEGER NOT NULL DEFAULT -1,
  -- So many failed hosts somebody has seen and accepted.
  accepted_failures INTEGER NOT NULL DEFAULT 0,
  error       TEXT,
  reason      TEXT,
  created_by  TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  -- Null while it is queued.
  began_at    INTEGER,
  ended_at    INTEGER,
  retry_of    INTEGER,
  rollback_of INTEGER,
  -- When it is to begin; null for as soon as it may.
  not_before  INTEGER,
  -- Whether it waits for what is in its way, however long.
  queue       INTEGER NOT NULL,
  ignore_freeze INTEGER NOT NULL,
  rollout     TEXT NOT NULL,
  selection   TEXT NOT NULL,
  warnings    TEXT NOT NULL
) STRICT;
CREATE INDEX deploys_running ON deploys (id) WHERE ended_at IS NULL;
CREATE INDEX deploys_by_service ON deploys (service);
CREATE INDEX deploys_by_state ON deploys (state);
CREATE INDEX deploys_by_creator ON deploys (created_by);
CREATE INDEX deploys_by_created_at ON deploys (created_at);

CREATE TABLE targets (
  deploy_id        INTEGER NOT NULL REFERENCES deploys (id),
  host_id          TEXT NOT NULL,
  host_name        TEXT NOT NULL,
  cluster          TEXT NOT NULL,
  batch            INTEGER NOT NULL,
  digest           TEXT,
  config           INTEGER,
  version          TEXT NOT NULL,
  previous_digest  TEXT,
  previous_config  INTEGER,
  previous_version TEXT,
  state            TEXT NOT NULL,
  -- Of the order that was sent last; null before the first.
  seq              INTEGER,
  phase            TEXT,
  ordered_at       INTEGER,
  confirmed        INTEGER NOT NULL DEFAULT 0,
  error            TEXT,
  -- The state that it failed in; null unless it did.
  failed_at        TEXT,
  -- What is worth telling of its service's output, JSON; null when there was none.
  said             TEXT,
  updated_at       INTEGER NOT NULL,
  PRIMARY KEY (deploy_id, host_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX targets_by_host ON targets (host_name);
CREATE INDEX targets_by_cluster ON targets (cluster);

-- Which deploy has a service on a host to itself: from its beginning to its end.
CREATE TABLE holds (
  service   TEXT NOT NULL,
  host_id   TEXT NOT NULL,
  deploy_id INTEGER NOT NULL REFERENCES deploys (id),
  PRIMARY KEY (service, host_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX holds_by_deploy ON holds (deploy_id);

-- What each host should have: the truth that orders carry and that hosts ask for.
CREATE TABLE assignments (
  host_id   TEXT NOT NULL,
  service   TEXT NOT NULL,
  seq       INTEGER NOT NULL,
  phase     TEXT NOT NULL,
  digest    TEXT NOT NULL,
  config    INTEGER,
  deploy_id INTEGER NOT NULL,
  -- What should run here: lags behind digest while it is only staged, and goes back when the host rolled back.
  desired   TEXT,
  desired_config INTEGER,
  -- Of the order that made it the desired one.
  desired_seq INTEGER NOT NULL,
  PRIMARY KEY (host_id, service)
) STRICT, WITHOUT ROWID;

-- Versions that failed their canary or were rolled back.
CREATE TABLE quarantine (
  service   TEXT NOT NULL,
  digest    TEXT NOT NULL,
  version   TEXT NOT NULL,
  reason    TEXT NOT NULL,
  deploy_id INTEGER NOT NULL,
  at        INTEGER NOT NULL,
  PRIMARY KEY (service, digest)
) STRICT, WITHOUT ROWID;

-- Services that nobody may begin to deploy; without a cluster on all hosts.
CREATE TABLE locks (
  service    TEXT NOT NULL,
  cluster    TEXT,
  owner      TEXT NOT NULL,
  reason     TEXT NOT NULL,
  taken_at   INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_lock_a_place ON locks (service, ifnull(cluster, ''));

-- Times in which no deploy begins; without a service of all, without a cluster on all hosts.
CREATE TABLE freezes (
  name       TEXT PRIMARY KEY,
  time       TEXT NOT NULL,
  service    TEXT,
  cluster    TEXT,
  reason     TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  seq           INTEGER PRIMARY KEY,
  at            INTEGER NOT NULL,
  kind          TEXT NOT NULL,
  service       TEXT,
  deploy_id     INTEGER,
  build_id      INTEGER,
  host_id       TEXT,
  host_event_id TEXT,
  data          TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_deploy ON events (deploy_id, seq) WHERE deploy_id IS NOT NULL;
CREATE INDEX events_by_build ON events (build_id, seq) WHERE build_id IS NOT NULL;
CREATE INDEX events_by_host ON events (host_id, seq) WHERE host_id IS NOT NULL;
CREATE UNIQUE INDEX events_once ON events (host_id, host_event_id) WHERE host_event_id IS NOT NULL;

-- To find what is forgotten after a while.
CREATE INDEX events_of_build_logs ON events (build_id, seq) WHERE kind = 'build.log';

-- For those who are told how deploys went.
CREATE INDEX events_of_deploys ON events (seq) WHERE kind = 'deploy.state';

-- Webhooks that are told how deploys end.
CREATE TABLE notifiers (
  -- Never used again: what it is told has its number by this one.
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  name          TEXT NOT NULL UNIQUE,
  -- Of its URL, what anyone may see.
  host          TEXT NOT NULL,
  -- Its URL and the key of its signatures, with a key that is not in here.
  sealed        BLOB NOT NULL,
  format        TEXT NOT NULL,
  service       TEXT,
  cluster       TEXT,
  outcomes      TEXT NOT NULL,
  created_by    TEXT NOT NULL,
  created_at    INTEGER NOT NULL,
  -- The seq of the last event that it was told of, or that is no concern of its.
  told_through  INTEGER NOT NULL,
  told_at       INTEGER,
  -- While nothing arrives.
  failing_since INTEGER,
  error         TEXT,
  given_up      INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What calls of forges and CIs come in by.
CREATE TABLE hooks (
  -- Never used again: what comes in has its number by this one.
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  name        TEXT NOT NULL UNIQUE,
  -- SHA-256 of the last part of its URL.
  key_hash    TEXT NOT NULL UNIQUE,
  service     TEXT NOT NULL,
  source      TEXT NOT NULL,
  -- Its secret and the forge's token, with a key that is not in here.
  sealed      BLOB NOT NULL,
  branches    TEXT NOT NULL,
  tags        TEXT NOT NULL,
  paths       TEXT NOT NULL,
  -- The hosts that get what was built; null for none.
  deploy      TEXT,
  -- Where statuses of commits go; null for nowhere.
  statuses_to TEXT,
  created_by  TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  -- The last call that was not believed, or not understood.
  refused_at  INTEGER,
  refusal     TEXT,
  status_sent_at       INTEGER,
  -- While no status arrives.
  status_failing_since INTEGER,
  status_error         TEXT
) STRICT;

-- Calls of hooks that were believed; the last of each hook are kept.
CREATE TABLE deliveries (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  hook_id   INTEGER NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
  -- By which its sender knows it: what comes twice is done once.
  key       TEXT NOT NULL,
  at        INTEGER NOT NULL,
  what      TEXT NOT NULL,
  ref       TEXT,
  push      TEXT,
  state     TEXT NOT NULL,
  why       TEXT,
  version   TEXT,
  commit_id TEXT,
  build_id  INTEGER,
  deploy_id INTEGER,
  UNIQUE (hook_id, key)
) STRICT;
CREATE INDEX deliveries_waiting ON deliveries (hook_id, id) WHERE state = 'waiting';

-- Services that are built again when another one, their base, has a new artifact.
CREATE TABLE links (
  service    TEXT NOT NULL,
  base       TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  -- The base's artifact for which a build was asked for last.
  built_for  TEXT,
  error      TEXT,
  PRIMARY KEY (service, base)
) STRICT, WITHOUT ROWID;

-- What forges are to be told of commits: a row until the last of it has arrived.
CREATE TABLE commit_statuses (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  hook_id   INTEGER NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
  commit_id TEXT NOT NULL,
  -- Which of several statuses of the commit.
  context   TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  -- Whose state it tells: one of them.
  build_id  INTEGER,
  deploy_id INTEGER,
  -- The state that has arrived last.
  told      TEXT,
  UNIQUE (hook_id, commit_id, context)
) STRICT;

-- What calls with an Idempotency-Key were answered, so that each is done once; sealed, as answers may hold tokens.
CREATE TABLE answers (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  at          INTEGER NOT NULL,
  token_hash  TEXT NOT NULL,
  key         TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  sealed      BLOB NOT NULL,
  UNIQUE (token_hash, key)
) STRICT;
CREATE INDEX answers_by_at ON answers (at);
CREATE INDEX answers_by_token ON answers (token_hash, id);

-- What deploys would do, and by which facts; kept for a day.
CREATE TABLE plans (
  id    INTEGER PRIMARY KEY AUTOINCREMENT,
  at    INTEGER NOT NULL,
  plan  TEXT NOT NULL,
  -- How it is built; null for what was chosen by its digest.
  to_build TEXT
) STRICT;
CREATE INDEX plans_by_at ON plans (at);

-- Who changed what: written in the transaction of the change, and never touched again.
CREATE TABLE audit (
  id         INTEGER PRIMARY KEY,
  at         INTEGER NOT NULL,
  who        TEXT NOT NULL,
  action     TEXT NOT NULL,
  subject    TEXT NOT NULL,
  service    TEXT,
  reason     TEXT,
  address    TEXT NOT NULL,
  client     TEXT,
  request_id TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_at ON audit (at);
CREATE INDEX audit_by_who ON audit (who);
CREATE INDEX audit_by_action ON audit (action);
CREATE INDEX audit_by_subject ON audit (subject);
CREATE INDEX audit_by_service ON audit (service) WHERE service IS NOT NULL;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_is_never_shortened BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
-- REPLACE deletes without asking the trigger above.
CREATE TRIGGER audit_is_never_replaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
`
