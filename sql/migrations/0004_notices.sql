-- The outbox: what leaves for a customer is a row first.

create table notices (
    id bigint generated always as identity primary key,
    case_id bigint not null references cases,
    purpose text not null,
    to_address text not null,
    subject text not null,
    body text not null,
    message_id text not null unique,
    status text not null default 'waiting',
    created_at timestamptz not null default right_now(),
    created_by bigint references staff,
    attempts int not null default 0,
    sent_at timestamptz,
    problem text,
    constraint purpose_is_known check (purpose in ('response', 'acknowledgement', 'update')),
    constraint status_is_known check (status in ('waiting', 'sent', 'failed', 'kept', 'cancelled')),
    constraint sent_at_only_when_sent check ((status = 'sent') = (sent_at is not null)),
    constraint failed_says_why check (status <> 'failed' or problem is not null)
);
create index notices_by_case on notices (case_id);
create unique index one_response_on_its_way on notices (case_id)
    where purpose = 'response' and status in ('waiting', 'failed', 'kept');
comment on table notices is 'Messages to customers: waiting, sent, failed, kept (no mail server is configured) or cancelled.';
