/// What the configuration says of one table (under `tables`).
package struct TableRules: Hashable, Sendable {
    /// Column that identifies records, instead of the primary key.
    package var key: String?
    /// Prefix of generated ids.
    package var keyPrefix: String?
    /// Column that holds whose a row is: filled from the credential, never by the caller.
    package var tenantColumn: String?
    /// Columns that must have a value, beside those the database requires.
    package var required: Set<String>
    /// Allowed values by column.
    package var enumerations: [String: [String]]
    /// The column that holds a record's status, and which changes of it are legal.
    package var status: StatusRule?
    /// What marks a record as archived.
    package var archive: MarkRule?
    /// What marks a record as locked; a timestamp means locked while it is in the future.
    package var lock: MarkRule?
    /// What marks a record as deleted without removing it.
    package var softDelete: MarkRule?
    /// Columns that tell when a record was made and last changed.
    package var timestamps: TimestampRule?
    /// Figures over a job's records, in the file's order.
    package var aggregates: [Aggregate]

    package init(
        key: String? = nil, keyPrefix: String? = nil, tenantColumn: String? = nil,
        required: Set<String> = [], enumerations: [String: [String]] = [:], status: StatusRule? = nil,
        archive: MarkRule? = nil, lock: MarkRule? = nil, softDelete: MarkRule? = nil,
        timestamps: TimestampRule? = nil, aggregates: [Aggregate] = []
    ) {
        self.key = key
        self.keyPrefix = keyPrefix
        self.tenantColumn = tenantColumn
        self.required = required
        self.enumerations = enumerations
        self.status = status
        self.archive = archive
        self.lock = lock
        self.softDelete = softDelete
        self.timestamps = timestamps
        self.aggregates = aggregates
    }
}
