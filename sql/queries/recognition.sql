-- Praise, counted. Nothing in this file reads a complaint.

-- name: months
-- The last two years, month by month, this one first.
select cast(date_trunc('month', today()) - no * interval '1 month' as date) as month from generate_series(0, 23) as no order by no

-- name: by_person
-- Compliments that name each person, by the month of receipt, and their contacts in these months.
select staff.id, staff.name, staff.title, teams.name as team, count(*) as compliments,
       (select sum(contacts) from contact_counts
        where staff_id = staff.id and month between cast(:first as date) and cast(:last as date))::int as contacts
from praise
join cases on cases.id = praise.case_id
join staff on staff.id = praise.staff_id
left join teams on teams.id = staff.team_id
where praise.known_by = 'named' and cases.state <> 'redirected'
  and date_trunc('month', cases.received_on) between cast(:first as date) and cast(:last as date)
group by staff.id, teams.name
order by compliments desc, staff.name

-- name: by_team
-- Compliments that praise a team or somebody on it, each once, and the contacts of its people.
select teams.id, teams.name as team, count(distinct cases.id) as compliments,
       (select sum(contacts) from contact_counts join staff on staff.id = contact_counts.staff_id
        where staff.team_id = teams.id and month between cast(:first as date) and cast(:last as date))::int as contacts
from praise
join cases on cases.id = praise.case_id
left join staff on staff.id = praise.staff_id
join teams on teams.id = coalesce(praise.team_id, staff.team_id)
where praise.known_by = 'named' and cases.state <> 'redirected'
  and date_trunc('month', cases.received_on) between cast(:first as date) and cast(:last as date)
group by teams.id
order by compliments desc, teams.name

-- name: by_month
-- Compliments of the last twelve months, and how many business days it took until the praised first read them.
select months.month, count(distinct read.case_id) as compliments,
       percentile_cont(0.5) within group (order by read.days) as days_to_read
from (
    select cast(date_trunc('month', today()) - no * interval '1 month' as date) as month from generate_series(0, 11) as no
) as months
left join (
    select cases.id as case_id, cast(date_trunc('month', cases.received_on) as date) as month,
           business_days_taken(cases.received_on, local_date((select min(seen_at) from praise_seen where praise_id = praise.id))) as days
    from cases
    left join praise on praise.case_id = cases.id
    where cases.kind = 'compliment' and cases.state <> 'redirected'
      and cases.received_on >= date_trunc('month', today()) - interval '11 months'
) as read on read.month = months.month
group by months.month
order by months.month

-- name: by_theme
-- What people were praised for.
select theme, count(*) as compliments
from cases
cross join unnest(cases.tags) as theme
where cases.kind = 'compliment' and cases.state <> 'redirected'
  and date_trunc('month', cases.received_on) between cast(:first as date) and cast(:last as date)
group by theme
order by compliments desc, theme

-- name: heard
-- How praise travelled: business days from the receipt until it was handed on, and until it was first read.
select count(distinct cases.id) as compliments, count(praise.id) as praised, count(praise.handed_at) as handed, count(read.seen_at) as read,
       percentile_cont(0.5) within group (order by business_days_taken(cases.received_on, local_date(praise.handed_at))) as days_to_hand_on,
       percentile_cont(0.5) within group (order by business_days_taken(cases.received_on, local_date(read.seen_at))) as days_to_read
from cases
left join praise on praise.case_id = cases.id and praise.known_by = 'named'
left join lateral (select min(seen_at) as seen_at from praise_seen where praise_id = praise.id) as read on true
where cases.kind = 'compliment' and cases.state <> 'redirected'
  and date_trunc('month', cases.received_on) between cast(:first as date) and cast(:last as date)

-- name: never
-- Active staff whom no compliment ever named, and who were never chosen.
select staff.id, staff.name, staff.title, teams.name as team
from staff
left join teams on teams.id = staff.team_id
where staff.active and staff.role in ('coordinator', 'team_lead', 'supervisor')
  and not exists (
      select from praise join cases on cases.id = praise.case_id
      where praise.staff_id = staff.id and praise.known_by = 'named' and cases.state <> 'redirected')
  and not exists (select from recognitions where staff_id = staff.id and state in ('chosen', 'celebrated'))
