-- name: due
-- Who is to get a digest now: on the morning of a business day, from seven o'clock, who has had none today and wants one.
select staff.id
from staff
join calendar on calendar.day = today() and calendar.is_business_day
where staff.active and staff.role in ('supervisor', 'manager', 'director')
  and (right_now() at time zone 'America/Toronto')::time between '07:00' and '12:00'
  and not exists (select from digests where digests.staff_id = staff.id and digests.day = today())
  and not exists (select from digests_declined where digests_declined.staff_id = staff.id)
order by staff.id

-- name: begin
-- Today's digest of this person, unless another worker was faster.
insert into digests (staff_id, day) values (:staff_id, today()) on conflict do nothing returning staff_id

-- name: sent
-- The message it became.
update digests set notice_id = :notice_id where staff_id = :staff_id and day = today()

-- name: declined
-- Whether this person does not want it.
select exists (select from digests_declined where staff_id = :staff_id)

-- name: decline
-- This person does not want it.
insert into digests_declined (staff_id) values (:staff_id) on conflict do nothing

-- name: want
-- This person wants it again.
delete from digests_declined where staff_id = :staff_id
