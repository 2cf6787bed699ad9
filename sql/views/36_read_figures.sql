-- The figures of a page. In plpgsql, whose plans a connection keeps: planning these takes several times as long as carrying
-- them out, because what is in the log is added to each sum.

-- Each promise by month: due, received and answered in it, for everybody or for one value of a dimension. Of the month that
-- runs, only what was due up to today: "a case not yet due is in no period".
create or replace function figures_by_month(first_month date, last_month date, of_dim text, of_value text)
returns table (axis text, month date, kind text, on_time int, late int, last_day int, informed int, unanswered int, overdue int, not_due int)
language plpgsql stable set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    return query
    with asked as (
        select first_month as first, last_month as last, today() as today, cast(date_trunc('month', today()) as date) as running
    ), ended as (
        select axis, starts_on as month, kind, on_time, late, last_day, informed, unanswered, 0 as overdue, 0 as not_due
        from figures_ended_now, asked
        where axis = any (array['due', 'received', 'answered']) and grain = 'month' and dim = of_dim and value = of_value
          and starts_on between asked.first and asked.last and (axis <> 'due' or starts_on < asked.running)
        union all
        select axis, asked.running, kind, on_time, late, last_day, informed, unanswered, 0, 0
        from figures_ended_now, asked
        where axis = 'due' and grain = 'day' and dim = of_dim and value = of_value
          and starts_on between asked.running and asked.today and asked.running between asked.first and asked.last
    ), open as (
        -- missed from the day after the due date, with no write happening
        select 'due' as axis, cast(date_trunc('month', due_on) as date) as month, kind, n as overdue, 0 as not_due, informed
        from figures_open_now, asked
        where dim = of_dim and value = of_value and due_on >= asked.first and due_on < least(asked.last + interval '1 month', asked.today)
        union all
        select 'received', received_month, kind, case when due_on < asked.today then n else 0 end,
               case when due_on >= asked.today then n else 0 end, case when due_on < asked.today then informed else 0 end
        from figures_open_now, asked
        where dim = of_dim and value = of_value and received_month between asked.first and asked.last
    ), together as (
        select axis, month, kind, on_time, late, last_day, informed, unanswered, overdue, not_due from ended
        union all
        select axis, month, kind, 0, 0, 0, informed, 0, overdue, not_due from open
    )
    select axis, month, kind, sum(on_time)::int as on_time, sum(late)::int as late, sum(last_day)::int as last_day,
           sum(informed)::int as informed, sum(unanswered)::int as unanswered, sum(overdue)::int as overdue, sum(not_due)::int as not_due
    from together
    group by axis, month, kind
    order by month, axis, kind;
end $$;
comment on function figures_by_month is 'Promises by the month in which they were due, received and answered, for one value of a dimension.';

-- Each promise due in the period, by the values of one dimension.
create or replace function figures_by_value(first_month date, last_month date, of_dim text)
returns table (value text, kind text, on_time int, late int, last_day int, informed int, unanswered int, overdue int, not_due int)
language plpgsql stable set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    return query
    with asked as (
        select first_month as first, last_month as last, today() as today, cast(date_trunc('month', today()) as date) as running
    ), together as (
        select value, kind, on_time, late, last_day, informed, unanswered, 0 as overdue
        from figures_ended_now, asked
        where axis = 'due' and grain = 'month' and dim = of_dim and starts_on between asked.first and asked.last and starts_on < asked.running
        union all
        select value, kind, on_time, late, last_day, informed, unanswered, 0
        from figures_ended_now, asked
        where axis = 'due' and grain = 'day' and dim = of_dim
          and starts_on between asked.running and asked.today and asked.running between asked.first and asked.last
        union all
        select value, kind, 0, 0, 0, informed, 0, n
        from figures_open_now, asked
        where dim = of_dim and due_on >= asked.first and due_on < least(asked.last + interval '1 month', asked.today)
    )
    select value, kind, sum(on_time)::int as on_time, sum(late)::int as late, sum(last_day)::int as last_day,
           sum(informed)::int as informed, sum(unanswered)::int as unanswered, sum(overdue)::int as overdue, 0 as not_due
    from together
    group by value, kind;
end $$;
comment on function figures_by_value is 'Promises due in a period, by the values of one dimension.';
