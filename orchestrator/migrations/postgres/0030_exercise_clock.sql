-- Exercise time at the journal's last row: it never falls, whatever the machine's clock does.
alter table exercise add column head_elapsed bigint not null default 0;
update exercise set head_elapsed = coalesce(
  (select j.exercise_time from journal j where j.exercise_id = exercise.id and j.sequence = exercise.head_sequence), 0);
