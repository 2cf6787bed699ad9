-- R35: whoever answered a complaint by a decision has no part in its next escalation. The decision itself, when its letter comes back,
-- still goes back to who made it.
create function handlers_of(complaint bigint, apart_from bigint) returns setof bigint language sql stable as $$
    select staff_id
    from cases, unnest(array[owner_id, responded_by, accountable_id] || recused_ids) as staff_id
    where cases.id = complaint and staff_id is not null
    union
    select by_id from case_events
    where case_id = complaint and by_id is not null
      and action in ('take', 'investigate', 'record_finding', 'record_steps', 'send_response', 'record_response',
                     'draft_letter', 'approve_letter', 'issue_letter')
    union
    select cast(had as bigint)
    from case_events, jsonb_array_elements_text(changes -> 'owner_id') as had
    where case_id = complaint and had is not null
    union
    select staff_id
    from letters, unnest(writer_ids || array[approved_by, issued_by]) as staff_id
    where case_id = complaint and staff_id is not null
    union
    select event.by_id
    from cases as escalation
    join case_events as event on event.case_id = escalation.id
    where escalation.complaint_id = complaint and escalation.id is distinct from apart_from
      and escalation.closed_at is not null and event.action = 'answer_complaint' and event.by_id is not null
$$;
comment on function handlers_of(bigint, bigint) is
    'Whoever had a part in a complaint (R35, R36); what they did by this escalation of it, seen from that escalation, is none.';

create or replace function handlers_of(complaint bigint) returns setof bigint language sql stable as $$
    select handlers_of(complaint, null)
$$;
