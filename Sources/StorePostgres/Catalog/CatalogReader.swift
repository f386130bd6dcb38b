import Engine
import Planning
import Synchronization

/// The tables as they are now; read again when their description changed, whoever changed it.
final class CatalogReader: Sendable {
    private struct Known {
        var fingerprint = ""
        var tables: [PostgresTable] = []
        var byName: [String: PostgresTable] = [:]
        /// Fingerprints of single tables, by name.
        var tableFingerprints: [String: String] = [:]
    }

    private let known = Mutex(Known())

    /// All tables that the connection's user may use, job tables left out.
    func tables(_ session: Session) throws -> [PostgresTable] { try current(session).tables }

    /// The table as it is now; throws `failed` when there is none.
    func table(_ name: String, _ session: Session) throws -> PostgresTable {
        if let table = try unchanged(name, session) { return table }
        let oid = try Self.table(name, in: current(session)).oid
        let fingerprint = try Self.fingerprint(oid, session)
        // Once more, so that the table is at least as new as its fingerprint.
        let current = try current(session)
        let table = try Self.table(name, in: current)
        known.withLock { known in
            guard known.fingerprint == current.fingerprint, table.oid == oid else { return }
            known.tableFingerprints[name] = fingerprint
        }
        return table
    }

    private func current(_ session: Session) throws -> Known {
        // Looked at before the tables are read: what changes meanwhile shows at the next look.
        let fingerprint = try session.execute(CatalogFingerprint.all).text(0, 0) ?? ""
        if let known = known.withLock({ $0.fingerprint == fingerprint ? $0 : nil }) { return known }
        let tables: [PostgresTable]
        do { tables = try TableReader.tables(session) } catch let failure as ServerFailure {
            // Reading opens tables, and somebody holds a lock on one: what was known of all of them must do till it is free.
            let known = known.withLock { $0 }
            guard failure.state == "55P03", !known.tables.isEmpty else { throw failure }
            return known
        }
        let byName = Dictionary(
            tables.map { ($0.description.name, $0) }, uniquingKeysWith: { first, _ in first })
        let fresh = Known(fingerprint: fingerprint, tables: tables, byName: byName)
        known.withLock { $0 = fresh }
        return fresh
    }

    private func unchanged(_ name: String, _ session: Session) throws -> PostgresTable? {
        let (table, fingerprint) = known.withLock { ($0.byName[name], $0.tableFingerprints[name]) }
        guard let table, let fingerprint else { return nil }
        return try Self.fingerprint(table.oid, session) == fingerprint ? table : nil
    }

    private static func table(_ name: String, in known: Known) throws(StoreError) -> PostgresTable {
        guard let table = known.byName[name] else {
            throw StoreError(.failed, "the database has no table \(name) any more, or it may not be used")
        }
        return table
    }

    private static func fingerprint(_ oid: Int, _ session: Session) throws -> String {
        try session.execute(CatalogFingerprint.table, [.integer(oid)]).text(0, 0) ?? ""
    }
}
