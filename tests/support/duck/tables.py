"""The tables of the executor, and the SQL of one round.

Terms are numbers made from their text, the last three bits being the kind; so a new node's is
known without looking. ``quad`` has all propositions, each closed by itself; ``given`` and
``derived`` have them as they are; ``fresh`` names those of the last round.
"""

from collections.abc import Iterable

from duck.expressions import number_of
from foedus.graph.worlds import CONTAINMENT
from foedus.ontology.namespaces import FD

TYPES = {"number": "DECIMAL(38, 12)", "day": "DATE", "string": "VARCHAR"}
"""Of the tables with values of literals."""

SCHEMA = """
CREATE MACRO ident(text, kind) AS hash(text) - hash(text) % 8::UBIGINT + kind::UBIGINT;
CREATE TABLE term (id UBIGINT, text VARCHAR, plain VARCHAR);
CREATE TABLE number (id UBIGINT, value DECIMAL(38, 12));
CREATE TABLE day (id UBIGINT, value DATE);
CREATE TABLE string (id UBIGINT, value VARCHAR);
CREATE TABLE given (g UBIGINT, s UBIGINT, p UBIGINT, o UBIGINT);
CREATE TABLE derived (g UBIGINT, s UBIGINT, p UBIGINT, o UBIGINT);
CREATE TABLE quad (g UBIGINT, s UBIGINT, p UBIGINT, o UBIGINT);
CREATE TABLE record (s UBIGINT, p UBIGINT, o UBIGINT);
CREATE TABLE fresh (g UBIGINT);
CREATE TABLE stated (content VARCHAR, g UBIGINT);
CREATE TABLE inference (rule VARCHAR, premises UBIGINT[], conclusion UBIGINT);
CREATE VIEW same AS SELECT id AS s, id AS o FROM term;
"""
CONCLUDED = """
CREATE OR REPLACE TEMP TABLE concluded (
  rule VARCHAR, premises UBIGINT[], content VARCHAR, node VARCHAR,
  triples STRUCT(s UBIGINT, p UBIGINT, o UBIGINT)[]
)"""
NAMED = """
CREATE OR REPLACE TEMP TABLE named AS
SELECT c.*, coalesce(stated.g, ident(content, 0)) AS g, stated.g IS NOT NULL AS is_stated
FROM concluded c LEFT JOIN stated USING (content)
WHERE NOT list_contains(premises, coalesce(stated.g, ident(content, 0)))"""
NEW = """
CREATE OR REPLACE TEMP TABLE new AS
SELECT g, any_value(content) AS content, any_value(node) AS node, any_value(triples) AS triples
FROM named WHERE NOT is_stated AND g NOT IN (SELECT g FROM derived) GROUP BY g"""
FRESH = """
DELETE FROM fresh;
INSERT INTO fresh SELECT g FROM new;
INSERT INTO derived SELECT DISTINCT g, it.s, it.p, it.o FROM (SELECT g, unnest(triples) it FROM new)
"""
CONTAINING = f"""
WITH core AS (SELECT DISTINCT * FROM given WHERE p <> {number_of(FD.leavesOpen)}),
size AS (SELECT g, count(*) AS size FROM core GROUP BY g)
INSERT INTO inference SELECT '{CONTAINMENT.value}', [q.g], c.g
FROM core c JOIN quad q ON q.s = c.s AND q.p = c.p AND q.o = c.o AND q.g <> c.g
JOIN size ON size.g = c.g
GROUP BY c.g, q.g, size HAVING count(*) = size"""


def reach(steps: Iterable[str]) -> str:
    """Write the table of what repeated properties lead to."""
    wanted = ", ".join(sorted(steps)) or "NULL"
    return f"""
CREATE TABLE reach AS WITH RECURSIVE walk(p, s, o) AS (
  SELECT p, s, o FROM record WHERE p IN ({wanted})
  UNION SELECT walk.p, walk.s, r.o FROM walk JOIN record r ON r.p = walk.p AND r.s = walk.o
) FROM walk"""
