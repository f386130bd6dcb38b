import Engine
import Planning
import StorePostgres

/// What `doctor` says of a PostgreSQL database.
struct PostgresChecks {
    let url: String
    let rules: [String: TableRules]

    private static let versionMin = 13

    func findings() async -> [Finding] {
        let place = DatabaseAddress.postgres(url: url).shown
        do throws(StoreError) {
            let facts = try await PostgresInspection.look(at: url)
            let tables = facts.tables.map { table in
                TableFacts(
                    name: table.name, columns: Set(table.columns.map(\.name)),
                    hasPrimaryKey: !table.primaryKey.isEmpty)
            }
            return [server(facts, place), jobTables(facts), queries(facts)]
                + TableChecks(rules: rules).findings(of: tables)
        } catch {
            return [
                .problem(
                    "database", "\(place) cannot be used: \(error.message)",
                    mend: "check that it runs and lets this user in: psql \(place)")
            ]
        }
    }

    private func server(_ facts: PostgresInspection, _ place: String) -> Finding {
        let text = "\(place) answers (PostgreSQL \(facts.serverVersion), as \(facts.user))."
        let major = Int(facts.serverVersion.prefix { $0.isNumber }) ?? 0
        guard major >= Self.versionMin else {
            return .problem("database", text, mend: "use PostgreSQL \(Self.versionMin) or later.")
        }
        guard !facts.isReadOnly else {
            return .problem(
                "database", text + " It is read-only now.",
                mend: "name the primary server, or end its read-only mode; until then jobs wait.")
        }
        guard facts.mayMakeTemporaryTables else {
            return .problem(
                "database", text + " The role may not make temporary tables.",
                mend: "as the database's owner: GRANT TEMPORARY ON DATABASE … TO \(facts.user)")
        }
        return .good("database", text)
    }

    private func jobTables(_ facts: PostgresInspection) -> Finding {
        guard facts.mayMakeJobTables else {
            return .problem(
                "job tables",
                "\(facts.user) may not make the schema breakbulk, or not use the one that is there.",
                mend:
                    "as the database's owner: CREATE SCHEMA breakbulk AUTHORIZATION \(facts.user), or let \(facts.user) "
                    + "own it: ALTER SCHEMA breakbulk OWNER TO \(facts.user)")
        }
        return .good("job tables", "the schema breakbulk is there or can be made.")
    }

    private func queries(_ facts: PostgresInspection) -> Finding {
        guard facts.mayMakeRoles else {
            return .warning(
                "queries", "\(facts.user) may not make roles, so query jobs with SQL are refused.",
                mend:
                    "as a superuser: ALTER ROLE \(facts.user) CREATEROLE. Exports of whole tables work as it is."
            )
        }
        guard facts.mayMakeSchemas else {
            return .warning(
                "queries", "\(facts.user) may not make schemas, so query jobs with SQL are refused.",
                mend: "as the database's owner: GRANT CREATE ON DATABASE … TO \(facts.user).")
        }
        return .good("queries", "roles without rights can be made for them.")
    }
}
