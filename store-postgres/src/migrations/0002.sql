-- JWT ids that are remembered until that moment.

CREATE TABLE IF NOT EXISTS jwt_ids (
    expires_at bigint NOT NULL,
    tenant text COLLATE "C" NOT NULL,
    id bytea NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX IF NOT EXISTS jwt_ids_expiry ON jwt_ids (expires_at);
