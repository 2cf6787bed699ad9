-- The monthly report: made once, as it stood when it was sent, and to each who subscribed once.
create table monthly_reports (
    month date primary key,
    made_at timestamptz not null default right_now(),
    pdf bytea not null,
    sha256 text not null generated always as (encode(sha256(pdf), 'hex')) stored,
    constraint month_starts_on_its_first check (extract(day from month) = 1)
);
comment on table monthly_reports is 'The report of each month as it was sent. A row never changes: what is restated since is told by frozen months.';
create trigger reports_are_kept before update or delete on monthly_reports for each row execute function refuse_change_of_history();
create trigger reports_are_not_emptied before truncate on monthly_reports for each statement execute function refuse_change_of_history();

create table report_mails (
    month date not null references monthly_reports,
    staff_id bigint not null references staff,
    notice_id bigint references notices,
    made_at timestamptz not null default right_now(),
    constraint one_report_a_month_and_person primary key (month, staff_id)
);
comment on table report_mails is 'To whom the report of a month went, once for each person, however many workers there are.';
create trigger report_mails_are_kept before delete on report_mails for each row execute function refuse_change_of_history();

-- Nothing was sent yet by what was to be written there.
alter table report_subscriptions drop column last_month;

-- It leaves with the outbox: the message carries it.
alter table notices
    add column report_month date references monthly_reports,
    drop constraint purpose_is_known,
    add constraint purpose_is_known check (purpose in ('response', 'letter', 'acknowledgement', 'update', 'digest', 'report')),
    drop constraint only_a_digest_has_no_case,
    add constraint only_what_is_for_staff_has_no_case check ((purpose in ('digest', 'report')) = (case_id is null)),
    add constraint report_is_enclosed check ((purpose = 'report') = (report_month is not null));
comment on column notices.report_month is 'The month whose report this message carries.';

grant select on monthly_reports, report_mails to dashboard_app;
grant select, insert on monthly_reports, report_mails to dashboard_system;
grant update (notice_id) on report_mails to dashboard_system;
grant insert (report_month) on notices to dashboard_system;
