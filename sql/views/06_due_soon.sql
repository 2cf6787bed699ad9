-- The last due date that is due soon: two business days or fewer are left. On the last days of the calendar it is any.
create or replace function due_soon_until() returns date language sql stable parallel safe as $$
    select coalesce(max(due.day), date 'infinity')
    from calendar as now join calendar as due on due.is_business_day and due.business_day_no = now.business_day_no + 2
    where now.day = today()
$$;
