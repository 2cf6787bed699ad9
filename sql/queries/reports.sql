-- name: subscribe
-- The monthly report goes to them.
insert into report_subscriptions (staff_id) values (:staff_id) on conflict do nothing

-- name: unsubscribe
-- It does not any more.
delete from report_subscriptions where staff_id = :staff_id

-- name: is_subscribed
-- Whether it goes to them.
select exists (select from report_subscriptions where staff_id = :staff_id)

-- name: waiting
-- Who has not had the report of this month yet. Held, so that two workers never send it twice.
select staff.id, staff.name, staff.email
from report_subscriptions
join staff on staff.id = report_subscriptions.staff_id and staff.active
where last_month is null or last_month < cast(:month as date)
order by staff.id
for update of report_subscriptions skip locked

-- name: sent
-- This month's report was made for them.
update report_subscriptions set last_month = cast(:month as date) where staff_id = :staff_id
