package import BulkModel
package import Formats

/// Work on single records that is done while the caller waits, as a dialect read it: names and values are not yet held
/// against the tables.
package struct BatchRequest: Sendable {
    package var dialect: String
    package var operations: [BatchOperation]
    /// All or nothing, in one transaction.
    package var isAtomic = false
    /// Operations behind a failed one are done as well; never together with `isAtomic`.
    package var continuesOnError = true
    /// How long it may take; what was not reached by then is not done.
    package var timeout: Duration
    /// Mark records as deleted (true) or remove them (false); nil: as the table is configured.
    package var isSoftDelete: Bool?
    /// Texts that look so refer to earlier results; false for single records, whose texts mean themselves.
    package var resolvesReferences = true
    /// When set, the batch becomes a job that can be looked up, and its end an event.
    package var job: JobOptions?

    package init(dialect: String, operations: [BatchOperation], timeout: Duration) {
        self.dialect = dialect
        self.operations = operations
        self.timeout = timeout
    }
}

/// One operation of a batch.
package struct BatchOperation: Sendable {
    /// Bytes of an id; references look no further for its end.
    package static let idBytesMax = 255

    /// Names it within the batch; unique there.
    package var id: String
    package var kind: Kind
    package var table: String
    /// The record's id as the path has it, nil for `create` and `list`; `$op1.id` refers to an earlier result.
    package var record: String?
    /// Columns and their values; a text that is wholly `$op1.column` refers to an earlier result.
    package var body: [JSONValue.Member]
    /// What a `list` asks for; nil for all other kinds.
    package var list: ListReading?
    /// Operations that must have succeeded before; references count by themselves.
    package var dependsOn: [String]

    /// What is done.
    package enum Kind: String, CaseIterable, Sendable {
        case create
        /// Changes the columns that are named.
        case patch
        /// Makes the record be what is named, creating it where there is none.
        case replace
        case delete, read
        /// Reads a page of the table's records.
        case list
    }

    package init(
        id: String, kind: Kind, table: String, record: String? = nil, body: [JSONValue.Member] = [],
        list: ListReading? = nil, dependsOn: [String] = []
    ) {
        self.id = id
        self.kind = kind
        self.table = table
        self.record = record
        self.body = body
        self.list = list
        self.dependsOn = dependsOn
    }
}
