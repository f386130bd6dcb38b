import BulkModel
import Planning

extension Caller {
    /// True when the credential's scopes let it create, upload to, close and abort such a job. SQL of one's own needs
    /// `query`; exporting a whole table is reading.
    func may(run spec: JobSpec) -> Bool {
        switch spec.operation {
        case .query: may(.query) || spec.query == nil && may(.read)
        case .insert, .update, .upsert: may(.write)
        case .delete: may(.delete)
        }
    }

    /// True when the job is the tenant's and about tables that the credential may use; any other does not exist for it.
    func may(see spec: JobSpec) -> Bool {
        spec.tenant == tenant && may(use: spec.table) && spec.queryTables.allSatisfy(may(use:))
    }

    /// True when the credential may read the records of the job.
    func may(readResultsOf spec: JobSpec) -> Bool { may(.read) || may(.query) || may(run: spec) }

    /// What a call without the scope is told.
    func lacksScope(for operation: Operation) -> Refusal {
        Refusal(.forbidden, "The credential lacks the scope for `\(operation.rawValue)`.")
    }

    /// Refuses a table that is not there or that the credential may not use; the caller cannot tell which.
    func check(use table: String, in catalog: Catalog, field: String) throws(Refusal) {
        guard catalog.tables[table] == nil || !may(use: table) else { return }
        let usable = catalog.tables.keys.filter(may(use:)).sorted()
        let hint = NearestName.of(table, among: usable).map { "Did you mean `\($0)`?" }
        throw Refusal(
            .tableNotFound, "There is no table `\(table)`, or the credential may not use it.",
            details: [.init(field: field, code: .tableNotFound, message: hint ?? "Name one of the tables.")])
    }
}
