-- Lines that were entered in terminals, as the screen showed them.
create table terminal_command (
  session_id text not null,
  part bigint not null,
  number bigint not null,
  exercise_id text not null references exercise (id),
  team_id text not null,
  began_at bigint not null,
  entered_at bigint not null,
  line text not null,
  folded text not null,
  primary key (session_id, part, number)
);
create index terminal_command_by_exercise on terminal_command (exercise_id, entered_at);

-- Stretches of a terminal's recording that leave the house blacked out.
create table redaction (
  session_id text not null,
  from_at bigint not null,
  until_at bigint not null,
  exercise_id text not null references exercise (id),
  reason text not null,
  account_id text not null references account (id),
  made_at bigint not null,
  primary key (session_id, from_at, until_at)
);
create index redaction_by_exercise on redaction (exercise_id);
