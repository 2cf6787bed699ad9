-- The filters of the queue, once: the list, its count, the neighbours of a case, bulk actions and exports ask the same.
-- A filter that is not given folds away when the query is planned, so that the indexes are used.
create or replace function case_matches(c cases, wanted jsonb, viewer bigint) returns boolean
language sql stable parallel safe as $$
    select (wanted ->> 'status' is distinct from 'open' or c.closed_at is null)
        and (wanted ->> 'status' is distinct from 'closed' or c.closed_at is not null)
        and (wanted ->> 'who' is distinct from 'mine' or c.owner_id = viewer)
        and (wanted ->> 'who' is distinct from 'team'
            or c.team_id = (select staff.team_id from staff where staff.id = viewer))
        and (wanted ->> 'who' is distinct from 'unassigned' or c.owner_id is null)
        and (wanted ->> 'owner' is null or c.owner_id = (wanted ->> 'owner')::bigint)
        and (wanted ->> 'when' is distinct from 'overdue' or c.due_on < today())
        and (wanted ->> 'when' is distinct from 'due soon'
            or c.due_on between today() and (
                select soon.due_on from due_dates(2) as soon where soon.received_on = today())
            and (c.kind <> 'escalation' or c.due_on = today()))
        and (wanted ->> 'kind' is null or c.kind = wanted ->> 'kind')
        and (wanted ->> 'state' is null or c.state = wanted ->> 'state')
        and (wanted ->> 'category' is null or c.category = wanted ->> 'category')
        and (wanted ->> 'channel' is null or c.channel = wanted ->> 'channel')
        and (wanted ->> 'source' is null or c.source = wanted ->> 'source')
        and (wanted ->> 'from' is null or c.received_at >= (wanted ->> 'from')::date::timestamp at time zone 'America/Toronto')
        and (wanted ->> 'to' is null or c.received_at < ((wanted ->> 'to')::date + 1)::timestamp at time zone 'America/Toronto')
        and (wanted ->> 'words' is null
            or c.search @@ (websearch_to_tsquery('english', wanted ->> 'words') || websearch_to_tsquery('simple', wanted ->> 'words'))
            or c.request_key = as_request_no(wanted ->> 'words')
            or c.phone = wanted ->> 'phone'
            or lower(c.email) = lower(wanted ->> 'words'))
$$;
comment on function case_matches is 'Whether a case is in the filtered list (the keys are those of the queue''s address).';
