import Engine
import Planning

/// Finds out which table's records keep one from being deleted or from changing its key: SQLite does not say.
///
/// Asked only after a refusal; the tables that may refer are read once. Used on the writer's queue only.
final class ReferringTables {
    private let plan: Plan
    private let connection: OpaquePointer
    /// Whether the record of the row that `ownRow` finds is referred to, table by table.
    private var searches: [(table: String, statement: PreparedStatement)]?

    init(plan: Plan, connection: OpaquePointer) {
        self.plan = plan
        self.connection = connection
    }

    /// The first table, by name, that refers to the record; nil when none is found. `ownRow` is the condition that finds the
    /// record, `bind` gives its parameters.
    func first(ownRow: String, bind: (PreparedStatement) -> Void) throws(StoreError) -> String? {
        let searches = if let known = self.searches { known } else { try prepare(ownRow) }
        self.searches = searches
        for search in searches {
            bind(search.statement)
            if try search.statement.hasRow() { return search.table }
        }
        return nil
    }

    private func prepare(_ ownRow: String) throws(StoreError) -> [(
        table: String, statement: PreparedStatement
    )] {
        let parent = "main." + Identifier.quoted(plan.table.name)
        var found: [(table: String, statement: PreparedStatement)] = []
        for key in try keys() {
            let columns = key.columns.map(Identifier.quoted).joined(separator: ", ")
            let parents = key.parentColumns.map(Identifier.quoted).joined(separator: ", ")
            let statement = try PreparedStatement(
                """
                SELECT 1 FROM main.\(Identifier.quoted(key.table)) WHERE (\(columns)) = \
                (SELECT \(parents) FROM \(parent) WHERE \(ownRow)) LIMIT 1
                """, on: connection)
            found.append((key.table, statement))
        }
        return found
    }

    private struct ReferringKey {
        var id: Int64
        var table: String
        var columns: [String] = []
        var parentColumns: [String] = []
    }

    /// Foreign keys of all tables that refer to this one and do not give way.
    private func keys() throws(StoreError) -> [ReferringKey] {
        let list = try PreparedStatement(Statements.referringKeys, on: connection)
        list.bind(plan.table.name, at: 1)
        defer { list.reset() }
        var keys: [ReferringKey] = []
        while try list.nextRow() {
            guard let table = list.text(at: 0), let column = list.text(at: 2) else { continue }
            let id = list.integer(at: 1)
            if keys.last?.id != id || keys.last?.table != table {
                keys.append(ReferringKey(id: id, table: table))
            }
            keys[keys.count - 1].columns.append(column)
            if let parent = list.text(at: 3) { keys[keys.count - 1].parentColumns.append(parent) }
        }
        for index in keys.indices where keys[index].parentColumns.isEmpty {
            keys[index].parentColumns = plan.table.primaryKey
        }
        return keys.filter { $0.columns.count == $0.parentColumns.count }
    }
}
