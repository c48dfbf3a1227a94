-- From here on a grade may hold what was said to and by a model or a program, why it is the offline grader's, and a
-- second grade beside it. An older program would drop all of that without a word when it writes, so it refuses the
-- store. No row changes: what is new is left out where it is not there, and older rows read as they are.
SELECT 1;
