package import BulkModel
package import Engine

extension PostgresStore: OutboxStore {
    package func events(
        of tenant: TenantID, after place: Int64, limit: Int
    ) async throws(StoreError) -> [(place: Int64, event: OutboxEvent)] {
        try await pool.with { session in
            let rows = try session.execute(
                Statements.selectEvents,
                [.storable(tenant.text), .integer(Int(place)), .integer(limit)])
            return try (0..<rows.count).map { row in
                var reader = RowReader(rows, row)
                let place = Int64(reader.integer())
                return (place, try OutboxRow.event(&reader))
            }
        }
    }

    package func takeDeliveries(
        dueAt now: Timestamp, hiddenUntil hidden: Timestamp, limit: Int
    ) async throws(StoreError) -> [WebhookDelivery] {
        try await pool.with { session in
            var deliveries = try OutboxRow.deliveries(
                session.execute(
                    Statements.takeDeliveries, [.time(now), .time(hidden), .integer(limit)]))
            for index in deliveries.indices { deliveries[index].takenUntil = hidden }
            return deliveries
        }
    }

    package func settle(_ delivery: WebhookDelivery) async throws(StoreError) {
        var sql = Statements.settleDelivery
        var parameters: [Parameter] = [.integer(Int(delivery.id))] + OutboxRow.stateParameters(delivery)
        if let taken = delivery.takenUntil {
            sql = Statements.settleTakenDelivery
            parameters.append(.time(taken))
        }
        try await pool.with { [sql, parameters] session in
            _ = try session.execute(sql, parameters)
        }
    }

    package func deliveries(
        of tenant: TenantID, state: WebhookDelivery.State?, job: JobID?, before: Int64?, limit: Int
    ) async throws(StoreError) -> [WebhookDelivery] {
        var parameters = SQLParameters()
        var parts = ["d.tenant = \(parameters.add(.storable(tenant.text)))"]
        if let state { parts.append("d.state = \(parameters.add(.text(state.rawValue)))") }
        if let job { parts.append("d.job = \(parameters.add(.storable(job.text)))") }
        if let before { parts.append("d.id < \(parameters.add(.integer(Int(before))))") }
        let end = "ORDER BY d.id DESC LIMIT \(parameters.add(.integer(limit)))"
        let sql = "\(Statements.selectDeliveries) WHERE \(parts.joined(separator: " AND ")) \(end)"
        return try await pool.with { [parameters] session in
            try OutboxRow.deliveries(session.execute(sql, parameters.values))
        }
    }

    package func redeliver(
        _ id: Int64, of tenant: TenantID, at now: Timestamp
    ) async throws(StoreError) -> WebhookDelivery? {
        try await pool.with { session in
            try OutboxRow.deliveries(
                session.execute(
                    Statements.redeliver, [.integer(Int(id)), .storable(tenant.text), .time(now)])
            ).first
        }
    }

    package func sweepEvents(before time: Timestamp, limit: Int) async throws(StoreError) -> Int {
        try await pool.with { session in
            try session.execute(Statements.sweepEvents, [.time(time), .integer(limit)]).integer(0, 0) ?? 0
        }
    }
}
