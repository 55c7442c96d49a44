-- Machines of an environment in use that were lost with all that was on them, and made again. Kept for as long as the
-- environment's row: how many there were tells a check that ran meanwhile that it looked at another machine.
create table environment_loss (
  environment_id text not null references environment (id),
  incarnation bigint not null,
  node text not null,
  lost_at bigint not null,
  mended bigint not null,
  told bigint not null,
  primary key (environment_id, incarnation, node, lost_at)
);
