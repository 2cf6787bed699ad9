-- name: holds_people
-- Whether there is anybody in the staff directory.
select exists (select from staff)

-- name: holds_cases
-- Whether there is any case.
select exists (select from cases)

-- name: add_divisions
-- The directory of divisions: [{name, phone, email}].
insert into divisions (name, phone, email)
select name, phone, email from jsonb_to_recordset(cast(:divisions as jsonb)) as division (name text, phone text, email text)
order by name
on conflict (name) do nothing

-- name: add_teams
-- The teams, by name.
insert into teams (name) select unnest(cast(:teams as text[])) on conflict (name) do nothing

-- name: add_staff
-- The staff: [{name, email, title, role, team}]; nobody is above anybody yet.
insert into staff (name, email, title, role, team_id)
select person.name, person.email, person.title, person.role, teams.id
from jsonb_to_recordset(cast(:staff as jsonb)) as person (name text, email text, title text, role text, team text)
left join teams on teams.name = person.team
on conflict (lower(email)) do nothing

-- name: set_reports_to
-- Who reports to whom: [{email, boss}], both by email.
update staff set reports_to = boss.id
from jsonb_to_recordset(cast(:lines as jsonb)) as line (email text, boss text)
join staff as boss on boss.email = line.boss
where staff.email = line.email and staff.reports_to is null

-- name: days
-- The last half year of the calendar up to today, newest first; `age` counts business days back from the business day
-- that today is, or that comes next.
select day, is_business_day, last.no - business_day_no as age
from calendar
cross join (select business_day_no + (not is_business_day)::int as no from calendar where day = today()) as last
where day between today() - 180 and today()
order by day desc

-- name: day_set
-- The day that was set before, if any.
select coalesce(current_setting('app.today', true), '')

-- name: set_today
-- The day on which what follows happens, until the transaction ends; an empty day is the real one.
select set_config('app.today', :day, true)

-- name: alone
-- Two who fill it at once: the second finds it filled.
select pg_advisory_xact_lock(hashtext('demo'))