order by teams.name nulls last, staff.name

-- name: said_of
-- The compliments that name a person; their words once they were handed on.
select cases.received_on, praise.handed_at, case when praise.handed_at is not null then cases.praise_words end as words, cases.tags as themes
from praise
join cases on cases.id = praise.case_id
where praise.staff_id = :staff_id and praise.known_by = 'named' and cases.state <> 'redirected'
  and date_trunc('month', cases.received_on) between cast(:first as date) and cast(:last as date)
order by cases.received_at desc, cases.id desc

-- name: words
-- What the praised of a month read, for the digest.
select cases.praise_words as words, string_agg(coalesce(staff.name, teams.name), ', ' order by coalesce(staff.name, teams.name)) as names
from praise
join cases on cases.id = praise.case_id
left join staff on staff.id = praise.staff_id
left join teams on teams.id = praise.team_id
where praise.handed_at is not null and cases.praise_words is not null and date_trunc('month', cases.received_on) = cast(:month as date)
group by cases.id
order by cases.received_at, cases.id

-- name: shortlisted
-- The shortlist of a month; not what is undecided about oneself.
select recognitions.id, recognitions.state, coalesce(staff.name, teams.name) as name, recognitions.staff_id, recognitions.team_id,
       shortlisted_because, proposer.name as shortlisted_by, decided_because, decider.name as decided_by, decided_at,
       celebrated_how, celebrated_on, public_consent, public_at
from recognitions
left join staff on staff.id = recognitions.staff_id
left join teams on teams.id = recognitions.team_id
join staff as proposer on proposer.id = recognitions.shortlisted_by
left join staff as decider on decider.id = recognitions.decided_by
where month = :month and (recognitions.staff_id is distinct from :viewer or recognitions.state in ('chosen', 'celebrated'))
order by array_position(array['shortlisted', 'chosen', 'celebrated', 'not this time'], recognitions.state), name

-- name: get
-- One of them.
select recognitions.*, coalesce(staff.name, teams.name) as name, coalesce(staff.title, '') as title,
       (select name from teams where id = staff.team_id) as team, decider.name as decided_by_name, decider.title as decided_by_title
from recognitions
left join staff on staff.id = recognitions.staff_id
left join teams on teams.id = recognitions.team_id
left join staff as decider on decider.id = recognitions.decided_by
where recognitions.id = :id
for update of recognitions

-- name: chosen
-- Who was chosen for a month.
select coalesce(staff.name, teams.name) as name, decided_because, celebrated_how
from recognitions
left join staff on staff.id = recognitions.staff_id
left join teams on teams.id = recognitions.team_id
where month = :month and state in ('chosen', 'celebrated')
order by name

-- name: shortlist
-- Somebody is proposed.
insert into recognitions (month, staff_id, team_id, shortlisted_because, shortlisted_by)
values (:month, :staff_id, :team_id, :because, :by)
returning id

-- name: decide
-- Chosen, or not this time.
update recognitions set state = :state, decided_because = :because, decided_by = :by, decided_at = right_now()
where id = :id and state = 'shortlisted'

-- name: celebrate
-- How it was celebrated.
update recognitions set state = 'celebrated', celebrated_how = :how, celebrated_on = :day, celebrated_by = :by
where id = :id and state = 'chosen'

-- name: make_public
-- With their consent it may be shown; without, not any more.
update recognitions set public_consent = :consent,
    public_at = case when cast(:consent as text) is not null then right_now() end,
    public_by = case when cast(:consent as text) is not null then cast(:by as bigint) end
where id = :id

-- name: note
-- What the panel said or did.
insert into recognition_notes (recognition_id, by_id, note) values (:id, :by, :note)

-- name: notes
-- The history of one of them; nothing about oneself.
select recognition_notes.at, staff.name as by_name, note
from recognition_notes
join staff on staff.id = recognition_notes.by_id
join recognitions on recognitions.id = recognition_id
where recognition_id = :id and recognitions.staff_id is distinct from :viewer
order by recognition_notes.id
