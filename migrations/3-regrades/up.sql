-- From here on a journal may say that an answer was graded anew. An older program would take that for damage, so it
-- refuses the store. No row changes: journals in which nothing was graded anew read as they are.
SELECT 1;
