-- Who read what about a person, completed: what exactly was taken along, and why where it was asked (R64).
alter table access_log
    add column detail text,
    add column why text;
comment on column access_log.detail is 'What was taken along: a file, a letter, the pack, a list, all cases, a person''s own record.';
comment on column access_log.why is 'Why, where it was asked.';
create index access_by_person on access_log (by_id, id);
