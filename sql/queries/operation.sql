-- name: open_cases
-- Open cases of each kind, and how many of them are overdue, due soon, and in nobody's hands.
select cases.kind, count(*)::int as open,
       count(*) filter (where cases.runs_out_on < clock.today)::int as overdue,
       count(*) filter (
           where cases.runs_out_on between clock.today and clock.soon
             and (cases.kind <> 'escalation' or cases.responded_at is not null or cases.runs_out_on = clock.today))::int as due_soon,
       count(*) filter (where cases.owner_id is null)::int as unassigned
from cases
cross join (select today() as today, due_soon_until() as soon) as clock
where cases.closed_at is null
group by cases.kind

-- name: messages
-- Messages in the outbox by how they stand; what was sent is counted since midnight.
select stands, count(*)::int as n from outbox group by stands

-- name: sweep_answers
-- The feed's answers of more than 30 days ago: nobody sends the same again so late.
delete from api_answers where at < clock_timestamp() - interval '30 days'

-- name: sweep_sign_ins
-- Sign-ins of more than a year ago.
select sweep_sign_ins()
