-- R35, R36: also who wrote, approved or issued the letter that answered a complaint had a part in it, and who answered it by the
-- decision on an escalation that has ended.
create or replace function handlers_of(complaint bigint) returns setof bigint language sql stable as $$
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
    where escalation.complaint_id = complaint and escalation.closed_at is not null and event.action = 'answer_complaint'
      and event.by_id is not null
$$;

-- Whoever is named in a complaint does not read the comment that it was opened from either (R57, R64).
create or replace function name_subjects_of_escalations() returns trigger language plpgsql as $$
begin
    update cases set subject_ids = new.subject_ids, version = version + 1
    where complaint_id = new.id and subject_ids <> new.subject_ids;
    update cases
    set subject_ids = array(select distinct subject from unnest(subject_ids || new.subject_ids) as subject order by 1), version = version + 1
    where kind = 'comment' and not subject_ids @> new.subject_ids
      and id in (select other_id from case_links where case_id = new.id and relation = 'opened from');
    return new;
end $$;
