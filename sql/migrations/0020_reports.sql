-- Reports: who wants the monthly report, and to whom it went.

create table report_subscriptions (
    staff_id bigint primary key references staff,
    since timestamptz not null default right_now(),
    last_month date,
    constraint last_month_starts_on_its_first check (extract(day from last_month) = 1)
);
comment on table report_subscriptions is 'Who gets the monthly report by email; last_month is the last one that was made for them.';
grant select, insert, delete, update (last_month) on report_subscriptions to dashboard_app;
