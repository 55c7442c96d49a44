-- When drills shall begin, what stands in the way of that, and how long environments took to be made.
alter table exercise add column scheduled_at bigint;
alter table exercise add column schedule_row bigint;
alter table exercise add column starts_by_itself bigint;
alter table exercise add column starts_incomplete bigint;
alter table exercise add column schedule_trouble text;
alter table exercise add column schedule_next_at bigint;
alter table environment add column took bigint;
create index exercise_by_schedule on exercise (scheduled_at);
