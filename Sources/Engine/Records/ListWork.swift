import BulkModel
import Planning

/// One page of a list, held against its table: what the store is asked, and what is made of its answer.
struct ListWork {
    /// Asks for one record more than is wanted, to know whether there is another page.
    let query: RecordQuery
    private let wanted: Int

    init(_ reading: ListReading, of target: RecordTarget, limits: Limits) throws(Refusal) {
        let columns = target.table.columns.map(\.name)
        let request = try reading.request(reading.items, columns).get()
        var builder = RecordQueryBuilder(target, limits: limits)
        for sort in request.sort { builder.sort(by: sort.column, isDescending: sort.isDescending) }
        wanted = min(max(1, request.limit), limits.listLimitMax)
        query = try builder.query(request.filter, after: request.after, limit: wanted + 1)
    }

    /// The page that the rows are.
    func page(_ rows: RowSet) -> RecordPage {
        let renderer = RowRenderer(rows)
        let count = min(rows.rowCount, wanted)
        return RecordPage(
            records: (0..<count).map(renderer.object),
            next: rows.rowCount > wanted ? ListPlace.of(count - 1, in: rows, query.order) : nil)
    }
}
