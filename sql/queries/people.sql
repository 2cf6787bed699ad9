-- name: get
-- One person, with everybody above them.
select id, name, role, title, email, team_id, team, active, above from people where id = :id

-- name: everyone
-- All active staff.
select id, name, role, title, email, team_id, team, active, above from people where active order by role, name

-- name: active
-- All active staff, as a list to choose from shows them.
select id, name, role, title from staff where active order by role, name, id

-- name: supervisors
-- Who may have a complaint.
select id, name from staff where active and role in ('supervisor', 'manager', 'director') order by name, id

-- name: who_could_have
-- Who may be given this case (R10, R11, R35): its own team first, then the lowest rank, then who has the least open work.
with this as (
    select id, kind, complaint_id, owner_id, team_id, subject_ids, recused_ids from cases where id = :case_id
), free_of_conflict as (
    select staff.*
    from staff, this
    where staff.active
      and staff.role = any (case when this.kind = 'escalation' then array['manager', 'director']
                                 else array['supervisor', 'manager', 'director'] end)
      and (staff.id is distinct from this.owner_id or :again)
      and staff.id <> all (this.subject_ids)
      and staff.id <> all (this.recused_ids)
      -- a compliment is handed on by somebody who may see it: neither praised in it, nor in a complaint of the same message
      and (this.kind <> 'compliment' or exists (select from cases where cases.id = this.id and may_see(cases, staff.id)))
      and not exists (select from staff_above where staff_id = staff.id and above_id = any (this.subject_ids))
      -- whoever reviews an escalation never handled its complaint, and does not come to handle it (R35, R36)
      and staff.id not in (select handlers_of(this.complaint_id, this.id))
      and not exists (
          select from cases as escalation
          where escalation.complaint_id = this.id and escalation.owner_id = staff.id
            and (escalation.closed_at is null
                 or exists (select from case_events where case_id = escalation.id and action = 'answer_complaint')))
)
select person.id, person.name, person.role, person.title, person.email, person.team_id, teams.name as team, person.active,
       array(select above_id from staff_above where staff_id = person.id) as above
from free_of_conflict as person
cross join this
left join teams on teams.id = person.team_id
order by array_position(array['supervisor', 'manager', 'director'], person.role),
         person.team_id is distinct from this.team_id,
         (select count(*) from cases where owner_id = person.id and closed_at is null),
         person.name

-- name: names
-- The name of everybody, also of those who left.
select id, name from staff

-- name: divisions
-- The City divisions directory.
select id, name from divisions order by name

-- name: teams
-- The teams of 311 Toronto.
select id, name from teams order by name

-- name: directory
-- Everybody with their team and who they report to, for the page of people.
select staff.id, staff.name, staff.title, staff.role, teams.name as team, boss.name as reports_to, staff.email, staff.active,
       (select count(*) from cases where owner_id = staff.id and closed_at is null) as open_cases
from staff
left join teams on teams.id = staff.team_id
left join staff as boss on boss.id = staff.reports_to
order by staff.active desc, teams.name nulls first, staff.name

-- name: division_directory
-- The City divisions with how to reach them.
select name, phone, email from divisions order by name
