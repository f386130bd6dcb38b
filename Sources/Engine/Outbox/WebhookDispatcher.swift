package import BulkModel

/// Takes deliveries that are due, sends them and keeps what came of it; a service of the composition root.
///
/// Any number of nodes do this at once: what one has taken is hidden from the others for a while. A node that dies between
/// sending and keeping leaves a delivery that becomes due again: receivers see the same `webhook-id` once more.
package struct WebhookDispatcher: Sendable {
    let store: any OutboxStore
    let sender: any WebhookSender
    let limits: Limits
    let clock: WallClock
    let timing: EngineTiming
    let observe: @Sendable (Observation) -> Void

    /// How often due deliveries are looked for.
    static let pollInterval = Duration.seconds(1)
    /// How long a taken delivery is hidden from other nodes.
    static let hiding = Duration.seconds(180)
    /// One that has waited here so long that its hiding may end while it is sent is left to whoever takes it then.
    static let hidingReserve = Duration.seconds(60)
    /// When a delivery that was put back, because its host or this node is busy, is due again.
    static let putBack = Duration.seconds(5)
    private static let settleTriesMax = 4
    private static let settleRest = Duration.milliseconds(250)

    package init(
        store: any OutboxStore, sender: any WebhookSender, limits: Limits, clock: WallClock,
        timing: EngineTiming = .system(), observe: @escaping @Sendable (Observation) -> Void
    ) {
        self.store = store
        self.sender = sender
        self.limits = limits
        self.clock = clock
        self.timing = timing
        self.observe = observe
    }

    /// What one of the loop's tasks ended with.
    private enum Ended: Sendable {
        case rest
        case delivery(DeliveryQueue.Lane)
    }

    /// Ends when the task is cancelled; tries under way are broken off and made again later.
    package func run() async {
        var queue = DeliveryQueue(
            atOnceMax: limits.webhooksAtOnceMax, perTenantMax: limits.webhooksPerTenantMax,
            perHostMax: limits.webhooksPerHostMax)
        await withTaskGroup(of: Ended.self) { group in
            // Exactly one rest is always under way: what wakes the loop when nothing else does.
            rest(in: &group)
            while !Task.isCancelled {
                await refill(&queue)
                while let entry = queue.next() {
                    group.addTask { await self.deliver(entry) }
                }
                guard let ended = await group.next() else { break }
                switch ended {
                case .rest: rest(in: &group)
                case .delivery(let lane): queue.finish(lane)
                }
            }
            group.cancelAll()
        }
    }

    private func rest(in group: inout TaskGroup<Ended>) {
        group.addTask {
            // The error only says that the loop was cancelled, and the loop looks.
            try? await timing.sleep(Self.pollInterval)
            return .rest
        }
    }

    /// Takes once what is due and there is room for.
    ///
    /// Not until the room is full: what is refused leaves it as it was, so with many due of one busy receiver the loop would
    /// not come to beginning anybody's. What is put back is due behind the others, who are taken the next time around.
    private func refill(_ queue: inout DeliveryQueue) async {
        guard queue.room > 0 else { return }
        let now = clock.now()
        let hidden = now + Self.hiding
        let taken: [WebhookDelivery]
        do {
            taken = try await store.takeDeliveries(dueAt: now, hiddenUntil: hidden, limit: queue.room)
        } catch {
            return observe(.serviceFault("taking webhook deliveries", cause: error.message))
        }
        for delivery in taken {
            let host = host(of: delivery)
            if !queue.add(.init(delivery: delivery, host: host, hiddenUntil: hidden)) {
                await putBack(delivery, at: now)
            }
        }
    }

    /// Deliveries to one host share its places; addresses that cannot be read share one as well.
    private func host(of delivery: WebhookDelivery) -> String {
        guard let target = delivery.event.target else { return "" }
        do {
            return try WebhookURL(target.url, bytesMax: limits.webhookURLBytesMax).host
        } catch {
            return ""
        }
    }

    private func putBack(_ delivery: WebhookDelivery, at now: Timestamp) async {
        var later = delivery
        later.nextAt = now + DeliveryPlan.varied(Self.putBack, random: timing.random())
        // If it cannot be kept, the delivery is due again when its hiding ends.
        _ = await failureOfSettling(later)
    }

    private func deliver(_ entry: DeliveryQueue.Entry) async -> Ended {
        let ended = Ended.delivery(entry.lane)
        guard clock.now() + Self.hidingReserve < entry.hiddenUntil else { return ended }
        let result = await sender.send(entry.delivery)
        let now = clock.now()
        guard !result.isUntried else {
            await putBack(entry.delivery, at: now)
            return ended
        }
        let settled = DeliveryPlan.settled(entry.delivery, after: result, at: now, random: timing.random())
        // A try that our own shutdown broke off tells nothing of the receiver.
        guard !Task.isCancelled || settled.state == .delivered else { return ended }
        await settle(settled)
        return ended
    }

    private func settle(_ delivery: WebhookDelivery) async {
        var failure: StoreError?
        for number in 1...Self.settleTriesMax {
            failure = await failureOfSettling(delivery)
            guard failure != nil, number < Self.settleTriesMax, !Task.isCancelled else { break }
            // Cancelled: the next try is the last.
            try? await timing.sleep(Self.settleRest)
        }
        guard let failure else { return }
        observe(.serviceFault("keeping webhook delivery \(delivery.id)", cause: failure.message))
    }

    private func failureOfSettling(_ delivery: WebhookDelivery) async -> StoreError? {
        do {
            try await store.settle(delivery)
            return nil
        } catch {
            return error
        }
    }
}
