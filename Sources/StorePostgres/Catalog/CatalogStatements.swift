/// SQL that reads the tables off pg_catalog. Statements with a parameter take the tables' oids as an array;
/// none is run once a table.
enum CatalogStatements {
    /// Tables the current user may read or add to, partitions left to their parents: oid, name as callers
    /// know it (with its schema where it is not found without), SQL name, whether it is partitioned,
    /// row-level security, row triggers.
    static let tables = """
        SELECT c.oid::bigint,
            CASE WHEN pg_catalog.pg_table_is_visible(c.oid) THEN c.relname
                ELSE n.nspname || '.' || c.relname END,
            pg_catalog.format('%I.%I', n.nspname, c.relname), c.relkind = 'p',
            pg_catalog.row_security_active(c.oid),
            EXISTS (
                SELECT FROM pg_catalog.pg_trigger AS t
                WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgtype & 1 = 1
                    AND (t.tgrelid = c.oid OR c.relkind = 'p' AND t.tgrelid IN (
                        SELECT relid FROM pg_catalog.pg_partition_tree(c.oid))))
        FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
            AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'breakbulk')
            AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
            AND pg_catalog.has_table_privilege(c.oid, 'SELECT, INSERT')
            AND NOT EXISTS (
                SELECT FROM pg_catalog.pg_depend AS d WHERE d.classid = 'pg_catalog.pg_class'::regclass
                    AND d.objid = c.oid AND d.deptype = 'e')
        ORDER BY pg_catalog.pg_table_is_visible(c.oid) DESC, n.nspname, c.relname
        """

    /// Columns in table order: table, name, type, its modifier, its SQL, NOT NULL, default, whether it is
    /// computed, identity (a, d or empty), SQL that makes another value each time, whether its collation
    /// takes different texts for equal.
    static let columns = """
        SELECT a.attrelid::bigint, a.attname, a.atttypid::bigint, a.atttypmod,
            pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, def.sql, a.attgenerated <> '',
            a.attidentity,
            CASE WHEN a.attidentity <> '' THEN pg_catalog.format(
                'nextval(%L::regclass)', pg_catalog.pg_get_serial_sequence(
                    pg_catalog.format('%I.%I', n.nspname, c.relname), a.attname))
            WHEN a.attgenerated = '' AND EXISTS (
                SELECT FROM pg_catalog.regexp_matches(def.sql, '([[:alnum:]_$]+)"?\\(', 'g') AS called (name)
                JOIN pg_catalog.pg_proc AS p ON p.proname = called.name[1] WHERE p.provolatile = 'v')
            THEN def.sql END,
            coalesce(NOT l.collisdeterministic, false)
        FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = a.attcollation
        LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        CROSS JOIN LATERAL (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS sql) AS def
        WHERE a.attrelid = ANY ($1::bigint[]::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attrelid, a.attnum
        """

    /// The types of the tables' columns, each followed through its domains to the type below: oid, oid of the
    /// type below, its name, schema, kind (`typtype`), whether it is an array, modifier, NOT NULL and default
    /// that the domains add, whether an equality tells all its values apart.
    static let types = """
        WITH RECURSIVE used (oid) AS (
            SELECT DISTINCT atttypid FROM pg_catalog.pg_attribute
            WHERE attrelid = ANY ($1::bigint[]::oid[]) AND attnum > 0 AND NOT attisdropped),
        walk (oid, base, modifier, isNotNull, defaultSQL) AS (
            SELECT oid, oid, -1, false, NULL::text COLLATE "C" FROM used
            UNION ALL
            SELECT w.oid, t.typbasetype, greatest(w.modifier, t.typtypmod), w.isNotNull OR t.typnotnull,
                coalesce(w.defaultSQL, t.typdefault)
            FROM walk AS w JOIN pg_catalog.pg_type AS t ON t.oid = w.base WHERE t.typtype = 'd')
        SELECT w.oid::bigint, t.oid::bigint, t.typname, n.nspname, t.typtype, t.typcategory = 'A', w.modifier,
            w.isNotNull, w.defaultSQL,
            t.typname NOT IN ('citext', 'interval') AND (t.typtype IN ('e', 'r', 'm') OR EXISTS (
                SELECT FROM pg_catalog.pg_opclass AS o JOIN pg_catalog.pg_am AS m ON m.oid = o.opcmethod
                WHERE m.amname IN ('btree', 'hash') AND o.opcdefault
                    AND (o.opcintype = item.oid OR o.opcintype IN (
                        SELECT casttarget FROM pg_catalog.pg_cast
                        WHERE castsource = item.oid AND castmethod = 'b' AND castcontext = 'i'))))
        FROM walk AS w JOIN pg_catalog.pg_type AS t ON t.oid = w.base
        JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
        CROSS JOIN LATERAL (SELECT CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE t.oid END AS oid) AS item
        WHERE t.typtype <> 'd'
        """

