-- name: known
-- Whom words may mean: everybody who works here or did.
select id, name, active from staff order by id

-- name: add
-- Whom a compliment praises: [{staff_id or team_id, known_by, because, sure}]. Who was only suggested may now be named.
-- One after the other, so that the same person twice is one.
insert into praise (case_id, staff_id, team_id, known_by, because, sure)
select :case_id, staff_id, team_id, known_by, because, sure
from jsonb_to_recordset(cast(:praised as jsonb)) as one (staff_id bigint, team_id bigint, known_by text, because text, sure boolean)
where not exists (
    select from praise
    where case_id = :case_id and (praise.staff_id = one.staff_id or praise.team_id = one.team_id))

-- name: drop_others
-- Who is not meant is not praised; the suggested who are meant are named from now on. Who has read it stays.
with named as (
    update praise set known_by = 'named', sure = true
    where case_id = :case_id and (staff_id = any (:staff) or team_id = any (:teams))
)
delete from praise
where case_id = :case_id and handed_at is null
  and (staff_id is null or staff_id <> all (cast(:staff as bigint[])))
  and (team_id is null or team_id <> all (cast(:teams as bigint[])))

-- name: confirm
-- Those who were suggested are named.
update praise set known_by = 'named' where case_id = :case_id

-- name: of_case
-- Whom a compliment praises and how it reached them.
select praise.id, praise.staff_id, coalesce(staff.name, teams.name) as name, praise.team_id is not null as is_team, known_by, because, sure,
       staff.active, supervisor.name as supervisor, handed_at, handler.name as handed_by,
       (select min(seen_at) from praise_seen where praise_id = praise.id) as seen_at
from praise
left join staff on staff.id = praise.staff_id
left join teams on teams.id = praise.team_id
left join staff as supervisor on supervisor.id = praise.supervisor_id
left join staff as handler on handler.id = praise.handed_by
where praise.case_id = :case_id
order by is_team, name

-- name: route
-- Through whom each of the praised hears it: the nearest above them who supervises and is neither praised too nor the subject
-- of a complaint that was split from its words; a team, through its supervisor. Failing that, whoever of management is free of it.
with recursive kept_out as (
    select staff_id from praise where case_id = :case_id and staff_id is not null
    union
    select subject_id
    from case_links
    join cases as complaint on complaint.id = case_links.case_id
    cross join unnest(complaint.subject_ids) as subject_id
    where case_links.other_id = :case_id
), above as (
    (
        select praise.id as praise_id, staff.reports_to as staff_id, 1 as height
        from praise join staff on staff.id = praise.staff_id
        where case_id = :case_id and handed_at is null
        union all
        select praise.id, staff.id, 0
        from praise join staff on staff.team_id = praise.team_id and staff.role = 'supervisor'
        where case_id = :case_id and handed_at is null
    )
    union all
    select above.praise_id, staff.reports_to, height + 1 from above join staff on staff.id = above.staff_id
), nearest as (
    select distinct on (praise_id) praise_id, staff.id
    from above join staff on staff.id = above.staff_id
    where staff.active and staff.role in ('supervisor', 'manager', 'director') and staff.id not in (select staff_id from kept_out)
    order by praise_id, height, staff.id
)
update praise set supervisor_id = coalesce(
    (select id from nearest where praise_id = praise.id),
    (select id from staff
     where active and role in ('director', 'manager', 'supervisor') and id not in (select staff_id from kept_out)
     order by array_position(array['director', 'manager', 'supervisor'], role), id limit 1))
where case_id = :case_id and handed_at is null

-- name: first_supervisor
-- The supervisor of the first of the praised, who has the compliment from now on.
select staff.id, staff.team_id
from praise join staff on staff.id = praise.supervisor_id
where case_id = :case_id
order by praise.handed_at is not null, praise.id
limit 1

-- name: owner_is_subject
-- Whether whoever has a compliment is the subject of this complaint.
select owner_id = any ((select subject_ids from cases as complaint where complaint.id = :complaint_id)::bigint[]) from cases where id = :case_id

-- name: was_handed_on
-- Whether anybody has read it, or could have.
select exists (select from praise where case_id = :case_id and handed_at is not null)

-- name: hand_on
-- Those below this person hear it now.
update praise set handed_at = right_now(), handed_by = :by
where case_id = :case_id and handed_at is null and staff_id is distinct from :by
  and (supervisor_id = :by or exists (select from staff_above where staff_id = supervisor_id and above_id = :by))

