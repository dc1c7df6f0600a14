-- The thumbprint of the key that a grant's tokens are bound to.

ALTER TABLE tickets ADD COLUMN sender_key BLOB;
