-- How a message leaves: it is marked before the mail server or the gateway is asked, so that a worker that is killed leaves a
-- trace, and what may have left is never mistaken for what has not.

alter table notices
    add column sending_since timestamptz,
    add column next_try_at timestamptz,
    add column handled_by bigint references staff,
    alter column case_id drop not null,
    drop constraint status_is_known,
    add constraint status_is_known check (status in ('waiting', 'sending', 'sent', 'failed', 'unknown', 'kept', 'cancelled')),
    drop constraint purpose_is_known,
    add constraint purpose_is_known check (purpose in ('response', 'letter', 'acknowledgement', 'update', 'digest')),
    add constraint only_a_digest_has_no_case check ((purpose = 'digest') = (case_id is null)),
    add constraint sending_since_only_while_sending check ((status = 'sending') = (sending_since is not null)),
    drop constraint failed_says_why,
    add constraint failed_says_why check (status not in ('failed', 'unknown') or problem is not null);
comment on table notices is
    'Messages: waiting, sending, sent, failed (for good), unknown (it may have left), kept (nothing is set up to send it) or cancelled.';
comment on column notices.next_try_at is 'When it is tried again; null for at once.';
comment on column notices.handled_by is 'Who sent it again or withdrew it by hand.';

-- Until now a response that waited was one whose delivery was cut off.
update notices set status = 'unknown', problem = 'It is not known whether this left.' where status = 'waiting';

drop index one_response_on_its_way, one_letter_on_its_way;
create unique index one_response_on_its_way on notices (case_id) where purpose = 'response' and status not in ('sent', 'cancelled');
create unique index one_letter_on_its_way on notices (case_id) where purpose = 'letter' and status not in ('sent', 'cancelled');
create index notices_not_sent on notices (status, id) where status not in ('sent', 'cancelled');
create index notices_by_time_sent on notices (sent_at) where status = 'sent';

-- Whoever hands a message over holds its lane, a lock of their connection: it is free the moment they are gone. The status updates of
-- a case share one, so that no two of them are ever on their way together (R43).
create function lane_of(notice notices) returns bigint language sql immutable parallel safe
return hashtextextended(
    case notice.purpose when 'update' then 'updates of case ' || notice.case_id else 'notice ' || notice.id end, 311);
comment on function lane_of is 'The advisory lock of whoever hands this message over.';

create function is_leaving(notice notices) returns boolean language sql volatile
return notice.status = 'sending' and exists (
    select from pg_locks
    where locktype = 'advisory' and objsubid = 1 and granted
      and database = (select oid from pg_database where datname = current_database())
      and (classid::bigint << 32 | objid::bigint) = lane_of(notice));
comment on function is_leaving is 'Whether somebody is handing it over just now; one that is sending and not leaving was cut off.';

-- "Internal alerts": one digest for each person and business morning, however many workers there are.
create table digests (
    staff_id bigint not null references staff,
    day date not null,
    notice_id bigint references notices,
    made_at timestamptz not null default right_now(),
    primary key (staff_id, day)
);
comment on table digests is 'Whose morning digest was made on which day; without a message where there was nothing to say.';

create table digests_declined (
    staff_id bigint primary key references staff,
    declined_at timestamptz not null default right_now()
);
comment on table digests_declined is 'Who does not want the morning digest.';

grant select, insert, update (notice_id) on digests to dashboard_app;
grant select, insert, delete on digests_declined to dashboard_app;
