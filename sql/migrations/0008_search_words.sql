-- The words of a case are read again only when one of its texts changed, and not at every move.
drop trigger if exists search_is_written_again on cases;
create trigger search_is_written_again before update of title, topic, description, response, customer_name, email, phone on cases
    for each row
    when ((old.title, old.topic, old.description, old.response, old.customer_name, old.email, old.phone)
          is distinct from (new.title, new.topic, new.description, new.response, new.customer_name, new.email, new.phone))
    execute function write_search();
