-- Keys lead with the tenant, and texts are in the order of their bytes. What is selected by is a column;
-- everything else of a row is its text.

CREATE TABLE IF NOT EXISTS tenants (
    version bigint NOT NULL,
    tenant text COLLATE "C" PRIMARY KEY,
    -- Nothing where the tenant was deleted: its name stays taken.
    body text
);

CREATE TABLE IF NOT EXISTS clients (
    version bigint NOT NULL,
    tenant text COLLATE "C" NOT NULL,
    client text COLLATE "C" NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (tenant, client)
);

CREATE TABLE IF NOT EXISTS accounts (
    version bigint NOT NULL,
    tenant text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    username text COLLATE "C" NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (tenant, subject),
    CONSTRAINT accounts_username UNIQUE (tenant, username)
);

CREATE TABLE IF NOT EXISTS key_sets (
    version bigint NOT NULL,
    tenant text COLLATE "C" PRIMARY KEY,
    body text NOT NULL
);

CREATE TABLE IF NOT EXISTS sessions (
    version bigint NOT NULL,
    expires_at bigint NOT NULL,
    tenant text COLLATE "C" NOT NULL,
    id bytea NOT NULL,
    sid bytea NOT NULL,
    subject text COLLATE "C" NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX IF NOT EXISTS sessions_sid ON sessions (tenant, sid);
CREATE INDEX IF NOT EXISTS sessions_subject ON sessions (tenant, subject, id);
CREATE INDEX IF NOT EXISTS sessions_expiry ON sessions (expires_at);

CREATE TABLE IF NOT EXISTS interactions (
    version bigint NOT NULL,
    expires_at bigint NOT NULL,
    tenant text COLLATE "C" NOT NULL,
    id bytea NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX IF NOT EXISTS interactions_expiry ON interactions (expires_at);

CREATE TABLE IF NOT EXISTS consents (
    tenant text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    client text COLLATE "C" NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (tenant, subject, client)
);

-- A refresh writes no column that an index has, unless six hours have gone by: so a row stays in its
-- place, and what it was before is room for what it will be. Hence `expires_about` beside `expires_at`,
-- and a page that is not filled.
CREATE TABLE IF NOT EXISTS tickets (
    version bigint NOT NULL,
    generation bigint NOT NULL,
    authenticated_at bigint NOT NULL,
    changed_at bigint NOT NULL,
    rotated_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    expires_about bigint NOT NULL,
    ends_at bigint NOT NULL,
    -- What the last presentation came to.
    outcome smallint NOT NULL DEFAULT 0,
    refreshable boolean NOT NULL,
    tenant text COLLATE "C" NOT NULL,
    id bytea NOT NULL,
    client text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    scope text COLLATE "C" NOT NULL,
    audience text COLLATE "C" NOT NULL,
    -- Why it ended; nothing while it lives.
    ended text,
    binding bytea,
    session bytea,
    -- What it remembers of the browser.
    authorized text,
    PRIMARY KEY (tenant, id)
) WITH (fillfactor = 80);
CREATE INDEX IF NOT EXISTS tickets_subject ON tickets (tenant, subject, id);
CREATE INDEX IF NOT EXISTS tickets_client ON tickets (tenant, client, id);
CREATE INDEX IF NOT EXISTS tickets_session ON tickets (tenant, session, id) WHERE session IS NOT NULL;
CREATE INDEX IF NOT EXISTS tickets_expiry ON tickets (expires_about);
