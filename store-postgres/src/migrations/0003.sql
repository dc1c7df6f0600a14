-- The thumbprint of the key that a grant's tokens are bound to. Programs of the version before do not compare
-- it: a tenant's policy asks for such keys when none of them runs any more.

ALTER TABLE tickets ADD COLUMN IF NOT EXISTS sender_key bytea;
