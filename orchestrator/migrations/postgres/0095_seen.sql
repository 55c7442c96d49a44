-- When an exercise under way was last seen to be conducted: time that no server conducted it does not count.
alter table exercise add column seen_at bigint;
