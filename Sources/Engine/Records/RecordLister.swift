import BulkModel
import Planning

/// Lists records of a table, a page at a time.
struct RecordLister {
    let core: EngineCore
    let caller: Caller

    func page(of table: String, _ reading: ListReading) async throws -> RecordPage {
        guard caller.may(.read) else {
            throw Refusal(.forbidden, "The credential lacks the scope `read`.")
        }
        let store = try core.recordStore
        let catalog = try await core.catalog()
        try caller.check(use: table, in: catalog, field: "table")
        let target = try RecordPlanner.target(table, tenant: caller.tenant, catalog: catalog)
        let work = try ListWork(reading, of: target, limits: core.limits)
        return work.page(try await store.records(work.query))
    }
}
