-- What the database refuses whoever asks it with the application's connection: these are bolts behind the code's own checks.

-- A table of one's own, made for the moment, stands in for none of ours: not in what a trigger asks before it lets a change pass.
do $$
declare
    guard regprocedure;
begin
    for guard in
        select oid::regprocedure from pg_proc
        where pronamespace = 'public'::regnamespace and prorettype = 'trigger'::regtype and proname not like 'procrastinate%'
          and not exists (select from unnest(proconfig) as setting where setting like 'search_path=%')
    loop
        execute format('alter function %s set search_path = pg_catalog, public, pg_temp', guard);
    end loop;
end $$;

-- What works as the owner of the tables is for the program, and nothing of it for who only reads (R64).
revoke execute on function load_calendar(date, date), hold_cases(), fold_figures(), sort_in_new_words(), take_empty_cases(),
    was_related(cases, jsonb, bigint, text) from public;
grant execute on function load_calendar(date, date), hold_cases(), fold_figures(), sort_in_new_words(), take_empty_cases(),
    was_related(cases, jsonb, bigint, text) to dashboard_system;

-- A case changes together with its history (R63: every state, owner, date and contact): the version of a case counts its events, and the check of the history compares them. So no
-- promise, answer or owner changes without an event, which says who it was.
create function refuse_change_without_history() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
    raise exception 'A case changes only together with its history.' using errcode = 'TO311';
end $$;
create constraint trigger cases_change_with_their_history after update on cases deferrable initially deferred
    for each row when (current_user = 'dashboard_system' and new.version = old.version and (
        new.state, new.category, new.tags, new.subject_ids, new.division_id, new.due_on, new.reply_requested, new.customer_name, new.phone,
        new.email, new.postal_address, new.team_id, new.owner_id, new.assigned_at, new.recused_ids, new.acknowledged_at, new.finding,
        new.finding_summary, new.sources_checked, new.root_cause, new.steps_taken, new.no_steps_because, new.responded_at,
        new.response_channel, new.response, new.responded_by, new.accountable_id, new.closed_at, new.redirected_to, new.duplicate_of,
        new.updates_by, new.updates_to, new.decision, new.decision_reasons, new.remedy, new.remedy_by, new.letter_due, new.letter_because,
        new.decided_at, new.decided_by, new.told_at, new.told_by, new.ombudsman_at, new.assessed_because, new.lead_id, new.forwarded_at,
        new.lead_heard_at, new.lead_outcome, new.lead_done_at, new.praise_words, new.naming_consent, new.naming_consent_at, new.naming_consent_by,
        new.shared_at, new.shared_with, new.no_reply_at, new.no_reply_because, new.held_at, new.held_by, new.held_because,
        new.ombudsman_ended_at
    ) is distinct from (
        old.state, old.category, old.tags, old.subject_ids, old.division_id, old.due_on, old.reply_requested, old.customer_name, old.phone,
        old.email, old.postal_address, old.team_id, old.owner_id, old.assigned_at, old.recused_ids, old.acknowledged_at, old.finding,
        old.finding_summary, old.sources_checked, old.root_cause, old.steps_taken, old.no_steps_because, old.responded_at,
        old.response_channel, old.response, old.responded_by, old.accountable_id, old.closed_at, old.redirected_to, old.duplicate_of,
        old.updates_by, old.updates_to, old.decision, old.decision_reasons, old.remedy, old.remedy_by, old.letter_due, old.letter_because,
        old.decided_at, old.decided_by, old.told_at, old.told_by, old.ombudsman_at, old.assessed_because, old.lead_id, old.forwarded_at,
        old.lead_heard_at, old.lead_outcome, old.lead_done_at, old.praise_words, old.naming_consent, old.naming_consent_at, old.naming_consent_by,
        old.shared_at, old.shared_with, old.no_reply_at, old.no_reply_because, old.held_at, old.held_by, old.held_because,
        old.ombudsman_ended_at
    ))
    execute function refuse_change_without_history();
