-- Until when an exercise keeps its machines, and when an environment was last used.
alter table exercise add column expires_at bigint;
alter table environment add column used_at bigint;
