-- Events whose hashes do not fit, in a range of cases. One row for each broken case, with its first broken event. As the owner:
-- whoever checks the history need not be allowed to read it, and is told no word of it.
create or replace function broken_history(first_case bigint, last_case bigint)
returns table (case_id bigint, request_no text, version int, problem text) language sql stable parallel safe security definer
set search_path = pg_catalog, public, pg_temp as $$
    with told as (
        select event.*, lag(event.hash) over following as last_hash,
               max(event.version) filter (where event.action = 'erase') over (partition by event.case_id) as erased_by
        from case_events as event
        where event.case_id between first_case and last_case
        window following as (partition by event.case_id order by event.version)
    ), judged as (
        select told.case_id, told.version,
               case
                   when before is distinct from last_hash then 'what came before it is gone, or is another event'
                   when erased_at is not null and version > coalesce(erased_by, 0) then 'its words were taken away without an erasure'
                   when erased_at is null
                        and said_digest <> digest_of_said(salt, note, details, changes) then
                       'what was said was changed'
                   when hash is distinct from hash_of_event(
                       before, coalesce(said_digest, said_bytes(note, details, changes)), told.case_id, told.version, at, by_id, key, action,
                       from_state, to_state) then 'it was changed'
               end as problem
        from told
    ), ends as (
        select cases.id as case_id, coalesce(last.version, 0) + 1 as version,
               case when last.version is null then 'its whole history is gone'
                    when last.version <> cases.version then 'the history ends before the case does'
                    else 'the case stands otherwise than its history says' end as problem
        from cases
        left join lateral (
            select event.version, event.to_state from case_events as event where event.case_id = cases.id order by event.version desc limit 1
        ) as last on true
        where cases.id between first_case and last_case
          and (last.version is null or last.version <> cases.version or last.to_state <> cases.state)
    ), rests as ( -- what an erasure left is as it left it
        select erasure.case_id, erasure.version, 'what was left at the erasure was changed'
        from (
            select distinct on (event.case_id) event.case_id, event.version, event.details ->> 'left' as digest
            from case_events as event
            where event.case_id between first_case and last_case and event.action = 'erase'
            order by event.case_id, event.version desc
        ) as erasure
        where erasure.digest <> encode(digest_of_the_rest(erasure.case_id), 'hex')
    )
    select distinct on (found.case_id) found.case_id, cases.request_no, found.version, found.problem
    from (select judged.case_id, judged.version, judged.problem from judged where judged.problem is not null union all select * from ends
          union all select * from rests) as found
    join cases on cases.id = found.case_id
    order by found.case_id, found.version
$$;
comment on function broken_history is 'The first broken event of each case in a range whose history does not fit its hashes, and in what.';
revoke execute on function broken_history(bigint, bigint) from public;
grant execute on function broken_history(bigint, bigint) to dashboard_system;
