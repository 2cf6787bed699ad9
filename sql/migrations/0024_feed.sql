-- The online form's feed: who may send, how often, and what was answered to what.

create table api_tokens (
    id bigint generated always as identity primary key,
    client text not null,
    digest text not null unique,
    scopes text[] not null,
    per_minute int not null,
    issued_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    last_used_on date,
    constraint client_is_named check (client ~ '^[a-z0-9-]{1,40}$'),
    constraint digest_is_of_256_bits check (digest ~ '^[0-9a-f]{64}$'),
    constraint scopes_are_kinds check (
        scopes <> '{}' and scopes <@ array['complaint', 'escalation', 'comment', 'compliment']),
    constraint some_each_minute check (per_minute between 1 and 6000),
    constraint expires_after_it_was_issued check (expires_at > issued_at)
);
create index tokens_by_client on api_tokens (client);
comment on table api_tokens is 'Who may send to POST /api/intake. Of a token only its SHA-256 is kept; it is shown once, when it is issued.';

create table api_rates (
    client text primary key,
    full_at timestamptz not null
);
comment on table api_rates is 'How far each client has used up its minute: when its bucket would be empty again. One row each, whichever replica is asked.';

create table api_answers (
    client text not null,
    key text not null,
    digest text not null,
    at timestamptz not null default clock_timestamp(),
    status int,
    answer jsonb,
    primary key (client, key)
);
comment on table api_answers is 'What was answered to each idempotency key, and the digest of what was sent; of what was sent nothing is kept here.';

alter table escalation_attempts add column client text;
comment on column escalation_attempts.client is 'Which client of the feed the attempt came through.';
create index attempts_by_client on escalation_attempts (client, at) where outcome = 'not matched';

-- Tokens are issued, turned and taken back by the owner of the tables: python -m core token.
grant select, update (last_used_on) on api_tokens to dashboard_system;
grant select, insert, update (full_at) on api_rates to dashboard_system;
grant select, insert, delete, update (status, answer) on api_answers to dashboard_system;

-- Online the customer says so in person: what was received with nobody of ours entering it has nobody who recorded it.
alter table cases
    drop constraint naming_consent_is_recorded,
    add constraint naming_consent_is_recorded check (
        (naming_consent is null) = (naming_consent_at is null)
        and (naming_consent_by is null or naming_consent is not null)
        and (naming_consent is null or naming_consent_by is not null or entered_by is null and channel = 'online'));
