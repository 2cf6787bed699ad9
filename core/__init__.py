"""The rules of the dashboard, in plain Python. No Streamlit here; the SQL is in sql/."""
