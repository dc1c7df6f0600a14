-- JWT ids that are remembered until that moment.

CREATE TABLE jwt_ids (
    tenant TEXT NOT NULL,
    id BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX jwt_ids_by_end ON jwt_ids (expires_at);
