-- Terminals that can be attached again, and the hosts on which lab pages appear.

create table terminal (
  id text primary key,
  exercise_id text not null,
  team_id text not null,
  environment_id text not null,
  incarnation bigint not null,
  node text not null,
  person_id text not null,
  opened_at bigint not null,
  ended_at bigint,
  exit_code bigint
);
create index terminal_by_team on terminal (team_id, ended_at);

create table lab_host (
  token text primary key,
  exercise_id text not null,
  team_id text not null,
  environment_id text not null,
  incarnation bigint not null,
  node text not null,
  created_at bigint not null,
  unique (environment_id, incarnation, node)
);

-- A ticket opens a lab page once; a pass is the cookie that it gives. Both are kept as digests.
create table lab_ticket (
  digest text primary key,
  host text not null references lab_host (token),
  holder text not null,
  expires_at bigint not null
);

create table lab_pass (
  digest text primary key,
  host text not null references lab_host (token),
  holder text not null,
  expires_at bigint not null
);
create index lab_pass_by_expiry on lab_pass (expires_at);
