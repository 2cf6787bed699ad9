-- What is found by an index on words or on an email address: the database compares such things for a person only after it has
-- asked about every row whether they may see it, and would read them all. Here the index is asked first, and the answer holds
-- what they may see and nothing else; for the program, which has no viewer, all of it, and for a page without one nothing.
create or replace function cases_with_words(said text, as_phone text, most int) returns setof bigint
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return query
    select cases.id
    from cases
    where (cases.search @@ (websearch_to_tsquery('english', said) || websearch_to_tsquery('simple', said))
           or cases.request_key = as_request_no(said) or cases.phone = as_phone or lower(cases.email) = lower(said))
      and (viewer() is null and current_setting('role') <> 'dashboard_app' or works_on_cases(viewer()) and may_see(cases, viewer()))
    limit most;
end $$;

create or replace function cases_of_customer(their_phone text, their_email text) returns setof bigint
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return query
    select cases.id
    from cases
    where (cases.phone = their_phone or lower(cases.email) = lower(their_email))
      and (viewer() is null and current_setting('role') <> 'dashboard_app' or works_on_cases(viewer()) and may_see(cases, viewer()));
end $$;
