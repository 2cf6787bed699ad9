-- What operators need: a token that reads the metrics and nothing else, and that what is old goes.
alter table api_tokens
    drop constraint scopes_are_kinds,
    add constraint scopes_are_kinds check (
        scopes <> '{}' and scopes <@ array['complaint', 'escalation', 'comment', 'compliment', 'metrics']);
comment on table api_tokens is
    'Who may send to POST /api/intake, or read /metrics. Of a token only its SHA-256 is kept; it is shown once, when it is issued.';

create index answers_by_time on api_answers (at);
create index sign_ins_by_time on sign_ins (began_at);
grant delete on sign_ins to dashboard_system;
