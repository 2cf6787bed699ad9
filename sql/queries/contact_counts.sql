-- name: staff
-- Whom a line may mean.
select id, lower(email) as email from staff

-- name: load
-- The counts of a file: [{staff_id, month, contacts}]. A month that is loaded again is replaced.
insert into contact_counts (staff_id, month, contacts, loaded_by)
select staff_id, month, contacts, :by
from jsonb_to_recordset(cast(:counts as jsonb)) as one (staff_id bigint, month date, contacts int)
on conflict (staff_id, month) do update
    set contacts = excluded.contacts, loaded_at = right_now(), loaded_by = excluded.loaded_by

-- name: months
-- Which months are loaded.
select month, count(*) as people, sum(contacts) as contacts, max(loaded_at) as loaded_at,
       (array_agg(staff.name order by loaded_at desc))[1] as loaded_by
from contact_counts
join staff on staff.id = contact_counts.loaded_by
group by month
order by month desc
