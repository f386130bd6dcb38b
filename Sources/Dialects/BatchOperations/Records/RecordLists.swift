import BulkModel
import Engine

/// Reads lists, and makes their cursors: the same for a batch's operation as for a request of its own, so that a cursor of
/// one is good for the other.
struct RecordLists: Sendable {
    let signer: any Signer
    let tenant: TenantID
    let limits: Limits

    /// What the parameters ask for.
    func reading(of table: String, _ query: QueryItems) -> ListReading {
        let items = query.all.map { ListReading.Item(name: $0.name, value: $0.value) }
        return ListReading(items: items) { items, columns in
            let query = QueryItems(items.map { (name: $0.name, value: $0.value) })
            return Result { () throws(Refusal) in
                try ListIntake(columns: columns, limits: limits)
                    .request(query, cursors: cursors(table, query))
            }
        }
    }

    /// The cursor behind the page; nil on the last one.
    func next(of page: RecordPage, _ table: String, _ items: [ListReading.Item]) -> String? {
        let query = QueryItems(items.map { (name: $0.name, value: $0.value) })
        return page.next.map(cursors(table, query).make)
    }

    private func cursors(_ table: String, _ query: QueryItems) -> RecordCursors {
        RecordCursors(signer: signer, tenant: tenant, table: table, query: query)
    }
}
