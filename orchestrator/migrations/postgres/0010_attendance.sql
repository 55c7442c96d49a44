-- An attendance list is corrected, never forgotten: a list that was wrong is voided with a reason, a name that was wrong is
-- taken off it, and both can be undone.

alter table attendance_list add column voided_at bigint;
alter table attendance_list add column voided_by text references account (id);
alter table attendance_list add column void_reason text;
alter table attendance add column added_by text references account (id);
alter table attendance add column added_at bigint;
alter table attendance add column removed_by text references account (id);
alter table attendance add column removed_at bigint;
