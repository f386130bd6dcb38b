import Engine

/// Brings the job tables to this version's shape; any number of nodes may do so at once.
struct Migrations {
    /// The steps that this version knows, oldest first.
    var versions = SchemaVersion.all

    /// Throws `unusable` when the job tables are newer than this version.
    func apply(_ session: Session) throws {
        let newest = versions.last?.number ?? 0
        guard try applied(session) != newest else { return }
        if try !session.execute(Statements.hasVersions).flag(0, 0) { try makeHome(session) }
        for version in versions { try apply(version, session) }
        let applied = try applied(session)
        guard applied <= newest else {
            throw StoreError(
                .unusable,
                "the job tables (schema breakbulk) were written by a newer Breakbulk: version \(applied), "
                    + "this one knows \(newest); run that one, or use another database")
        }
    }

    /// The version in the database, 0 for none.
    private func applied(_ session: Session) throws -> Int {
        guard try session.execute(Statements.hasVersions).flag(0, 0) else { return 0 }
        return try session.execute(Statements.selectVersion).integer(0, 0) ?? 0
    }

    /// A schema that somebody made for us is taken as it is: making one needs a right on the whole database.
    private func makeHome(_ session: Session) throws {
        try session.transaction {
            try session.run("SET LOCAL lock_timeout TO 0")
            try session.execute(Statements.lockMigrations)
            if try !session.execute(Statements.hasSchema).flag(0, 0) { try makeSchema(session) }
            try session.execute(Statements.createVersions)
        }
    }

    private func makeSchema(_ session: Session) throws {
        do throws(ServerFailure) {
            try session.execute(Statements.createSchema)
        } catch  where error.state == Self.insufficientPrivilege {
            throw StoreError(
                .unusable,
                "the role may not make the schema breakbulk for the job tables; let the database's "
                    + "owner run CREATE SCHEMA breakbulk AUTHORIZATION <role>, or GRANT CREATE ON DATABASE "
                    + "<name> TO <role>"
            )
        }
    }

    /// "PostgreSQL Error Codes", Appendix A.
    private static let insufficientPrivilege = "42501"

    private func apply(_ version: SchemaVersion, _ session: Session) throws {
        try session.transaction {
            try session.run("SET LOCAL lock_timeout TO 0")
            try session.execute(Statements.lockMigrations)
            // Looked at behind the lock: another node may have done it in the meantime.
            guard try applied(session) < version.number else { return }
            for statement in version.statements { try session.execute(statement) }
            try session.execute(Statements.insertVersion, [.integer(version.number)])
        }
    }
}
