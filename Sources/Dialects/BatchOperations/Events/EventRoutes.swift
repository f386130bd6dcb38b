import BulkModel
package import Engine
import Formats

/// What happened to the tenant's jobs: the feed of events, and how their webhooks fare.
package struct EventRoutes: Dialect {
    let engine: BulkEngine
    let signer: any Signer

    package init(engine: BulkEngine, signer: any Signer) {
        self.engine = engine
        self.signer = signer
    }

    package var routes: [Route] {
        let deliveries = "/v1/webhooks/deliveries"
        return [
            Route(.get, "/v1/events", envelope: .error) { call throws(Refusal) in try await events(call) },
            Route(.get, deliveries, envelope: .error) { call throws(Refusal) in try await list(call) },
            Route(.get, deliveries + "/{delivery}", envelope: .error) { call throws(Refusal) in
                try await show(call)
            },
            Route(.post, deliveries + "/{delivery}/redeliver", envelope: .error) { call throws(Refusal) in
                try await redeliver(call)
            },
        ]
    }

    private func events(_ call: Call) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        let page = try EventPage(call.query, caller: caller, limits: call.limits, signer: signer)
        let found = try await engine.events(
            for: caller, after: page.place, limit: page.limit, wait: page.wait)
        return .json([
            "events": .array(found.events.map { EventReport(event: $0, limits: call.limits).value }),
            "next": .string(page.token(found.next)), "has_more": .bool(found.hasMore),
        ])
    }

    private func list(_ call: Call) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        let page = try DeliveryPage(call.query, caller: caller, limits: call.limits, signer: signer)
        let found = try await engine.deliveries(
            for: caller, state: page.state, job: page.job, before: page.before, limit: page.limit)
        return .json([
            "deliveries": .array(found.deliveries.map { report($0, call).value }),
            "next_cursor": found.next.map { .string(page.token($0)) } ?? .null,
            "has_more": .bool(found.next != nil),
        ])
    }

    private func show(_ call: Call) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        try call.query.check(known: [])
        return .json(report(try await engine.delivery(try Self.id(call), for: caller), call).value)
    }

    private func redeliver(_ call: Call) async throws(Refusal) -> Answer {
        let caller = try call.requireCaller()
        try call.query.check(known: [])
        let delivery = try await engine.redeliver(try Self.id(call), by: caller)
        return .json(
            report(delivery, call).value, status: 202,
            headers: [Header("Location", "\(call.baseURL)/v1/webhooks/deliveries/\(delivery.id)")])
    }

    private func report(_ delivery: WebhookDelivery, _ call: Call) -> DeliveryReport {
        DeliveryReport(delivery: delivery, limits: call.limits)
    }

    private static func id(_ call: Call) throws(Refusal) -> Int64 {
        let text = try call.parameter("delivery")
        guard let id = Int64(text), id >= 0, String(id) == text else {
            throw Refusal(.notFound, "There is no delivery with this id.")
        }
        return id
    }
}
