-- How many a team shall have, and the links by which people come into teams by themselves.
alter table team add column seats bigint;
create table invitation (
    id text primary key,
    exercise_id text not null references exercise (id),
    team_id text references team (id),
    token_hash text not null unique,
    seats bigint not null,
    used bigint not null default 0,
    created_by text not null references account (id),
    created_at bigint not null,
    expires_at bigint not null,
    revoked_at bigint
);
create index invitation_by_exercise on invitation (exercise_id);