-- name: manager
-- The nearest manager above whoever has it, who is not praised in it; else themselves, if they are management; else any.
with recursive above as (
    select staff.reports_to as staff_id, 1 as height from cases join staff on staff.id = cases.owner_id where cases.id = :case_id
    union all
    select staff.reports_to, height + 1 from above join staff on staff.id = above.staff_id
), candidates as (
    select staff_id, height from above where staff_id is not null
    union all
    select owner_id, 1000 from cases where id = :case_id
    union all
    select id, 2000 from staff where role = 'director'
    union all
    select id, 3000 from staff where role = 'manager'
)
select staff.id
from candidates join staff on staff.id = candidates.staff_id
join cases on cases.id = :case_id
where staff.active and staff.role in ('manager', 'director') and staff.id <> all (cases.praised_ids) and may_see(cases, staff.id)
order by height, staff.id
limit 1

-- name: see
-- The first time somebody reads what was said about them, or about their team.
insert into praise_seen (praise_id, staff_id)
select praise.id, :viewer
from praise
where handed_at is not null
  and (staff_id = :viewer or team_id = (select team_id from staff where id = :viewer))
  and not exists (select from praise_seen where praise_id = praise.id and staff_id = :viewer)
on conflict do nothing

-- name: about
-- What was said about somebody or their team, and nothing of the case besides: no number, no contact, no link.
select praise.id, cases.praise_words as words, cases.received_on, praise.handed_at, handler.name as handed_by, teams.name as team,
       case when cases.naming_consent is not null then cases.customer_name end as said_by, cases.tags as themes, seen.seen_at
from praise
join cases on cases.id = praise.case_id
join staff as handler on handler.id = praise.handed_by
left join teams on teams.id = praise.team_id
left join praise_seen as seen on seen.praise_id = praise.id and seen.staff_id = :viewer
where praise.handed_at is not null
  and (praise.staff_id = :viewer or praise.team_id = (select team_id from staff where id = :viewer))
order by praise.handed_at desc, praise.id desc
limit 200

-- name: to_hand_on
-- What waits for a supervisor to tell their staff: promised replies worst first, then the oldest.
select cases.id, cases.request_no, cases.title, cases.received_on, cases.version,
       business_days_taken(cases.received_on, today()) as waited,
       array(select coalesce(staff.name, teams.name)
             from praise as one left join staff on staff.id = one.staff_id left join teams on teams.id = one.team_id
             where one.case_id = cases.id and one.handed_at is null and one.supervisor_id = :viewer order by 1) as names, board.kind, board.state, board.due_on, board.runs_out_on, board.days_left, board.is_overdue, board.is_open, board.responded_on,
       board.days_taken, board.answered_late
from cases
join case_board as board on board.id = cases.id
where cases.kind = 'compliment' and cases.state = 'forwarded' and cases.closed_at is null
  and exists (select from praise where case_id = cases.id and handed_at is null and supervisor_id = :viewer)
  and may_see(cases, :viewer)
order by board.share_used desc nulls last, cases.received_at, cases.id
limit 200

-- name: to_forward
-- What nobody forwarded yet: promised replies worst first, then the oldest.
select cases.id, cases.request_no, cases.title, cases.description, cases.received_on, cases.version,
       business_days_taken(cases.received_on, today()) as waited,
       (select string_agg(coalesce(staff.name, teams.name), ', ' order by praise.id)
        from praise left join staff on staff.id = praise.staff_id left join teams on teams.id = praise.team_id
        where case_id = cases.id) as names,
       (select string_agg(distinct case when known_by = 'named' then 'Named when it was taken down' else because end, '; ')
        from praise where case_id = cases.id) as because,
       coalesce((select bool_and(sure) from praise where case_id = cases.id), false) as sure, board.kind, board.state, board.due_on, board.runs_out_on, board.days_left, board.is_overdue, board.is_open, board.responded_on,
       board.days_taken, board.answered_late
from cases
join case_board as board on board.id = cases.id
where cases.kind = 'compliment' and cases.state = 'received' and cases.closed_at is null and may_see(cases, :viewer)
order by board.share_used desc nulls last, cases.received_at, cases.id
limit 500

-- name: shared_with
-- The last compliments shared with a manager: whom they praise and what was said, not by whom.
select cases.id, cases.request_no, cases.shared_at, cases.praise_words as words, cases.received_on,
       (select string_agg(coalesce(staff.name, teams.name), ', ' order by praise.id)
        from praise left join staff on staff.id = praise.staff_id left join teams on teams.id = praise.team_id
        where case_id = cases.id) as names
from cases
where cases.kind = 'compliment' and cases.shared_with = :viewer and may_see(cases, :viewer)
order by cases.shared_at desc, cases.id desc
limit 50
