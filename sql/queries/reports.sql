-- name: subscribe
-- The monthly report goes to them.
insert into report_subscriptions (staff_id) values (:staff_id) on conflict do nothing

-- name: unsubscribe
-- It does not any more.
delete from report_subscriptions where staff_id = :staff_id

-- name: is_subscribed
-- Whether it goes to them.
select exists (select from report_subscriptions where staff_id = :staff_id)

-- name: due
-- Who is to get the report of the month before now: from seven o'clock of the first business day of this month on, who had subscribed
-- by that day, still works here, and has not had it.
with last_month as (
    select cast(date_trunc('month', today()) - interval '1 month' as date) as month, min(day) as leaves_on
    from calendar
    where is_business_day and day >= date_trunc('month', today())
)
select last_month.month, staff.id
from last_month
join report_subscriptions on local_date(report_subscriptions.since) <= last_month.leaves_on
join staff on staff.id = report_subscriptions.staff_id and staff.active
where right_now() >= (last_month.leaves_on + time '07:00') at time zone 'America/Toronto'
  and not exists (select from report_mails where report_mails.month = last_month.month and report_mails.staff_id = staff.id)
order by staff.id

-- name: leaves_on
-- The next day on which the report leaves: the first business day of this month, or of the next one if that has passed.
select min(day)
from calendar
where is_business_day and day >= today()
  and not exists (
      select from calendar as before
      where before.is_business_day and before.day < calendar.day and before.day >= date_trunc('month', calendar.day))

-- name: is_kept
-- Whether the report of this month was made.
select exists (select from monthly_reports where month = cast(:month as date))

-- name: keep
-- The report of a month, as everybody gets it.
insert into monthly_reports (month, pdf) values (cast(:month as date), cast(:pdf as bytea)) on conflict do nothing

-- name: kept
-- The report of a month, as everybody got it.
select pdf from monthly_reports where month = cast(:month as date)

-- name: begin
-- The report of this month for this person, unless another worker was faster.
insert into report_mails (month, staff_id) values (cast(:month as date), :staff_id) on conflict do nothing returning staff_id

-- name: sent
-- The message it became.
update report_mails set notice_id = :notice_id where month = cast(:month as date) and staff_id = :staff_id
