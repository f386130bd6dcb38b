import BulkModel
import Planning

/// Lists records of a table, a page at a time.
struct RecordLister {
    let core: EngineCore
    let caller: Caller

    func page(_ request: ListRequest) async throws -> RecordPage {
        guard caller.may(.read) else {
            throw Refusal(.forbidden, "The credential lacks the scope `read`.")
        }
        let store = try core.recordStore
        let catalog = try await core.catalog()
        try caller.check(use: request.table, in: catalog, field: "table")
        let target = try RecordPlanner.target(request.table, tenant: caller.tenant, catalog: catalog)
        var builder = RecordQueryBuilder(target, limits: core.limits)
        for sort in request.sort { builder.sort(by: sort.column, isDescending: sort.isDescending) }
        let wanted = min(max(1, request.limit), core.limits.listLimitMax)
        // One more, to know whether there is another page.
        let query = try builder.query(request.filter, after: request.after, limit: wanted + 1)
        let rows = try await store.records(query)
        let renderer = RowRenderer(rows)
        let count = min(rows.rowCount, wanted)
        let hasMore = rows.rowCount > wanted
        return RecordPage(
            records: (0..<count).map(renderer.object),
            next: hasMore ? ListPlace.of(count - 1, in: rows, query.order) : nil)
    }
}
