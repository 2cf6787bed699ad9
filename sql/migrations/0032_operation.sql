-- What operators need: a token that reads the metrics and nothing else, and that what is old goes.
alter table api_tokens
    drop constraint scopes_are_kinds,
    add constraint scopes_are_kinds check (
        scopes <> '{}' and scopes <@ array['complaint', 'escalation', 'comment', 'compliment', 'metrics']);
comment on table api_tokens is
    'Who may send to POST /api/intake, or read /metrics. Of a token only its SHA-256 is kept; it is shown once, when it is issued.';

create index answers_by_time on api_answers (at);
create index sign_ins_by_time on sign_ins (began_at);
-- A sign-in that was ended and then taken away would begin again, so the dashboard takes none away itself.
create function sweep_sign_ins() returns void language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    delete from sign_ins where began_at < clock_timestamp() - interval '1 year'
$$;
comment on function sweep_sign_ins is 'Sign-ins of more than a year ago go, long over: as everything else, a year after last use (R65).';
revoke execute on function sweep_sign_ins() from public;
grant execute on function sweep_sign_ins() to dashboard_system;
