-- A reply that was asked for and cannot be given: no contact works, or the customer no longer wants one. The promise stays as it was
-- made. Until the case is closed it counts as every open one does; closed, it is outside the published figure and counted beside it,
-- as what was withdrawn is (section H).
alter table cases
    add column no_reply_at timestamptz,
    add column no_reply_because text,
    add constraint no_reply_says_why check ((no_reply_at is null) = (no_reply_because is null)),
    add constraint no_reply_because_is_known check (no_reply_because in ('no contact works', 'the customer no longer wants one')),
    add constraint only_a_promised_reply_is_ended check (
        no_reply_at is null or (kind in ('comment', 'compliment') and reply_requested and responded_at is null)),
    drop constraint who_asked_is_answered,
    add constraint who_asked_is_answered check (
        kind not in ('comment', 'compliment') or closed_at is null or not reply_requested or responded_at is not null
        or no_reply_at is not null or source <> 'dashboard');
comment on column cases.no_reply_at is 'When it was recorded that the reply which was asked for cannot be given.';
grant update (no_reply_at, no_reply_because) on cases to dashboard_system;
