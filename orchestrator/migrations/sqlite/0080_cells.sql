-- The side that a team plays, and for one that attacks the team whose machines it attacks.
alter table team add column cell text not null default 'blue';
alter table team add column against_id text references team (id);
