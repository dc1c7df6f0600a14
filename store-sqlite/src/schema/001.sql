-- The first tables. What nothing selects by is a text of `grantry-rows`; moments are milliseconds since
-- the epoch. Wide rows have a rowid, since a b-tree of keys takes them badly.

PRAGMA application_id = 1196576340; -- "GRNT"

CREATE TABLE tenants (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    row TEXT -- nothing once it is deleted: the name stays taken
) STRICT;

CREATE TABLE clients (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    row TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;

CREATE TABLE accounts (
    tenant TEXT NOT NULL,
    subject TEXT NOT NULL,
    username TEXT NOT NULL,
    version INTEGER NOT NULL,
    row TEXT NOT NULL,
    PRIMARY KEY (tenant, subject),
    UNIQUE (tenant, username)
) STRICT;

CREATE TABLE key_sets (
    tenant TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    row TEXT NOT NULL
) STRICT;

CREATE TABLE tickets (
    tenant TEXT NOT NULL,
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    ended TEXT, -- why; nothing while it lives
    came_to INTEGER, -- what the last presentation came to
    refreshable INTEGER NOT NULL,
    authenticated_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    rotated_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    client TEXT NOT NULL,
    subject TEXT NOT NULL,
    scope TEXT NOT NULL,
    audience TEXT NOT NULL,
    binding BLOB,
    session BLOB,
    authorized TEXT,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX tickets_of_subject ON tickets (tenant, subject, id);
CREATE INDEX tickets_of_client ON tickets (tenant, client, id);
CREATE INDEX tickets_of_session ON tickets (tenant, session, id) WHERE session IS NOT NULL;
CREATE INDEX tickets_by_end ON tickets (expires_at);

CREATE TABLE sessions (
    tenant TEXT NOT NULL,
    id BLOB NOT NULL,
    sid BLOB NOT NULL,
    version INTEGER NOT NULL,
    subject TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    row TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;

CREATE INDEX sessions_of_subject ON sessions (tenant, subject, id);
CREATE INDEX sessions_of_sid ON sessions (tenant, sid);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE interactions (
    tenant TEXT NOT NULL,
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;

CREATE INDEX interactions_of_tenant ON interactions (tenant, expires_at);
CREATE INDEX interactions_by_end ON interactions (expires_at);

CREATE TABLE consents (
    tenant TEXT NOT NULL,
    subject TEXT NOT NULL,
    client TEXT NOT NULL,
    row TEXT NOT NULL,
    PRIMARY KEY (tenant, subject, client)
) STRICT, WITHOUT ROWID;

-- The latest moment that was told to a server on this file.
CREATE TABLE clock (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    seen_at INTEGER NOT NULL
) STRICT;

INSERT INTO clock VALUES (1, 0);

-- Whose row, clients or keys changed, in the order of the writes and without a gap. Written by triggers,
-- so that no statement forgets it and no word comes without its write.
CREATE TABLE changes (
    id INTEGER NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL
) STRICT;

CREATE TRIGGER changes_are_few AFTER INSERT ON changes
BEGIN DELETE FROM changes WHERE id <= new.id - 4096; END;

CREATE TRIGGER tenant_created AFTER INSERT ON tenants
BEGIN INSERT INTO changes (tenant) VALUES (new.id); END;
CREATE TRIGGER tenant_changed AFTER UPDATE ON tenants
BEGIN INSERT INTO changes (tenant) VALUES (new.id); END;

CREATE TRIGGER client_created AFTER INSERT ON clients
BEGIN INSERT INTO changes (tenant) VALUES (new.tenant); END;
CREATE TRIGGER client_changed AFTER UPDATE ON clients
BEGIN INSERT INTO changes (tenant) VALUES (new.tenant); END;
CREATE TRIGGER client_deleted AFTER DELETE ON clients
BEGIN INSERT INTO changes (tenant) VALUES (old.tenant); END;

CREATE TRIGGER keys_created AFTER INSERT ON key_sets
BEGIN INSERT INTO changes (tenant) VALUES (new.tenant); END;
CREATE TRIGGER keys_changed AFTER UPDATE ON key_sets
BEGIN INSERT INTO changes (tenant) VALUES (new.tenant); END;
CREATE TRIGGER keys_deleted AFTER DELETE ON key_sets
BEGIN INSERT INTO changes (tenant) VALUES (old.tenant); END;