    /// Enumerated types' labels in their order: type, label.
    static let labels = """
        SELECT enumtypid::bigint, enumlabel FROM pg_catalog.pg_enum ORDER BY enumtypid, enumsortorder
        """

    /// Unique indexes, a row a part: index, table, name, primary, usable to name a key by (whole, checked at
    /// once), condition, NULLs differ, column (NULL for an expression), SQL.
    static let uniqueIndexes = """
        SELECT i.indexrelid::bigint, i.indrelid::bigint, c.relname, i.indisprimary,
            i.indimmediate AND i.indisvalid,
            pg_catalog.pg_get_expr(i.indpred, i.indrelid),
            NOT coalesce((pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false), a.attname,
            pg_catalog.pg_get_indexdef(i.indexrelid, part.number, true)
        FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
        CROSS JOIN LATERAL pg_catalog.generate_series(1, i.indnkeyatts) AS part (number)
        LEFT JOIN pg_catalog.pg_attribute AS a
            ON a.attrelid = i.indrelid AND a.attnum = i.indkey[part.number - 1] AND a.attnum > 0
        WHERE i.indrelid = ANY ($1::bigint[]::oid[]) AND i.indisunique AND i.indisready
        ORDER BY i.indexrelid, part.number
        """

    /// What the parts of partitioned unique indexes are called, which is what errors name: index, name.
    static let indexPartitions = """
        SELECT i.indexrelid::bigint, c.relname
        FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS whole ON whole.oid = i.indexrelid
        CROSS JOIN LATERAL pg_catalog.pg_partition_tree(i.indexrelid) AS part
        JOIN pg_catalog.pg_class AS c ON c.oid = part.relid
        WHERE i.indrelid = ANY ($1::bigint[]::oid[]) AND i.indisunique AND whole.relkind = 'I'
            AND part.relid <> i.indexrelid
        """

    /// Foreign keys from or to the tables, a row a column: constraint, table, parent, name, the table's SQL
    /// name, the parent's, the parent's as callers know it, column, parent's column, whether it belongs to
    /// the whole table and not to a partition alone, whether the table refers to itself.
    static let foreignKeys = """
        SELECT k.oid::bigint, root.oid::bigint, k.confrelid::bigint, k.conname,
            pg_catalog.format('%I.%I', cn.nspname, c.relname),
            pg_catalog.format('%I.%I', pn.nspname, p.relname),
            CASE WHEN pg_catalog.pg_table_is_visible(p.oid) THEN p.relname
                ELSE pn.nspname || '.' || p.relname END,
            a.attname, pa.attname, root.oid = k.conrelid, root.oid = root.parent
        FROM pg_catalog.pg_constraint AS k
        CROSS JOIN LATERAL (
            SELECT coalesce(pg_catalog.pg_partition_root(k.conrelid), k.conrelid)::oid AS oid,
                coalesce(pg_catalog.pg_partition_root(k.confrelid), k.confrelid)::oid AS parent) AS root
        CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey))
            WITH ORDINALITY AS part (number, parent, place)
        JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
        JOIN pg_catalog.pg_namespace AS cn ON cn.oid = c.relnamespace
        JOIN pg_catalog.pg_class AS p ON p.oid = k.confrelid
        JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.relnamespace
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = part.number
        JOIN pg_catalog.pg_attribute AS pa ON pa.attrelid = k.confrelid AND pa.attnum = part.parent
        WHERE k.contype = 'f' AND k.conparentid = 0
            AND (root.oid = ANY ($1::bigint[]::oid[]) OR root.parent = ANY ($1::bigint[]::oid[]))
        ORDER BY k.oid, part.place
        """

    /// CHECK constraints by name, the order they are looked at in: table, name, condition.
    static let checks = """
        SELECT conrelid::bigint, conname, pg_catalog.pg_get_expr(conbin, conrelid)
        FROM pg_catalog.pg_constraint
        WHERE contype = 'c' AND conrelid = ANY ($1::bigint[]::oid[]) ORDER BY conrelid, conname
        """
}
