-- Which of the orchestrators that share this database works on an environment and conducts an exercise.

create table orchestrator (
  id text primary key,
  beat bigint not null
);

alter table environment add column owner text;
alter table exercise add column owner text;
