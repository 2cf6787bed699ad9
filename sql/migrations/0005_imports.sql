-- Imports: each file that was read, with an account of every row.

create table imports (
    id bigint generated always as identity primary key,
    file_name text not null,
    source text not null,
    checksum text not null,
    by_id bigint references staff,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    rows_read int not null default 0,
    added int not null default 0,
    already_here int not null default 0,
    passed_over int not null default 0,
    refused int not null default 0,
    constraint every_row_is_accounted_for check (
        finished_at is null or rows_read = added + already_here + passed_over + refused)
);
comment on table imports is 'One row for each imported file. passed_over: rows the source file says not to take.';

create table import_refusals (
    import_id bigint not null references imports,
    line_no bigint not null,
    reason text not null,
    fields jsonb not null,
    primary key (import_id, line_no)
);
comment on table import_refusals is 'Each row that was not taken: its line in the file, why, and what it said, to be corrected and imported again.';
