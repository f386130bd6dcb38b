package import BulkModel
package import Engine
import GRDB

extension SQLiteStore: OutboxStore {
    package func events(of tenant: TenantID, after place: Int64, limit: Int) async throws(StoreError)
        -> [(place: Int64, event: OutboxEvent)]
    {
        try await read { db in
            try Row.fetchAll(db, sql: Statements.selectEvents, arguments: [tenant.text, place, limit])
                .map { (place: $0["place"], event: try EventRow.event($0)) }
        }
    }

    package func takeDeliveries(
        dueAt now: Timestamp, hiddenUntil hidden: Timestamp, limit: Int
    ) async throws(StoreError) -> [WebhookDelivery] {
        // Asked often and mostly in vain: the writer, for which chunks stop early, is only troubled when there is something.
        let isAnyDue = try await read { db in
            try Bool.fetchOne(db, sql: Statements.anyDelivery, arguments: [now.microseconds])
        }
        guard isAnyDue == true else { return [] }
        return try await write { db in
            let rows = try Row.fetchAll(
                db, sql: Statements.selectDueDeliveries, arguments: [now.microseconds, limit])
            var deliveries = try rows.map(DeliveryRow.delivery)
            for index in deliveries.indices {
                deliveries[index].nextAt = hidden
                deliveries[index].takenUntil = hidden
                try db.execute(
                    sql: Statements.hideDelivery, arguments: [hidden.microseconds, deliveries[index].id])
            }
            return deliveries
        }
    }

    package func settle(_ delivery: WebhookDelivery) async throws(StoreError) {
        try await write { db in
            let settlement = DeliveryRow.settlement(delivery)
            if let taken = delivery.takenUntil {
                try db.execute(
                    sql: Statements.settleTakenDelivery, arguments: settlement + [taken.microseconds])
            } else {
                try db.execute(sql: Statements.settleDelivery, arguments: settlement)
            }
        }
    }

    package func deliveries(
        of tenant: TenantID, state: WebhookDelivery.State?, job: JobID?, before: Int64?, limit: Int
    ) async throws(StoreError) -> [WebhookDelivery] {
        try await read { db in
            var condition = "d.tenant = ?"
            var arguments: StatementArguments = [tenant.text]
            func restrict(_ sql: String, _ values: StatementArguments) {
                condition += " AND " + sql
                arguments += values
            }
            if let state { restrict("d.state = ?", [state.rawValue]) }
            if let job { restrict("d.job = ?", [job.text]) }
            if let before { restrict("d.id < ?", [before]) }
            let sql = Statements.selectDeliveries + " WHERE \(condition) ORDER BY d.id DESC LIMIT \(limit)"
            return try Row.fetchAll(db, sql: sql, arguments: arguments).map(DeliveryRow.delivery)
        }
    }

    package func redeliver(
        _ id: Int64, of tenant: TenantID, at now: Timestamp
    ) async throws(StoreError) -> WebhookDelivery? {
        try await write { db in
            try db.execute(
                sql: Statements.redeliver, arguments: [now.microseconds, id, tenant.text])
            guard db.changesCount == 1 else { return nil }
            return try Row.fetchOne(db, sql: Statements.selectDelivery, arguments: [id])
                .map(DeliveryRow.delivery)
        }
    }

    package func sweepEvents(before time: Timestamp, limit: Int) async throws(StoreError) -> Int {
        try await write { db in
            try db.execute(sql: Statements.deleteOldDeliveries, arguments: [time.microseconds, limit])
            try db.execute(sql: Statements.deleteOldEvents, arguments: [time.microseconds, limit])
            return db.changesCount
        }
    }
}
