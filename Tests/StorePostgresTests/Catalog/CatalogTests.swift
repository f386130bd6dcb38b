import Planning
import Testing

@testable import StorePostgres

@Suite("Tables read off pg_catalog", .serialized)
struct CatalogTests {
    /// The table as the callers name it, made by these statements in a fresh database.
    private func table(_ name: String, _ sql: String) async throws -> PostgresTable {
        let fixture = try await PostgresFixture()
        try await fixture.execute(sql)
        return try await fixture.table(name)
    }

    @Test("each type admits what it holds")
    func types() async throws {
        let types: [(sql: String, type: ValueType)] = [
            ("smallint", .integer(min: -32_768, max: 32_767)),
            ("integer", .integer(min: -2_147_483_648, max: 2_147_483_647)),
            ("bigint", .integer(min: .min, max: .max)),
            ("numeric", .decimal(precision: nil, scale: nil)),
            ("numeric(10,2)", .decimal(precision: 10, scale: 2)),
            ("numeric(7,0)", .decimal(precision: 7, scale: 0)),
            ("numeric(3,-2)", .decimal(precision: nil, scale: nil)),
            ("numeric(2,5)", .decimal(precision: nil, scale: nil)),
            ("real", .real), ("double precision", .real), ("boolean", .boolean),
            ("text", .text(lengthMax: nil)), ("character varying", .text(lengthMax: nil)),
            ("character varying(7)", .text(lengthMax: 7)), ("character(3)", .text(lengthMax: 3)),
            ("citext", .text(lengthMax: nil)), ("date", .date),
            ("timestamp without time zone", .timestamp), ("timestamp(3) with time zone", .timestamp),
            ("time without time zone", .time), ("time with time zone", .any), ("interval", .any),
            ("uuid", .uuid), ("json", .json), ("jsonb", .json), ("bytea", .blob),
            ("mood", .text(lengthMax: nil)), ("integer[]", .any), ("mood[]", .any),
            ("price", .decimal(precision: 8, scale: 2)), ("list_price", .decimal(precision: 8, scale: 2)),
            ("code", .text(lengthMax: 4)), ("felt", .text(lengthMax: nil)), ("money", .any), ("inet", .any),
            ("xml", .any), ("point", .any), ("pair", .any), ("int4range", .any), ("\"char\"", .any),
        ]
        let columns = types.enumerated().map { "c\($0) \($1.sql)" }.joined(separator: ", ")
        let table = try await table("many", Self.madeTypes + "CREATE TABLE many (\(columns))")
        for (column, expected) in zip(table.description.columns, types) {
            #expect(column.type == expected.type, "\(expected.sql)")
            #expect(column.declaredType == expected.sql)
            #expect(
                column.keptForm == (expected.sql == "timestamp without time zone" ? .withoutOffset : nil),
                "\(expected.sql)")
            #expect(table.columnTypes[column.name] == expected.sql)
        }
        #expect(table.description.columns.count == types.count)
        let incomparable = zip(table.description.columns, types).filter {
            table.incomparableColumns.contains($0.0.name)
        }
        #expect(
            incomparable.map(\.1.sql) == ["citext", "interval", "json", "mood[]", "xml", "point", "pair"])
    }

    private static let madeTypes = """
        CREATE EXTENSION citext; CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'happy');
        CREATE DOMAIN price AS numeric(8,2) NOT NULL CHECK (value >= 0);
        CREATE DOMAIN list_price AS price DEFAULT 9.99; CREATE DOMAIN code AS varchar(4);
        CREATE DOMAIN felt AS mood; CREATE TYPE pair AS (a integer, b json);
        """

    @Test("an enumerated type allows its labels, in their order, also through a domain")
    func enumeration() async throws {
        let table = try await table(
            "t",
            Self.madeTypes + "CREATE TABLE t (a mood, b felt, c text, d mood[]);"
                + "ALTER TYPE mood ADD VALUE 'well' BEFORE 'happy'")
        let labels = ["sad", "it's ok", "well", "happy"]
        #expect(table.description.columns.map(\.allowedValues) == [labels, labels, nil, nil])
    }

    @Test("domains bring NOT NULL and defaults; a column's own default wins")
    func domains() async throws {
        let table = try await table(
            "t", Self.madeTypes + "CREATE TABLE t (a price, b list_price, c list_price DEFAULT 1, d code)")
        let columns = table.description.columns
        #expect(columns.map(\.isNullable) == [false, false, false, true])
        #expect(columns.map(\.defaultSQL) == [nil, "9.99", "1", nil])
        #expect(columns.map(\.isRequired) == [true, false, false, false])
    }

    @Test("identity, serial, computed and plain columns are told apart")
    func columnKinds() async throws {
        let table = try await table(
            "t",
            """
            CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, s bigserial,
                total numeric GENERATED ALWAYS AS (s * 2) STORED, d text DEFAULT 'x'::text, n text NOT NULL)
            """)
        let columns = table.description.columns
        #expect(columns.map(\.isAutomatic) == [true, true, false, false, false])
        #expect(columns.map(\.isGenerated) == [false, false, true, false, false])
        #expect(columns.map(\.isRequired) == [false, false, false, false, true])
        #expect(
            columns.map(\.defaultSQL) == [nil, "nextval('t_s_seq'::regclass)", nil, "'x'::text", nil])
        #expect(table.alwaysIdentityColumns == ["id"])
    }

    @Test(
        "a key of one column that the database fills has the SQL that makes a new one",
        arguments: [
            (
                "id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
                "nextval('public.t_id_seq'::regclass)", true
            ),
            ("id bigserial PRIMARY KEY", "nextval('t_id_seq'::regclass)", true),
            ("id uuid PRIMARY KEY DEFAULT gen_random_uuid()", "gen_random_uuid()", false),
            (
                "id text PRIMARY KEY DEFAULT ('O-' || nextval('numbers'))",
                "('O-'::text || nextval('numbers'::regclass))", false
            ),
            ("id bigint PRIMARY KEY DEFAULT my_key()", "my_key()", true),
            ("id text PRIMARY KEY DEFAULT 'one'", nil, false), ("id bigint PRIMARY KEY", nil, false),
            ("id bigserial, b bigint, PRIMARY KEY (id, b)", nil, false), ("id bigserial UNIQUE", nil, false),
        ] as [(String, String?, Bool)])
    func keyDefault(columns: String, expression: String?, isInteger: Bool) async throws {
        let table = try await table(
            "t",
            """
            CREATE SEQUENCE numbers;
            CREATE FUNCTION my_key() RETURNS bigint LANGUAGE sql AS 'SELECT nextval(''numbers'')';
            CREATE TABLE t (\(columns))
            """)
        let expected = expression.map {
            PostgresTable.KeyDefault(column: "id", expression: $0, isInteger: isInteger)
        }
        #expect(table.keyDefault == expected)
        if expected != nil { #expect(table.description.columns[0].isAutomatic) }
    }

    @Test(
        "names: mixed case, keywords, periods, quotes; a schema where the name alone does not find the table")
    func names() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(
            #"""
            CREATE SCHEMA "My Shop";
            CREATE TABLE "My Shop"."Order" ("select" integer PRIMARY KEY, "Größe" text);
            CREATE TABLE "user" (id integer);
            CREATE TABLE "a.b" (id integer); CREATE TABLE "say ""hi""" (id integer);
            CREATE SCHEMA second; CREATE TABLE second."user" (id integer)
            """#)
        let names = try await fixture.postgres.tables().map(\.name)
        #expect(names == ["My Shop.Order", "a.b", "say \"hi\"", "second.user", "user"])
        let order = try await fixture.table("My Shop.Order")
        #expect(order.sqlName == "\"My Shop\".\"Order\"")
        #expect(order.description.columns.map(\.name) == ["select", "Größe"])
        #expect(order.description.primaryKey == ["select"])
        #expect(order.uniqueIndexes.map(\.expressions) == [["\"select\""]])
        #expect(try await fixture.table("user").sqlName == "public.\"user\"")
        #expect(try await fixture.table("second.user").sqlName == "second.\"user\"")
    }

    @Test("what callers cannot write or must not see is left out")
    func hidden() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(
            """
            CREATE TABLE plain (id integer); CREATE VIEW seen AS SELECT 1 AS one;
            CREATE MATERIALIZED VIEW kept AS SELECT 1 AS one; CREATE TEMPORARY TABLE short (id integer);
            CREATE UNLOGGED TABLE fast (id integer)
            """)
        #expect(try await fixture.postgres.tables().map(\.name) == ["fast", "plain"])
        try await fixture.execute(
            """
            DO $$ BEGIN CREATE ROLE catalog_reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
            GRANT SELECT ON plain TO catalog_reader
            """)
        let pool = ConnectionPool(
            settings: ConnectionSettings(url: fixture.url, user: "catalog_reader"), connectionsMax: 1)
        defer { pool.close() }
        let reader = CatalogReader()
        let seen = try await pool.with { try reader.tables($0).map(\.description.name) }
        #expect(seen == ["plain"])
        try await fixture.execute("GRANT INSERT ON fast TO catalog_reader")
        let later = try await pool.with { try reader.tables($0).map(\.description.name) }
        #expect(later == ["fast", "plain"])
    }

    @Test("unique keys are whole and checked at once; unique indexes are all, with parts and conditions")
    func uniqueIndexes() async throws {
        let table = try await table(
            "t",
            """
            CREATE TABLE t (id integer PRIMARY KEY, a text, b text, c integer, d integer UNIQUE DEFERRABLE,
                e integer UNIQUE NULLS NOT DISTINCT, CONSTRAINT pair UNIQUE (b, a) INCLUDE (c));
            CREATE UNIQUE INDEX lowered ON t (lower(a), c);
            CREATE UNIQUE INDEX live ON t (c) WHERE b IS NOT NULL
            """)
        #expect(table.description.primaryKey == ["id"])
        #expect(table.description.uniqueKeys == [["e"], ["b", "a"]])
        let indexes = Dictionary(uniqueKeysWithValues: table.uniqueIndexes.map { ($0.name, $0) })
        #expect(indexes.keys.sorted() == ["live", "lowered", "pair", "t_d_key", "t_e_key", "t_pkey"])
        #expect(indexes["pair"]?.columns == ["b", "a"])
        #expect(indexes["lowered"]?.columns == [])
        #expect(indexes["lowered"]?.expressions == ["lower(a)", "c"])
        #expect(indexes["live"]?.predicate == "(b IS NOT NULL)")
        #expect(indexes["t_e_key"]?.isNullDistinct == false)
        #expect(indexes["t_d_key"]?.isNullDistinct == true)
        #expect(indexes["t_d_key"]?.isImmediate == false)
    }

    @Test("foreign keys are known on both sides, and one to the table itself asks for file order")
    func foreignKeys() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(
            """
            CREATE SCHEMA far; CREATE TABLE far.parents (a integer, b text, PRIMARY KEY (a, b));
            CREATE TABLE children (id integer PRIMARY KEY, pb text, pa integer,
                boss integer REFERENCES children,
                CONSTRAINT family FOREIGN KEY (pa, pb) REFERENCES far.parents (a, b));
            CREATE TABLE alone (id integer CONSTRAINT positive CHECK (id > 0))
            """)
        let children = try await fixture.table("children")
        let family = PostgresTable.ForeignKeyConstraint(
            name: "family", table: "public.children", columns: ["pa", "pb"], parentTable: "far.parents",
            parentName: "far.parents", parentColumns: ["a", "b"])
        let boss = PostgresTable.ForeignKeyConstraint(
            name: "children_boss_fkey", table: "public.children", columns: ["boss"],
            parentTable: "public.children", parentName: "children", parentColumns: ["id"])
        #expect(Set(children.foreignKeys) == [family, boss])
        #expect(children.referringKeys == [boss])
        #expect(children.needsFileOrder)
        #expect(
            children.description.foreignKeys.contains(
                .init(columns: ["pa", "pb"], parentTable: "far.parents", parentColumns: ["a", "b"])))
        #expect(try await fixture.table("far.parents").referringKeys == [family])
        let alone = try await fixture.table("alone")
        #expect(!alone.needsFileOrder)
        #expect(alone.checks == [.init(name: "positive", expression: "(id > 0)")])
        #expect(alone.description.checks == ["(id > 0)"])
    }

    @Test("a partitioned table is one table, and what its partitions have counts")
    func partitions() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(
            """
            CREATE TABLE events (id integer, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
            CREATE TABLE events_24 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
            CREATE TABLE events_25 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')
                PARTITION BY LIST (id);
            CREATE TABLE events_25_1 PARTITION OF events_25 FOR VALUES IN (1);
            CREATE TABLE notes (id integer, at date, FOREIGN KEY (id, at) REFERENCES events (id, at))
            """)
        #expect(try await fixture.postgres.tables().map(\.name) == ["events", "notes"])
        let events = try await fixture.table("events")
        #expect(events.isPartitioned)
        #expect(!events.needsFileOrder)
        #expect(
            events.uniqueIndexes.first?.partitionNames == [
                "events_24_pkey", "events_25_pkey", "events_25_1_pkey",
            ])
        #expect(events.referringKeys.map(\.name) == ["notes_id_at_fkey"])
        try await fixture.execute(Self.trigger(on: "events_25_1", "BEFORE INSERT", "ROW"))
        #expect(try await fixture.table("events").needsFileOrder)
        #expect(try await fixture.postgres.tables().first?.hasTriggers == true)
    }

    @Test("only row triggers that fire count")
    func triggers() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(
            "CREATE TABLE parents (id integer PRIMARY KEY); CREATE TABLE t (id integer REFERENCES parents)")
        #expect(try await !fixture.table("t").needsFileOrder)
        try await fixture.execute(Self.trigger(on: "t", "AFTER INSERT", "STATEMENT"))
        #expect(try await !fixture.table("t").description.hasTriggers)
        try await fixture.execute(Self.trigger(on: "t", "AFTER UPDATE", "ROW"))
        #expect(try await fixture.table("t").description.hasTriggers)
        #expect(try await fixture.table("t").needsFileOrder)
        try await fixture.execute("ALTER TABLE t DISABLE TRIGGER USER")
        #expect(try await !fixture.table("t").needsFileOrder)
    }

    private static func trigger(on table: String, _ event: String, _ level: String) -> String {
        """
        CREATE OR REPLACE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
        CREATE TRIGGER watch_\(level) \(event) ON \(table) FOR EACH \(level) EXECUTE FUNCTION pass()
        """
    }

    @Test("row-level security counts where it applies to us, which for the owner is when it is forced")
    func rowSecurity() async throws {
        let fixture = try await PostgresFixture()
        try await fixture.execute(
            """
            DO $$ BEGIN CREATE ROLE catalog_owner LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
            CREATE TABLE t (id integer); ALTER TABLE t OWNER TO catalog_owner;
            ALTER TABLE t ENABLE ROW LEVEL SECURITY
            """)
        let pool = ConnectionPool(
            settings: ConnectionSettings(url: fixture.url, user: "catalog_owner"), connectionsMax: 1)
        defer { pool.close() }
        let reader = CatalogReader()
        #expect(try await !pool.with { try reader.table("t", $0).hasRowSecurity })
        try await fixture.execute("ALTER TABLE t FORCE ROW LEVEL SECURITY")
        #expect(try await pool.with { try reader.table("t", $0).hasRowSecurity })
    }
}

extension PostgresFixture {
    /// The table as the store's own reader gives it now.
    func table(_ name: String) async throws -> PostgresTable {
        try await postgres.pool.with { [postgres] session in try postgres.catalog.table(name, session) }
    }
}
