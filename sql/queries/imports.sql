-- name: wait_for_others
-- One import at a time: the second of two of the same file finds the rows of the first.
select pg_advisory_xact_lock(hashtext('import of a file'))

-- name: begin
-- An import begins; its work may take memory, and words are sorted into their index at its end.
select set_config('work_mem', '256MB', true), set_config('gin_pending_list_limit', '65536', true),
       set_config('temp_buffers', '64MB', false)

-- name: record
-- The file is on record with its account of every row.
insert into imports (file_name, source, columns, by_id) values (:file_name, :source, :columns, :by) returning id

-- name: make_room
-- Where the rows of the file are laid out to be checked. What each needs later is computed while it is read.
create temp table staged (
    line_no bigint not null,
    problem text,
    case_id bigint not null default nextval('cases_id_seq'),
    request_no text,
    request_key text generated always as (as_request_no(request_no)) stored,
    kind text not null default 'complaint',
    state text,
    title text,
    description text not null default '',
    category text,
    tags text,
    topic text,
    channel text,
    received_at timestamptz,
    received_on date generated always as (local_date(received_at)) stored,
    backdated_because text,
    promised_days int,
    due_on date,
    first_due_on date,
    reply_requested boolean,
    customer_name text,
    phone text,
    email text,
    postal_address text,
    contact_held_by text,
    language text,
    interpreter boolean,
    accessible_format text,
    division text,
    subjects text,
    owner text,
    team text,
    assigned_at timestamptz,
    acknowledged_at timestamptz,
    finding text,
    finding_summary text,
    sources_checked text,
    root_cause text,
    steps_taken text,
    no_steps_because text,
    answered_at timestamptz,
    response_channel text,
    response text,
    responded_by text,
    accountable text,
    closed_at timestamptz,
    redirected_to text,
    duplicate_of text
) on commit drop;
create temp table verdicts (line_no bigint primary key, verdict text not null, reason text not null) on commit drop

-- name: copy
-- The rows of the file arrive.
copy staged (/* columns */) from stdin with (format text, null '')

-- name: clear_room
-- Another import in the same transaction starts afresh.
drop table staged, verdicts

-- name: look_over
-- The planner learns how many rows there are.
analyze staged
