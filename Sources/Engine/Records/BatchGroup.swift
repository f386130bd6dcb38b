import Formats
import Planning

/// Neighbouring operations of one kind on one table that do not need each other: done together.
struct BatchGroup {
    let table: BatchTable
    let tableName: String
    let kind: BatchOperation.Kind
    private(set) var members: [Member] = []
    /// Places of the members in the batch.
    private var places: Set<Int> = []
    private var identities: Set<String> = []
    /// A member's record cannot be told from others.
    private var hasUnclear = false

    /// One operation, its references resolved.
    struct Member {
        /// Place in the batch.
        let place: Int
        /// As the path has it; empty for a new record.
        let id: String
        /// Nil for a new record, and for an id that no record of the table can have.
        let key: RecordKey?
        let body: [JSONValue.Member]
        /// What a list asks for.
        let list: ListReading?
    }

    init(_ table: BatchTable, _ operation: BatchOperation) {
        self.table = table
        tableName = operation.table
        kind = operation.kind
    }

    /// True when an operation that needs these others may be done together with the members. Lists take their time, so each
    /// is by itself.
    func admits(_ operation: BatchOperation, needing needs: Set<Int>) -> Bool {
        kind != .list && operation.kind == kind && operation.table == tableName
            && places.isDisjoint(with: needs)
            && members.count < BatchPlan.groupMax
    }

    /// False, and nothing is added, when another member is about the same record: their order counts.
    mutating func add(_ member: Member) -> Bool {
        if ![.create, .read, .list].contains(kind), let key = member.key {
            if let identity = table.keys.identity(of: key) {
                guard !hasUnclear, identities.insert(identity).inserted else { return false }
            } else {
                guard members.isEmpty else { return false }
                hasUnclear = true
            }
        }
        members.append(member)
        places.insert(member.place)
        return true
    }
}
