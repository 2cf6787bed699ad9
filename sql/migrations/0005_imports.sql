-- Imports: each file that was read, with an account of every row.

create table imports (
    id bigint generated always as identity primary key,
    file_name text not null,
    source text not null,
    columns text[] not null,
    checksum text,
    by_id bigint references staff,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    rows_read int not null default 0,
    added int not null default 0,
    already_here int not null default 0,
    passed_over int not null default 0,
    refused int not null default 0,
    constraint every_row_is_accounted_for check (
        finished_at is null or rows_read = added + already_here + passed_over + refused),
    constraint finished_import_has_a_checksum check (finished_at is null or checksum is not null)
);
comment on table imports is 'One row for each imported file. passed_over: rows the source file says not to take.';
comment on column imports.columns is 'The names of its columns, in order, so that refused rows can be given back as they came.';
comment on column imports.checksum is 'SHA-256 of the file as it was read.';

create table import_refusals (
    import_id bigint not null references imports,
    line_no bigint not null,
    reason text not null,
    cells text[] not null,
    primary key (import_id, line_no),
    constraint refusal_has_a_reason check (reason ~ '\S')
);
comment on table import_refusals is 'Each row that was not taken: its line in the file, why, and what it said, to be corrected and imported again.';
comment on column import_refusals.line_no is 'The line of the file on which the row starts; the first line is 1.';
comment on column import_refusals.cells is 'As they stood, in the order of imports.columns; NUL, which no text can hold, as its picture U+2400.';

-- What spreadsheets run as a formula. The same rule is in core/intake/cells.py, with the way back.
create function formula_safe(said text) returns text language sql immutable parallel safe
return case when said ~ '^''*[=+\-@\t\r\n|%＝＋－＠]' then '''' || said else said end;
comment on function formula_safe is 'This text with an apostrophe before anything that a spreadsheet would run.';

-- An index of words collects what is new and sorts it in later. A big import does that itself: otherwise the next click
-- of somebody else would.
create function sort_in_new_words() returns void language sql security definer
set search_path from current set maintenance_work_mem = '256MB'
begin atomic
    select gin_clean_pending_list('cases_by_word');
end;
comment on function sort_in_new_words is 'Brings what was just imported to its place in the index of words.';
