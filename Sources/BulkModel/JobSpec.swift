/// What was asked for when a job was created; never changes afterwards.
package struct JobSpec: Hashable, Sendable {
    package var tenant: TenantID
    /// Which dialect created the job and renders it by default (`bulk-jobs` for spec 002).
    package var dialect: String
    package var operation: Operation
    /// The table, spelled as the catalog spells it.
    package var table: String
    package var format: ContentFormat
    package var compression: Compression
    /// SQL of a query job; nil exports all of `table`.
    package var query: String?
    /// Column that identifies records for update, upsert and delete; nil means the primary key.
    package var key: String?
    /// CSV delimiter as an ASCII byte; nil means sniffed from the header.
    package var delimiter: UInt8?
    package var emptyIs: EmptyMeaning
    /// Records a chunk, when the caller fixed it; nil means adaptive.
    package var chunkRecords: Int?
    /// Tables that a query job may read: the caller's, fixed when the job is created. Empty means none.
    package var queryTables: [String] = []
    /// Where the records come from.
    package var source = JobSource.upload
    /// The job whose failed records this one tries again; nil for one of its own.
    package var parent: JobID?
    package var options = JobOptions()

    package init(
        tenant: TenantID, dialect: String, operation: Operation, table: String,
        format: ContentFormat = .csv, compression: Compression = .none, query: String? = nil,
        key: String? = nil, delimiter: UInt8? = nil, emptyIs: EmptyMeaning = .absent,
        chunkRecords: Int? = nil
    ) {
        self.tenant = tenant
        self.dialect = dialect
        self.operation = operation
        self.table = table
        self.format = format
        self.compression = compression
        self.query = query
        self.key = key
        self.delimiter = delimiter
        self.emptyIs = emptyIs
        self.chunkRecords = chunkRecords
    }
}
